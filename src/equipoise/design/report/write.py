"""Write the report of a sweep into its folder: figures, one HTML page, one PDF."""

import dataclasses
import json
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from equipoise.analysis.figures.figure import Table
from equipoise.design.report.page import Section, page, section_of
from equipoise.design.report.pictures import bounds_figure, duration_figures, power_figures
from equipoise.design.report.tables import characteristics, looks_table
from equipoise.design.report.wording import ENGLISH
from equipoise.design.sweep.outcome import write_frames
from equipoise.design.sweep.question import Sweep
from equipoise.design.sweep.run import Found

__all__ = ["leave", "sections_of", "write_report"]


def sections_of(sweep: Sweep, found: Sequence[Found]) -> tuple[Section, ...]:
    """All that stands in the report, on the page and on paper."""
    figures = [*power_figures(sweep, found), bounds_figure(found), *duration_figures(sweep, found)]
    varied = {name for name, _ in sweep.vary}
    settings = tuple(
        (ENGLISH.heading(field.name), ENGLISH.value(field.name, getattr(sweep.fixed, field.name)))
        for field in dataclasses.fields(sweep.fixed)
        if field.name not in varied
    )
    fixed = Table(headers=("Setting", "Value"), rows=settings)
    return (
        Section(paragraphs=_notes(sweep, found)),
        Section(heading="Operating characteristics", table=characteristics(sweep, found)),
        Section(heading="Each look", table=looks_table(sweep, found)),
        *map(section_of, figures),
        Section(heading="What was fixed", table=fixed),
    )


def leave(
    sweep: Sweep, found: Sequence[Found], folder: Path, fonts: Path, *, report: bool = True
) -> Iterator[Path]:
    """Write all that a sweep leaves, its frames last: with its points it is done."""
    if report:
        yield from write_report(sweep, found, folder, fonts)
    yield from write_frames(found, folder)


def write_report(
    sweep: Sweep, found: Sequence[Found], folder: Path, fonts: Path | None = None
) -> tuple[Path, ...]:
    """Write report.html, report.pdf and the figures as SVG; the same sweep gives the same bytes.

    `fonts` is a folder of fonts for the PDF; without it Typst's own are used.
    """
    sections = sections_of(sweep, found)
    pictures = folder / "figures"
    pictures.mkdir(parents=True, exist_ok=True)
    for number, picture in enumerate((one for one in sections if one.svg), start=1):
        path = pictures / f"{number:02d}-{_file_name(picture.heading)}.svg"
        path.write_text(picture.svg, encoding="utf-8")
    html, pdf = folder / "report.html", folder / "report.pdf"
    html.write_text(page(sweep.title, sections), encoding="utf-8")
    pdf.write_bytes(_paper(sweep.title, sections, fonts))
    return html, pdf


def _notes(sweep: Sweep, found: Sequence[Found]) -> tuple[str, ...]:
    trials = sum(one.result.trials for one in found)
    unsure = sum(one.result.standard_error > sweep.error for one in found)
    notes = [
        f"{trials:,} simulated trials at {len(found)} points, seed {sweep.seed}. Each point ran "
        f"until the Monte-Carlo error of its power was at most {sweep.error:.2%}, or "
        f"{sweep.most:,} trials were done.",
        "All points meet the same random numbers, so differences between points are known better "
        "than the errors of the points suggest.",
        "Power is the share of trials that cross an efficacy bound on the side of the experimental "
        "arm first; where the hazard ratio is 1 it is the one-sided type I error.",
        f"Sweep {sweep.digest[:16]}.",
    ]
    if unsure:
        notes.insert(1, f"{unsure} points reached the most trials before the wanted error.")
    return tuple(notes)


def _file_name(title: str) -> str:
    plain = (letter if letter.isalnum() else "-" for letter in title.lower())
    return "-".join(part for part in "".join(plain).split("-") if part)[:60]


def _paper(title: str, sections: Iterable[Section], fonts: Path | None = None) -> bytes:
    """The PDF, tagged and without a date, in the fonts of a folder; never in the system's."""
    contents = {"title": title, "sections": [dataclasses.asdict(section) for section in sections]}
    template = files("equipoise.design.report").joinpath("paper.typ").read_bytes()
    compiled: Any = typst.compile  # its own types leave the kind of its input open
    made: bytes = compiled(
        template,
        font_paths=[str(fonts)] if fonts else [],
        ignore_system_fonts=True,
        sys_inputs={"contents": json.dumps(contents)},
        pdf_standards=["ua-1"],
        timestamp=0,
    )
    return made

"""What the page of one sweep tells: how far it is, what it found, and what that rests on."""

from collections.abc import Mapping, Sequence
from itertools import chain, islice

from django.utils.translation import gettext, ngettext

from equipoise.design.answer.assumed import Assumed
from equipoise.design.report.pictures import bounds_figure, duration_figures, power_figures
from equipoise.design.report.tables import characteristics, looks_table
from equipoise.design.sweep.checkpoint import Progress
from equipoise.design.sweep.from_study import Start, otherwise
from equipoise.design.sweep.question import Sweep
from equipoise.design.sweep.question_text import SETTINGS
from equipoise.design.sweep.run import SoFar
from equipoise.design.sweep.settings import Settings
from equipoise.web.design.figures import tags
from equipoise.web.design.words import mark, report_words, thousands

__all__ = ["how_far", "rests_on", "results", "varied"]

MOST_FIGURES = 12  # of power, and as many of duration
MOST_ROWS = 400


def varied(sweep: Sweep) -> list[str]:
    """What varies, and over which values: a line an axis."""
    words = report_words()
    lines = [words.with_unit(name, _listed(name, values)) for name, values in sweep.vary]
    return lines or [gettext("nothing: one design")]


def _listed(name: str, values: Sequence[object]) -> str:
    apart = "; " if mark() == "," else ", "
    return apart.join(report_words().value(name, one) for one in values)


def how_far(progress: Progress) -> dict[str, object]:
    """How far a sweep is, in words and for a bar."""
    values = {
        "done": progress.points_done,
        "points": progress.points,
        "trials": thousands(progress.trials),
    }
    return {
        "sentence": ngettext(
            "%(done)s of %(points)s point done, %(trials)s trials.",
            "%(done)s of %(points)s points done, %(trials)s trials.",
            progress.points,
        )
        % values,
        "chunks": progress.chunks_done,
        "expected": max(progress.chunks_expected, 1),
        "percent": round(100 * progress.chunks_done / max(progress.chunks_expected, 1)),
    }


def results(sweep: Sweep | None, seen: SoFar | None) -> dict[str, object]:
    """Figures and tables of what was found so far; None where there is nothing yet."""
    if sweep is None or seen is None or not seen.found:
        return {"figures": [], "characteristics": None, "looks": None, "axes": 0, "more": 0}
    words, found = report_words(), seen.found[:MOST_ROWS]
    figures = chain(
        islice(power_figures(sweep, seen.found, words), MOST_FIGURES),
        [bounds_figure(seen.found, words)],
        islice(duration_figures(sweep, seen.found, words), MOST_FIGURES),
    )
    return {
        "figures": list(figures),
        "characteristics": characteristics(sweep, found, words),
        "looks": looks_table(sweep, found, words),
        "axes": len(sweep.vary),
        "more": len(seen.found) - len(found),
    }


def rests_on(sweep: Sweep, file: Start | None) -> list[dict[str, object]]:
    """Every setting: its value, where it comes from, and whether that still needs the sponsor."""
    axes, words = dict(sweep.vary), report_words()
    differs = otherwise(file, sweep) if file else {}
    rows = []
    for name in SETTINGS:
        kept = getattr(sweep.fixed, name)
        value = _listed(name, axes.get(name, (kept,)))
        source = None if name in axes else _source(name, kept, file, differs)
        english = bool(source and file and source.where and _in_english(source, file, differs))
        row = {"name": words.heading(name), "value": value, "where_english": english}
        rows.append(row | _provenance(source))
    return rows


def _in_english(source: Assumed, file: Start, differs: Mapping[str, str]) -> bool:
    """Whether it is told as the study file or the simulation says it, in English."""
    return source in file.sources.values() or source.where in differs.values()


def _source(name: str, kept: object, file: Start | None, differs: Mapping[str, str]) -> Assumed:
    """Where a value comes from: the study file when it says the same, the program, or who asked.

    What could not be simulated as the study has it says so in place of the file's own line.
    """
    if name in differs:
        return Assumed(0, where=differs[name])
    named = file.sources.get(name) if file else None
    if file and named and getattr(file.settings, name) == kept:
        return named
    if not named and getattr(Settings(), name) == kept:
        return Assumed(0, where=gettext("not in the study file; taken here"))
    return Assumed(0, where=gettext("given for this sweep"))


def _provenance(source: Assumed | None) -> dict[str, object]:
    if source is None:
        return {"tag": gettext("varies in this sweep"), "where": "", "unverified": None}
    tag = tags()[source.tag][0]
    return {"tag": tag, "where": source.where, "unverified": source.unverified}

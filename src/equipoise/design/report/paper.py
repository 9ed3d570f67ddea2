"""The report as PDF, set by Typst: tagged, without a date, the same bytes each time."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from equipoise.design.report.page import Section

__all__ = ["paper"]


def paper(title: str, sections: Iterable[Section], fonts: Path | None = None) -> bytes:
    """The PDF. `fonts`: a folder of fonts; those of the system are never used."""
    contents = {"title": title, "sections": [asdict(section) for section in sections]}
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

"""A report as one HTML page that needs nothing from elsewhere: of a sweep, of a rehearsal."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from equipoise.analysis.figures.figure import Figure, Table

__all__ = ["Section", "page", "section_of"]

_LOOK = """body{font:17px/1.5 "Source Sans 3",sans-serif;color:#1b2733;
max-width:980px;margin:2rem auto;padding:0 1rem}h1,h2{color:#12303f;line-height:1.2}
.wide{overflow-x:auto}table{border-collapse:collapse;margin:.5rem 0;
font-variant-numeric:tabular-nums}td,th{border-bottom:1px solid #d5dee5;
padding:.2rem .9rem .2rem 0;text-align:left;vertical-align:top}
.note{background:#eef3f6;border-left:4px solid #12303f;padding:.5rem 1rem}
svg{max-width:100%;height:auto}summary{cursor:pointer;color:#0f5499}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What stands under one heading, in this order; a figure folds its numbers away."""

    heading: str = ""
    note: str = ""
    svg: str = ""
    paragraphs: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    table: Table | None = None


def section_of(figure: Figure) -> Section:
    """A figure under its title."""
    return Section(heading=figure.title, svg=figure.svg, table=figure.table)


def page(title: str, sections: Iterable[Section]) -> str:
    """The page as text."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_LOOK}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>{''.join(map(_section, sections))}</main></body>"
        "</html>\n"
    )


def _section(section: Section) -> str:
    paragraphs = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in section.paragraphs)
    return f"{_head(section)}{section.svg}{paragraphs}{_list(section)}{_numbers(section)}"


def _head(section: Section) -> str:
    heading = f"<h2>{escape(section.heading)}</h2>" if section.heading else ""
    return heading + (f'<p class="note">{escape(section.note)}</p>' if section.note else "")


def _list(section: Section) -> str:
    lines = "".join(f"<li>{escape(line)}</li>" for line in section.lines)
    return f"<ul>{lines}</ul>" if lines else ""


def _numbers(section: Section) -> str:
    table = _table(section.table, section.heading) if section.table else ""
    return f"<details><summary>The numbers</summary>{table}</details>" if section.svg else table


def _table(table: Table, caption: str) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.headers)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows
    )
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption, quote=True)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )

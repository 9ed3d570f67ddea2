"""The report as one HTML page that needs nothing from elsewhere."""

from html import escape

from equipoise.analysis.figures.figure import Figure, Table
from equipoise.design.report.told import Told

__all__ = ["page"]

_LOOK = """body{font:17px/1.5 "Source Sans 3",sans-serif;color:#1b2733;
max-width:980px;margin:2rem auto;padding:0 1rem}h1,h2{color:#12303f;line-height:1.2}
.wide{overflow-x:auto}table{border-collapse:collapse;margin:.5rem 0;
font-variant-numeric:tabular-nums}td,th{border-bottom:1px solid #d5dee5;
padding:.2rem .9rem .2rem 0;text-align:left;vertical-align:top}
svg{max-width:100%;height:auto}summary{cursor:pointer;color:#0f5499}"""


def page(told: Told) -> str:
    """The page as text."""
    title = escape(told.title)
    parts = [
        f"<h1>{title}</h1>",
        *(f"<p>{escape(note)}</p>" for note in told.notes),
        "<h2>Operating characteristics</h2>",
        _table(told.characteristics, "Operating characteristics"),
        "<h2>Each look</h2>",
        _table(told.looks, "Each look"),
        *(_section(figure) for figure in told.figures),
        "<h2>What was fixed</h2>",
        _table(told.settings, "What was fixed"),
    ]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_LOOK}</style></head>'
        f"<body><main>{''.join(parts)}</main></body></html>\n"
    )


def _section(figure: Figure) -> str:
    return (
        f"<h2>{escape(figure.title)}</h2>{figure.svg}"
        f"<details><summary>The numbers</summary>{_table(figure.table, figure.title)}</details>"
    )


def _table(table: Table, caption: str) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.headers)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows
    )
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption, quote=True)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )

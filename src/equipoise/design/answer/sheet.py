"""An answer in several tables, each with headers: as text, HTML, LaTeX or Markdown."""

import html
from abc import ABC, abstractmethod
from dataclasses import dataclass

from equipoise.design.results import Answer, html_table, latex_escaped, latex_table

__all__ = ["Part", "Sheet", "markdown_of", "number", "percent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One table: as many cells in each row as there are headers; the first names the row."""

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Sheet(Answer, ABC):
    """An answer that is more than one table."""

    @abstractmethod
    def parts(self) -> tuple[Part, ...]:
        """The tables in the order in which they are read."""

    def rows(self) -> list[tuple[str, list[str]]]:
        """All rows of all tables, one after another."""
        return [(row[0], list(row[1:])) for part in self.parts() for row in part.rows]

    def text(self) -> str:
        """The tables as plain text, columns aligned, notes below."""
        return "\n\n".join([self.title, *(_text(part) for part in self.parts())])

    def html(self) -> str:
        """The tables as HTML, each with its caption, column headers and row headers."""
        heading = f"<h2>{html.escape(self.title)}</h2>"
        return "\n".join([heading, *(_html(part) for part in self.parts())])

    def markdown(self) -> str:
        """The tables as Markdown, for a study's notes."""
        return "\n\n".join(markdown_of(part) for part in self.parts())

    def latex(self) -> str:
        """The tables as LaTeX tabulars, each under its title."""
        return "\n\n".join(_latex(part) for part in self.parts())


def number(value: float, decimals: int = 1) -> str:
    """A number to so many decimals, never minus nought."""
    shown = f"{value:.{decimals}f}"
    return shown.removeprefix("-") if not shown.strip("-0.") else shown


def percent(chance: float, decimals: int = 1) -> str:
    """A chance as a percentage."""
    return f"{number(100 * chance, decimals)} %"


def markdown_of(part: Part) -> str:
    """One table as Markdown: its title in bold, its note below."""
    ruler = ["---:" if _is_numeric(part, c) else "---" for c in range(len(part.headers))]
    lines = [
        "| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |"
        for row in (part.headers, tuple(ruler), *part.rows)
    ]
    note = ["", part.note] if part.note else []
    return "\n".join([f"**{part.title}**", "", *lines, *note])


def _text(part: Part) -> str:
    table = (part.headers, *part.rows)
    wide = [max(len(row[column]) for row in table) for column in range(len(part.headers))]
    numeric = [_is_numeric(part, column) for column in range(len(part.headers))]
    lines = [part.title]
    for row in table:
        cells = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, wide, numeric, strict=True)
        ]
        lines.append(("  " + "  ".join(cells)).rstrip())
    return "\n".join([*lines, *([f"  {part.note}"] if part.note else [])])


def _is_numeric(part: Part, column: int) -> bool:
    cells = [row[column] for row in part.rows if row[column]]
    return bool(cells) and column > 0 and all(cell[:1] in "0123456789-+<" for cell in cells)


def _html(part: Part) -> str:
    table = html_table(part.title, part.headers, part.rows)
    return table + (f"<p>{html.escape(part.note)}</p>" if part.note else "")


def _latex(part: Part) -> str:
    columns = "".join("r" if _is_numeric(part, c) else "l" for c in range(len(part.headers)))
    note = [latex_escaped(part.note)] if part.note else []
    return "\n".join([latex_table(part.title, columns, part.headers, part.rows), *note])

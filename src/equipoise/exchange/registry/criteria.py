"""The criteria of a record, as single lines: a text with marks of Markdown, as people wrote it."""

import re
from dataclasses import dataclass
from typing import Literal

__all__ = ["Line", "Passage", "Side", "lines", "passages"]

Side = Literal["inclusion", "exclusion", "unsplit"]
_ESCAPE = re.compile(r"\\([\\<>*_\[\]#+().!~-])")
_HEADING = re.compile(
    r"^\W*(?:(?:key|main|major|general|patient|subject)\s+)?(in|ex)clusion(?:\s+criteria)?"
    r"(?:\s*\([^)]*\))?\s*[:.\-–]*\s*(.*)$",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^(\s*)(?:[*•·▪–-]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+(.*)$")
INDENT = 2


@dataclass(frozen=True)
class Line:
    """One criterion: on which side, how deep, and its text without marks."""

    side: Side
    depth: int
    text: str


@dataclass(frozen=True)
class Passage:
    """A paragraph of a text, or points under one another."""

    is_list: bool
    rows: list[str]

    @property
    def text(self) -> str:
        return " ".join(self.rows)


def passages(text: str) -> list[Passage]:
    """A text of a record, its marks of Markdown taken for what they mean."""
    found: list[Passage] = []
    goes_on = False
    for row in text.splitlines():
        plain = _ESCAPE.sub(r"\1", row.strip())
        bullet = _BULLET.match(plain)
        if goes_on and plain and found[-1].is_list == bool(bullet):
            found[-1].rows.append(bullet[2] if bullet else plain)
        elif plain:
            found.append(Passage(bool(bullet), [bullet[2] if bullet else plain]))
        goes_on = bool(plain)
    return found


def lines(text: str) -> list[Line]:
    """Each criterion; all `unsplit` where the text has no heading, since nothing is guessed."""
    side: Side = "unsplit"
    found: list[Line] = []
    for row in text.splitlines():
        plain = _ESCAPE.sub(r"\1", row.rstrip())
        if not plain.strip():
            continue
        bullet = _BULLET.match(plain)
        heading = _HEADING.match(plain) if _is_heading(plain) else None
        if heading:
            side = "inclusion" if heading[1].lower() == "in" else "exclusion"
            plain, bullet = heading[2], None
        if not plain.strip():
            continue
        indent, words = (len(bullet[1]), bullet[2]) if bullet else (0, plain.strip())
        found.append(Line(side, indent // INDENT, words.strip()))
    return found


def _is_heading(row: str) -> bool:
    """Whether a row can be a heading: short, or with its words behind a colon."""
    found = _HEADING.match(row)
    return bool(found) and (":" in row[:40] or not found[2] or len(row) < 30)  # type: ignore[index]

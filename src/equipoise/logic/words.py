"""From the text of a rule to its words, each with the column where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from equipoise.logic.units import DURATIONS, LIMITS, is_unit, nearest_unit

LONGEST = 10_000
LONGEST_NUMBER = 40

KEYWORDS = frozenset(
    ("and", "or", "not", "in", "is", "known", "unknown", "true", "false", "if", "else", "prefer")
    + ("any", "none", "count", "of", "where")
    + ("within", "before", "after", "since", "until")
)

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?!\w)")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_SIGN = re.compile(r"\*\*|<=|>=|==|!=|[<>+\-*/(),\[\]]")
_PART = r"(?:10\*-?\d+|(?:[A-Za-zµμ]+\d?)?\[[A-Za-z]+\]|[A-Za-zµμ]+\d?|%|\{[^{}\s]*\})"
_UNIT = re.compile(rf"/?{_PART}(?:/{_PART})*")
_MISTAKES = {
    "=": "==",
    "&&": "and",
    "&": "and",
    "||": "or",
    "|": "or",
    "!": "not",
    "<>": "!=",
    "=<": "<=",
    "=>": ">=",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "×": "*",
    "·": "*",
    "÷": "/",
    "^": "**",
    "−": "-",
    "–": "-",
    "“": "'",
    "”": "'",
    "‘": "'",
    "’": "'",
}
_MISTAKE = re.compile("|".join(re.escape(sign) for sign in sorted(_MISTAKES, key=len)[::-1]))


class Unreadable(Exception):
    """A rule that cannot be read: what is wrong, at which column, and what would do."""

    def __init__(self, message: str, column: int, suggestion: str = "") -> None:
        super().__init__(message, column, suggestion)
        self.message = message
        self.column = column
        self.suggestion = suggestion

    def __str__(self) -> str:
        hint = f" Did you mean {self.suggestion}?" if self.suggestion else ""
        return f"column {self.column}: {self.message}.{hint}"


Kind = Literal["name", "keyword", "number", "unit", "text", "day", "sign", "end"]


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a rule; the first column is 1."""

    kind: Kind
    text: str
    column: int

    def number(self) -> Decimal:
        """What a number says; raises Unreadable for one that nobody means."""
        if len(self.text) > LONGEST_NUMBER:
            said = f"A number has at most {LONGEST_NUMBER} signs, this one {len(self.text)}"
            raise Unreadable(said, self.column)
        return Decimal(self.text)

    def day(self) -> date:
        """What a date says; raises Unreadable for a day that no month has."""
        try:
            return date.fromisoformat(self.text)
        except ValueError:
            raise Unreadable(f"There is no day {self.text}", self.column, "2026-11-12") from None

    @property
    def shown(self) -> str:
        """The word as a message quotes it."""
        return "the end of the text" if self.kind == "end" else repr(self.text)


def words(text: str) -> list[Word]:
    """All words of a rule, closed by one of kind "end"; raises Unreadable."""
    if len(text) > LONGEST:
        raise Unreadable(f"This is longer than {LONGEST} characters", LONGEST + 1)
    found: list[Word] = []
    place = 0
    while True:
        place += len(text[place:]) - len(text[place:].lstrip(" \t\r\n"))
        if place >= len(text):
            return [*found, Word("end", "", len(text) + 1)]
        word = _word(text, place, found)
        found.append(word)
        place += len(word.text)


def _word(text: str, place: int, before: list[Word]) -> Word:
    if before and before[-1].kind == "number" and (unit := _unit(text, place)):
        return Word("unit", unit, place + 1)
    if match := _DATE.match(text, place):
        return Word("day", match.group(), place + 1)
    if match := _NUMBER.match(text, place):
        return Word("number", match.group(), place + 1)
    if match := _NAME.match(text, place):
        kind: Kind = "keyword" if match.group() in KEYWORDS else "name"
        return Word(kind, match.group(), place + 1)
    if text[place] in "'\"":
        return _quoted(text, place)
    return _sign(text, place)


def _sign(text: str, place: int) -> Word:
    sign, mistake = _SIGN.match(text, place), _MISTAKE.match(text, place)
    if mistake and (sign is None or len(mistake.group()) > len(sign.group())):
        wrong = mistake.group()
        raise Unreadable(f"{wrong!r} is not a sign of this language", place + 1, _MISTAKES[wrong])
    if sign is None:
        raise Unreadable(f"{text[place]!r} is not a sign of this language", place + 1)
    return Word("sign", sign.group(), place + 1)


def _quoted(text: str, place: int) -> Word:
    end = text.find(text[place], place + 1)
    if end < 0:
        raise Unreadable(f"The quote {text[place]} is not closed", place + 1)
    if "\n" in text[place:end]:
        raise Unreadable("A code cannot run over more than one line", place + 1)
    return Word("text", text[place : end + 1], place + 1)


def _unit(text: str, place: int) -> str:
    """The unit that follows a number, or nothing: a keyword or a calculation follows it."""
    match = _UNIT.match(text, place)
    if match is None:
        return ""
    unit = match.group()
    if unit in KEYWORDS:
        return ""
    if is_unit(unit) or unit in LIMITS or unit in DURATIONS:
        return unit
    if unit.startswith("/"):
        return ""  # a division
    raise _unknown_unit(unit, place)


def _unknown_unit(unit: str, place: int) -> Unreadable:
    first = unit.split("/", maxsplit=1)[0]
    if unit.lower() == "x":
        return Unreadable("'x' is not a unit; write 1.5 ULN, or * to multiply", place + 1)
    if unit.upper() in LIMITS:
        return Unreadable(f"Unknown unit {unit!r}", place + 1, unit.upper())
    if first != unit and is_unit(first):
        message = f"Unknown unit {unit!r}; to divide, put spaces around the /"
        return Unreadable(message, place + 1, nearest_unit(unit))
    return Unreadable(f"Unknown unit {unit!r}", place + 1, nearest_unit(unit))

"""A day as people type it in one box: 3-4-26, 3 apr 2026, 2026-04-03, nov 2019, UN 11 2019, today.

The day comes first, as nearly everywhere; a year of four digits may come first too.
Nothing is guessed: what is no such thing is not read, and a part that is not known stays so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from equipoise.logic.figures import month_names
from equipoise.logic.translator import Phrases, Translator

__all__ = ["DayTyped", "day_text_of"]

_WORDS = Phrases("day that is typed", {"0": "today", "1": "yesterday"})
_PARTS = re.compile(r"[ \-/.,]+")
_UNKNOWN = re.compile(r"UNK?", re.IGNORECASE)
_AHEAD = 10  # years: 35 is 1935 until 2025, and 2035 from then on


class DayTyped(NamedTuple):
    """The parts of a date as numbers, UN where it is said not to be known, empty where left out."""

    year: str
    month: str
    day: str


def day_text_of(text: str, today: date, languages: Iterable[Translator]) -> DayTyped | None:
    """What was typed; None where it is no date, whether or not such a day exists."""
    languages, plain = tuple(languages), text.strip().lower()
    for back in ("0", "1"):
        if plain in {_WORDS.said(back, into).lower() for into in languages}:
            on = today - timedelta(days=int(back))
            return DayTyped(str(on.year), str(on.month), str(on.day))
    parts = [part for part in _PARTS.split(plain) if part]
    read = [_part(part, languages) for part in parts]
    if not 1 <= len(parts) <= 3 or None in read:
        return None
    given = [part for part in read if part is not None]
    if len(given[0]) == 4 and given[0].isdecimal():
        return _whole(given, today)
    return _whole(given[::-1], today)


def _part(part: str, languages: tuple[Translator, ...]) -> str | None:
    """A number, UN, or the number of a month that is named; None where it is none of these."""
    if part.isascii() and part.isdecimal() and len(part) in (1, 2, 4):
        return part
    if _UNKNOWN.fullmatch(part):
        return "UN"
    months = {
        str(number)
        for into in languages
        for number, names in enumerate(month_names(into), start=1)
        for name in names
        if len(part) > 2 and name.lower().startswith(part)
    }
    return months.pop() if len(months) == 1 else None


def _whole(parts: list[str], today: date) -> DayTyped | None:
    """Year, month and day in this order; the year is there, and of four digits in the end."""
    year, month, on = (*parts, "", "")[:3]
    if len(year) == 2 and year.isdecimal() and len(parts) > 2:
        near = today.year // 100 * 100 + int(year)
        year = str(near if near <= today.year + _AHEAD else near - 100)
    if len(year) != 4 or len(month) > 2 or len(on) > 2:
        return None
    return DayTyped(year, month, on)

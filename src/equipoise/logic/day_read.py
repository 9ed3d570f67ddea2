"""A day as people type it in one box: 3-4-26, 3 apr 2026, April 3rd, 2026, 2026-04-03, UN 11 2019.

Of numbers alone the day comes first, as nearly everywhere; a year of four digits may come first
too. A month that is named stands anywhere. Nothing is guessed: what is no such thing, or might be
two days, is not read, and a part that is not known stays so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from equipoise.logic.figures import month_names
from equipoise.logic.translator import Phrases, Translator

__all__ = ["DayTyped", "day_text_of", "two_days"]

_WORDS = Phrases("day that is typed", {"0": "today", "1": "yesterday"})
# Between words and numbers nothing need stand, as in 03APR2026; 3rd and 3de are 3.
_ORDINAL = re.compile(r"(?<=[0-9])(?:st|nd|rd|th|ste|de|e)\b")
_PARTS = re.compile(r"[ \-/.,]+|(?<=[0-9])(?=[a-z])|(?<=[a-z])(?=[0-9])")
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
    parts = _parts(plain)
    read = [_part(part, languages) for part in parts]
    if not 1 <= len(parts) <= 3 or None in read or two_days(text, today):
        return None
    given = [part for part in read if part is not None]
    return _whole(_ordered(parts, given), today)


def two_days(text: str, today: date) -> tuple[date, date] | None:
    """The days that three short numbers may both mean: 26-04-03 by its last number, or its first.

    The last one is the year, unless a later day begins with it.
    """
    parts = _parts(text.strip().lower())
    if len(parts) != 3 or not all(re.fullmatch("[0-9]{1,2}", part) for part in parts):
        return None
    first, other = (_day(_whole(given, today)) for given in (parts[::-1], parts))
    return (first, other) if first and other and first < other else None


def _day(typed: DayTyped | None) -> date | None:
    try:
        return date(*map(int, typed)) if typed else None
    except ValueError:
        return None


def _parts(plain: str) -> list[str]:
    return [part for part in _PARTS.split(_ORDINAL.sub("", plain)) if part]


def _ordered(parts: list[str], given: list[str]) -> list[str]:
    """Year, month and day in this order, as far as they were typed; nothing: they have none."""
    pairs = zip(parts, given, strict=True)
    named = [n for n, (part, read) in enumerate(pairs) if _is_month(part, read)]
    if not named:
        return given if _is_year(given[0]) else given[::-1]
    others = [part for n, part in enumerate(given) if n != named[0]]
    if len(others) == 2 and not _is_year(others[0]):
        others.reverse()
    # Two short numbers before a month might each be the year.
    in_order = len(named) == 1 and (named[0] < 2 or _is_year(others[0]))
    return [*others[:1], given[named[0]], *others[1:]] if in_order else []


def _is_month(part: str, read: str) -> bool:
    return part != read and read != "UN"


def _is_year(part: str) -> bool:
    return len(part) == 4 and part.isdecimal()


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
    year, month, on = (*parts, "", "", "")[:3]
    if len(year) == 2 and year.isdecimal() and len(parts) > 2:
        near = today.year // 100 * 100 + int(year)
        year = str(near if near <= today.year + _AHEAD else near - 100)
    if len(year) != 4 or len(month) > 2 or len(on) > 2:
        return None
    return DayTyped(year, month, on)

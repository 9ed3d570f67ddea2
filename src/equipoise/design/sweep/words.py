"""Settings as people type them: `0.6,0.7`, `0.5..0.9/0.1` (from, to, step), looks as `1,0.5+1`.

A comma puts values apart. Where it may as well be a decimal comma (`0,7`) it is asked, not guessed.
"""

import math
import re
from typing import Any

from equipoise.design.sweep.question import BadSweep
from equipoise.design.sweep.question_text import MOST_POINTS

__all__ = ["many", "may_be_decimal", "one"]

_WORDS = {"true": True, "yes": True, "false": False, "no": False, "none": None, "null": None}


def one(words: str) -> Any:
    """One value: a number, yes or no, none, looks such as `0.5+1`, or else the word itself."""
    words = words.strip()
    if "+" in words.lstrip("+") and (looks := _looks(words)):
        return looks
    if words.lower() in (*_WORDS, ""):
        return _WORDS.get(words.lower())
    for kind in (int, float):
        try:
            return kind(_plain(words))
        except ValueError:
            continue
    return words


def _plain(words: str) -> str:
    """The same; raises ValueError for what Python alone takes for a number, such as 1_0."""
    if "_" in words or not words.isascii():
        raise ValueError(words)
    return words


def many(words: str, *, decimals: bool = False) -> list[Any]:
    """The values of an axis.

    :param decimals: whether the setting takes numbers that are not whole
    :raises BadSweep: for a range that cannot be counted through, and for a comma of two meanings
    """
    if ".." in words:
        return _range(words)
    if decimals and may_be_decimal(words):
        doubt = f"is this {words.replace(',', '.')}, or are these several values?"
        remedy = "Decimals have a point; of several values write one with its point, as 18.0,24"
        raise BadSweep([f"{words!r}: {doubt} {remedy}"])
    return [one(word) for word in words.split(",")]


def may_be_decimal(words: str) -> bool:
    """Whether a comma between digits may mark decimals: no point says that it does not."""
    return "." not in words and re.search(r"\d,\d", words) is not None


def _looks(words: str) -> list[float]:
    try:
        return [float(_plain(part)) for part in words.split("+")]
    except ValueError:
        return []


def _range(words: str) -> list[Any]:
    first, rest = words.split("..", 1)
    last, _, step = rest.partition("/")
    try:
        low, high, by = (float(_plain(each)) for each in (first, last, step or "1"))
    except ValueError:
        low = high = by = math.nan
    if not all(map(math.isfinite, (low, high, by))):
        raise BadSweep([f"{words!r} is no range such as 0.5..0.9/0.1"])
    if not by > 0 or high < low:
        raise BadSweep([f"{words!r}: a range rises by steps above 0, as in 0.5..0.9/0.1"])
    steps = (high - low) / by + 1e-9
    if not steps < MOST_POINTS:
        raise BadSweep([f"{words!r}: more than {MOST_POINTS:,} values; take larger steps"])
    return [float(f"{low + k * by:.12g}") for k in range(math.floor(steps) + 1)]

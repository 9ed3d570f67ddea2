"""What stands before a bracket: `years(a, b)`, `round(dose, 5 mg)`, `min(bsa, 2 m2)`."""

from __future__ import annotations

import difflib
from collections.abc import Collection

from equipoise.logic import tree
from equipoise.logic.tree import Node
from equipoise.logic.words import Unreadable, Word

_ELAPSED: dict[str, tree.ElapsedUnit] = {"days": "days", "months": "months", "years": "years"}
_ROUNDED: dict[str, tree.Rounding] = {
    "round": "round",
    "round_down": "round_down",
    "round_up": "round_up",
}
_EXTREMES: dict[str, tree.Extremum] = {"min": "min", "max": "max"}
_NAMES = (*_ELAPSED, *_ROUNDED, *_EXTREMES, "prefer")


def called(word: Word, args: tuple[Node, ...]) -> Node:
    """What the word makes of the values in brackets; raises Unreadable where that is nothing."""
    name = word.text
    if unit := _ELAPSED.get(name):
        _want_two(word, args, "two dates", f"{name}(birth_date, consent)")
        return tree.Elapsed(unit, args[0], args[1], column=word.column)
    if way := _ROUNDED.get(name):
        _want_two(word, args, "a number and a step", f"{name}(dose, 5 mg)")
        return tree.Rounded(way, args[0], args[1], column=word.column)
    if side := _EXTREMES.get(name):
        if len(args) < 2:
            message = f"{name}() takes two values or more, found {len(args)}"
            raise Unreadable(message, word.column, f"{name}(bsa, 2 m2)")
        return tree.Extreme(side, args, column=word.column)
    *most, last = (f"{each}()" for each in _NAMES)
    message = f"There is no {name}(); there are {', '.join(most)} and {last}"
    raise Unreadable(message, word.column, nearest(name, _NAMES))


def _want_two(word: Word, args: tuple[Node, ...], what: str, right: str) -> None:
    if len(args) != 2:
        raise Unreadable(f"{word.text}() takes {what}, found {len(args)}", word.column, right)


def nearest(text: str, known: Collection[str]) -> str:
    """What was probably meant, or nothing."""
    return next(iter(difflib.get_close_matches(text, known, n=1)), "")

"""The cells of a decision table: a range, codes, a yes or no, or nothing, for which all will do.

A cell becomes a rule of the language about its column, so that what holds of rules (units, what is
known in part, what is missing) holds of tables too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from equipoise.logic import tree
from equipoise.logic.language import parse
from equipoise.logic.words import Unreadable

__all__ = ["Cell", "Codes", "Limits", "YesNo", "condition", "read_cell", "signed"]

_ANSWERS = {"yes": True, "true": True, "no": False, "false": False}
_ANY = ("", "-", "any")
_TEST = re.compile(r"\s*(<=|>=|<|>|==)?\s*(.*?)\s*", re.DOTALL)
_CODE = re.compile(r"'([^']+)'|\"([^\"]+)\"|([A-Za-z0-9][A-Za-z0-9_.-]*)")
_OPERATORS: dict[str, tree.Comparator] = {
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
    "==": "==",
    "": "==",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a number is held against; all of it must hold."""

    tests: tuple[tuple[tree.Comparator, tree.Node], ...]


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes that will do, or those that will not."""

    codes: tuple[str, ...]
    others: bool = False


@dataclass(frozen=True, slots=True)
class YesNo:
    """A yes or a no."""

    value: bool


Cell = Limits | Codes | YesNo | None
"""None: whatever it is, and also where it is not known."""


def read_cell(text: str | bool | Decimal | int | None, unit: str = "") -> Cell:
    """What a cell says.

    :param unit: in which the column counts a number that has none
    :raises Unreadable: where it is none of what a cell may be
    """
    if text is None or isinstance(text, bool):
        return None if text is None else YesNo(text)
    said = str(text).strip()
    if said in _ANY:
        return None
    if said in _ANSWERS:
        return YesNo(_ANSWERS[said])
    return _limits(said, unit) if said[0] in "<>=-0123456789" else _codes(said)


def condition(cell: Cell, column: tree.Node) -> tree.Node | None:
    """The rule that a cell stands for; None where all will do."""
    match cell:
        case Limits(tests):
            rules = tuple(tree.Compare(op, column, limit) for op, limit in tests)
            return rules[0] if len(rules) == 1 else tree.And(rules)
        case Codes(codes, others):
            among = tree.Among(column, tuple(tree.Text(code) for code in codes))
            return tree.Not(among) if others else among
        case YesNo(value):
            return column if value else tree.Not(column)
    return None


def signed(limit: tree.Node) -> tuple[Decimal, str]:
    """The number of a limit, and its unit."""
    if isinstance(limit, tree.Minus):
        number, unit = signed(limit.arg)
        return -number, unit
    if isinstance(limit, tree.Quantity):
        return limit.value, limit.unit
    return (limit.value, "") if isinstance(limit, tree.Number) else (Decimal(0), "")


def _limits(said: str, unit: str) -> Limits:
    low, _, high = (part.strip() for part in said.partition(" to "))
    if not high:
        return Limits((_test(low, unit),))
    upper = _test(high, unit, "<=")
    lower = _test(low, signed(upper[1])[1], ">=")
    if lower[0] not in (">", ">=") or upper[0] not in ("<", "<="):
        raise Unreadable("A range runs from its lower end to its upper", 1, "1.5 to < 2")
    return Limits((lower, upper))


def _test(text: str, unit: str, alone: tree.Comparator = "==") -> tuple[tree.Comparator, tree.Node]:
    """One comparison; a number that stands alone has the comparison that is handed in."""
    found = _TEST.fullmatch(text)
    sign, said = (found[1] or "", found[2]) if found else ("", text)
    limit = parse(said)
    inner = limit.arg if isinstance(limit, tree.Minus) else limit
    if not isinstance(inner, tree.Number | tree.Quantity):
        raise Unreadable(f"{said!r} is no number", 1, "< 1.5, 1.5 to < 2, or >= 90 U/L")
    return (_OPERATORS[sign] if sign else alone), _measured(limit, unit)


def _measured(limit: tree.Node, unit: str) -> tree.Node:
    if isinstance(limit, tree.Minus):
        return replace(limit, arg=_measured(limit.arg, unit))
    if isinstance(limit, tree.Number) and unit:
        return tree.Quantity(limit.value, unit)
    return limit


def _codes(said: str) -> Codes:
    others = said.startswith("not ")
    parts = [part.strip() for part in said.removeprefix("not ").split(",")]
    found = [_CODE.fullmatch(part) for part in parts]
    if not all(found):
        raise Unreadable(f"{said!r} is no range, code, yes or no", 1, "mutant, or not wild-type")
    return Codes(tuple(next(filter(None, one.groups())) for one in found if one), others)

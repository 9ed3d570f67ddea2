"""Calculating and comparing with what was read: units brought together, limits of normal found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from equipoise.logic import tree
from equipoise.logic.compound_units import power, product
from equipoise.logic.days import DateSpan, elapsed
from equipoise.logic.extremes import outermost, to_step
from equipoise.logic.interval import Interval, calculate, compare, negated
from equipoise.logic.reading import Amount, Compared, Gap, Reading, Title, Value, joined
from equipoise.logic.truth import Truth
from equipoise.logic.units import DURATIONS, LIMITS, cancels, factor, scale

_CALCULATION = Title("calculation")
_TURNED: dict[tree.Comparator, tree.Comparator] = {
    "==": "==",
    "!=": "!=",
    "<": ">",
    "<=": ">=",
    ">": "<",
    ">=": "<=",
}


def compared(node: tree.Compare, left: Reading, right: Reading, wanted: bool | None) -> Reading:
    """The answer to a comparison; the value stands left of its limit in the remark."""
    op = node.op
    if _is_limit(left) or (_is_fixed(node.left) and not _is_fixed(node.right)):
        op, left, right = _TURNED[op], right, left
    found = joined(None, left.title, left, right)
    if left.value is None or right.value is None:
        return found.decided(Truth.UNKNOWN)
    if _is_limit(right):
        return _against_limit(op, found, left, right, wanted)
    truth, limit = _compared_values(op, left.value, right.value)
    if limit is None:
        gap = Gap("unit", left.title, unit=_unit(left.value) or _unit(right.value))
        return replace(found, gaps=(*found.gaps, gap)).decided(Truth.UNKNOWN)
    holds = truth is Truth.TRUE
    remark = Compared(left.title, left.value, left.on, op, limit, None, holds, wanted)
    return found.decided(truth, remark)


def _is_limit(found: Reading) -> bool:
    return isinstance(found.value, Amount) and found.value.unit in LIMITS


def _is_fixed(node: tree.Node) -> bool:
    return isinstance(node, tree.Number | tree.Quantity | tree.Text | tree.YesNo | tree.Day)


def _unit(value: Value) -> str:
    return value.unit if isinstance(value, Amount) else ""


def _against_limit(
    op: tree.Comparator, found: Reading, left: Reading, right: Reading, wanted: bool | None
) -> Reading:
    """Against a multiple of the laboratory's own limit, in the unit that the value was recorded in.

    Nothing is converted first, so that 1.65 is exactly 1.5 times 1.1.
    """
    multiple = right.value
    raw = left.value.raw if isinstance(left.value, Amount) else None
    if not isinstance(multiple, Amount) or not isinstance(left.value, Amount):
        return found.decided(Truth.UNKNOWN)
    limit = None if raw is None else raw.uln if multiple.unit == "ULN" else raw.lln
    if raw is None or limit is None or not isinstance(raw.value, int | Decimal):
        gap = Gap("uln", left.title, last=raw, unit=multiple.unit)
        return replace(found, gaps=(*found.gaps, gap)).decided(Truth.UNKNOWN)
    times = multiple.number.lo
    recorded = Interval.censored(raw.comparator, Decimal(raw.value))
    truth = compare(op, recorded, Interval.at(times * limit))
    shown = Amount(Interval.at(times * limit), raw.unit or left.value.unit)
    value = Amount(recorded, raw.unit or left.value.unit, raw=raw)
    holds, times_uln = truth is Truth.TRUE, (times, multiple.unit)
    remark = Compared(left.title, value, left.on, op, shown, times_uln, holds, wanted)
    return found.decided(truth, remark)


def _compared_values(op: tree.Comparator, left: Value, right: Value) -> tuple[Truth, Value | None]:
    """The answer, and the limit in the unit of the value; no limit if the two do not compare."""
    if isinstance(left, Amount) and isinstance(right, Amount):
        other = _alike(right, left)
        if other is None:
            return Truth.UNKNOWN, None
        return compare(op, left.number, other.number), other
    if isinstance(left, DateSpan) and isinstance(right, DateSpan):
        return left.compared(op, right), right
    if isinstance(left, str) and isinstance(right, str) and op in ("==", "!="):
        return Truth.of((left == right) is (op == "==")), right
    if isinstance(left, Truth) and isinstance(right, Truth) and op in ("==", "!="):
        if not (left.known and right.known):
            return Truth.UNKNOWN, right
        return Truth.of((left is right) is (op == "==")), right
    return Truth.UNKNOWN, None


def _alike(amount: Amount, other: Amount) -> Amount | None:
    """The first amount in the unit of the other; a plain number is taken to be in it."""
    same = amount.unit == other.unit or amount.unit in other.equivalents
    if same or not amount.unit or not other.unit:
        return replace(amount, unit=other.unit or amount.unit)
    ratio = factor(amount.unit, other.unit, other.analyte or amount.analyte)
    if ratio is None:
        return None
    number = amount.number
    lo, hi = scale(number.lo, ratio), scale(number.hi, ratio)
    return Amount(Interval(lo, hi, number.lo_open, number.hi_open), other.unit, other.analyte)


def negative(found: Reading) -> Reading:
    """The same number with its sign turned."""
    if not isinstance(found.value, Amount):
        return replace(found, value=None, gaps=found.gaps or (Gap("incomplete", found.title),))
    return replace(found, value=Amount(negated(found.value.number), found.value.unit))


def computed(op: tree.Operator, left: Reading, right: Reading) -> Reading:
    """The result of a calculation, or the reason why there is none."""
    value = None
    if left.value is not None and right.value is not None:
        value = _result(op, left.value, right.value)
    return _worked_out(value, left, right)


def _worked_out(value: Value | None, *parts: Reading) -> Reading:
    title = next((part.title for part in parts if part.seen), _CALCULATION)
    found = joined(value, _CALCULATION, *parts)
    if value is None and not found.gaps:
        return replace(found, gaps=(Gap("incomplete", title),))
    return found


def rounded(way: tree.Rounding, found: Reading, step: Reading) -> Reading:
    """A number in whole steps, in the unit of the step."""
    value, by = found.value, step.value
    like = _alike(value, by) if isinstance(value, Amount) and isinstance(by, Amount) else None
    if like is None or not isinstance(by, Amount):
        return _worked_out(None, found, step)
    number = to_step(way, like.number, by.number)
    value = None if number is None else Amount(number, like.unit, like.analyte)
    return _worked_out(value, found, step)


def extreme(side: tree.Extremum, parts: Sequence[Reading]) -> Reading:
    """The least or the greatest, in the unit of the first; not known unless all of them are."""
    amounts = [part.value for part in parts if isinstance(part.value, Amount)]
    first = next((amount for amount in amounts if amount.unit), amounts[0] if amounts else None)
    like = [_alike(amount, first) for amount in amounts if first is not None]
    numbers = [amount.number for amount in like if amount is not None]
    if first is None or len(numbers) < len(parts):
        return _worked_out(None, *parts)
    return _worked_out(Amount(outermost(side, numbers), first.unit, first.analyte), *parts)


def _result(op: tree.Operator, left: Value, right: Value) -> Value | None:
    if isinstance(left, DateSpan):
        return _date_result(op, left, right)
    if not isinstance(left, Amount) or not isinstance(right, Amount):
        return None
    if LIMITS[0] in (left.unit, right.unit) or LIMITS[1] in (left.unit, right.unit):
        return None
    like = op == "/" and _cancel(left, right)
    other = _alike(right, left) if like or op in ("+", "-") else right
    if other is None:
        return None
    unit = "" if like else _result_unit(op, left, right)
    number = calculate(op, left.number, other.number)
    return None if number is None else Amount(number, unit, left.analyte)


def _cancel(left: Amount, right: Amount) -> bool:
    if not left.unit or not right.unit:
        return False
    declared = {*left.equivalents, *right.equivalents}
    return bool(declared & {left.unit, right.unit}) or cancels(
        left.unit, right.unit, left.analyte or right.analyte
    )


def _result_unit(op: tree.Operator, left: Amount, right: Amount) -> str:
    """A plain number leaves a unit as it is; others are multiplied."""
    if op in ("+", "-"):
        return left.unit or right.unit
    if op == "**":
        whole = right.number.exact and right.number.lo == right.number.lo.to_integral_value()
        return power(left.unit, int(right.number.lo)) if whole and left.unit else ""
    if not (left.unit and right.unit) and (op == "*" or left.unit):
        return left.unit or right.unit
    return product(left.unit, right.unit, 1 if op == "*" else -1)


def _date_result(op: tree.Operator, left: DateSpan, right: Value) -> Value | None:
    if op == "-" and isinstance(right, DateSpan):
        return Amount(elapsed("days", right, left), "d")
    if op not in ("+", "-") or not isinstance(right, Amount) or not right.number.exact:
        return None
    length = right.number.lo
    if right.unit not in DURATIONS.values() or length != length.to_integral_value():
        return None
    days = max(min(int(length), 10**7), -(10**7)) * (1 if op == "+" else -1)
    return left.moved(days, right.unit)


def elapsed_between(unit: tree.ElapsedUnit, start: Reading, end: Reading) -> Reading:
    """Whole time from one date to another."""
    title = Title("elapsed", unit, between=(start.title, end.title))
    code = {"days": "d", "months": "mo", "years": "a"}[unit]
    if isinstance(start.value, DateSpan) and isinstance(end.value, DateSpan):
        return joined(Amount(elapsed(unit, start.value, end.value), code), title, start, end)
    found = joined(None, title, start, end)
    return found if found.gaps else replace(found, gaps=(Gap("incomplete", title),))

"""Calculating and comparing with what was read: units brought together, limits of normal found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from equipoise.logic import tree
from equipoise.logic.compound_units import power, product
from equipoise.logic.days import DateSpan, elapsed
from equipoise.logic.extremes import outermost, to_step
from equipoise.logic.facts import FactType
from equipoise.logic.interval import Interval, calculate, compare, hull, negated
from equipoise.logic.reading import Amount, Compared, Gap, Reading, Title, Value, joined
from equipoise.logic.truth import TRUE, UNKNOWN, Truth
from equipoise.logic.units import DURATIONS, LIMITS, cancels, convert, factor, scale

_CALCULATION = Title("calculation")
_TURNED: dict[tree.Comparator, tree.Comparator] = {
    "==": "==",
    "!=": "!=",
    "<": ">",
    "<=": ">=",
    ">": "<",
    ">=": "<=",
}
_CODES: dict[tree.ElapsedUnit, str] = {"days": "d", "months": "mo", "years": "a"}
_FIXED = (tree.Number, tree.Quantity, tree.Text, tree.YesNo, tree.Day)


def is_turned(node: tree.Compare) -> bool:
    """Whether the limit stands left of the value."""
    return isinstance(node.left, _FIXED) and not isinstance(node.right, _FIXED)


def holds(
    op: tree.Comparator, left: Value | None, right: Value | None, *, turned: bool = False
) -> Truth:
    """Whether a comparison of two values holds.

    :param turned: whether the limit stands left of the value
    """
    if turned or _is_limit(left):
        op, left, right = _TURNED[op], right, left
    if left is None or right is None:
        return UNKNOWN
    if _is_limit(right):
        both = _beside_limit(left, right)
        return compare(op, *both) if both else UNKNOWN
    return _compared_values(op, left, right)[0]


def compared(node: tree.Compare, left: Reading, right: Reading, wanted: bool | None) -> Reading:
    """The answer to a comparison; the value stands left of its limit in the remark."""
    op = node.op
    if is_turned(node) or _is_limit(left.value):
        op, left, right = _TURNED[op], right, left
    found = joined(None, left.title, left, right)
    if left.value is None or right.value is None:
        return found.decided(Truth.UNKNOWN)
    if _is_limit(right.value):
        return _against_limit(op, found, left, right, wanted)
    truth, limit = _compared_values(op, left.value, right.value)
    if limit is None:
        gap = Gap("unit", left.title, unit=_unit(left.value) or _unit(right.value))
        return replace(found, gaps=(*found.gaps, gap)).decided(Truth.UNKNOWN)
    remark = Compared(left.title, left.value, left.on, op, limit, None, truth is TRUE, wanted)
    return found.decided(truth, remark)


def _is_limit(value: Value | None) -> bool:
    return isinstance(value, Amount) and value.unit in LIMITS


def _unit(value: Value) -> str:
    return value.unit if isinstance(value, Amount) else ""


def _against_limit(
    op: tree.Comparator, found: Reading, left: Reading, right: Reading, wanted: bool | None
) -> Reading:
    """Against a multiple of the laboratory's own limit, in the unit that the value was recorded in.

    Nothing is converted first, so that 1.65 is exactly 1.5 times 1.1.
    """
    value, multiple = left.value, right.value
    if not isinstance(multiple, Amount) or not isinstance(value, Amount):
        return found.decided(Truth.UNKNOWN)
    both = _beside_limit(value, multiple)
    if both is None:
        gap = Gap("uln", left.title, last=value.raw, unit=multiple.unit)
        return replace(found, gaps=(*found.gaps, gap)).decided(Truth.UNKNOWN)
    (recorded, limit), unit = both, (value.raw.unit if value.raw else "") or value.unit
    truth, times = compare(op, recorded, limit), (multiple.number.lo, multiple.unit)
    given, shown = Amount(recorded, unit, raw=value.raw), Amount(limit, unit)
    remark = Compared(left.title, given, left.on, op, shown, times, truth is TRUE, wanted)
    return found.decided(truth, remark)


def _beside_limit(value: Value, multiple: Value) -> tuple[Interval, Interval] | None:
    """The value as it was recorded, and the multiple of the limit that was recorded with it."""
    if not isinstance(value, Amount) or not isinstance(multiple, Amount):
        return None
    raw = value.raw
    limit = None if raw is None else raw.uln if multiple.unit == "ULN" else raw.lln
    if raw is None or limit is None or not isinstance(raw.value, int | Decimal):
        return None
    recorded = Interval.censored(raw.comparator, Decimal(raw.value))
    return recorded, Interval.at(multiple.number.lo * limit)


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
    if amount.unit == other.unit or not other.unit:
        return amount
    if not amount.unit or amount.unit in other.equivalents:
        return replace(amount, unit=other.unit)
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
    return replace(found, value=minus(found.value))


def minus(value: Value | None) -> Value | None:
    """The same of a value alone."""
    return Amount(negated(value.number), value.unit) if isinstance(value, Amount) else None


def computed(op: tree.Operator, left: Reading, right: Reading) -> Reading:
    """The result of a calculation, or the reason why there is none."""
    return _worked_out(result(op, left.value, right.value), left, right)


def _worked_out(value: Value | None, *parts: Reading) -> Reading:
    title = next((part.title for part in parts if part.seen), _CALCULATION)
    found = joined(value, _CALCULATION, *parts)
    if value is None and not found.gaps:
        return replace(found, gaps=(Gap("incomplete", title),))
    return found


def rounded(way: tree.Rounding, found: Reading, step: Reading) -> Reading:
    """A number in whole steps, in the unit of the step."""
    return _worked_out(in_steps(way, found.value, step.value), found, step)


def in_steps(way: tree.Rounding, value: Value | None, step: Value | None) -> Amount | None:
    """The same of two values alone."""
    if not isinstance(value, Amount) or not isinstance(step, Amount):
        return None
    like = _alike(value, step)
    number = None if like is None else to_step(way, like.number, step.number)
    return None if like is None or number is None else Amount(number, like.unit, like.analyte)


def extreme(side: tree.Extremum, parts: Sequence[Reading]) -> Reading:
    """The least or the greatest, in the unit of the first; not known unless all of them are."""
    return _worked_out(extreme_of(side, [part.value for part in parts]), *parts)


def extreme_of(side: tree.Extremum, values: Sequence[Value | None]) -> Amount | None:
    """The same of values alone."""
    amounts = [value for value in values if isinstance(value, Amount)]
    first = next((amount for amount in amounts if amount.unit), amounts[0] if amounts else None)
    like = [_alike(amount, first) for amount in amounts if first is not None]
    numbers = [amount.number for amount in like if amount is not None]
    if first is None or len(numbers) < len(values):
        return None
    return Amount(outermost(side, numbers), first.unit, first.analyte)


def result(op: tree.Operator, left: Value | None, right: Value | None) -> Value | None:
    """The result of a calculation with two values, if there is one."""
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
    declared = (*left.equivalents, *right.equivalents)
    if left.unit in declared or right.unit in declared:
        return True
    return cancels(left.unit, right.unit, left.analyte or right.analyte)


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


def _date_result(op: tree.Operator, left: DateSpan, right: Value | None) -> Value | None:
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
    value = time_between(unit, start.value, end.value)
    found = joined(value, title, start, end)
    if value is not None or found.gaps:
        return found
    return replace(found, gaps=(Gap("incomplete", title),))


def time_between(unit: tree.ElapsedUnit, start: Value | None, end: Value | None) -> Value | None:
    """The same of two values alone."""
    if isinstance(start, DateSpan) and isinstance(end, DateSpan):
        return Amount(elapsed(unit, start, end), _CODES[unit])
    return None


def in_declared_unit(value: Amount, fact: FactType) -> Amount | None:
    """What was worked out, in the unit declared for it; a plain number is taken to be in it."""
    number = _in_unit(value, fact)
    if number is None:
        return None
    return Amount(number, fact.unit or value.unit, value.analyte, value.raw, fact.equivalents)


def _in_unit(value: Amount, fact: FactType) -> Interval | None:
    if not value.unit or not fact.unit or value.unit == fact.unit:
        return value.number
    lo = convert(value.number.lo, value.unit, fact.unit, fact.analyte)
    hi = convert(value.number.hi, value.unit, fact.unit, fact.analyte)
    if lo is None or hi is None:
        return None
    return Interval(lo, hi, value.number.lo_open, value.number.hi_open)


def either(then: Value | None, other: Value | None) -> Value | None:
    """What can be said when it is not known which of two values it is."""
    if isinstance(then, Truth) or isinstance(other, Truth):
        return then if then is other else UNKNOWN
    if isinstance(then, Amount) and isinstance(other, Amount) and then.unit == other.unit:
        return Amount(hull(then.number, other.number), then.unit, then.analyte)
    if isinstance(then, DateSpan) and isinstance(other, DateSpan):
        late = then.last_late or other.last_late
        return DateSpan(min(then.first, other.first), max(then.last, other.last), last_late=late)
    return then if then == other else None

"""Whether a number can be right: what is impossible is refused, what is unlikely is asked.

Every number is judged in the item's own unit, whatever unit it was typed in, and a laboratory's
limit like the value beside it. A censored value is judged by what it leaves open: `<5` is unlikely
where nothing plausible lies below 5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from equipoise.logic.units import convert, counts_as
from equipoise.study.kinds.number_text import comparator_of
from equipoise.study.reason import Amount, Reason, Refusal, Unit

if TYPE_CHECKING:
    from equipoise.study.forms import Column, Item

__all__ = ["limit_refusals", "limits_left", "number_refusals"]

BELOW = Reason(
    "item.implausible",
    "",
    "{item} {value} is below {limit}: mend it, or give the reason why it is right",
)
ABOVE = Reason(
    "item.implausible",
    "",
    "{item} {value} is above {limit}: mend it, or give the reason why it is right",
)
BELOW_IN = Reason(
    "item.implausible",
    "",
    "{item} {value} is {own}, below {limit}: mend it, or give the reason why it is right",
)
ABOVE_IN = Reason(
    "item.implausible",
    "",
    "{item} {value} is {own}, above {limit}: mend it, or give the reason why it is right",
)
NEVER_BELOW = Reason("item.impossible", "", "{item} {value} cannot be right: never below {limit}")
NEVER_ABOVE = Reason("item.impossible", "", "{item} {value} cannot be right: never above {limit}")
LEFT = Reason(
    "item.limit-left",
    "",
    "the limit of {item} is still the {limit} of before: give it in {unit}, or empty it",
)
WHOLE = Reason("item.whole", "", "{item} must be a whole number, like 2")


def number_refusals(column: Column, text: str, unit: str, where: str) -> Iterator[Refusal]:
    """Everything against one number, typed in `unit` (empty: the column's own)."""
    sign, plain = comparator_of(text)
    typed_value = Decimal(plain)
    if column.whole and typed_value != typed_value.to_integral_value():
        yield WHOLE(where, item=column.label)
        return
    own = _in_own_unit(column, typed_value, unit)
    if own is None:
        return  # a unit that is not asked is told as such
    impossible = tuple(_beyond_what_can_be(column, sign, typed_value, own, unit, where))
    yield from impossible
    if not impossible:
        limits = column.lowest, column.highest
        yield from _unlikely(column, limits, sign, typed_value, own, unit, where)


def limit_refusals(item: Item, values: Mapping[str, object]) -> Iterator[Refusal]:
    """What is unlikely in a laboratory's limits: they are in the unit of the value beside them."""
    unit = values.get(f"{item.id}.unit", "")
    for part, span in (("lln", item.lower_limit), ("uln", item.upper_limit)):
        where = f"{item.id}.{part}"
        text = values.get(where, "")
        if not isinstance(text, str) or not isinstance(unit, str) or not text:
            continue
        own = _in_own_unit(item, Decimal(text), unit)
        # What is no plausible value of anybody is no limit of health either.
        lowest = item.lowest if part == "uln" else None
        limits = (span.lowest, span.highest) if span else (lowest, item.highest)
        if own is not None:
            yield from _unlikely(item, limits, "", Decimal(text), own, unit, where)


def limits_left(
    item: Item, values: Mapping[str, object], before: Mapping[str, object]
) -> Iterator[Refusal]:
    """Limits that nobody typed again although the value has another unit now, and do not fit it.

    Why the value is changed is no reason why such a limit is right.
    """
    name = f"{item.id}.unit"
    was = before.get(name) or item.unit
    unit = values.get(name) or was
    if unit == was or not isinstance(was, str) or not isinstance(unit, str):
        return
    for unlikely in limit_refusals(item, {**before, **values}):
        where = unlikely.where
        if where not in values:
            limit = Amount(Decimal(str(before[where])), was)
            yield LEFT(where, item=item.label, limit=limit, unit=Unit(unit))


def _in_own_unit(column: Column, number: Decimal, unit: str) -> Decimal | None:
    if unit in ("", column.unit):
        return number
    source = counts_as(unit, column.unit, column.equivalents, column.analyte)
    return convert(number, source, column.unit, column.analyte) if source else None


def _beyond_what_can_be(
    column: Column, sign: str, typed_value: Decimal, own: Decimal, unit: str, where: str
) -> Iterator[Refusal]:
    low, high = column.never_below, column.never_above
    if low is None and column.of_kind.from_zero and column.unit != "Cel":
        low = Decimal(0)
    for limit, beyond, reason in (
        (low, _nothing_from, NEVER_BELOW),
        (high, _nothing_up_to, NEVER_ABOVE),
    ):
        if limit is not None and beyond(limit, sign, own):
            value = Amount(typed_value, unit or column.unit, sign)
            as_given = Amount(limit, column.unit)
            yield reason(where, item=column.label, value=value, limit=as_given)


def _unlikely(
    column: Column,
    limits: tuple[Decimal | None, Decimal | None],
    sign: str,
    typed_value: Decimal,
    own: Decimal,
    unit: str,
    where: str,
) -> Iterator[Refusal]:
    """The value against what is plausible, told in the unit that was typed and in the own one."""
    low, high = limits
    found = []
    if low is not None and (_nothing_from(low, sign, own) or own < low):
        found.append((low, BELOW, BELOW_IN))
    elif high is not None and (_nothing_up_to(high, sign, own) or own > high):
        found.append((high, ABOVE, ABOVE_IN))
    for bound, plain, converted in found:
        limit, value = Amount(bound, column.unit), Amount(typed_value, unit or column.unit, sign)
        if unit in ("", column.unit):
            yield plain(where, item=column.label, value=value, limit=limit)
        else:
            as_given = Amount(_rounded(own), column.unit, sign)
            yield converted(where, item=column.label, value=value, own=as_given, limit=limit)


def _nothing_from(low: Decimal, sign: str, number: Decimal) -> bool:
    """Whether nothing from `low` up can be meant by the number with its comparator."""
    if sign == "<":
        return number <= low
    return number < low if sign in ("", "<=") else False


def _nothing_up_to(high: Decimal, sign: str, number: Decimal) -> bool:
    if sign == ">":
        return number >= high
    return number > high if sign in ("", ">=") else False


def _rounded(number: Decimal) -> Decimal:
    """Four significant digits: enough to see what is wrong."""
    if not number:
        return number
    step = Decimal(1).scaleb(number.adjusted() - 3)
    return number.quantize(step).normalize() if step < 1 else number.quantize(Decimal(1))

"""Whether an answer is one: of the right kind, in a unit that is asked, a number that can be.

Values are canonical text typed by the study: 12.5, <5, yes, 2026-11-23, a choice's code.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from equipoise.conduct.act import Refusal
from equipoise.conduct.bounds import EARLIEST, LATEST, is_day
from equipoise.conduct.facts import is_number, partial_date
from equipoise.conduct.subject import Value
from equipoise.study.forms import Column, Form, Item
from equipoise.study.parts import say

__all__ = ["LIMITS", "answer_refusals"]

LIMITS = ("unit", "uln", "lln")

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PARTIAL = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


def answer_refusals(form: Form, values: Mapping[str, Value]) -> Iterator[Refusal]:
    """Everything that is wrong with the answers of one form, each at its item."""
    items = {item.id: item for item in form.items}
    for name, value in values.items():
        base, _, part = name.partition(".")
        item = items.get(base)
        if item is None:
            yield Refusal("item.unknown", f"{say(form.title)} asks no {name!r}", name)
        elif part:
            yield from _limit_refusals(item, part, value, name)
        else:
            yield from _value_refusals(item, value, values.get(f"{name}.unit", ""))
    for item in form.items:
        low, high = values.get(f"{item.id}.lln"), values.get(f"{item.id}.uln")
        if _is_plain(low) and _is_plain(high) and Decimal(str(low)) > Decimal(str(high)):
            because = f"the lower limit of {say(item.label)} is above the upper limit"
            yield Refusal("item.limits", because, f"{item.id}.lln")


def _value_refusals(item: Item, value: Value, unit: Value) -> Iterator[Refusal]:
    if item.kind == "list":
        yield from _list_refusals(item, value)
    elif not isinstance(value, str):
        yield Refusal("item.not-a-list", f"{say(item.label)} takes one value", item.id)
    elif value != "":
        # The plausible range is stated in the item's own unit.
        yield from _cell_refusals(item, value, item.id, ranged=unit in ("", item.unit))


def _limit_refusals(item: Item, part: str, value: Value, name: str) -> Iterator[Refusal]:
    label = say(item.label)
    if part not in LIMITS or not isinstance(value, str):
        yield Refusal("item.unknown", f"{label} has no {part!r}", name)
    elif part == "unit" and value not in ("", item.unit, *item.units):
        known = ", ".join((item.unit, *item.units))
        yield Refusal("item.unit", f"{label} is given in {known}, not in {value}", name)
    elif part != "unit" and value and not item.limits:
        yield Refusal("item.no-limits", f"{label} is asked without a laboratory's limits", name)
    elif part != "unit" and value and not (_is_plain(value) and Decimal(value) >= 0):
        yield Refusal("item.limit", f"the limit of {label} must be a number, like 40", name)
    elif part == "uln" and value and Decimal(value) == 0:
        yield Refusal("item.limit", f"the upper limit of {label} must be above 0", name)


def _list_refusals(item: Item, value: Value) -> Iterator[Refusal]:
    if isinstance(value, str):
        if value != "":
            yield Refusal("item.a-list", f"{say(item.label)} takes rows", item.id)
        return
    columns, label = {column.id: column for column in item.columns}, say(item.label)
    for index, row in enumerate(value, start=1):
        if not any(row.values()):
            because = f"row {index} of {label} is empty; fill it or leave it out"
            yield Refusal("item.empty-row", because, f"{item.id}.{index}")
            continue
        for cell, text in row.items():
            where = f"{item.id}.{index}.{cell}"
            if cell not in columns:
                yield Refusal("item.unknown", f"{label} has no column {cell!r}", where)
            elif text != "":
                yield from _cell_refusals(columns[cell], text, where)
        for column in item.columns:
            if column.required and not row.get(column.id):
                because = f"{say(column.label)} must be answered in row {index} of {label}"
                yield Refusal("item.required", because, f"{item.id}.{index}.{column.id}")


def _cell_refusals(
    column: Column, text: str, where: str, *, ranged: bool = True
) -> Iterator[Refusal]:
    label = say(column.label)
    if column.kind in ("number", "quantity") and not is_number(text):
        unit = f" in {column.unit}" if column.unit not in ("", "1") else ""
        yield Refusal("item.number", f"{label} must be a number{unit}, like 12 or 12.5", where)
    elif column.kind in ("number", "quantity"):
        yield from _plausible(column, text, where) if ranged else ()
    elif column.kind in ("yes-no", "judgement") and text not in ("yes", "no"):
        yield Refusal("item.yes-no", f"{label} must be yes or no", where)
    elif column.kind in ("date", "partial-date"):
        yield from _date_refusals(column, text, where)
    elif column.kind == "choice" and text not in column.choices:
        known = ", ".join(say(choice) for choice in column.choices.values())
        yield Refusal("item.choice", f"{label} must be one of {known}", where)


def _plausible(column: Column, text: str, where: str) -> Iterator[Refusal]:
    if not _is_plain(text):
        return
    value, label = Decimal(text), say(column.label)
    unit = f" {column.unit}" if column.unit not in ("", "1") else ""
    for bound, side, beyond in (
        (column.lowest, "below", column.lowest is not None and value < column.lowest),
        (column.highest, "above", column.highest is not None and value > column.highest),
    ):
        if beyond:
            because = (
                f"{label} {text}{unit} is {side} {bound}{unit}: mend it, or give the reason why it "
                "is right"
            )
            yield Refusal("item.implausible", because, where)


def _date_refusals(column: Column, text: str, where: str) -> Iterator[Refusal]:
    label = say(column.label)
    days = _days(column, text)
    if days is None:
        because = f"{label} must be a date, like 23 11 2026"
        more = "; the year, or month and year, will do" if column.kind == "partial-date" else ""
        yield Refusal("item.date", because + more, where)
    elif not (is_day(days[0]) and is_day(days[1])):
        because = f"the year of {label} must be from {EARLIEST.year} to {LATEST.year}"
        yield Refusal("item.date-range", because, where)


def _days(column: Column, text: str) -> tuple[date, date] | None:
    """The first and last day that a date may mean; None when it is not a date."""
    form = _DAY if column.kind == "date" else _PARTIAL
    if not form.fullmatch(text):
        return None
    try:
        found = partial_date(text)
    except ValueError:
        return None
    return found if isinstance(found, tuple) else (found, found)


def _is_plain(value: Value | None) -> bool:
    return isinstance(value, str) and is_number(value) and value[0] not in "<>"

"""Whether an answer is one: of the right kind, in a unit that is asked, a number that can be.

Values are canonical text typed by the study: 12.5, <5, yes, 2026-11-23, a choice's code.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from equipoise.conduct.bounds import EARLIEST, LATEST, is_day
from equipoise.conduct.facts import is_number, partial_date
from equipoise.conduct.reason import Amount, OneOf, Reason, Refusal, Unit
from equipoise.conduct.subject import Value
from equipoise.study.forms import Column, Form, Item

__all__ = ["LIMITS", "answer_refusals"]

LIMITS = ("unit", "uln", "lln")

NO_ITEM = Reason("item.unknown", "", "{form} asks no '{name}'")
NO_PART = Reason("item.unknown", "", "{item} has no '{name}'")
NO_COLUMN = Reason("item.unknown", "", "{item} has no column '{name}'")
ONE_VALUE = Reason("item.not-a-list", "", "{item} takes one value")
ROWS = Reason("item.a-list", "", "{item} takes rows")
EMPTY_ROW = Reason("item.empty-row", "", "row {row} of {list} is empty; fill it or leave it out")
ROW_REQUIRED = Reason("item.required", "", "{item} must be answered in row {row} of {list}")
REQUIRED = Reason("item.required", "", "{item} must be answered")
NUMBER = Reason("item.number", "", "{item} must be a number, like 12 or 12.5")
NUMBER_IN = Reason("item.number", "", "{item} must be a number in {unit}, like 12 or 12.5")
YES_NO = Reason("item.yes-no", "", "{item} must be yes or no")
CHOICE = Reason("item.choice", "", "{item} must be one of {choices}")
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
DATE = Reason("item.date", "", "{item} must be a date, like 23 11 2026")
PARTIAL_DATE = Reason(
    "item.date",
    "",
    "{item} must be a date, like 23 11 2026; the year, or month and year, will do",
)
YEAR = Reason("item.date-range", "", "the year of {item} must be from {first} to {last}")
UNIT = Reason("item.unit", "", "{item} is given in {units}, not in {unit}")
NO_LIMITS = Reason("item.no-limits", "", "{item} is asked without a laboratory's limits")
LIMIT = Reason("item.limit", "", "the limit of {item} must be a number, like 40")
UPPER_LIMIT = Reason("item.limit", "", "the upper limit of {item} must be above 0")
LIMITS_CROSS = Reason("item.limits", "", "the lower limit of {item} is above the upper limit")

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PARTIAL = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


def answer_refusals(form: Form, values: Mapping[str, Value]) -> Iterator[Refusal]:
    """Everything that is wrong with the answers of one form, each at its item."""
    items = {item.id: item for item in form.items}
    for name, value in values.items():
        base, _, part = name.partition(".")
        item = items.get(base)
        if item is None:
            yield NO_ITEM(name, form=form.title, name=name)
        elif part:
            yield from _limit_refusals(item, part, value, name)
        else:
            yield from _value_refusals(item, value, values.get(f"{name}.unit", ""))
    for item in form.items:
        low, high = values.get(f"{item.id}.lln"), values.get(f"{item.id}.uln")
        if _is_plain(low) and _is_plain(high) and Decimal(str(low)) > Decimal(str(high)):
            yield LIMITS_CROSS(f"{item.id}.lln", item=item.label)


def _value_refusals(item: Item, value: Value, unit: Value) -> Iterator[Refusal]:
    if item.kind == "list":
        yield from _list_refusals(item, value)
    elif not isinstance(value, str):
        yield ONE_VALUE(item.id, item=item.label)
    elif value != "":
        # The plausible range is stated in the item's own unit.
        yield from _cell_refusals(item, value, item.id, ranged=unit in ("", item.unit))


def _limit_refusals(item: Item, part: str, value: Value, name: str) -> Iterator[Refusal]:
    if part not in LIMITS or not isinstance(value, str):
        yield NO_PART(name, item=item.label, name=part)
    elif part == "unit" and value not in ("", item.unit, *item.units):
        known = OneOf(tuple(Unit(unit) for unit in (item.unit, *item.units)))
        yield UNIT(name, item=item.label, units=known, unit=value)
    elif part != "unit" and value and not item.limits:
        yield NO_LIMITS(name, item=item.label)
    elif part != "unit" and value and not (_is_plain(value) and Decimal(value) >= 0):
        yield LIMIT(name, item=item.label)
    elif part == "uln" and value and Decimal(value) == 0:
        yield UPPER_LIMIT(name, item=item.label)


def _list_refusals(item: Item, value: Value) -> Iterator[Refusal]:
    if isinstance(value, str):
        if value != "":
            yield ROWS(item.id, item=item.label)
        return
    columns = {column.id: column for column in item.columns}
    for index, row in enumerate(value, start=1):
        if not any(row.values()):
            yield EMPTY_ROW(f"{item.id}.{index}", row=index, list=item.label)
            continue
        for cell, text in row.items():
            where = f"{item.id}.{index}.{cell}"
            if cell not in columns:
                yield NO_COLUMN(where, item=item.label, name=cell)
            elif text != "":
                yield from _cell_refusals(columns[cell], text, where)
        for column in item.columns:
            if column.required and not row.get(column.id):
                where = f"{item.id}.{index}.{column.id}"
                yield ROW_REQUIRED(where, item=column.label, row=index, list=item.label)


def _cell_refusals(
    column: Column, text: str, where: str, *, ranged: bool = True
) -> Iterator[Refusal]:
    if column.kind in ("number", "quantity") and not is_number(text):
        if column.unit in ("", "1"):
            yield NUMBER(where, item=column.label)
        else:
            yield NUMBER_IN(where, item=column.label, unit=Unit(column.unit))
    elif column.kind in ("number", "quantity"):
        yield from _plausible(column, text, where) if ranged else ()
    elif column.kind in ("yes-no", "judgement") and text not in ("yes", "no"):
        yield YES_NO(where, item=column.label)
    elif column.kind in ("date", "partial-date"):
        yield from _date_refusals(column, text, where)
    elif column.kind == "choice" and text not in column.choices:
        yield CHOICE(where, item=column.label, choices=OneOf(tuple(column.choices.values())))


def _plausible(column: Column, text: str, where: str) -> Iterator[Refusal]:
    if not _is_plain(text):
        return
    value = Decimal(text)
    for bound, reason, beyond in (
        (column.lowest, BELOW, column.lowest is not None and value < column.lowest),
        (column.highest, ABOVE, column.highest is not None and value > column.highest),
    ):
        if beyond and bound is not None:
            told, limit = Amount(value, column.unit), Amount(bound, column.unit)
            yield reason(where, item=column.label, value=told, limit=limit)


def _date_refusals(column: Column, text: str, where: str) -> Iterator[Refusal]:
    days = _days(column, text)
    if days is None:
        reason = PARTIAL_DATE if column.kind == "partial-date" else DATE
        yield reason(where, item=column.label)
    elif not (is_day(days[0]) and is_day(days[1])):
        yield YEAR(where, item=column.label, first=EARLIEST.year, last=LATEST.year)


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

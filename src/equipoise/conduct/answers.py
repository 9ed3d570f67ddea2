"""Whether an answer is one: of the right kind, in a unit that is asked, a number that can be.

Values are canonical text typed by the study: 12.5, <5, yes, 2026-11-23, a choice's code.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from equipoise.conduct.state.forms import NONE, Row, Value
from equipoise.conduct.unanswered import PARTS, unanswered_refusals
from equipoise.study.forms import Column, Form, Item
from equipoise.study.kinds.kind import At
from equipoise.study.kinds.number_text import canonical_number, is_number
from equipoise.study.kinds.plausible import limit_refusals, limits_left
from equipoise.study.kinds.words import Words
from equipoise.study.reason import OneOf, Reason, Refusal, Unit

__all__ = [
    "LIMIT",
    "LIMITS",
    "LIMITS_CROSS",
    "REQUIRED",
    "UNIT",
    "answer_refusals",
    "canonical_answers",
    "is_limit",
    "with_units",
]

LIMITS = ("unit", "uln", "lln")

NO_ITEM = Reason("item.unknown", "", "{form} asks no '{name}'")
NO_PART = Reason("item.unknown", "", "{item} has no '{name}'")
NO_COLUMN = Reason("item.unknown", "", "{item} has no column '{name}'")
WORKED_OUT = Reason("item.derived", "", "{item} is worked out from other answers, and never typed")
ONE_VALUE = Reason("item.not-a-list", "", "{item} takes one value")
ROWS = Reason("item.a-list", "", "{item} takes rows")
EMPTY_ROW = Reason("item.empty-row", "", "row {row} of {list} is empty; fill it or leave it out")
ROW_REQUIRED = Reason("item.required", "", "{item} must be answered in row {row} of {list}")
REQUIRED = Reason("item.required", "", "{item} must be answered")
ROW_TWICE = Reason("item.twice", "", "{item} {value} stands in row {first} of {list} already")
UNIT = Reason("item.unit", "", "{item} is given in {units}, not in {unit}")
NO_LIMITS = Reason("item.no-limits", "", "{item} is asked without a laboratory's limits")
LIMIT = Reason("item.limit", "", "the limit of {item} must be a number, like 40")
UPPER_LIMIT = Reason("item.limit", "", "the upper limit of {item} must be above 0")
LIMITS_CROSS = Reason("item.limits", "", "the lower limit of {item} is above the upper limit")


def answer_refusals(
    form: Form, values: Mapping[str, Value], before: Mapping[str, Value], today: date
) -> Iterator[Refusal]:
    """Everything that is wrong with the answers of one form, each at its item.

    :param values: what is answered now
    :param before: what this copy of the form says already; a new unit judges an old value anew
    :param today: the day of recording; nothing that happened lies after it
    """
    items, after = form.item_of, {**before, **values}
    for name, value in values.items():
        base, _, part = name.partition(".")
        if name == NONE:
            continue  # told beside the form as a whole
        if base not in items:
            yield NO_ITEM(name, form=form.title, name=name)
        elif part:
            yield from _part_refusals(items[base], part, value, name)
    changed = (n.partition(".")[0] for n, value in values.items() if before.get(n, "") != value)
    whys = {base for base, part in (n.split(".", 1) for n in after if "." in n) if part in PARTS}
    for item in (items[base] for base in dict.fromkeys(changed) if base in items):
        yield from _value_refusals(item, after, today)
        if item.id in whys:
            yield from unanswered_refusals(item, values, after)
        left = tuple(limits_left(item, values, before)) if item.limits else ()
        yield from left or _limits_refusals(item, after)


def with_units(
    form: Form, values: Mapping[str, Value], before: Mapping[str, Value]
) -> dict[str, Value]:
    """The answers with the unit of each number beside it: the one told, else the one that stands
    there already, else the item's own.

    To a number of before that stays, none is added: it has the unit of its own study text.
    """
    full = dict(values)
    for item in form.measured:
        name = f"{item.id}.unit"
        if item.id not in values and name not in values:
            continue
        stood = canonical_number(str(before.get(item.id, "")))
        value = values.get(item.id, stood)
        if not value:
            # A unit without a number is not kept: the next number might be taken to be in it.
            full.pop(name, None)
            if before.get(name):
                full[name] = ""
            full |= _limits_taken_back(item, values, before)
            continue
        bare = name not in before and value == stood
        if bare and values.get(name, item.unit) == item.unit:
            full.pop(name, None)
        elif item.id in values:
            full[name] = values.get(name) or before.get(name) or item.unit
    return full


def _limits_taken_back(
    item: Item, values: Mapping[str, Value], before: Mapping[str, Value]
) -> dict[str, Value]:
    """The limits that stood beside a number go with it when it is taken back."""
    limits = (f"{item.id}.{part}" for part in LIMITS[1:]) if item.id in values else ()
    return {name: "" for name in limits if before.get(name) and name not in values}


def canonical_answers(form: Form, values: Mapping[str, Value]) -> dict[str, Value]:
    """The answers with what means the same written in one way: 5.50 and +5.5 are 5.5, a line ends
    in one sign, a letter with its accent is one sign, and a cell that is left open is not there."""
    items = form.item_of
    return {name: _canonical(items, name, value) for name, value in values.items()}


def _canonical(items: Mapping[str, Item], name: str, value: Value) -> Value:
    base, _, part = name.partition(".")
    item = items.get(base)
    if item is None or part == "unit":
        return value
    if isinstance(value, str):
        if part in PARTS:
            return Words().canonical(value)
        return canonical_number(value) if part else item.of_kind.canonical(value)
    columns = {column.id: column for column in item.columns}
    return [{cell: text for cell, text in _cells(columns, row) if text} for row in value]


def _cells(columns: Mapping[str, Column], row: Row) -> Iterator[tuple[str, str]]:
    for cell, text in row.items():
        yield cell, columns[cell].of_kind.canonical(text) if cell in columns else text


def _value_refusals(item: Item, values: Mapping[str, Value], today: date) -> Iterator[Refusal]:
    value, unit = values.get(item.id, ""), values.get(f"{item.id}.unit", "")
    if item.formula and value != "":
        yield WORKED_OUT(item.id, item=item.label)
    elif item.of_kind.rows:
        yield from _list_refusals(item, value, today)
    elif not isinstance(value, str):
        yield ONE_VALUE(item.id, item=item.label)
    elif value != "":
        at = At(item.id, today, unit if isinstance(unit, str) else "")
        yield from item.of_kind.refusals(item, value, at)


def _limits_refusals(item: Item, values: Mapping[str, Value]) -> Iterator[Refusal]:
    """The limits of normal of one item, beside each other and beside what laboratories give."""
    low, high = values.get(f"{item.id}.lln"), values.get(f"{item.id}.uln")
    if not low and not high:
        return
    if not all(is_limit(limit) for limit in (low, high) if limit) or _is_zero(high):
        return  # told where it stands
    if low and high and Decimal(str(low)) > Decimal(str(high)):
        yield LIMITS_CROSS(f"{item.id}.lln", item=item.label)
    if item.limits:
        yield from limit_refusals(item, values)


def _part_refusals(item: Item, part: str, value: Value, name: str) -> Iterator[Refusal]:
    if part in PARTS and isinstance(value, str):
        return  # told beside the others of its item
    if part not in LIMITS or not isinstance(value, str):
        yield NO_PART(name, item=item.label, name=part)
    elif part == "unit" and value not in ("", item.unit, *item.units):
        known = OneOf(tuple(Unit(unit) for unit in (item.unit, *item.units)))
        yield UNIT(name, item=item.label, units=known, unit=value)
    elif part != "unit" and value and not item.limits:
        yield NO_LIMITS(name, item=item.label)
    elif part != "unit" and value and not is_limit(value):
        yield LIMIT(name, item=item.label)
    elif part == "uln" and _is_zero(value):
        yield UPPER_LIMIT(name, item=item.label)


def _list_refusals(item: Item, value: Value, today: date) -> Iterator[Refusal]:
    if isinstance(value, str):
        if value != "":
            yield ROWS(item.id, item=item.label)
        return
    for index, row in enumerate(value, start=1):
        if any(row.values()):
            yield from _row_refusals(item, index, row, today)
        else:
            yield EMPTY_ROW(f"{item.id}.{index}", row=index, list=item.label)
    for column in item.columns:
        if column.once:
            yield from _twice(item, column, value)


def _row_refusals(item: Item, index: int, row: Row, today: date) -> Iterator[Refusal]:
    columns = {column.id: column for column in item.columns}
    for cell, text in row.items():
        where = f"{item.id}.{index}.{cell}"
        if cell not in columns:
            yield NO_COLUMN(where, item=item.label, name=cell)
        elif text != "":
            # A row of a list is recorded in its own unit.
            yield from columns[cell].of_kind.refusals(columns[cell], text, At(where, today))
    for column in item.columns:
        if column.required and not row.get(column.id):
            where = f"{item.id}.{index}.{column.id}"
            yield ROW_REQUIRED(where, item=column.label, row=index, list=item.label)


def _twice(item: Item, column: Column, rows: list[Row]) -> Iterator[Refusal]:
    """Where a row says of a column what one before it says already."""
    first: dict[str, int] = {}
    for index, row in enumerate(rows, start=1):
        text = row.get(column.id, "")
        if text and first.setdefault(text, index) != index:
            where, value = f"{item.id}.{index}.{column.id}", column.choices.get(text, text)
            yield ROW_TWICE(
                where, item=column.label, value=value, first=first[text], list=item.label
            )


def is_limit(value: Value | None) -> bool:
    """A plain number that a limit of normal can be."""
    if not isinstance(value, str) or not is_number(value) or value[0] in "<>":
        return False
    return Decimal(value) >= 0


def _is_zero(value: Value | None) -> bool:
    return is_limit(value) and Decimal(str(value)) == 0

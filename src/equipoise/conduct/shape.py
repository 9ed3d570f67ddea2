"""Whether what was handed over has the shape that is asked: every field there, each of its kind.

All that is wrong is told at once, each at its place: `scan_on`, `values.hb`, `criteria.2`.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from equipoise.study.reason import OneOf, Phrase, Reason, Refusal, Wording

__all__ = ["DAY", "MISSING", "NAMED", "NOT_THIS", "NUMBER", "TEXT", "WRONG_KIND", "misshapen"]

NO_FIELD = Reason("act.no-field", "", "there is no field '{field}'; there are: {known}")
MISSING = Reason("act.missing", "", "{field} is missing")
WRONG_KIND = Reason("act.malformed", "", "{field} must be {kind}")
NOT_THIS = Reason("act.malformed", "", "this cannot be recorded as it was sent")
TEXT = Phrase("a text")
NUMBER = Phrase("a whole number")
DAY = Phrase("a day, like 2026-11-23")
LIST = Phrase("a list")
NAMED = Phrase("values by name")
CHOICE = Phrase("one of these: {choices}")

LONGEST = 200  # characters of a name that is told again


def misshapen(shape: type[msgspec.Struct], handed: Mapping[str, Any]) -> Iterator[Refusal]:
    """Every field that is missing, is not known, or is not of its kind."""
    fields = _fields(shape)
    for name in sorted(set(handed) - set(fields)):
        yield NO_FIELD(name[:LONGEST], field=name[:LONGEST], known=OneOf(tuple(fields)))
    for name, field in fields.items():
        if name in handed:
            yield from _wrong(field.type, handed[name], name)
        elif field.required:
            yield MISSING(name, field=name)


@cache
def _fields(shape: type[msgspec.Struct]) -> dict[str, inspect.Field]:
    """The fields of a shape by their names; a shape never changes."""
    info = inspect.type_info(shape)
    return {f.name: f for f in info.fields} if isinstance(info, inspect.StructType) else {}


def _wrong(kind: inspect.Type, value: object, where: str) -> Iterator[Refusal]:
    if isinstance(kind, inspect.UnionType):
        kind = next((one for one in kind.types if _holds(one, value)), kind.types[0])
    if not _holds(kind, value):
        yield WRONG_KIND(where, field=where, kind=_kind_wording(kind))
    elif isinstance(kind, inspect.ListType) and isinstance(value, list):
        for index, child in enumerate(value, start=1):
            yield from _wrong(kind.item_type, child, f"{where}.{index}")
    elif isinstance(kind, inspect.DictType) and isinstance(value, dict):
        for name, child in value.items():
            yield from _wrong(kind.value_type, child, f"{where}.{str(name)[:LONGEST]}")


def _holds(kind: inspect.Type, value: object) -> bool:
    """Whether a value is of its kind, whatever is inside it."""
    match kind:
        case inspect.StrType():
            return isinstance(value, str)
        case inspect.IntType():
            return isinstance(value, int) and not isinstance(value, bool)
        case inspect.DateType():
            return isinstance(value, str) and _is_day(value)
        case inspect.LiteralType():
            return isinstance(value, str) and value in kind.values
        case inspect.ListType():
            return isinstance(value, list)
        case inspect.DictType():
            return isinstance(value, dict)
        case inspect.NoneType():
            return value is None
    return True


def _kind_wording(kind: inspect.Type) -> Wording:
    match kind:
        case inspect.IntType():
            return NUMBER()
        case inspect.DateType():
            return DAY()
        case inspect.LiteralType():
            return CHOICE(choices=OneOf(tuple(str(choice) for choice in kind.values)))
        case inspect.ListType():
            return LIST()
        case inspect.DictType():
            return NAMED()
    return TEXT()


def _is_day(text: str) -> bool:
    try:
        msgspec.convert(text, date)
    except msgspec.ValidationError:
        return False
    return True

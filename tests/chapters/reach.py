"""Which fields of a state reach a table: each is changed, and the tables are compared."""

import types
import typing
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from equipoise.analysis.frames import frame, tables
from equipoise.conduct.state.done import Done
from equipoise.conduct.subject import STATES, Subject
from equipoise.study.model import Study

Place = tuple[type, str]
WHO_AND_WHEN = {"by", "at", "seq"}
"""What everything that was done carries; the audit tells it of each entry."""


def fields_of(of: type) -> Iterator[Place]:
    """Every field of a state and of what it holds, with the struct that it stands in."""
    marks = WHO_AND_WHEN if issubclass(of, Done) else set()
    for name, hint in typing.get_type_hints(of).items():
        if name in of.__struct_fields__ and name not in marks:
            yield of, name
            for held in _structs(hint):
                yield from fields_of(held)


def _structs(hint: object) -> Iterator[type]:
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield hint
    elif isinstance(hint, types.UnionType | types.GenericAlias):
        for part in typing.get_args(hint):
            yield from _structs(part)


def not_reached(study: Study, subjects: list[Subject], name: str) -> set[str]:
    """The fields of a chapter's state that change no table, as `Withdrawal.scope`."""
    places = set(fields_of(STATES[name]))
    before, reached = _told(study, subjects), set()
    for subject in subjects:
        for struct in _held(getattr(subject, name)):
            for field in struct.__struct_fields__:
                place = (type(struct), field)
                if place in places - reached and _changes(study, subjects, struct, field, before):
                    reached.add(place)
    return {f"{of.__name__}.{field}" for of, field in places - reached}


def _held(value: object) -> Iterator[msgspec.Struct]:
    """The structs within a value, itself the first."""
    if isinstance(value, msgspec.Struct):
        yield value
        value = [getattr(value, name) for name in value.__struct_fields__]
    if isinstance(value, dict):
        value = list(value.values())
    for one in value if isinstance(value, list) else ():
        yield from _held(one)


def _changes(
    study: Study, subjects: list[Subject], struct: msgspec.Struct, field: str, before: object
) -> bool:
    value = getattr(struct, field)
    msgspec.structs.force_setattr(struct, field, _another(value))
    try:
        return _told(study, subjects) != before
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return True  # it is read, and cannot be that
    finally:
        msgspec.structs.force_setattr(struct, field, value)


def _another(value: object) -> object:
    match value:
        case date():
            return value + timedelta(days=1)
        case str() | int():
            return value * 2 if value else type(value)(1)
        case list() | dict():
            return type(value)()
    return None


def _told(study: Study, subjects: list[Subject]) -> list[list[tuple[object, ...]]]:
    return [frame(table, subjects, study, date(2027, 1, 1)).rows() for table in tables().values()]

"""What is wrong with a file's shape, each thing once and in our own words, at its line."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from equipoise.study import parts
from equipoise.study.model import Study
from equipoise.study.places import Key, Places, Problem

__all__ = ["problems_of"]

_KINDS = {
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping of its fields",
    "string_type": "a text",
}


def problems_of(
    error: ValidationError, places: Places, at: Key = (), modules: Iterable[ModuleType] = ()
) -> list[Problem]:
    """The errors of a model, each at its line.

    :param at: where the model stands in the file
    :param modules: where the models of the file are, if it is no study file
    """
    found: list[Any] = list(error.errors())
    names = _field_names(modules)
    problems = []
    for one in found:
        # A list with something wrong in it is not too short as well: that is counted without it.
        if one["type"] == "too_short" and _wrong_within(one["loc"], found):
            continue
        key = (*at, *(part for part in one["loc"] if isinstance(part, (str, int))))
        problems.append(Problem(places.place(key), places.path(key), _message(one, names)))
    return problems


def _wrong_within(key: Key, found: list[Any]) -> bool:
    return any(len(one["loc"]) > len(key) and one["loc"][: len(key)] == key for one in found)


def _message(error: Mapping[str, Any], names: tuple[str, ...]) -> str:
    found, context = error.get("input"), error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            name = str(error["loc"][-1])
            return f"there is no field {name!r} here.{_suggestion(name, names)}"
        case "missing":
            return "this is needed and missing"
        case "literal_error":
            return f"found {found!r}; one of {context['expected']} would do"
        case "string_pattern_mismatch":
            return f"found {found!r}; it must match {context['pattern']}"
        case "not_meant":
            return str(error["msg"])
        case "too_short":
            least = context["min_length"]
            return f"found {context['actual_length']}; a list of at least {least} would do"
        case "value_error":
            return f"{context['error']}; found {parts.shown(found)}"
        case "string_type" if isinstance(found, (int, Decimal, date)):
            return f"found {parts.shown(found)} where a text is meant; put it in quotes"
        case kind if kind in _KINDS:
            return f"found {parts.shown(found)}; {_KINDS[kind]} would do"
    return f"{error['msg']}; found {parts.shown(found)}"


def _suggestion(name: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, [other for other in known if other != name], n=1)
    return f" Did you mean {close[0]!r}?" if close else ""


def _field_names(modules: Iterable[ModuleType]) -> tuple[str, ...]:
    found = {name for part in _parts(modules) for name in part.model_fields}
    return tuple(sorted(found if modules else found | set(Study.model_fields)))


def _parts(modules: Iterable[ModuleType]) -> Iterator[type[parts.Part]]:
    if not modules:
        yield from parts.made_of(Study)
    for module in modules:
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, parts.Part):
                yield thing

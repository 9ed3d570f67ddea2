"""The words of an act in the reader's language: what its fields say, its line, its choices.

What is said stands with the act, in English; here it is looked up, and values are written as this
reader writes them.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.utils.translation import gettext

from equipoise.conduct.act import Act
from equipoise.conduct.chapter import Due
from equipoise.conduct.words import Ask, Choices, asks, filled
from equipoise.study.model import Study
from equipoise.study.reason import places
from equipoise.web.jinja import day, moment
from equipoise.web.reader import HERE
from equipoise.web.views.dose_words import (
    arithmetic_texts,
    dose_texts,
    level_texts,
    part_texts,
    rate_texts,
    reason_texts,
    rule_texts,
    time_texts,
)
from equipoise.web.views.spoken import (
    change_texts,
    check_texts,
    confirmed_texts,
    draw_texts,
    exception_texts,
    file_texts,
    first_texts,
    label,
    number_text,
    partial_text,
    place_texts,
    record_texts,
    strata_texts,
)

__all__ = [
    "act_text",
    "choice_labels",
    "choice_text",
    "due_text",
    "field_text",
    "field_texts",
    "line_text",
    "wording",
]

Names = Mapping[str, str]
Rows = Iterable[tuple[str, str]]

SEVERAL_ROWS: dict[str, Callable[[Study, Any], Rows]] = {
    "strata": strata_texts,
    "answers": record_texts,
    "confirmed": confirmed_texts,
    "changes": change_texts,
    "first": first_texts,
    "checks": check_texts,
    "exceptions": exception_texts,
    "places": place_texts,
    "files": file_texts,
    "draw": draw_texts,
    "doses": dose_texts,
    "rates": rate_texts,
    "levels": level_texts,
    "rules": rule_texts,
    "arithmetic": arithmetic_texts,
    "times": time_texts,
    "lots": time_texts,
    "parts": part_texts,
    "part reasons": reason_texts,
}
OF_PARTS = (
    "doses",
    "rates",
    "levels",
    "rules",
    "arithmetic",
    "times",
    "lots",
    "parts",
    "part reasons",
)
"""Of these each row says which field it is of: the same part stands in several."""
"""Fields that are a table of their own in the record."""


def wording(text: str) -> str:
    """A text of the catalogue; nothing where there is none."""
    return gettext(text) if text else ""


def due_text(due: Due) -> str:
    """What comes next, in words."""
    what = due.what
    if isinstance(what, type):
        return wording(what.words.link or what.words.title)
    return HERE.written(what)


def act_text(act: type[Act], text: str, study: Study) -> str:
    """A title, an intro or a hint, with what the study file says in its places."""
    if not places(text):
        return wording(text)
    values = act.words.of_study(study) if act.words.of_study else {}
    return wording(text).format_map(
        {name: label(value) if isinstance(value, dict) else value for name, value in values.items()}
    )


def choice_labels(ask: Ask, study: Study) -> dict[str, str]:
    """What may be chosen, in the reader's words, by code."""
    return {code: _in_words(text) for code, text in _choices(ask, study).items()}


def _choices(ask: Ask, study: Study) -> Mapping[str, str | Mapping[str, str]]:
    """The same as the catalogue or the study file has it, in no language yet."""
    if isinstance(ask.choices, Choices):
        return ask.choices
    return ask.choices(study) if ask.choices else {}


def _in_words(text: str | Mapping[str, str]) -> str:
    return wording(text) if isinstance(text, str) else label(text)


def field_text(ask: Ask, value: Any, study: Study, names: Names) -> str:
    """What stands in one field, as a person would say it."""
    if ask.kind == "day":
        return day(value)
    if ask.kind == "partial":
        return partial_text(value)
    if ask.kind == "moment":
        return moment(datetime.fromisoformat(value)) if value else ""
    if ask.kind == "person":
        return names[value] if value else ""
    if ask.kind == "people":
        return ", ".join(names[person] for person in value)
    if ask.kind == "decimal":
        return number_text(value)
    if ask.known:
        known = _choices(Ask("", ask.known), study)
        return _in_words(known[value]) if value in known else str(value)
    if ask.by_code or ask.kind not in ("choice", "several"):
        return "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    known = _choices(ask, study)
    codes = [value] if ask.kind == "choice" else value
    return "; ".join(_in_words(known[code]) if code in known else code for code in codes)


def choice_text(act: type[Act], field: str, value: Any, study: Study) -> str:
    """What was chosen in one field of an act, as a person would say it."""
    return field_text(asks(act)[field], value, study, {})


def line_text(
    act: type[Act], source: object, study: Study, names: Names, closed: Collection[str] = ()
) -> str:
    """What happened, in one line.

    :param source: the act, or what it left behind, with fields of the same names
    :param closed: the fields that are not open to this reader
    """
    words, fields = act.words, asks(act)
    wanted = places(words.line)
    if any(name in closed for name in wanted):
        return wording(words.sealed_line or words.name)
    values = {n: field_text(fields[n], getattr(source, n), study, names) for n in wanted}
    return filled(wording(words.line or words.name), values)


def field_texts(
    act: Act, study: Study, names: Names, closed: Collection[str] = ()
) -> Iterator[tuple[str, str]]:
    """What the line does not say: each field with its label, but for what is closed or empty."""
    fields, in_line = asks(type(act)), places(act.words.line)
    untouched = {f.name: f.default for f in msgspec.structs.fields(act)}
    for name, ask in fields.items():
        value = getattr(act, name)
        # A choice tells something even where it is the one that is taken without asking.
        silent = not value or (value == untouched[name] and ask.choices is None)
        if name in in_line or name in closed or silent or ask.kind == "anew":
            continue
        if ask.kind in OF_PARTS:
            named = wording(ask.label or ask.question)
            for part, text in SEVERAL_ROWS[ask.kind](study, value):
                yield f"{named} · {part}", text
        elif ask.kind in SEVERAL_ROWS:
            yield from SEVERAL_ROWS[ask.kind](study, value)
        else:
            yield wording(ask.label or ask.question), field_text(ask, value, study, names)

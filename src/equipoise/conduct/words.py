"""What an act says of itself: its words, and the question that each of its fields answers.

English stands beside the rule, with named places for values: `Consent withdrawn: {scope}`. The core
translates nothing and knows no locale; web and cli look it up in the catalogue of the reader's
language and write the values as this reader writes them. From the one declaration come the page on
which an act is done, the titles of the REST interface, and the line of the audit.
"""

import dataclasses
import re
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from equipoise.conduct.subject import Subject
from equipoise.study.model import Study
from equipoise.study.reason import Given, places

__all__ = [
    "YES_NO",
    "Ask",
    "Choices",
    "Kind",
    "Labels",
    "Words",
    "asks",
    "filled",
    "forms_of",
    "hospitals_of",
    "items_of",
    "marked",
    "visits_of",
]

Kind = Literal[
    "",  # worked out from the field's type
    "choice",
    "several",
    "day",
    "partial",  # a day or what is known of it, as text: 2026, 2026-11, 2026-UN-23
    "moment",  # as the ledger writes it
    "number",
    "decimal",  # kept as text with a point
    "text",
    "area",
    "person",
    "people",
    "entry",  # the number of an entry that the act concerns
    "hidden",  # carried along by the page, and not shown
    "strata",  # factors of the allocation with their levels
    "answers",  # values of a form
    "confirmed",  # why what was asked back is right, by question and place
    "changes",  # why each value is changed, by its item
    "first",  # what was answered first of what was asked back, likewise
    "checks",  # the conditions of the checks that asked, by item
    "places",  # where in an entry something stands
    "anew",  # of an entry that is said again: what it says, and its digests; it is told there
    "exceptions",  # what is left open knowingly, by the code of the point, and why
    "files",  # texts by their path
    "draw",  # what an arm was drawn from
    "doses",  # amounts by the part of a regimen, in the unit of its drug
    "rates",  # of those, in mL/h
    "levels",  # of those, in per cent
    "rules",  # the rules of the study file that hold, by part
    "arithmetic",  # how each of those came about
    "times",  # when each was begun, or until when it may be used
    "lots",  # of which lot each was prepared
    "parts",  # of a regimen, by their ids
    "part reasons",  # why a part is otherwise than worked out, in somebody's own words
]
Labels = Mapping[str, Mapping[str, str]]
"""Codes of the study file, each with its label by language."""

_OPTIONAL = re.compile(r"\[([^\]]*)\]")


class Choices(dict[str, str]):
    """The codes of a field, each with what it means, in English."""


YES_NO = Choices({"yes": "Yes", "no": "No"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one kind of act.

    `line` is what the audit says of it. Its places are fields of the act; a part in square brackets
    is left out where its places are empty or were said before: `{person}, {role}[, site {site}]`.
    `address` is where its page stands below the participant (or the trial, for an act in its own
    stream); without one it has no page of this kind. A place in it is a field that is taken from
    there, such as which entry the act concerns: `void/{stream}/{number}`.
    """

    name: str  # what happened, for lists and filters: Consent signed
    title: str  # what one does: Record a signed consent
    line: str = ""  # as `name` where nothing more is to be said
    sealed_line: str = ""  # what stands instead where a place of the line is closed to the reader
    link: str = ""  # as `title` where there is no shorter one
    intro: str = ""
    happened: str = ""  # what the day of the act is
    button: str = ""
    done: str = ""
    meaning: str = ""  # what someone means by it who proves once more who they are
    address: str = ""
    today: bool = True  # whether today is filled in beforehand
    first: tuple[str, ...] = ()  # the fields that are asked before the others, in this order
    of_study: Callable[[Study], Mapping[str, Any]] | None = None
    """Values of the study file for places in the title, the intro and the hints."""


@dataclass(frozen=True, slots=True, eq=False)
class Ask:
    """The question that a field answers: `Annotated[Cause, Ask("Cause of death", CAUSES)]`."""

    question: str
    choices: Choices | Callable[[Study], Labels] | None = None
    _: dataclasses.KW_ONLY
    label: str = ""  # as the record names it, where the question does not serve
    by_code: bool = False  # the record shows the code itself, such as a version's number
    kind: Kind = ""
    hint: str | Callable[[Subject], str] = ""
    needed: str = ""  # what to say when it is left open
    none: str = ""  # what leaving a choice open means, where it is more than "None of these"
    hour: bool = False  # whether it is the hour of the act's day, which is asked right before it
    by_trial: bool = False  # filled in by the trial, asked of nobody
    words: bool | None = None
    """Whether somebody writes in their own words here; without it, wherever there is an area."""
    number: bool = False
    """Whether a number is copied here, such as a lot: anything can be typed in its place, and
    nobody is asked about it as about words."""
    fits: Callable[[Study, Subject], Iterable[str]] | None = None
    """The codes that may be chosen of this participant; without it, all of them."""
    known: Callable[[Study], Labels] | None = None
    """Texts of the study that may stand here as they are in some language, by what was written."""
    stands_for: Callable[[Study, Subject, str], Given | None] | None = None
    """What a name that the page's address holds stands for; None: there is no such thing."""
    before: Callable[[Study, Subject, date], str | list[str]] | None = None
    """What stands in the field before anybody chose."""
    where: Callable[[Study, Mapping[str, str | int]], bool] | None = None
    """In which studies, and at which address, it can be asked at all; without it, in all."""

    @property
    def free_words(self) -> bool:
        """Whether what stands here is somebody's own words."""
        return self.kind == "area" if self.words is None else self.words


@lru_cache(maxsize=256)
def asks(act: type) -> dict[str, Ask]:
    """The question of each field of an act, in the order of the fields."""
    found = {}
    hints = typing.get_type_hints(act, include_extras=True)
    for name in act.__struct_fields__:  # type: ignore[attr-defined]
        hint = hints[name]
        for ask in getattr(hint, "__metadata__", ()):
            if isinstance(ask, Ask):
                kind = ask.kind or _kind(hint.__origin__, ask)
                found[name] = dataclasses.replace(ask, kind=kind)
    first = act.words.first if hasattr(act, "words") else ()
    return {name: found[name] for name in (*first, *found)}


def hospitals_of(study: Study) -> Labels:
    """The hospitals of the study, by number and name."""
    return {site.id: {"en": f"{site.id} {site.name}"} for site in study.sites}


def forms_of(study: Study) -> Labels:
    """The forms of the study, by their titles."""
    return {form.id: form.title for form in study.forms}


def items_of(study: Study) -> Labels:
    """The items of every form, by what they are called."""
    return {name: item.label for name, item in study.items.items()}


def visits_of(study: Study) -> Labels:
    """The visits of the study, each of several with its number."""
    return {
        key: {
            language: f"{label} {key.partition('.')[2]}".rstrip()
            for language, label in visit.label.items()
        }
        for key, visit in study.visit_keyed.items()
    }


def marked(text: str) -> str:
    """A text for the catalogue that stands by itself, such as one of two hints."""
    return text


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with its places filled; a part in brackets only where it adds something."""
    mentioned = {values[name] for name in places(_OPTIONAL.sub("", text))}

    def kept(part: re.Match[str]) -> str:
        adds = all(values[name] and values[name] not in mentioned for name in places(part[1]))
        return part[1] if adds else ""

    return _OPTIONAL.sub(kept, text).format_map(values)


def _kind(of: object, ask: Ask) -> Kind:
    many = typing.get_origin(of) is list
    if ask.choices is not None:
        return "several" if many else "choice"
    return "day" if of is date else "number" if of is int else "text"

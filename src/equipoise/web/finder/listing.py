"""What a list of trials shows: its filters with counts, what is chosen, and ways to go on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext

from equipoise.exchange.registry.searches import PAGE, Found
from equipoise.exchange.registry.texts import shortened
from equipoise.web.address_language import PARAMETER
from equipoise.web.finder import words
from equipoise.web.finder.question import SEVERAL, Question, default_sort
from equipoise.web.finder.trial import Record
from equipoise.web.views.paged import links_of

__all__ = [
    "Choice",
    "Facet",
    "beside",
    "carried",
    "chosen",
    "facets",
    "pages",
    "runs",
    "sorts",
    "without",
]

OPEN = ("status", "phase", "country")
FIRST = 6
DEEPEST = 10_000
CELL = 1_500  # letters of a fact beside another


@dataclass(frozen=True)
class Choice:
    """A value that can be chosen, how many trials of the answer have it, and whether it is."""

    code: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    """A filter: its first values, and the others."""

    name: str
    label: str
    first: list[Choice]
    others: list[Choice]
    is_open: bool


def facets(question: Question, found: Found) -> list[Facet]:
    """The filters of which several values can be chosen, each with what the answer has."""
    made = []
    for name in SEVERAL:
        mine = question.chosen(name)
        counts = {one.value: one.count for one in found.facets.get(name, ())}
        codes = [*counts, *(one for one in mine if one not in counts)]
        ordered = sorted(codes, key=lambda code: (code not in mine, -counts.get(code, 0), code))
        choices = [
            Choice(code, words.value(name, code), counts.get(code, 0), code in mine)
            for code in ordered
            if code
        ]
        if choices:
            label, first = words.filter_label(name), max(FIRST, len(mine))
            made.append(
                Facet(name, label, choices[:first], choices[first:], name in OPEN or bool(mine))
            )
    return made


def chosen(question: Question) -> list[tuple[str, str]]:
    """What is asked, each in words with the address of the question without it."""
    found = []
    for name, texts in question.given.items():
        if name in ("q", "km", "sort", "page", PARAMETER) or name in question.problems:
            continue
        for text in texts if name in SEVERAL else texts[:1]:
            text_of = _filter_text(question, name, text)
            if text_of:
                found.append((text_of, question.without(name, text)))
    return found


def _filter_text(question: Question, name: str, text: str) -> str:
    if name == "near" and question.search.around:
        town = question.town.name if question.town else text
        far = f"{question.search.around.km:.0f}"
        return gettext("Within %(km)s km of %(town)s") % {"km": far, "town": town}
    if name == "at" and question.search.around:
        far = f"{question.search.around.km:.0f}"
        return gettext("Within %(km)s km of where you are") % {"km": far}
    if name in ("near", "at"):
        return ""
    written = words.day_text(text) if _is_day(name) else words.value(name, text)
    return f"{words.filter_label(name)}: {written}"


def _is_day(name: str) -> bool:
    return name == "since" or name.startswith(("started_", "completed_"))


def without(question: Question, found: Found) -> list[tuple[str, int, str]]:
    """What could be left out, how many trials there would be then, and where."""
    names = {"volunteers": "healthy", "around": "at" if question.entered("at") else "near"}
    return [
        (words.filter_label(one.name), one.count, question.without(names.get(one.name, one.name)))
        for one in sorted(found.without, key=lambda one: -one.count)
    ]


def pages(question: Question, found: Found) -> list[tuple[int, str]]:
    """Page numbers with their addresses; 0 for a gap. Nobody pages past ten thousand trials."""
    last = -(-min(found.total, DEEPEST) // PAGE)
    if last < 2:
        return []
    numbers = [number for number, _ in links_of("", {}, question.number, last)]
    return [(one, question.query(page=str(one)) if one else "") for one in numbers]


def sorts(question: Question) -> list[tuple[str, str, bool]]:
    """The orders in which the answer can be listed; the one by default is not in its address."""
    offered = [
        ("relevance", gettext("Best match first")),
        ("updated", gettext("Newest update first")),
        ("started", gettext("Latest start first")),
        ("enrolled", gettext("Most participants first")),
    ]
    if question.search.around:
        offered.append(("distance", gettext("Nearest first")))
    default, used = default_sort(question.search).value, question.search.sort.value
    return [("" if name == default else name, label, name == used) for name, label in offered]


def carried(question: Question) -> str:
    """What was told of a person, to be carried along to a record's page."""
    kept = {name: question.entered(name) for name in ("age", "sex", "healthy", PARAMETER)}
    of_person = replace(question, given={name: [text] for name, text in kept.items() if text})
    return of_person.query() if of_person.given else ""


def runs(rows: Iterable[Any], name: str) -> Iterator[tuple[Any, list[Any]]]:
    """Rows that follow one another and have the same value of this, with that value."""
    for value, found in groupby(rows, key=attrgetter(name)):
        yield value, list(found)


def beside(one: Record, other: Record) -> list[tuple[str, str, str]]:
    """Two records, fact by fact."""
    mine, theirs = dict(_facts(one)), dict(_facts(other))
    return [
        (label, shortened(mine.get(label, ""), CELL), shortened(theirs.get(label, ""), CELL))
        for label in {**mine, **theirs}
    ]


def _facts(record: Record) -> Iterator[tuple[str, str]]:
    protocol = record.study.protocol_section
    yield gettext("Status"), words.value("status", protocol.status_module.overall_status)
    yield gettext("Conditions"), ", ".join(protocol.conditions_module.conditions)
    treatments = protocol.arms_interventions_module.interventions
    yield gettext("Treatments"), ", ".join(one.name for one in treatments)
    yield from record.glance()
    yield from record.design()
    outcomes = protocol.outcomes_module.primary_outcomes
    yield gettext("Main outcomes"), "; ".join(one.measure for one in outcomes)
    where = [f"{words.country(one.name)} ({len(one.sites)})" for one in record.countries]
    yield gettext("Where"), ", ".join(where)

"""Where the trials of a question run: countries, towns, and a map of the first of them.

It is worked out once for each question, as long as the records stay the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.utils.translation import gettext
from markupsafe import Markup

from equipoise.exchange.registry.finder import Finder
from equipoise.exchange.registry.generations import About
from equipoise.exchange.registry.searches import Bucket, Found, Search
from equipoise.web import home
from equipoise.web.finder import words
from equipoise.web.finder.maps import Dot, drawn
from equipoise.web.finder.question import Question
from equipoise.web.views.page import language_now

__all__ = ["ON_MAP", "Located", "Place", "located"]

ON_MAP = 300
MOST = 32


class _Key(NamedTuple):
    """What an answer rests on besides the code."""

    folder: str
    about: About
    search: Search
    query: str
    language: str


@dataclass(frozen=True)
class Located:
    """Of a question: how many trials, their countries with towns, and the map."""

    total: int
    countries: list[tuple["Place", list["Place"]]]
    map: Markup | None


_known: dict[_Key, Located] = {}


def located(trials: Finder, question: Question) -> Located:
    """Where the trials of a question run."""
    search = _wide(question, ON_MAP)
    folder = str(home.registry())
    key = _Key(folder, trials.about, search, question.query(), language_now())
    if (known := _known.get(key)) is None:
        found = trials.search(search)
        chart = drawn(_dots(trials, found), gettext("Where the trials run"))
        known = Located(found.total, _countries(question, found), chart)
        if len(_known) >= MOST:
            _known.clear()
        _known[key] = known
    return known


def _wide(question: Question, most: int) -> Search:
    """The question of where: more trials at once, and places counted."""
    return replace(question.search, offset=0, limit=most, facets=("country", "city"))


@dataclass(frozen=True)
class Place:
    """A country or a town with trials, how many, and the question for those alone."""

    name: str
    count: int
    address: str


def _countries(question: Question, found: Found) -> list[tuple[Place, list[Place]]]:
    """Countries with their towns, those with most trials first."""
    towns: dict[str, list[Place]] = {}
    for one in found.facets.get("city", ()):
        town, _, country = one.value.rpartition(", ")
        address = question.query(city=one.value)
        towns.setdefault(country, []).append(Place(town, one.count, address))
    return [
        (_of_country(question, one), towns.get(one.value, []))
        for one in found.facets.get("country", ())
    ]


def _of_country(question: Question, one: Bucket) -> Place:
    return Place(words.country(one.value), one.count, question.query(country=one.value))


def _dots(trials: Finder, found: Found) -> Iterator[Dot]:
    """Each place of these trials, with how many of them are there."""
    counts: dict[tuple[float, float], int] = {}
    names: dict[tuple[float, float], str] = {}
    for hit in found.hits:
        here = set()
        for point in hit.card.points:
            lat, lon = trials.places.at(point)
            here.add(place := (round(lat, 1), round(lon, 1)))
            names.setdefault(place, words.town(trials.places.names[point]))
        for place in here:
            counts[place] = counts.get(place, 0) + 1
    for (lat, lon), count in counts.items():
        yield Dot(lat, lon, names[lat, lon], count)

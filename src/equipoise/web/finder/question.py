"""What an address asks of the finder, and the address of a question: a search is an address."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext

from equipoise.exchange.registry.fit import Person
from equipoise.exchange.registry.gazetteer import Town, country_name, place_name, towns
from equipoise.exchange.registry.searches import COUNTED, PAGE, Around, Search, Sort
from equipoise.exchange.registry.vocabulary import VALUES
from equipoise.web.address_language import PARAMETER

__all__ = ["SEVERAL", "Question", "default_sort", "question_of", "unread"]

TEXTS = {"q": "words"} | {name: name for name in ("condition", "treatment", "title", "sponsor")}
SEVERAL = (*(name for name in COUNTED if name not in ("sex", "volunteers", "results")), "city")
DAYS = ("started_from", "started_to", "completed_from", "completed_to", "since")
ONE_OF: dict[tuple[str, str], tuple[str, Any]] = {
    # Who has a condition is kept out by no such field.
    ("healthy", "yes"): ("volunteers", True),
    ("placed", "no"): ("placed", False),
    ("results", "yes"): ("results", True),
    ("results", "no"): ("results", False),
    ("sex", "FEMALE"): ("sex", "FEMALE"),
    ("sex", "MALE"): ("sex", "MALE"),
}
CHOICES = {"sex": ("FEMALE", "MALE"), "healthy": ("yes", "no"), "results": ("yes", "no")}
SORTS = ("relevance", "updated", "started", "enrolled", "distance")
LONGEST, MOST, FARTHEST, OLDEST = 300, 40, 20_000, 120
_POINT = re.compile(r"(-?\d{1,2}(?:\.\d{1,6})?),(-?\d{1,3}(?:\.\d{1,6})?)")
_DAY = re.compile(r"\d{4}-\d{2}(?:-\d{2})?")
_NUMBER = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True)
class Question:
    """A question as it was written and as the finder is asked it, and what could not be read."""

    given: dict[str, list[str]]
    search: Search
    problems: dict[str, str]
    town: Town | None = None
    others: tuple[Town, ...] = ()

    def entered(self, name: str) -> str:
        """What stands in a field."""
        return next(iter(self.given.get(name, ())), "")

    def chosen(self, name: str) -> list[str]:
        """The values of a field of which several may be chosen."""
        return self.given.get(name, [])

    @property
    def is_asked(self) -> bool:
        """Whether anything was asked beyond all trials."""
        return bool(self.search.words or self.search.filters())

    @property
    def has_more(self) -> bool:
        """Whether anything is asked, or was mistaken, that stands under “More”."""
        return any(name in self.given for name in (*DAYS, *TEXTS, "results") if name != "q")

    @property
    def person(self) -> Person:
        """Who would take part, as far as it was told."""
        healthy = {"yes": True, "no": False}.get(self.entered("healthy"))
        return Person(self.search.age, self.search.sex, healthy)

    @property
    def number(self) -> int:
        """Which page of the answer is asked for."""
        return self.search.offset // PAGE + 1

    def query(self, **other: str) -> str:
        """The address of this question, with something else; of the first page unless told."""
        kept = {**self.given, "page": [], **{name: [text] for name, text in other.items()}}
        pairs = [(name, text) for name, texts in kept.items() for text in texts if text]
        return f"?{urlencode(pairs)}" if pairs else "?"

    @property
    def tidy(self) -> str:
        """The address of this page without what is empty or says nothing."""
        away = {} if self.search.around else {"km": ""}
        return self.query(page=self.entered("page"), **away)

    @property
    def unplaced(self) -> str:
        """The address of the trials that meet the rest, in whose record no place can be found."""
        return self.query(near="", at="", km="", sort="", placed="no")

    def without(self, name: str, value: str = "") -> str:
        """The address of this question with one thing left out."""
        left = [one for one in self.given.get(name, []) if value and one != value]
        also = {"near": ("at", "km"), "at": ("near", "km")}.get(name, ())
        kept = {key: texts for key, texts in self.given.items() if key not in also}
        return replace(self, given={**kept, name: left}).query()


def question_of(query: QueryDict) -> Question:
    """The question of an address; what of it cannot be read is told and left out."""
    given = {name: _clean(query.getlist(name)) for name in query if name in _known()}
    for name, of_now in (("country", country_name), ("city", place_name)):
        given[name] = [*dict.fromkeys(map(of_now, given.get(name, [])))]
    given = {name: texts for name, texts in given.items() if texts}
    problems: dict[str, str] = {}
    values = dict(_values(given, problems))
    around, town, others = _around(given, problems)
    search = Search(**values, around=around)
    search = replace(search, sort=_sort(given, search), offset=_offset(given))
    return Question(given, search, problems, town, others)


def unread(question: Question, query: QueryDict) -> Iterator[str]:
    """What of an address asks nothing, as no field of the page would tell: for programs."""
    known, names = {**VALUES, "sort": SORTS, "placed": ("no",)}, ", ".join(sorted(_known()))
    if strange := query.keys() - _known():
        yield f"there is no parameter {min(strange)[:40]!r}; known are {names}"
    for name, texts in question.given.items():
        if name not in question.problems and (values := known.get(name)):
            yield from (
                f"there is no {name} {text[:40]!r}; known are {', '.join(values)}"
                for text in texts
                if text not in values
            )
    if "at" in question.given and not question.search.around:
        yield f"{question.entered('at')[:40]!r} is nowhere on Earth; 52.37,4.90 would do"


def _known() -> set[str]:
    other = {
        PARAMETER,
        "age",
        "sex",
        "healthy",
        "results",
        "placed",
        "near",
        "at",
        "km",
        "sort",
        "page",
    }
    return {*TEXTS, *SEVERAL, *DAYS} | other


def _clean(texts: list[str]) -> list[str]:
    found = [" ".join(text.replace("\0", "").split())[:LONGEST] for text in texts[:MOST]]
    return [text for text in dict.fromkeys(found) if text]


def _values(given: dict[str, list[str]], problems: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """What can be read, under the names by which the finder is asked."""
    for name, texts in given.items():
        if name in SEVERAL:
            yield name, tuple(texts)
        elif name in TEXTS:
            yield TEXTS[name], texts[0]
        elif name in DAYS or name == "age":
            yield from _checked(name, texts[0], problems)
        elif (read := ONE_OF.get((name, texts[0]))) is not None:
            yield read
        elif name in CHOICES and texts[0] not in CHOICES[name]:
            problems[name] = gettext("Choose one of: %(known)s") % {
                "known": ", ".join(CHOICES[name])
            }


def _checked(name: str, text: str, problems: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """A day, or an age; told where it is none."""
    if name in DAYS and _is_day(text):
        yield name, text
    elif name in DAYS:
        problems[name] = gettext("Write a day as 2026-11-30, or a month as 2026-11")
    elif _NUMBER.fullmatch(text) and int(text) <= OLDEST:
        yield name, int(text)
    else:
        problems[name] = gettext("Write an age in whole years, up to 120")


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text) and date.fromisoformat(f"{text}-01"[:10]))
    except ValueError:
        return False


def _around(
    given: dict[str, list[str]], problems: dict[str, str]
) -> tuple[Around | None, Town | None, tuple[Town, ...]]:
    """Around what is searched: a point that was given, else a town; and other towns of its name."""
    far = _far(given, problems)
    if name := next(iter(given.get("near", [])), ""):
        found = towns(name)
        if not found:
            problems["near"] = gettext(
                "No town of this name is known here; try a larger one near it"
            )
            return None, None, ()
        return Around(found[0].lat, found[0].lon, far), found[0], tuple(found[1:])
    if point := _POINT.fullmatch(next(iter(given.get("at", [])), "").replace(" ", "")):
        lat, lon = float(point[1]), float(point[2])
        if abs(lat) <= 90 and abs(lon) <= 180:
            return Around(lat, lon, far), None, ()
    return None, None, ()


def _far(given: dict[str, list[str]], problems: dict[str, str]) -> float:
    text = next(iter(given.get("km", [])), "50")
    if not _NUMBER.fullmatch(text) or not 1 <= int(text) <= FARTHEST:
        problems["km"] = gettext("Write a distance in whole kilometres, up to 20000")
        return 50.0
    return float(text)


def _sort(given: dict[str, list[str]], search: Search) -> Sort:
    named = next(iter(given.get("sort", [])), "")
    if named in SORTS and (named != "distance" or search.around):
        return Sort(named)
    return default_sort(search)


def default_sort(search: Search) -> Sort:
    """The order where none is chosen: what suits the words best, else the nearest, the newest."""
    if search.words or search.condition or search.treatment or search.title:
        return Sort.RELEVANCE
    return Sort.DISTANCE if search.around else Sort.UPDATED


def _offset(given: dict[str, list[str]]) -> int:
    text = next(iter(given.get("page", [])), "1")
    return (max(int(text), 1) - 1) * PAGE if _NUMBER.fullmatch(text) else 0

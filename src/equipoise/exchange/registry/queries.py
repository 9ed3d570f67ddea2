"""A question as the index is asked it: its words, and each thing that must hold of a trial."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import tantivy
from tantivy import FieldType, Occur, Query

from equipoise.exchange.registry import ages
from equipoise.exchange.registry.documents import TEXTS, day_number, schema
from equipoise.exchange.registry.gazetteer import country_name, place_name
from equipoise.exchange.registry.searches import Search
from equipoise.exchange.registry.texts import stemmed, words_of
from equipoise.exchange.registry.understanding import Option, Unit

__all__ = ["FIELDS_OF", "SCHEMA", "all_of", "at_least", "filters", "unit_query"]

SCHEMA: tantivy.Schema = schema()
WEIGHTS = {
    "title": 4.0,
    "condition": 3.5,
    "treatment": 4.0,
    "body": 1.0,
    "sponsor": 1.5,
    "place": 0.7,
}
FIELDS_OF = {
    "words": TEXTS,
    "condition": ("title", "condition"),
    "treatment": ("title", "treatment"),
    "title": ("title",),
    "sponsor": ("sponsor",),
    "place": ("place",),
}
TERM = 9.0
"""What it counts that the registry itself takes the trial for this."""
ONE_OF = (
    "status",
    "phase",
    "type",
    "term",
    "treatment_type",
    "sponsor_class",
    "age_group",
    "country",
    "city",
    "number",
)
_BY_ONE_NAME = {"country": country_name, "city": place_name}
EARLIEST, LATEST = 0, 4_000_000


def unit_query(unit: Unit, fields: Sequence[str] = TEXTS) -> Query:
    """Trials that one part of a question may mean."""
    options = [_option(option, fields) for option in unit.options]
    if fields is TEXTS and (number := "".join(words_of(unit.written))):
        options.append(Query.boost_query(_term("id", number), 20.0))
    return Query.disjunction_max_query([one for one in options if one], 0.05)


def _option(option: Option, fields: Sequence[str]) -> Query | None:
    if option.term:
        if not {"condition", "treatment"} & {*fields}:
            return None
        return Query.const_score_query(_term("mesh", option.term), TERM * option.weight)
    stems = [stemmed(word) for word in option.words]
    parts: list[tuple[Occur, Query]] = [(Occur.Must, _word(stem, fields)) for stem in stems]
    return Query.boost_query(Query.boolean_query(parts), option.weight / len(stems) ** 0.5)


def _word(stem: str, fields: Sequence[str]) -> Query:
    each = [Query.boost_query(_term(name, stem), WEIGHTS[name]) for name in fields]
    return Query.disjunction_max_query(each, 0.15)


def _term(name: str, value: object) -> Query:
    return Query.term_query(SCHEMA, name, value)


def all_of(needed: Sequence[Query], held: Sequence[Query], wished: Sequence[Query] = ()) -> Query:
    """Trials that meet all: what counts, what must hold uncounted, what counts where it is so."""
    parts = [(Occur.Must, one) for one in needed]
    parts += [(Occur.Must, Query.const_score_query(one, 0.0)) for one in held]
    if not parts:
        parts = [(Occur.Must, Query.all_query())]
    return Query.boolean_query([*parts, *((Occur.Should, one) for one in wished)])


def at_least(count: int, needed: Sequence[Query], held: Sequence[Query]) -> Query:
    """Trials that meet so many of these."""
    some = Query.boolean_query([(Occur.Should, one) for one in needed], count)
    return all_of([some], held)


def filters(asked: Search, points: Sequence[int] | None) -> Iterator[tuple[str, Query]]:
    """What must hold of a trial, each by the name under which it was asked.

    :param points: the numbers of the places within the distance that is asked, if one is
    """
    for name in ONE_OF:
        if values := getattr(asked, name):
            named = _BY_ONE_NAME.get(name, str)
            yield name, Query.term_set_query(SCHEMA, name, [*map(named, values)])
    if points is not None:
        yield "around", _any_point(points)
    if asked.placed is not None:
        yield "placed", _placed(asked.placed)
    if asked.age is not None:
        first, last = ages.months_of_year(asked.age)
        youngest, oldest = _range("min_months", 0, last), _range("max_months", first, 10**6)
        yield "age", all_of([youngest, oldest], ())
    if asked.sex in ("FEMALE", "MALE"):
        yield "sex", Query.term_set_query(SCHEMA, "sex", ["ALL", asked.sex])
    if asked.volunteers is not None:
        yield "volunteers", _term("volunteers", "yes" if asked.volunteers else "no")
    if asked.results is not None:
        yield "results", _term("results", "yes" if asked.results else "no")
    yield from _days(asked)


def _days(asked: Search) -> Iterator[tuple[str, Query]]:
    for name, field, first, last in (
        ("started_from", "started", asked.started_from, ""),
        ("started_to", "started", "", asked.started_to),
        ("completed_from", "completed", asked.completed_from, ""),
        ("completed_to", "completed", "", asked.completed_to),
        ("since", "updated", asked.since, ""),
    ):
        if first or last:
            yield name, _range(field, day_number(first), day_number(last) or LATEST)


def _placed(placed: bool) -> Query:
    """Trials whose record says where, so that it can be found on a map; or those others."""
    anywhere = Query.range_query(SCHEMA, "point", FieldType.Unsigned, 0, 2**40)
    if placed:
        return anywhere
    return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, anywhere)])


def _any_point(points: Sequence[int]) -> Query:
    return Query.term_set_query(SCHEMA, "point", [*points]) if points else Query.empty_query()


def _range(name: str, first: int, last: int) -> Query:
    return Query.range_query(SCHEMA, name, FieldType.Integer, max(first, EARLIEST), last)


def without(asked: Search, name: str) -> Search:
    """The same question with one thing left out."""
    empty = getattr(Search(), name)
    return replace(asked, **{name: empty})

"""No answer is a dead end: trials that lack a part of a question, and what to leave out of it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from tantivy import Query

from equipoise.exchange.registry.queries import all_of, at_least, filters, unit_query, without
from equipoise.exchange.registry.searches import Found, Hit, Search, Without

__all__ = ["FEW", "with_near_misses"]

FEW = 10
"""With fewer trials than these, what comes near is told too."""


class Index(Protocol):
    """What can be asked of the index."""

    def page(self, query: Query, asked: Search) -> tuple[int, tuple[Hit, ...]]:
        """How many trials a query finds, and those that are to be shown."""

    def held(self, asked: Search) -> Iterator[tuple[str, Query]]:
        """What must hold of a trial, each by its name."""

    def total(self, query: Query) -> int:
        """How many trials a query finds."""


def with_near_misses(index: Index, asked: Search, found: Found) -> Found:
    """The answer with what comes near it, and with what could be left out."""
    needed = {unit.written: unit_query(unit) for unit in found.units if unit.needed}
    known = {hit.card.number for hit in found.hits}
    could_go = tuple(_without(index, asked, [*needed.values()]))
    near = _lacking(index, asked, needed, known)
    near = near or _missing(index, asked, [*needed.values()], could_go, known)
    return replace(found, near=tuple(near), without=could_go)


def _lacking(index: Index, asked: Search, needed: dict[str, Query], known: set[str]) -> list[Hit]:
    """Trials with most parts of the question, the most complete first, and what each lacks."""
    held = [query for _, query in index.held(asked)]
    near: dict[str, Hit] = {}
    for count in range(len(needed) - 1, 0, -1):
        query = at_least(count, [*needed.values()], held)
        _, hits = index.page(query, replace(asked, offset=0))
        near |= {hit.card.number: hit for hit in hits if hit.card.number not in known | near.keys()}
        if len(near) >= FEW:
            break
    first = [*near.values()][:FEW]
    lacks = _lacks(index, needed, [hit.card.number for hit in first])
    return [replace(hit, lacks=lacks[hit.card.number]) for hit in first]


def _lacks(
    index: Index, needed: dict[str, Query], numbers: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Which parts of a question each of these trials does not meet."""
    if not numbers:
        return {}
    among = Search(number=tuple(numbers), limit=len(numbers))
    held = [query for _, query in filters(among, None)]
    met = {
        written: {hit.card.number for hit in index.page(all_of([query], held), among)[1]}
        for written, query in needed.items()
    }
    return {
        number: tuple(written for written in needed if number not in met[written])
        for number in numbers
    }


def _missing(
    index: Index,
    asked: Search,
    needed: Sequence[Query],
    could_go: Sequence[Without],
    known: set[str],
) -> list[Hit]:
    """Trials that meet all but one thing that was to hold, of that which keeps out fewest."""
    for one in sorted(could_go, key=lambda one: one.count):
        fewer = replace(without(asked, one.name), offset=0)
        _, hits = index.page(all_of(needed, [held for _, held in index.held(fewer)]), fewer)
        near = [replace(hit, misses=one.name) for hit in hits if hit.card.number not in known]
        if near:
            return near[:FEW]
    return []


def _without(index: Index, asked: Search, needed: Sequence[Query]) -> Iterator[Without]:
    for name in asked.filters():
        held = [query for _, query in index.held(without(asked, name))]
        if count := index.total(all_of(needed, held)):
            yield Without(name, count)

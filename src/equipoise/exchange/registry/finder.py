"""The finder: one question, one answer, from the generation of the index that is current.

Where little or nothing is found, what comes near is added (`near_misses`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import msgspec
from tantivy import DocAddress, Order, Query

from equipoise.exchange.registry.documents import Card, open_index
from equipoise.exchange.registry.generations import FORM, About, about, current
from equipoise.exchange.registry.near_misses import FEW, with_near_misses
from equipoise.exchange.registry.places import Places
from equipoise.exchange.registry.queries import (
    FIELDS_OF,
    all_of,
    filters,
    unit_query,
    without,
)
from equipoise.exchange.registry.searches import Bucket, Found, Hit, Search, Sort
from equipoise.exchange.registry.spelling import Spelling
from equipoise.exchange.registry.understanding import Unit, understood

__all__ = ["Finder", "NoIndex", "finder"]

SHOWN = {"city": 20, "country": 60, "term": 30}
DEEPEST = 10_000
_card = msgspec.json.Decoder(Card)


class NoIndex(Exception):
    """Nothing has been taken in here yet, or by another version of Equipoise."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: no records here yet that this version can search; "
            "`equipoise registry import` takes them in, `equipoise registry rebuild` indexes anew"
        )


def finder(folder: Path) -> "Finder":
    """The finder over the generation that is current now.

    :raises NoIndex: before there is one
    """
    for _ in range(3):  # a generation that has just been given up is gone when it is opened
        generation = current(folder)
        if generation is None:
            break
        try:
            if about(generation).form == FORM:
                return _opened(generation, (generation / "about.json").stat().st_mtime_ns)
            break
        except (OSError, ValueError, TypeError):
            continue
    raise NoIndex(folder)


@lru_cache(maxsize=4)
def _opened(generation: Path, _made_at: int) -> "Finder":
    """It opened once; a folder that was begun anew may use a name again."""
    return Finder(generation)


class Finder:
    """One generation of the index, open for questions."""

    def __init__(self, generation: Path) -> None:
        self.about: About = about(generation)
        self._trials = open_index(str(generation / "trials")).searcher()
        self._spelling = Spelling(generation / "words")
        self.places = Places(generation / "places.json")
        self.meant = self._spelling.meant

    def count(self, word: str) -> int:
        """How many records use a word."""
        return self._trials.doc_freq("word", word)

    def uses(self, name: str, value: str) -> bool:
        """Whether any record has this value of a field."""
        return bool(self._trials.doc_freq(name, value))

    def terms(self, phrase: str) -> tuple[str, ...]:
        """What the registry takes a phrase for, by what its records say: the commonest."""
        found = self._trials.terms_with_prefix("alias", f"{phrase}\t", limit=50)
        most = max((count for _, count in found), default=0)
        return tuple(alias.partition("\t")[2] for alias, count in found if count * 2 >= most)[:3]

    def search(self, asked: Search) -> Found:
        """The answer to a question; with what comes near, where there is little."""
        found = self.exactly(asked, understood(asked.words, self))
        return found if found.total >= FEW else with_near_misses(self, asked, found)

    def exactly(self, asked: Search, units: tuple[Unit, ...]) -> Found:
        """What meets all of a question, whose words have been understood."""
        held = [query for _, query in self.held(asked)]
        needed = [unit_query(unit) for unit in units if unit.needed]
        query = all_of(needed, held, [unit_query(unit) for unit in units if not unit.needed])
        total, hits = self.page(query, asked)
        return Found(
            unplaced=self._unplaced(asked, needed) if asked.around else 0,
            total=total,
            hits=hits,
            units=units,
            facets=self._facets(asked, needed, query),
            as_of=self.about.as_of,
            records=self.about.records,
        )

    def card(self, number: str) -> Card | None:
        """What a list shows of one trial."""
        _, hits = self.page(
            all_of((), [q for _, q in filters(Search(number=(number,)), None)]), Search()
        )
        return hits[0].card if hits else None

    def held(self, asked: Search) -> Iterator[tuple[str, Query]]:
        """What must hold: filters, and words that belong to one field."""
        points = None if asked.around is None else self.places.within(asked.around)
        yield from filters(asked, points)
        for name in ("condition", "treatment", "title", "sponsor", "place"):
            if text := getattr(asked, name):
                units = [unit for unit in understood(text, self) if unit.needed]
                yield name, all_of([unit_query(unit, FIELDS_OF[name]) for unit in units], ())

    def page(self, query: Query, asked: Search) -> tuple[int, tuple[Hit, ...]]:
        """How many trials a query finds, and those that are to be shown."""
        if asked.sort is Sort.DISTANCE and asked.around:
            return self._nearest_first(query, asked)
        by = None if asked.sort in (Sort.RELEVANCE, Sort.DISTANCE) else asked.sort.value
        offset, limit = min(asked.offset, DEEPEST), max(asked.limit, 1)
        order = Order.Desc if asked.descending else Order.Asc
        found = self._trials.search(
            query, limit, True, order_by_field=by, offset=offset, order=order
        )
        hits = found.hits if asked.limit and asked.offset < DEEPEST else []
        total = int(getattr(found, "count", 0) or 0)
        return total, tuple(self._hit(score, at, asked) for score, at in hits)

    def _nearest_first(self, query: Query, asked: Search) -> tuple[int, tuple[Hit, ...]]:
        found = self._trials.search(query, DEEPEST, True)
        hits = [self._hit(score, at, asked) for score, at in found.hits]
        hits.sort(key=lambda hit: (hit.km is None, hit.km or 0.0, hit.card.number))
        page = hits[asked.offset : asked.offset + asked.limit]
        return int(getattr(found, "count", 0) or 0), tuple(page)

    def _hit(self, score: float, at: DocAddress, asked: Search) -> Hit:
        card = _card.decode(self._trials.doc(at)["card"][0])
        hit = Hit(card, score if asked.sort is Sort.RELEVANCE else 0.0)
        if asked.around and card.points:
            km, nearest = self.places.nearest(asked.around, card.points)
            hit = replace(hit, km=km, nearest=nearest)
        return hit

    def _facets(
        self, asked: Search, needed: Sequence[Query], query: Query
    ) -> dict[str, tuple[Bucket, ...]]:
        """How many trials of the answer have each value; of a filter that is used, without it."""
        facets = self._counted(query, asked.facets)
        for name in set(asked.filters()) & {*asked.facets}:
            held = [one for _, one in self.held(without(asked, name))]
            facets |= self._counted(all_of(needed, held), (name,))
        return facets

    def _unplaced(self, asked: Search, needed: Sequence[Query]) -> int:
        """How many trials would meet a question of where, if their record said where."""
        anywhere = replace(without(asked, "around"), placed=False)
        return self.total(all_of(needed, [one for _, one in self.held(anywhere)]))

    def _counted(self, query: Query, names: Sequence[str]) -> dict[str, tuple[Bucket, ...]]:
        asked = {name: {"terms": {"field": name, "size": SHOWN.get(name, 20)}} for name in names}
        found = self._trials.aggregate(query, asked) if names else {}
        return {
            name: tuple(Bucket(one["key"], one["doc_count"]) for one in found[name]["buckets"])
            for name in names
        }

    def total(self, query: Query) -> int:
        """How many trials a query finds."""
        return int(getattr(self._trials.search(query, 1, True), "count", 0) or 0)

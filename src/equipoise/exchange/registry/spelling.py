"""Which words there are, and which of them somebody may have meant.

The words of all records, with how many records use each, and what laymen say, stand in a small
index beside the other: its automaton finds what is one or two slips away among all of them at once.
"""

from collections.abc import Iterator
from functools import lru_cache
from math import log10
from pathlib import Path

import tantivy

from equipoise.exchange.registry.lay_words import lay_words

__all__ = ["Spelling", "slips", "write_words"]

SHORT, LONG = 4, 7
"""Letters from which one slip is looked for, and two."""
MOST = 400
LAY = 30
"""A layman's word counts like one that so many records use."""


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("word", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("count", stored=True, fast=True)
    return builder.build()


def write_words(folder: Path, trials: tantivy.Searcher) -> None:
    """Write the words of an index of trials."""
    folder.mkdir()
    writer = tantivy.Index(_schema(), str(folder)).writer(32 << 20, 1)
    for word, count in _counted(trials):
        made = tantivy.Document()
        made.add_text("word", word)
        made.add_integer("count", count)
        writer.add_document(made)
    writer.commit()
    writer.wait_merging_threads()


def _counted(trials: tantivy.Searcher) -> Iterator[tuple[str, int]]:
    lay = dict.fromkeys(lay_words(), LAY)
    least = 1 if trials.num_docs < 10_000 else 2  # a slip of one record is no word
    for word, count in trials.terms_with_prefix("word", ""):
        if word in lay:
            yield word, count + lay.pop(word)
        elif count >= least and len(word) >= SHORT - 1 and not word[0].isdigit():
            yield word, count
    yield from lay.items()


class Spelling:
    """The words of one generation of the index."""

    def __init__(self, folder: Path) -> None:
        self._fields = _schema()
        index = tantivy.Index.open(str(folder))
        index.config_reader("manual")
        self._words = index.searcher()
        self.meant = lru_cache(maxsize=10_000)(self._meant)

    def count(self, word: str) -> int:
        """How many records use a word; more than none for what laymen say."""
        return int(self._words.doc_freq("word", word))

    def _meant(self, word: str, most: int = 3) -> tuple[str, ...]:
        """The words that may have been meant, the likeliest first."""
        if len(word) < SHORT or word[0].isdigit():
            return ()
        for distance in (1, 2) if len(word) >= LONG else (1,):
            if near := sorted(self._near(word, distance)):
                best = near[0][0]
                return tuple(other for cost, other in near if cost < best + 0.6)[:most]
        return ()

    def _near(self, word: str, distance: int) -> Iterator[tuple[float, str]]:
        query = tantivy.Query.fuzzy_term_query(self._fields, "word", word, distance)
        for _, at in self._words.search(query, MOST, count=False).hits:
            found = self._words.doc(at)
            other, count = str(found["word"][0]), int(found["count"][0])
            # People get the first letter right, and mean what is written about.
            cost = slips(word, other) + 0.4 * (other[0] != word[0]) - 0.25 * log10(count + 1)
            yield cost, other


def slips(one: str, other: str) -> int:
    """How many letters are wrong, missing, too many, or have changed places with the next."""
    before: list[int] = []
    row: list[int] = [*range(len(other) + 1)]
    for i, mine in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, theirs in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (mine != theirs))
            if i > 1 and j > 1 and mine == other[j - 2] and one[i - 2] == theirs:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]

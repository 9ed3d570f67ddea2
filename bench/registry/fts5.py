"""The same finder on SQLite's own full-text search, as a yardstick: words, facets, distance.

Fair to it: one read for all facets of a question, the sites in an R*Tree, the words stemmed by the
`porter` tokenizer, and a question written as the very same words that the finder asks its index.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from equipoise.exchange.registry.documents import FACETS, TEXTS, _facets, _texts
from equipoise.exchange.registry.records import Version
from equipoise.exchange.registry.searches import Around
from equipoise.exchange.registry.study import Study
from equipoise.exchange.registry.understanding import Unit

__all__ = ["Fts5"]

WEIGHTS = "4.0, 3.5, 4.0, 1.0, 1.5, 0.7"


class Fts5:
    """An index of trials in one SQLite file."""

    def __init__(self, file: Path) -> None:
        self._database = sqlite3.connect(file)
        fields = ", ".join(TEXTS)
        self._database.executescript(
            f"""
            CREATE VIRTUAL TABLE words
                USING fts5({fields}, content='', tokenize='porter unicode61');
            CREATE TABLE facet (trial INTEGER, name INTEGER, value TEXT);
            CREATE TABLE site (id INTEGER PRIMARY KEY, trial INTEGER);
            CREATE VIRTUAL TABLE place USING rtree(id, s, n, w, e);
            """
        )

    def fill(self, studies: Iterable[tuple[Version, Study]]) -> None:
        """Index these."""
        site = 0
        for trial, (_, study) in enumerate(studies, 1):
            texts = dict.fromkeys(TEXTS, "")
            for name, text in _texts(study):
                if name in texts:
                    texts[name] += text
            marks = ", ".join("?" for _ in TEXTS)
            row = [trial, *texts.values()]
            self._database.execute(
                f"INSERT INTO words (rowid, {', '.join(TEXTS)}) VALUES (?, {marks})", row
            )
            rows = [(trial, FACETS.index(name), value) for name, value in _facets(study) if value]
            self._database.executemany("INSERT INTO facet VALUES (?, ?, ?)", rows)
            for one in study.protocol_section.contacts_locations_module.locations:
                if at := one.geo_point:
                    site += 1
                    self._database.execute("INSERT INTO site VALUES (?, ?)", (site, trial))
                    box = (site, at.lat, at.lat, at.lon, at.lon)
                    self._database.execute("INSERT INTO place VALUES (?, ?, ?, ?, ?)", box)
        self._database.execute("CREATE INDEX of_trial ON facet (trial, name, value)")
        self._database.commit()

    def search(
        self, units: Sequence[Unit], around: Around | None
    ) -> tuple[int, list[int], dict[str, int]]:
        """How many, the first twenty, and how many of each value."""
        self._database.execute("DROP TABLE IF EXISTS temp.hit")
        self._database.execute(
            f"CREATE TEMP TABLE hit AS SELECT rowid AS trial, bm25(words, {WEIGHTS}) AS score "
            "FROM words WHERE words MATCH ?",
            (_written(units),),
        )
        if around:
            high, wide = around.km / 111.0, around.km / 70.0
            box = (around.lat - high, around.lat + high, around.lon - wide, around.lon + wide)
            self._database.execute(
                "DELETE FROM hit WHERE trial NOT IN (SELECT trial FROM place JOIN site USING (id) "
                "WHERE s >= ? AND n <= ? AND w >= ? AND e <= ?)",
                box,
            )
        total = self._database.execute("SELECT count(*) FROM hit").fetchone()[0]
        first = self._database.execute("SELECT trial FROM hit ORDER BY score LIMIT 20").fetchall()
        counted = self._database.execute(
            "SELECT name, value, count(*) FROM hit JOIN facet USING (trial) GROUP BY 1, 2"
        ).fetchall()
        facets = {f"{FACETS[name]} {value}": count for name, value, count in counted}
        return total, [row[0] for row in first], facets


def _written(units: Sequence[Unit]) -> str:
    """All parts of a question, each by any of its words, as FTS5 is asked."""
    return " AND ".join(
        "(" + " OR ".join(_all(option.words) for option in unit.options if option.words) + ")"
        for unit in units
        if unit.needed
    )


def _all(words: Sequence[str]) -> str:
    return "(" + " AND ".join(f'"{word}"' for word in words) + ")"

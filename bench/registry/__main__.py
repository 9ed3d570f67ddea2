"""`make bench-registry`: records taken in, and found among 100,000 (RECORDS=600000 for as many).

Writes `build/bench-registry.json`. Each figure stands beside its yardstick of the same run:
`json.loads` of the same records, and SQLite's full-text search asked the very same.
"""

import json
import os
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import msgspec

from bench.figure import Figure, Measure, bench
from bench.registry.fts5 import Fts5
from equipoise.exchange.registry.finder import Finder, finder
from equipoise.exchange.registry.gazetteer import towns
from equipoise.exchange.registry.generations import refresh
from equipoise.exchange.registry.importing import take_in
from equipoise.exchange.registry.records import kept_records
from equipoise.exchange.registry.searches import Around, Search
from equipoise.exchange.registry.study import Study
from equipoise.exchange.registry.understanding import understood
from tests.registry_records import SAMPLE, distractors, sample

QUESTIONS = Path("tests/fixtures/registry/relevance.tsv")
AROUND, FIRST = "Amsterdam", 10


def run(words: list[str]) -> int:
    """0 when everything was measured, whether or not the aims are met."""
    return bench(words, "bench-registry", __doc__, _measures)


def _measures(quick: bool) -> Iterator[Measure]:
    count = 2_000 if quick else int(os.environ.get("RECORDS", "100000"))
    yield lambda: _all(count)


def _all(count: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="eq-registry-") as place:
        folder, file = Path(place), Path(place) / "invented.ndjson"
        with file.open("wb") as written:
            written.writelines(record + b"\n" for record in distractors(count))
        yield from _taking_in(folder, file, count)
        yield _recalled(finder(folder / "kept"), count)
        yield from _finding(folder, count)


def _taking_in(folder: Path, file: Path, count: int) -> Iterator[Figure]:
    size = file.stat().st_size / 1e6
    alone = _cpu(lambda: deque(map(json.loads, file.open("rb")), maxlen=0))
    kept = _cpu(lambda: take_in(folder / "kept", [file, Path(str(SAMPLE))]))
    made = _cpu(lambda: refresh(folder / "kept"))
    again = _cpu(lambda: take_in(folder / "kept", [file]))
    peak = getrusage(RUSAGE_SELF).ru_maxrss / 1e3
    name = f"memory at most, taking in and indexing {count:,} records"
    yield Figure(name=name, value=peak, unit="MB")
    for name, cpu in (("kept", kept), ("indexed", made), ("known already", again)):
        yield Figure(
            name=f"{count:,} records of {1e3 * size / count:.1f} kB, {name}",
            value=count / cpu,
            unit=f"records/s CPU ({size / cpu:,.1f} MB/s)",
            yardstick="json.loads alone, in time",
            ratio=cpu / alone,
        )


def _recalled(trials: Finder, count: int) -> Figure:
    """Which part of the trials that questions mean is among the first ten of their answers."""
    found = wanted = 0
    for line in _lines():
        _, _, question, numbers = line.split("\t")
        answer = trials.search(Search(words=question, limit=FIRST))
        shown = {hit.card.number for hit in (*answer.hits, *answer.near)[:FIRST]}
        found += len({*numbers.split()} & shown)
        wanted += len({*numbers.split()})
    part = found / wanted
    name = f"of {wanted} trials that {len(_lines())} questions mean, those among the first {FIRST}"
    name = f"{name} of {count:,}"
    return Figure(name=name, value=part, unit="", aim="≥ 0.95", met=part >= 0.95)


def _finding(folder: Path, count: int) -> Iterator[Figure]:
    trials, other = finder(folder / "kept"), Fts5(folder / "fts5.sqlite3")
    with kept_records(folder / "kept") as records:
        each = ((one, msgspec.json.decode(one.raw, type=Study)) for one in records.since(0))
        made = _cpu(lambda: other.fill(each))
    print(f"  SQLite's index took {made:,.0f} s CPU to make", flush=True)
    town = towns(AROUND)[0]
    for what, questions in (("narrow", _narrow()), ("broad", _broad())):
        for where, around in (("", None), (" within 500 km", Around(town.lat, town.lon, 500))):
            name = f"a {what} question with facets{where} among {count:,}"
            yield from _asked(trials, other, questions, around, name)


def _narrow() -> list[str]:
    """Questions that mean a few trials."""
    return [line.split("\t")[2] for line in _lines()]


def _lines() -> list[str]:
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line[0] != "#"]


def _broad() -> list[str]:
    """Conditions alone."""
    each = (one["protocolSection"]["conditionsModule"]["conditions"] for one in sample())
    return sorted({condition for conditions in each for condition in conditions})


def _asked(
    trials: Finder, other: Fts5, questions: list[str], around: Around | None, name: str
) -> Iterator[Figure]:
    units = [understood(question, trials) for question in questions]
    near = [_cpu(partial(trials.search, Search(words=q, around=around))) for q in questions]
    bare = [_cpu(partial(trials.exactly, Search(around=around), u)) for u in units]
    theirs = [_cpu(partial(other.search, u, around)) for u in units]
    for part, what in ((0.5, "p50"), (0.95, "p95")):
        yield Figure(
            name=f"{name}, {what}",
            value=1e3 * _share(bare, part),
            unit="ms CPU",
            yardstick="the same on SQLite FTS5",
            ratio=_share(bare, part) / _share(theirs, part),
            aim="≤ 0.1 ×",
            met=_share(bare, part) <= 0.1 * _share(theirs, part),
        )
    yield Figure(
        name=f"{name}, its words understood, and with what comes near, p95",
        value=1e3 * _share(near, 0.95),
        unit="ms CPU",
        yardstick="the words alone on SQLite FTS5",
        ratio=_share(near, 0.95) / _share(theirs, 0.95),
    )


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _share(times: Sequence[float], part: float) -> float:
    """The time that this part of them does not exceed."""
    return sorted(times)[int(part * len(times))]


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))

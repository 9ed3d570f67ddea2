"""The index, in generations: a new one is made beside the one that is read, and takes its place.

A generation is the one before (its files, linked, not copied) with what has come since. Whoever
reads goes on with the generation that it opened. All of it can be made again from the records.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec
import tantivy

from equipoise.exchange.registry.documents import Point, document, is_day, open_index, schema
from equipoise.exchange.registry.records import Records, kept_records
from equipoise.exchange.registry.spelling import write_words
from equipoise.exchange.registry.study import Study

__all__ = ["FORM", "About", "current", "is_made", "outdated", "refresh"]

FORM = 2
"""Of how the index is made: one more whenever `documents` makes another of the same record. A
generation of another form is not read; it is made anew."""
CURRENT, KEPT = "current", 2
MEMORY = 64 << 20
_study = msgspec.json.Decoder(Study)


@dataclass(frozen=True)
class About:
    """What a generation is: its form, the last turn it knows, and as of which day."""

    form: int
    turn: int
    records: int
    as_of: str


def is_made(folder: Path) -> bool:
    """Whether any records have been taken in here."""
    return (folder / CURRENT).exists()


def current(folder: Path) -> Path | None:
    """The generation that is to be read; None before there is one."""
    try:
        name = (folder / CURRENT).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    return folder / "index" / name


def about(generation: Path) -> About:
    """What a generation says of itself."""
    return About(**json.loads((generation / "about.json").read_text(encoding="utf-8")))


def outdated(folder: Path) -> Path | None:
    """The generation that is current and that an earlier program made, so that none reads it."""
    generation = current(folder)
    try:
        return generation if generation and about(generation).form < FORM else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError):
        return generation  # it says what it is in another way


def refresh(
    folder: Path, anew: bool = False, tell: Callable[[int, int], None] | None = None
) -> bool:
    """Bring the index up to what the records are; whether there was anything to do.

    :param anew: make it from nothing
    :param tell: is given how many records are done, and how many there are to do
    """
    with _alone(folder), kept_records(folder) as records:
        old = None if anew else _usable(folder)
        before = about(old) if old else About(FORM, 0, 0, "")
        if old and records.counts()[1] == before.turn:
            return False
        made = _beside(folder, old)
        _write(made, records, before, tell)
        _take_its_place(folder, made)
    return True


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One after another, where two would make a generation at once."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "index.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _usable(folder: Path) -> Path | None:
    generation = current(folder)
    try:
        if generation and about(generation).form == FORM:
            return generation
    except (OSError, ValueError, TypeError):
        pass
    return None


def _beside(folder: Path, old: Path | None) -> Path:
    """A folder for the new generation, with the files of the old linked into it."""
    shelf = folder / "index"
    shelf.mkdir(exist_ok=True)
    names = [one.name for one in (*shelf.glob("g*"), current(folder)) if one]
    taken = [int(name[1:]) for name in names if name[1:].isdigit()]
    made = shelf / f"g{max(taken, default=0) + 1:06}"
    (made / "trials").mkdir(parents=True)
    if old:
        for file in (old / "trials").iterdir():
            if file.suffix != ".lock":
                os.link(file, made / "trials" / file.name)
        shutil.copy(old / "places.json", made / "places.json")
    return made


def _write(
    made: Path, records: Records, before: About, tell: Callable[[int, int], None] | None
) -> None:
    places, index = _Places(made / "places.json"), open_index(str(made / "trials"))
    writer, fields = index.writer(MEMORY, 1), schema()
    as_of, (total, last) = before.as_of, records.counts()
    to_do = last - before.turn
    for count, version in enumerate(records.since(before.turn), 1):
        study = _study.decode(version.raw)
        if before.turn:
            number = tantivy.Query.term_query(fields, "number", version.number)
            writer.delete_documents_by_query(number)
        writer.add_document(document(study, places.number))
        as_of = max([as_of, *filter(is_day, version.version.split())])
        if tell and count % 200 == 0:
            tell(count, to_do)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    places.write()
    write_words(made / "words", index.searcher())
    kept = asdict(About(FORM, last, total, as_of))
    (made / "about.json").write_text(json.dumps(kept), encoding="utf-8")


def _take_its_place(folder: Path, made: Path) -> None:
    beside = folder / f"{CURRENT}.new"
    with beside.open("w", encoding="utf-8") as file:
        file.write(made.name)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / CURRENT)
    # One before stays, for whoever has just read its name.
    for old in sorted((folder / "index").glob("g*"))[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)


class _Places:
    """The places of all trials, each with its number."""

    def __init__(self, file: Path) -> None:
        self._file = file
        known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
        self._numbers: dict[Point, int] = {
            (lat, lon, town, country): at for at, (lat, lon, town, country) in enumerate(known)
        }

    def number(self, place: Point) -> int:
        return self._numbers.setdefault(place, len(self._numbers))

    def write(self) -> None:
        self._file.write_text(json.dumps([*self._numbers], ensure_ascii=False), encoding="utf-8")

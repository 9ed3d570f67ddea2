"""Taking records in: file after file, in short steps of which each is kept whole or not at all.

Broken off at any moment, it goes on where it was; done again, it changes nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path

from equipoise.exchange.registry.record import Record, judged
from equipoise.exchange.registry.records import STEP, Outcome, Records, writable_records
from equipoise.exchange.registry.scanning import found
from equipoise.exchange.registry.sources import Part, Refused, parts
from equipoise.exchange.registry.unread import EMPTY, Place, Unread
from equipoise.study.reason import Refusal

__all__ = ["Progress", "Taken", "take_in"]


@dataclass(frozen=True)
class Progress:
    """How far the reading of a file has come."""

    file: Path
    records: int
    read: int
    size: int


@dataclass
class Taken:
    """What became of everything that was read."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    told: list[Unread] = field(default_factory=list)

    @property
    def unread(self) -> list[Unread]:
        """What was passed over."""
        return [one for one in self.told if not one.was_taken_in]

    @property
    def changed(self) -> bool:
        return bool(self.outcomes[Outcome.NEW] + self.outcomes[Outcome.NEWER])


def take_in(
    folder: Path,
    files: Iterable[Path],
    tell: Callable[[Progress], None] = lambda _: None,
    today: date | None = None,
) -> Taken:
    """Keep the records of these files in a folder.

    :param today: where it is known, a record that says it was posted later is odd
    :raises Busy: while another process does
    """
    taken, files = Taken(), [*files]
    latest = "" if today is None else today.isoformat()
    for file in files:
        file.stat()  # before anything is read for nothing
    with writable_records(folder) as records:
        for file in files:
            _file(records, file, taken, tell, latest)
    return taken


def _file(
    records: Records, file: Path, taken: Taken, tell: Callable[[Progress], None], latest: str
) -> None:
    about = file.stat()
    identity = f"{file.resolve()}\n{about.st_size} {about.st_mtime_ns}"
    done, read = records.taken(identity), [0]
    taken.told += records.unread(identity) if done else []
    coming = _each(file, lambda at: read.__setitem__(0, at), done, latest)
    while step := list(islice(coming, STEP)):
        told = [one for place, judgement in step for one in _told(place, judgement)]
        for _, judgement in step:
            if isinstance(judgement, Record):
                taken.outcomes[records.add(judgement)] += 1
        done += len(step)
        taken.told += told
        records.keep(identity, done, told)
        tell(Progress(file, done, read[0], about.st_size))
    records.forget(identity)


def _told(place: Place, judgement: Record | Refusal) -> Iterator[Unread]:
    why = judgement.odd if isinstance(judgement, Record) else judgement
    if why:
        yield Unread(place, why)


def _each(
    file: Path, tell: Callable[[int], None], skip: int, latest: str
) -> Iterator[tuple[Place, Record | Refusal]]:
    """Each record of a file, or why it was passed over; those before `skip` are not looked at."""
    at, none = 0, True
    for part in parts(file, tell):
        for record, one in enumerate(_of_part(part), 1):
            at, none = at + 1, False
            if at > skip:
                place = Place(file.name, part.name, record)
                yield place, judged(one, latest) if isinstance(one, bytes) else one
    if none:
        yield Place(file.name, "", 1), EMPTY()


def _of_part(part: Part) -> Iterator[bytes | Refusal]:
    try:
        yield from found(part.pieces())
    except Refused as refused:
        yield refused.why

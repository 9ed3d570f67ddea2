"""The ledger in one file, `ledger.jsonl`: for a study on one machine, and for rehearsals.

Several processes may use the file at once. Each keeps the entries in memory too and reads on
where it left off. An entry is safe on the disk when `append`, or the outermost `writing`, returns.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from equipoise.ledger.durable import GrowingFile
from equipoise.ledger.entry import Entry
from equipoise.ledger.line import Unreadable, entry_from, line_of
from equipoise.ledger.memory import MemoryLedger
from equipoise.ledger.redaction import is_redaction
from equipoise.ledger.store import BrokenChain

__all__ = ["FileLedger"]


class FileLedger(MemoryLedger):
    """A MemoryLedger that also stands in a file, a line an entry in the order of recording.

    Opening, and any later look, raises BrokenChain when the file does not hold whole chains.
    """

    def __init__(self, path: Path | str) -> None:
        super().__init__()
        self._file = GrowingFile(Path(path))
        self._read = 0
        self._depth = 0
        with self._lock:
            self._look(anyway=True)

    @property
    def torn(self) -> tuple[str, ...]:
        """What was found cut short in the file and moved aside, as sentences."""
        return tuple(self._file.torn)

    @contextmanager
    def writing(self, *streams: str) -> Iterator[None]:
        """Hold the file; at the end of the outermost block, write all of it at once, or nothing."""
        with self._lock:
            if self._depth:
                with super().writing(*streams):
                    yield
                return
            with self._file.locked():
                self._read_on()
                with super().writing(*streams), self._inside():
                    before = len(self._order)
                    yield
                    self._keep(self._order[before:])

    def append(self, entry: Entry) -> None:
        """Record the next entry of its stream; raises Overtaken, BrokenChain or OSError.

        Nothing is redacted here: no byte of the file is ever changed.
        """
        if is_redaction(entry):
            reason = "a ledger in a file is only added to; redact it in an installation"
            raise BrokenChain(f"{entry.stream} {entry.seq}", (reason,))
        with self.writing(entry.stream):
            super().append(entry)

    def close(self) -> None:
        """Give the file back; a later use opens it again."""
        with self._lock:
            self._file.close()

    @contextmanager
    def _inside(self) -> Iterator[None]:
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    def _keep(self, entries: list[Entry]) -> None:
        if entries:
            lines = [line_of(entry).encode() for entry in entries]
            self._file.write(lines)
            self._read += sum(len(line) + 1 for line in lines)

    def _look(self, anyway: bool = False) -> None:
        if not self._depth and (anyway or self._file.size() != self._read):
            with self._file.locked():
                self._read_on()

    def _read_on(self) -> None:
        if self._file.size() < self._read:
            reason = f"the file is shorter than the {self._read} bytes that were read before"
            raise BrokenChain(str(self._file.path), (reason,))
        for line in self._file.read(self._read).split(b"\n")[:-1]:
            try:
                self._take(entry_from(line))
            except Unreadable as error:
                place = f"{self._file.path}, byte {self._read}"
                raise BrokenChain(place, (str(error),)) from None
            self._read += len(line) + 1

"""The ledger of tests, rehearsals and simulations: everything in memory, gone when it ends."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Self

from equipoise.ledger.canonical import START
from equipoise.ledger.entry import Entry, Head, digest_now
from equipoise.ledger.redaction import is_redaction, is_tombstone, redaction_of, tombstone_of
from equipoise.ledger.store import BrokenChain, check_next

__all__ = ["MemoryLedger"]


class MemoryLedger:
    """Entries in lists, one per stream; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._streams: dict[str, list[Entry]] = {}
        self._named: dict[str, list[Entry]] = {}
        self._order: list[Entry] = []
        self._open = 0
        self._before: dict[tuple[str, int], Entry] = {}
        """What was redacted in a block that may be taken back yet, by its redaction."""

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Self:
        """A ledger in memory of entries recorded before, such as an export.

        Raises BrokenChain at the first that does not follow the one before it in its stream.
        """
        ledger = cls()
        for entry in entries:
            ledger._take(entry)
        return ledger

    @contextmanager
    def writing(self, *streams: str) -> Iterator[None]:
        """Hold the whole ledger; take back what was appended inside when the block raises."""
        with self._lock:
            before, self._open = len(self._order), self._open + 1
            try:
                yield
            except BaseException:
                self._take_back(before)
                raise
            finally:
                self._open -= 1
                if not self._open:
                    self._before.clear()

    def append(self, entry: Entry) -> None:
        """Record the next entry of its stream; raises Overtaken or BrokenChain."""
        with self._lock:
            check_next(entry, self._head(entry.stream), self._head(entry.subject))
            if is_redaction(entry):
                self._redact(entry)
            self._put(entry)
            if not self._open:
                self._before.clear()

    def head(self, stream: str) -> Head | None:
        """How far a stream has come; None when it holds nothing."""
        with self._lock:
            self._look()
            return self._head(stream)

    def heads(self) -> dict[str, Head]:
        """How far every stream has come, sorted by name."""
        with self._lock:
            self._look()
            lasts = ((name, entries[-1]) for name, entries in sorted(self._streams.items()))
            return {name: Head(last.seq, last.digest) for name, last in lasts}

    def entries(self, stream: str, after: int = 0) -> Iterator[Entry]:
        """The entries of one stream with seq > `after`, as they stand at this moment."""
        with self._lock:
            self._look()
            return iter(self._streams.get(stream, [])[max(after, 0) :])

    def concerning(self, subject: str) -> Iterator[Entry]:
        """The entries of other streams that name this subject, by (after, stream, seq)."""
        with self._lock:
            self._look()
            named = self._named.get(subject)
            if not named:
                return iter(())
            return iter(sorted(named, key=lambda entry: (entry.after, entry.stream, entry.seq)))

    def everything(self) -> Iterator[Entry]:
        """All entries, by (stream, seq), as they stand at this moment."""
        with self._lock:
            self._look()
            return iter([e for _, entries in sorted(self._streams.items()) for e in entries])

    def _take(self, entry: Entry) -> None:
        """Take in an entry that was recorded before, so long as it follows what is here."""
        head = self._head(entry.stream) or Head(0, START)
        if (entry.seq, entry.previous) != (head.seq + 1, head.digest):
            reason = f"it does not follow entry {head.seq}; `equipoise verify` names what is wrong"
            raise BrokenChain(f"{entry.stream} {entry.seq}", (reason,))
        if not is_tombstone(entry) and digest_now(entry) != entry.digest:
            reason = "its digest is not that of its content; `equipoise verify` names what is wrong"
            raise BrokenChain(f"{entry.stream} {entry.seq}", (reason,))
        self._put(entry)

    def _look(self) -> None:
        """Take in what others have written meanwhile: in memory there are no others."""

    def _head(self, stream: str) -> Head | None:
        entries = self._streams.get(stream)
        return Head(entries[-1].seq, entries[-1].digest) if entries else None

    def _put(self, entry: Entry) -> None:
        self._streams.setdefault(entry.stream, []).append(entry)
        self._order.append(entry)
        if entry.subject:
            self._named.setdefault(entry.subject, []).append(entry)

    def _redact(self, act: Entry) -> None:
        """Leave of the entry that it names a tombstone."""
        said, stream = redaction_of(act), self._streams.get(act.stream, [])
        if not said or not 0 < said.entry <= len(stream):
            raise BrokenChain(f"{act.stream} {act.seq}", ("it redacts no entry of its stream",))
        entry = stream[said.entry - 1]
        if entry.digest != said.digest:
            reason = f"entry {entry.seq} has not the digest by which it names it"
            raise BrokenChain(f"{act.stream} {act.seq}", (reason,))
        self._before[act.stream, act.seq] = entry
        self._exchange(entry, tombstone_of(entry))

    def _exchange(self, entry: Entry, other: Entry) -> None:
        lists = [self._streams[entry.stream], self._order]
        lists += [self._named[entry.subject]] if entry.subject else []
        for one in lists:
            one[one.index(entry)] = other

    def _take_back(self, length: int) -> None:
        while len(self._order) > length:
            entry = self._order.pop()
            if redacted := self._before.pop((entry.stream, entry.seq), None):
                self._exchange(tombstone_of(redacted), redacted)
            self._streams[entry.stream].pop()
            if not self._streams[entry.stream]:
                del self._streams[entry.stream]
            if entry.subject:
                self._named[entry.subject].pop()

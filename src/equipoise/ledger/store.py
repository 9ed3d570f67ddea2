"""What every store of the ledger promises, be it in memory, in a file or in a database.

A store takes the next entry of a stream, and no other; it never changes or drops one. Whoever
means to read first and then write (a draw, an act with conditions) does both inside `writing`.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from equipoise.ledger.canonical import START
from equipoise.ledger.entry import Entry, Head, content_problems, problems

__all__ = ["EVERYTHING", "BrokenChain", "Ledger", "Overtaken", "EntrySource", "check_next"]

EVERYTHING = "*"
"""Held beside streams by whoever judges by all of them: nobody else records anything meanwhile."""


class BrokenChain(Exception):
    """An entry is wrong in itself, or does not belong where it says."""

    def __init__(self, place: str, reasons: tuple[str, ...]) -> None:
        super().__init__(f"{place}: {'; '.join(reasons)}")
        self.place = place
        self.reasons = reasons


class Overtaken(Exception):
    """Someone else was first: the entry was made after a head that is no longer the head."""

    def __init__(self, entry: Entry, head: Head | None) -> None:
        seq = head.seq if head else 0
        super().__init__(
            f"{entry.stream} {entry.seq}: the stream stands at {seq} with another digest; "
            f"read it again and make the entry anew"
        )
        self.entry = entry
        self.head = head


class EntrySource(Protocol):
    """What folding asks for."""

    def entries(self, stream: str, after: int = 0) -> Iterator[Entry]:
        """The entries of one stream with seq > `after`, in order."""

    def concerning(self, subject: str) -> Iterator[Entry]:
        """The entries of other streams that name this subject, by (after, stream, seq)."""


class Ledger(EntrySource, Protocol):
    """Entries in order, stream by stream, added to and never changed."""

    def writing(self, *streams: str) -> AbstractContextManager[None]:
        """Hold these streams until the block ends; what is appended inside stands or falls whole.

        Blocks may be nested; what is written is safe when the outermost one has closed. A block
        that raises leaves nothing behind of what was appended in it. `EVERYTHING` is asked for by
        the outermost block, or by none.
        """

    def append(self, entry: Entry) -> None:
        """Record the next entry of its stream.

        Raises Overtaken when its place is taken or `previous` is not the head, and BrokenChain
        when the entry is wrong in itself or leaves a gap.
        """

    def head(self, stream: str) -> Head | None:
        """How far a stream has come; None when it holds nothing."""

    def heads(self) -> dict[str, Head]:
        """How far every stream has come, sorted by name, all at one moment."""

    def everything(self) -> Iterator[Entry]:
        """All entries, by (stream, seq); streams in the order of their characters' code points."""


def check_next(entry: Entry, head: Head | None, own: Head | None) -> None:
    """Refuse an entry that may not be appended to a stream that stands at `head`.

    `own` is the head of the stream of the subject it names, where it names one.
    """
    reasons = [*problems(entry), *content_problems(entry)]
    seq, digest = (head.seq, head.digest) if head else (0, START)
    if entry.seq > seq + 1:
        reasons.append(f"the stream stands at {seq}, so that the next entry is {seq + 1}")
    length = own.seq if own else 0
    if entry.after > length:
        reasons.append(f"after {entry.after}: the stream of {entry.subject} holds {length}")
    if reasons:
        raise BrokenChain(f"{entry.stream} {entry.seq}", tuple(reasons))
    if entry.seq <= seq or entry.previous != digest:
        raise Overtaken(entry, head)

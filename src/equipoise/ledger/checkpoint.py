"""Checkpoints: an entry in the study's stream that binds how far every stream had come.

Someone who rewrites a whole stream, with fresh digests all along, still disagrees with the
checkpoint; and who rewrites that as well disagrees with the heads that others hold.

A checkpoint lists the streams that moved since the one before it, and gives the digest (`root`)
of all heads together, so that it stays small in a trial with thousands of subjects.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

import msgspec

from equipoise.ledger.canonical import NotCanonical, canonical
from equipoise.ledger.entry import Entry, Head
from equipoise.ledger.export import heads_text
from equipoise.ledger.store import Ledger

__all__ = ["CHECKPOINT", "STUDY", "Checkpoint", "bound_by", "checkpoint_payload", "checkpoints"]

CHECKPOINT = "ledger.checkpoint"
"""The kind of a checkpoint entry."""

STUDY = "study"
"""The stream that checkpoints stand in."""


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a checkpoint says."""

    heads: dict[str, Head]
    """The streams that moved since the checkpoint before, and how far they had come."""
    root: str
    """SHA-256 of `heads_text` of all streams, moved or not."""
    streams: int
    """How many streams there were."""


def checkpoint_payload(ledger: Ledger) -> str:
    """The payload of the next checkpoint: make it and append it inside `writing("study")`."""
    heads = ledger.heads()
    known = bound_by(ledger.entries(STUDY))
    moved = {name: head for name, head in heads.items() if known.get(name) != head}
    return canonical(
        {
            "heads": {name: {"digest": h.digest, "seq": h.seq} for name, h in moved.items()},
            "root": _root(heads),
            "streams": len(heads),
        }
    )


def bound_by(entries: Iterable[Entry]) -> dict[str, Head]:
    """The heads that the checkpoints among these entries bind, the latest for each stream.

    Passes over checkpoints that cannot be read; `checkpoints` tells of them.
    """
    known: dict[str, Head] = {}
    for _, said, _ in checkpoints(entries):
        known |= said.heads if said else {}
    return known


def checkpoints(entries: Iterable[Entry]) -> Iterator[tuple[Entry, Checkpoint | None, str]]:
    """Each checkpoint entry, what it says (None: unreadable), and what is wrong with it ("")."""
    known: dict[str, Head] = {}
    for entry in entries:
        if entry.kind != CHECKPOINT or entry.stream != STUDY:
            continue
        try:
            said = msgspec.json.decode(entry.payload, type=Checkpoint)
        except (msgspec.DecodeError, UnicodeError):
            yield entry, None, "the checkpoint does not say which heads it binds"
            continue
        known |= said.heads
        agrees = said.root == _root_or_none(known) and said.streams == len(known)
        wrong = "the heads listed up to this checkpoint do not add up to its root"
        yield entry, said, "" if agrees else wrong


def _root(heads: Mapping[str, Head]) -> str:
    return sha256(heads_text(heads).encode()).hexdigest()


def _root_or_none(heads: Mapping[str, Head]) -> str | None:
    try:
        return _root(heads)
    except NotCanonical:
        return None

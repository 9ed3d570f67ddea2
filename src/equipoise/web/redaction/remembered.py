"""What was redacted here, noted outside the database: an older copy of it knows nothing of that.

In the home stands a line for each redacted entry: the trial, the stream, the number and the digest,
and nothing of what stood there. Where a copy is put back that holds the content again, verifying
and `equipoise doctor` say so. A copy that is put back under another home does not find it.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress

import msgspec
from django.db import transaction

from equipoise.conduct.redaction import RedactEntry
from equipoise.ledger import Entry, Fault, is_tombstone
from equipoise.ledger.tree_head import origin_of
from equipoise.web import home
from equipoise.web.store import DatabaseLedger

__all__ = ["back", "back_here", "note_when_done"]

NAME = "redacted"


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """One entry that was redacted."""

    origin: str
    stream: str
    seq: int
    digest: str


def note_when_done(act: Entry) -> None:
    """Note what an act redacts, once it stands in the database."""
    if act.kind != RedactEntry.kind:
        return
    content = msgspec.json.decode(act.payload)
    line = Remembered(
        origin=_origin(), stream=act.stream, seq=content["entry"], digest=content["digest"]
    )
    transaction.on_commit(lambda: _keep(line))


def back(entries: Iterable[Entry]) -> Iterator[Fault]:
    """The entries that were redacted here and hold their content again."""
    digests = {(one.stream, one.seq): one.digest for one in _kept() if one.origin == _origin()}
    for entry in entries if digests else ():
        if digests.get((entry.stream, entry.seq)) == entry.digest and not is_tombstone(entry):
            sentence = "it was redacted here and its content is back: redact it anew"
            yield Fault(entry.stream, entry.seq, "redacted-back", sentence)


def back_here() -> list[str]:
    """The same of this installation's ledger, in words."""
    if not _kept():
        return []
    found = back(DatabaseLedger().everything())
    return [f"{fault.stream} {fault.seq}: {fault.sentence}" for fault in found]


def _origin() -> str:
    first = next(DatabaseLedger().entries("study"), None)
    return origin_of(first.digest) if first else ""


def _keep(line: Remembered) -> None:
    with suppress(OSError):  # a disk that cannot be written to keeps nobody from redacting
        descriptor = os.open(home.folder() / NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, msgspec.json.encode(line) + b"\n")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _kept() -> list[Remembered]:
    found = []
    with suppress(OSError):
        for line in (home.folder() / NAME).read_bytes().splitlines():
            with suppress(msgspec.DecodeError):
                found.append(msgspec.json.decode(line, type=Remembered))
    return found

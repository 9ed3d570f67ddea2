"""An entry as one line of text: how the ledger stands in a file and leaves the house.

A line is the canonical JSON of the entry, digest and all, with "v":1 for the form itself.
"""

from json.encoder import encode_basestring

import msgspec

from equipoise.ledger.canonical import is_canonical
from equipoise.ledger.entry import Entry

__all__ = ["Unreadable", "entry_from", "is_canonical_line", "line_of"]


class Unreadable(ValueError):
    """A line that is no entry at all."""


def line_of(entry: Entry) -> str:
    """The line of an entry, without its line end."""
    q = encode_basestring
    return (
        f'{{"after":{entry.after},"at":{q(entry.at)},"by":{q(entry.by)},'
        f'"digest":{q(entry.digest)},"happened":{q(entry.happened)},"kind":{q(entry.kind)},'
        f'"payload":{entry.payload},"previous":{q(entry.previous)},"seq":{entry.seq},'
        f'"stream":{q(entry.stream)},"study":{q(entry.study)},"subject":{q(entry.subject)},"v":1}}'
    )


def entry_from(line: bytes) -> Entry:
    """The entry a line says, the payload letter by letter as it stands there.

    Raises Unreadable when the line is not such an object; says nothing about digests.
    """
    try:
        read = _READ.decode(line)
        payload = bytes(read.payload).decode()
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Unreadable(f"not an entry: {error}") from None
    if read.v != 1:
        raise Unreadable(f"form {read.v} of an entry is not known here; this reads form 1")
    if not payload.startswith("{"):
        raise Unreadable("not an entry: the payload is not an object")
    return Entry(
        stream=read.stream,
        seq=read.seq,
        kind=read.kind,
        payload=payload,
        by=read.by,
        at=read.at,
        happened=read.happened,
        study=read.study,
        subject=read.subject,
        after=read.after,
        previous=read.previous,
        digest=read.digest,
    )


def is_canonical_line(line: bytes, entry: Entry) -> bool:
    """Whether a line is written as `line_of` would write the entry it says."""
    return is_canonical(entry.payload) and line_of(entry).encode() == line


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    after: int
    at: str
    by: str
    digest: str
    happened: str
    kind: str
    payload: msgspec.Raw
    previous: str
    seq: int
    stream: str
    study: str
    subject: str
    v: int


_READ = msgspec.json.Decoder(_Line)

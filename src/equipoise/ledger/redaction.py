"""What was redacted: of an entry its digest stays, its content goes, and a later one re-states it.

A *redaction* is an entry whose kind ends in `.redact`. It names an earlier entry of its own stream
by number and digest and says it anew without what was taken out; of the entry itself a *tombstone*
stays: everything but what it said. Its digest can no longer be worked out from its content, so that
the redaction binds the rest: it gives the digest that the tombstone, as it stands, asks for.
"""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from equipoise.ledger.canonical import NotCanonical
from equipoise.ledger.entry import Entry, digest_now

__all__ = [
    "SUFFIX",
    "TOMBSTONE",
    "Redaction",
    "faults_of_redactions",
    "is_redaction",
    "is_tombstone",
    "redaction_of",
    "redactions",
    "stated",
    "told_redactions",
    "tombstone_of",
]

TOMBSTONE = '{"redacted":true}'
"""What stands in the place of the content that was taken away."""
SUFFIX = ".redact"
"""By which the kind of a redaction ends, in whichever stream."""


class Redaction(msgspec.Struct, frozen=True):
    """What a redaction says of the entry that it redacts."""

    entry: int
    digest: str
    """That of the entry as it was recorded."""
    tombstone: str
    """That which the tombstone asks for as it stands: it binds who, when and where."""
    restated: msgspec.Raw
    """The content without what was taken out, in canonical form."""


_READ = msgspec.json.Decoder(Redaction)


def is_redaction(entry: Entry) -> bool:
    """Whether an entry redacts another, by its kind."""
    return entry.kind.endswith(SUFFIX)


def is_tombstone(entry: Entry) -> bool:
    """Whether the content of an entry was taken away."""
    return entry.payload == TOMBSTONE


def tombstone_of(entry: Entry) -> Entry:
    """What stays of an entry once it is redacted."""
    return msgspec.structs.replace(entry, payload=TOMBSTONE)


def redaction_of(entry: Entry) -> Redaction | None:
    """What a redaction says; None where it says nothing that can be read."""
    try:
        return _READ.decode(entry.payload)
    except (msgspec.DecodeError, UnicodeError):
        return None


def redactions(entries: Iterable[Entry]) -> dict[tuple[str, int], tuple[Entry, Redaction]]:
    """The last redaction of each entry, by its stream and number, itself as it is stated now."""
    found: dict[tuple[str, int], tuple[Entry, Redaction]] = {}
    # A redaction may be redacted itself, by a later one, which is therefore read first.
    for act in sorted(filter(is_redaction, entries), key=lambda entry: -entry.seq):
        said = redaction_of(_as_stated(act, found))
        if said is not None and said.entry < act.seq:
            found.setdefault((act.stream, said.entry), (act, said))
    return found


def stated(entries: Iterable[Entry]) -> list[Entry]:
    """The entries as they are to be read: in the place of what was redacted what is said anew.

    That holds where the content is back too. What no redaction names stays as it stands. Their
    digests are those of the entries as they were recorded.
    """
    listed = list(entries)
    if not any(map(is_redaction, listed)):
        return listed
    found = redactions(listed)
    return [_as_stated(entry, found) for entry in listed]


def faults_of_redactions(entries: Iterable[Entry]) -> Iterator[tuple[int, str, str]]:
    """What is wrong with the tombstones and redactions of one stream: number, code, sentence."""
    chain = list(entries)
    found, present = redactions(chain), {entry.seq: entry for entry in chain}
    for entry in chain:
        act, said = found.get((entry.stream, entry.seq), (None, None))
        fits = said is not None and said.digest == entry.digest
        if is_tombstone(entry) and not fits:
            yield entry.seq, "taken-away", "its content was taken away and no redaction names it"
        elif is_tombstone(entry) and said and said.tombstone != _digest(entry):
            sentence = "what stays of it is not what its redaction says: it was changed"
            yield entry.seq, "changed", sentence
        elif act and fits and not is_tombstone(entry):
            sentence = f"its content is here, though entry {act.seq} redacted it: redact it anew"
            yield entry.seq, "redacted-back", sentence
    for act in filter(is_redaction, chain):
        said = redaction_of(_as_stated(act, found))
        named = present.get(said.entry) if said else None
        if not said or said.entry >= act.seq or (named and named.digest != said.digest):
            sentence = "it names no earlier entry of its stream by its digest"
            yield act.seq, "redaction", sentence


def told_redactions(entries: Iterable[Entry]) -> Iterator[str]:
    """A sentence for each redacted entry: the digests cannot tell what was taken out of it."""
    for (stream, seq), (act, _) in sorted(redactions(entries).items()):
        yield (
            f"{stream} {seq}: redacted by entry {act.seq}, on {act.at[:10]} by {act.by}: what it "
            "says now rests on them; whoever kept an earlier copy can compare"
        )


def _as_stated(entry: Entry, found: Mapping[tuple[str, int], tuple[Entry, Redaction]]) -> Entry:
    _, said = found.get((entry.stream, entry.seq), (None, None))
    if said is None or said.digest != entry.digest:
        return entry
    return msgspec.structs.replace(entry, payload=bytes(said.restated).decode())


def _digest(entry: Entry) -> str:
    try:
        return digest_now(entry)
    except NotCanonical:
        return ""

"""Whether the ledger is the one that was written: every changed, missing or slipped-in entry.

Verification trusts nothing but digests: each entry against its own content, each against the one
before it, and each stream against the checkpoints and against heads that someone else has kept.
`tools/verify_ledger.py` does the same in code of its own, on an exported file.
"""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import msgspec

from equipoise.ledger.canonical import NotCanonical, canonical, is_canonical
from equipoise.ledger.checkpoint import STUDY, checkpoints
from equipoise.ledger.entry import Entry, Head, digest_now, problems
from equipoise.ledger.line import Unreadable, entry_from, line_of
from equipoise.ledger.redaction import faults_of_redactions, is_tombstone

__all__ = ["CODES", "Fault", "verify", "verify_export"]

CODES = {
    "changed": "the digest is not that of the content",
    "checkpoint": "a checkpoint that does not add up",
    "duplicate": "the same entry a second time",
    "forged": "the digest fits the content, but a later witness knew another",
    "inserted": "another entry in a place that is taken",
    "malformed": "a field that cannot be true",
    "not-canonical": "the content is not written in canonical form",
    "redacted-back": "redacted, and its content is here all the same",
    "redaction": "a redaction that names no earlier entry of its stream",
    "removed": "entries missing from the middle",
    "reordered": "stands after a later entry of its stream",
    "study-text": "a study text that is not the one its digest names",
    "taken-away": "its content is gone, and no redaction says so",
    "tail-missing": "entries missing from the end, by a witness elsewhere",
    "unreadable": "a line that is no entry",
}


TEXT = "study.text"
"""The kind of an entry that holds a study text."""


class Fault(msgspec.Struct, frozen=True, order=True):
    """One thing wrong: where, which sort (a key of CODES), and a sentence for people.

    For an unreadable line `stream` is empty and `seq` is the number of the line.
    """

    stream: str
    seq: int
    code: str
    sentence: str


def verify(entries: Iterable[Entry], heads: Mapping[str, Head] | None = None) -> list[Fault]:
    """Every fault among all the entries of a ledger, by stream and place; [] when it is whole.

    `heads` are those that someone has kept elsewhere: without them nobody can tell that the end of
    the study's own stream is missing, or that everything has been rewritten.
    """
    streams: dict[str, list[Entry]] = {}
    for entry in entries:
        streams.setdefault(entry.stream, []).append(entry)
    faults: list[Fault] = []
    chains: dict[str, dict[int, Entry]] = {}
    for name, those in streams.items():
        chains[name] = _chain(those)
        faults += _own_faults(those)
        faults += _order_faults(those)
        faults += _surplus(those, chains[name])
        faults += _gaps(name, chains[name])
        faults += _of_redactions(name, chains[name])
    forged = [fault for chain in chains.values() for fault in _links(chain)]
    named = {(fault.stream, fault.seq) for fault in forged}
    return sorted({*faults, *forged, *_witnessed(chains, heads or {}, named)})


def _of_redactions(stream: str, chain: dict[int, Entry]) -> Iterator[Fault]:
    return (Fault(stream, *found) for found in faults_of_redactions(chain.values()))


def verify_export(path: Path | str, heads: Mapping[str, Head] | None = None) -> list[Fault]:
    """Every fault in an exported ledger, or in a `ledger.jsonl`, the unreadable lines included."""
    lines = Path(path).read_bytes().split(b"\n")
    faults, entries = [], []
    for number, line in enumerate(lines[:-1] if lines[-1] == b"" else lines, 1):
        try:
            entry = entry_from(line)
        except Unreadable as error:
            faults.append(Fault("", number, "unreadable", f"line {number}: {error}"))
            continue
        entries.append(entry)
        if is_canonical(entry.payload) and line_of(entry).encode() != line:
            sentence = f"line {number} is not written in canonical form"
            faults.append(Fault(entry.stream, entry.seq, "not-canonical", sentence))
        elif number == len(lines):
            sentence = f"line {number} is the last and has no line end"
            faults.append(Fault(entry.stream, entry.seq, "not-canonical", sentence))
    return sorted({*faults, *verify(entries, heads)})


def _digest(entry: Entry) -> str | None:
    """The digest the content asks for; None when the content has no canonical form."""
    try:
        if not is_canonical(entry.payload):
            payload = canonical(msgspec.json.decode(entry.payload))
            entry = msgspec.structs.replace(entry, payload=payload)
        return digest_now(entry)
    except (NotCanonical, msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _is_sound(entry: Entry) -> bool:
    """Whether the digest is that of the content, as far as the content has one."""
    return is_tombstone(entry) or _digest(entry) in (entry.digest, None)


def _own_faults(entries: list[Entry]) -> Iterator[Fault]:
    """What is wrong with each entry taken by itself."""
    for entry in entries:
        if said := "; ".join(problems(entry)):
            yield Fault(entry.stream, entry.seq, "malformed", said)
        if not (entry.payload.startswith("{") and is_canonical(entry.payload)):
            sentence = "its payload is not the canonical text of an object"
            yield Fault(entry.stream, entry.seq, "not-canonical", sentence)
        if not _is_sound(entry):
            sentence = "its digest is not that of its content: one of them was changed"
            yield Fault(entry.stream, entry.seq, "changed", sentence)
        if entry.kind == TEXT and not _is_its_text(entry):
            sentence = "the study text is not the one its digest names"
            yield Fault(entry.stream, entry.seq, "study-text", sentence)


def _is_its_text(entry: Entry) -> bool:
    try:
        said = msgspec.json.decode(entry.payload)
        return bool(sha256(canonical(said["files"]).encode()).hexdigest() == said["digest"])
    except (msgspec.DecodeError, NotCanonical, KeyError, TypeError):
        return False


def _order_faults(entries: list[Entry]) -> Iterator[Fault]:
    highest = 0
    for entry in entries:
        if entry.seq < highest:
            sentence = f"it stands after entry {highest} of its stream"
            yield Fault(entry.stream, entry.seq, "reordered", sentence)
        highest = max(highest, entry.seq)


def _chain(entries: list[Entry]) -> dict[int, Entry]:
    """The entries by place; where several claim one place, the one that its neighbours bind."""
    claims: dict[int, list[Entry]] = {}
    for entry in entries:
        claims.setdefault(entry.seq, []).append(entry)
    chain: dict[int, Entry] = {}
    for seq in sorted(claims):
        chain[seq] = claims[seq][0]
        if len(claims[seq]) > 1:
            next_to = {later.previous for later in claims.get(seq + 1, [])}
            before = chain[seq - 1].digest if seq - 1 in chain else None
            chain[seq] = max(claims[seq], key=lambda e: _standing(e, before, next_to))
    return chain


def _standing(entry: Entry, before: str | None, next_to: set[str]) -> tuple[bool, bool, bool]:
    own = _digest(entry) == entry.digest
    return own, entry.digest in next_to, entry.previous == before


def _surplus(entries: list[Entry], chain: dict[int, Entry]) -> Iterator[Fault]:
    """The entries that claim a place which another holds, or which they hold already."""
    held: set[int] = set()
    for entry in entries:
        if entry != chain[entry.seq]:
            sentence = "another entry holds this place and its neighbours bind that one"
            yield Fault(entry.stream, entry.seq, "inserted", sentence)
        elif entry.seq in held:
            yield Fault(entry.stream, entry.seq, "duplicate", "it stands in the ledger twice")
        else:
            held.add(entry.seq)


def _gaps(stream: str, chain: dict[int, Entry]) -> Iterator[Fault]:
    for before, seq in pairwise([0, *chain]):
        if seq == before + 2:
            yield Fault(stream, seq - 1, "removed", "this entry is missing")
        elif seq > before + 2:
            sentence = f"the entries {before + 1} to {seq - 1} are missing"
            yield Fault(stream, before + 1, "removed", sentence)


def _links(chain: dict[int, Entry]) -> Iterator[Fault]:
    """Entries whose digest fits their content, yet is not the one the next entry was made after."""
    for entry, later in pairwise(chain.values()):
        if later.seq != entry.seq + 1 or later.previous == entry.digest:
            continue
        if _is_sound(entry) and _is_sound(later):
            sentence = f"entry {later.seq} was made after one with another digest"
            yield Fault(entry.stream, entry.seq, "forged", sentence)


def _witnessed(
    chains: dict[str, dict[int, Entry]], heads: Mapping[str, Head], named: set[tuple[str, int]]
) -> Iterator[Fault]:
    """What checkpoints, heads kept elsewhere, and entries that name a subject say of the rest."""
    lasts = {stream: max(chain) for stream, chain in chains.items()}
    missing: dict[str, tuple[int, str]] = {}
    for stream, seq, digest, witness in _witnesses(chains, heads):
        held = chains[stream].get(seq) if stream in chains else None
        if seq > lasts.get(stream, 0):
            missing[stream] = max(missing.get(stream, (0, "")), (seq, witness))
        elif digest and held and held.digest != digest and _is_unnamed(held, named):
            yield Fault(stream, seq, "forged", f"{witness} knew it by another digest")
    for stream, (seq, witness) in missing.items():
        last = lasts.get(stream, 0)
        sentence = f"the stream ends at {last}, while {witness} knew {seq} entries"
        yield Fault(stream, seq, "tail-missing", sentence)
    for entry, _, wrong in checkpoints(chains.get(STUDY, {}).values()):
        if wrong:
            yield Fault(entry.stream, entry.seq, "checkpoint", wrong)


def _is_unnamed(entry: Entry, named: set[tuple[str, int]]) -> bool:
    return (entry.stream, entry.seq) not in named and _is_sound(entry)


def _witnesses(
    chains: dict[str, dict[int, Entry]], heads: Mapping[str, Head]
) -> Iterator[tuple[str, int, str, str]]:
    """What is known from elsewhere: stream, place, digest ("" if not told), and by whom."""
    for stream, head in heads.items():
        yield stream, head.seq, head.digest, "the list of heads"
    for entry, said, _ in checkpoints(chains.get(STUDY, {}).values()):
        for stream, head in (said.heads if said else {}).items():
            yield stream, head.seq, head.digest, f"checkpoint {entry.stream} {entry.seq}"
    for chain in chains.values():
        for entry in chain.values():
            if entry.subject and entry.after:
                yield entry.subject, entry.after, "", f"{entry.stream} {entry.seq}"

"""Small ledgers to try things on: a study that opens, a few subjects, draws, and checkpoints."""

from itertools import count

from equipoise.ledger import (
    Entry,
    Ledger,
    canonical,
    checkpoint_payload,
    digest_now,
    follow,
    tombstone_of,
)

STUDY_TEXT = "5a" * 32
_moments = count()


def next_entry(ledger: Ledger, stream: str, kind: str = "note.write", **given) -> Entry:
    """The entry that comes next in a stream, made but not yet recorded."""
    payload = given.pop("payload", {"text": "as agreed", "number": next(_moments)})
    named = given.pop("subject", "")
    own = ledger.head(named) if named else None
    return follow(
        ledger.head(stream),
        stream=stream,
        kind=kind,
        payload=payload if isinstance(payload, str) else canonical(payload),
        by="p-014",
        at="2026-03-01T09:30:00.000000Z",
        happened="2026-03-01",
        study=STUDY_TEXT,
        subject=named,
        after=given.pop("after", own.seq if own else 0),
    )


def record(ledger: Ledger, stream: str, kind: str = "note.write", **given) -> Entry:
    """Record the next entry of a stream."""
    with ledger.writing(stream):
        entry = next_entry(ledger, stream, kind, **given)
        ledger.append(entry)
    return entry


def checkpoint(ledger: Ledger) -> Entry:
    """Record a checkpoint of all streams."""
    with ledger.writing("study"):
        payload = checkpoint_payload(ledger)
        return record(ledger, "study", "ledger.checkpoint", payload=payload)


def live(ledger: Ledger) -> Ledger:
    """A short life of a trial: 3 subjects of 6 entries each, 3 draws, 2 checkpoints among 6."""
    record(ledger, "study", "study.open")
    record(ledger, "study", "site.open", payload={"site": "01", "beds": 12, "name": "Zuid é €"})
    subjects = ["S-01", "S-02", "S-03"]
    for subject in subjects:
        for _ in range(3):
            record(ledger, subject)
        record(ledger, "allocation", "allocation.draw", subject=subject)
    checkpoint(ledger)
    for subject in subjects:
        for _ in range(3):
            record(ledger, subject)
    record(ledger, "study", "site.close", subject="S-02")
    checkpoint(ledger)
    record(ledger, "study", "study.close")
    return ledger


def redact(ledger: Ledger, stream: str, seq: int, restated: object) -> Entry:
    """Redact an entry of a stream: it is said anew as told."""
    with ledger.writing(stream):
        entry = next(ledger.entries(stream, after=seq - 1))
        says = {
            "entry": seq,
            "digest": entry.digest,
            "tombstone": digest_now(tombstone_of(entry)),
            "restated": restated,
        }
        return record(ledger, stream, "note.redact", payload=says, subject=entry.subject)

"""Digests of what is recorded: what somebody verified or signed is bound to exactly that.

A digest is of the values and of the entries by which they stand. A value that is changed and
changed back was changed; one whose change is voided stands as it stood.
"""

import hashlib
import json
from collections.abc import Iterator

from equipoise.conduct.state.done import Done
from equipoise.conduct.state.forms import Record, Value
from equipoise.conduct.subject import Subject

__all__ = [
    "DATE",
    "FormOf",
    "by_itself",
    "digest_of_entry",
    "digest_of_form",
    "digest_of_item",
    "digest_of_subject",
    "digests_of_form",
    "entries",
    "form_places",
]

DATE = "happened"
"""What the day of a form is called among its items; no study can name an item so."""
FormOf = tuple[str, str, int]
"""A form, the visit, and which copy."""
Stood = dict[str, tuple[Value, int]]


def digests_of_form(record: Record) -> dict[str, str]:
    """The digest of each item that was ever answered, and of the day of the form."""
    return {name: digest_of_item(record, name, parts) for name, parts in _items(record).items()}


def digest_of_item(record: Record, name: str, parts: Stood) -> str:
    """The digest of one item: its value, unit and limits, each with its entry."""
    return _digest([record.form, record.visit, record.number, name, sorted(parts.items())])[:32]


def digest_of_form(record: Record) -> str:
    """The digest of a copy of a form, with its day and everything that stands on it."""
    return _digest(_form(record))


def digest_of_subject(subject: Subject) -> str:
    """The digest of everything that is recorded of a participant: forms, and all beside them."""
    forms = [_form(subject.forms.records[key]) for key in sorted(subject.forms.records)]
    beside = sorted(entries(subject))
    anew = [[seq, *_redacted(subject, seq)] for _, seq in beside if _redacted(subject, seq)]
    return _digest([subject.subject_id, forms, beside, *anew])


def digest_of_entry(subject: Subject, kind: str, seq: int) -> str:
    """The digest of one thing that was recorded by itself: an entry changes by a redaction only."""
    return _digest([subject.subject_id, kind, seq, *_redacted(subject, seq)])[:32]


def entries(subject: Subject) -> Iterator[tuple[str, int]]:
    """What was recorded of a participant beside forms: the kind of act, and its entry."""
    return ((kind, done.seq) for state in subject.states() for kind, done in state.of_themselves())


def by_itself(subject: Subject, kind: str, seq: int) -> Done | None:
    """Who recorded one of them, and of which day; None where it is no longer there."""
    found = (pair for state in subject.states() for pair in state.of_themselves())
    return next((done for name, done in found if (name, done.seq) == (kind, seq)), None)


def form_places(subject: Subject) -> Iterator[tuple[FormOf, Record]]:
    """Every copy of a form that was begun."""
    for record in subject.forms.records.values():
        yield (record.form, record.visit, record.number), record


def _redacted(subject: Subject, seq: int) -> list[int]:
    """By which entries something was taken out of this one."""
    return [one.seq for one in subject.redaction.of(seq)]


def _form(record: Record) -> list[object]:
    place = [record.form, record.visit, record.number]
    return [
        *place,
        [[name, sorted(parts.items())] for name, parts in sorted(_items(record).items())],
    ]


def _items(record: Record) -> dict[str, Stood]:
    """Of each item its parts, as they stand now, with the entries by which they do."""
    now: Stood = {}
    for save in record.saves:
        for name, value in save.values.items():
            if now.get(name, ("", 0))[0] != value:
                now[name] = value, save.seq
    found: dict[str, Stood] = {DATE: {DATE: (record.on.isoformat(), record.dated)}}
    for name, stood in now.items():
        found.setdefault(name.partition(".")[0], {})[name] = stood
    return found


def _digest(what: object) -> str:
    text = json.dumps(what, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()

"""What was before: a participant up to an entry, and the copies of a form before one of them."""

import sys
from datetime import date

import msgspec

from equipoise.conduct.state.forms import Record
from equipoise.conduct.subject import Subject

__all__ = ["as_of", "copies_before"]


def as_of(subject: Subject, seq: int) -> Subject:
    """The subject with the values and dates of its forms as they were after an entry."""
    records = {}
    for key, record in subject.forms.records.items():
        saves = [one for one in record.saves if one.seq <= seq]
        dates = [one for one in record.dates if one.seq <= seq]
        if dates:
            then = msgspec.structs.replace(record, saves=saves, dates=dates, on=dates[-1].on)
            if then.current:
                records[key] = then
    return subject.with_records(records)


def copies_before(subject: Subject, record: Record) -> list[Record]:
    """The copies of the same form of earlier days, or begun before it on its day; in that order."""
    copies = [one for one in subject.forms.of(record.form) if one is not record and not one.is_none]
    return sorted((one for one in copies if _place(one) < _place(record)), key=_place)


def _place(record: Record) -> tuple[date, int, int]:
    begun = record.saves[0].order if record.saves else sys.maxsize
    return record.on, begun, record.number

"""A participant as they were recorded up to an entry."""

import msgspec

from equipoise.conduct.subject import Subject

__all__ = ["as_of"]


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

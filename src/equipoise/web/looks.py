"""Whoever looks at a list sees what comes next as of the day, though it was worked out before.

Where the day has come on which something may be answered otherwise, it is worked out anew: by
night (`jobs`), or for those that are looked at first. What was worked out is kept, unless the
participant was changed meanwhile, or nothing can be written.
"""

import logging
from collections.abc import Iterable
from datetime import date

from django.db import DatabaseError, transaction
from django.db.models import Q, QuerySet

from equipoise.conduct.chapter import Due
from equipoise.study.model import Study
from equipoise.web import outlooks, read_model
from equipoise.web.models import SubjectRow

__all__ = ["MOST", "agendas", "bring_up", "outdated"]

_log = logging.getLogger(__name__)
MOST = 100
"""So many are worked out anew for one look; a night does them all."""


def outdated(on: date) -> Q:
    """Rows whose outlook does not tell of this day."""
    return Q(changes_on__lte=on) | Q(looked_on__gt=on) | Q(looked_on=None)


def bring_up(study: Study, rows: "QuerySet[SubjectRow]", on: date, most: int | None = MOST) -> int:
    """Work out anew what comes next for those of the rows that need it; returns how many did."""
    found = list(rows.filter(outdated(on)).defer("outlook").order_by("changes_on")[:most])
    for row in found:
        _look(study, row, on)
    return len(found)


def agendas(study: Study, rows: Iterable[SubjectRow], on: date) -> list[list[Due]]:
    """What comes next for each of the rows, which are the few of one page."""
    return [
        outlooks.agenda_of(row, on) if _holds(row, on) else _look(study, row, on) for row in rows
    ]


def _holds(row: SubjectRow, on: date) -> bool:
    looked, changes = row.looked_on, row.changes_on
    return looked is not None and changes is not None and looked <= on < changes


def _look(study: Study, row: SubjectRow, on: date) -> list[Due]:
    """Work it out, and keep it if the participant still stands as in the row."""
    subject = read_model.decoded(row)
    columns, otherwise = outlooks.columns(study, subject, on)
    for name, value in columns.items():
        setattr(row, name, value)
    same = SubjectRow.objects.filter(
        subject_id=row.subject_id, seq=row.seq, elsewhere=row.elsewhere, study=row.study
    )
    try:
        with transaction.atomic():
            if same.update(**columns):
                read_model.keep_deviations(subject, otherwise)
    except DatabaseError as error:
        _log.warning("what comes next could not be kept: %s", type(error).__name__)
    return outlooks.agenda_of(row, on)

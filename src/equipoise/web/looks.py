"""Whoever looks at a list sees what comes next as of the day, though it was worked out before.

Where the day has come on which something may be answered otherwise, it is worked out anew: by
night (`jobs`), or for those that are looked at first. So it is where the moment has come at which
something presses otherwise; that it has come, only the runner notes, which tells people of it.
What was worked out is kept, unless the participant was changed meanwhile, or nothing can be
written.
"""

import logging
from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import reduce
from operator import or_

from django.db import DatabaseError, transaction
from django.db.models import Q, QuerySet

from equipoise.conduct.chapter import Due
from equipoise.study.model import Study
from equipoise.web import outlooks, read_model
from equipoise.web.models import SubjectRow

__all__ = ["MOST", "agendas", "behind", "bring_up", "in_list", "turned"]

_log = logging.getLogger(__name__)
MOST = 5
"""So many are worked out anew for one look, beside those that it shows; a night does them all."""

IN_LISTS = (
    "site",
    "status",
    "panel",
    "randomised_on",
    "outlook",
    "looked_on",
    "changes_on",
    "turns_at",
)
WHOSE = ("seq", "elsewhere", "fold", "study")
"""What tells whether a row is still the one that was read."""


def in_list(rows: "QuerySet[SubjectRow]") -> "QuerySet[SubjectRow]":
    """The rows with what a list shows of them, and not their long state."""
    return rows.only(*IN_LISTS, *WHOSE)


def bring_up(
    study: Study,
    rows: "QuerySet[SubjectRow]",
    on: date,
    most: int | None = MOST,
    now: datetime | None = None,
) -> int:
    """Work out anew what comes next for those of the rows that need it; returns how many did."""
    found: list[SubjectRow] = []
    # Asked apart, so that each is one step into an index.
    for why in _whys(on, now):
        left = None if most is None else most - len(found)
        needed = rows.filter(why).only("looked_on", "state", "turns_at", *WHOSE)
        found += needed.order_by("changes_on")[:left]
    _look(study, found, on, now)
    return len(found)


def turned(study: Study, row: SubjectRow, on: date, now: datetime) -> None:
    """Note of a row whose moment has come that people are told of it; the next is kept."""
    row.turns_at = None
    _look(study, [row], on, now)


def behind(on: date, now: datetime | None = None) -> Q:
    """Of whom what comes next may be otherwise than it was when it was worked out."""
    return reduce(or_, _whys(on, now))


def _whys(on: date, now: datetime | None) -> list[Q]:
    """The day has come on which it changes, or it was worked out by a clock that was ahead; or
    the moment has."""
    whys = [Q(changes_on__lte=on), Q(looked_on__gt=on)]
    return [*whys, Q(turns_at__lte=now)] if now else whys


def agendas(
    study: Study,
    rows: Iterable[SubjectRow],
    on: date,
    closed: Collection[str] = (),
    now: datetime | None = None,
) -> list[list[Due]]:
    """What comes next for each of the rows, which are the few of one page.

    :param closed: visits and acts that are left out
    :param now: the moment of the day
    """
    on_page = list(rows)
    _look(study, [row for row in on_page if not _holds(row, on)], on, now)
    return [outlooks.agenda_of(row, on, closed, now) for row in on_page]


def _holds(row: SubjectRow, on: date) -> bool:
    looked, changes = row.looked_on, row.changes_on
    return looked is not None and changes is not None and looked <= on < changes


def _look(study: Study, rows: list[SubjectRow], on: date, now: datetime | None) -> None:
    """Work it out, and keep it for those who still stand as in their rows."""
    worked_out = []
    for row in rows:
        subject = read_model.decoded(row)
        columns, otherwise = outlooks.columns(study, subject, on, now)
        if now and row.turns_at and row.turns_at <= now:
            columns["turns_at"] = row.turns_at  # nobody has been told of it yet
        worked_out.append((row, subject, columns, otherwise))
        for name, value in columns.items():
            setattr(row, name, value)
    if not rows:
        return
    try:
        with transaction.atomic():
            for row, subject, columns, otherwise in worked_out:
                if _as_it_was(row).update(**columns):
                    read_model.keep_deviations(subject, otherwise)
    except DatabaseError as error:
        _log.warning("what comes next could not be kept: %s", type(error).__name__)


def _as_it_was(row: SubjectRow) -> "QuerySet[SubjectRow]":
    """The row, unless somebody has recorded something of the participant meanwhile."""
    return SubjectRow.objects.filter(
        subject_id=row.subject_id, **{name: getattr(row, name) for name in WHOSE}
    )

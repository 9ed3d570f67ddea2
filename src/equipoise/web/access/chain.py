"""The days of the access log: each is closed with a digest that rests on the day before.

Whole days may be dropped once they are older than they are kept. Their digests stay, so that the
chain still proves that nothing between the others was taken out.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction

from equipoise.conduct.trial import moment
from equipoise.ledger import Fault
from equipoise.ledger.canonical import START, canonical
from equipoise.web.models import AccessDay, AccessFailures, AccessRow
from equipoise.web.store import DatabaseLedger

__all__ = ["access_digest", "close_days", "drop_old", "faults", "head_line", "keep_up", "open_day"]

# What began before midnight is written by then, and the day can be closed.
GRACE = timedelta(hours=1)
HEAD_LINE = "access"


def access_digest(day: str) -> str:
    """What all days up to this one say, as one digest; empty when no such day is closed."""
    newest = AccessDay.objects.filter(day__lte=day).order_by("-day").first()
    return newest.digest if newest else ""


def open_day(now: datetime) -> str:
    """The day on which is written now, when the days before it are closed.

    A clock that was set back writes on the first day that is not closed yet.
    """
    day, last = now.astimezone(UTC).date(), _closed(now)
    if last and last.day >= day.isoformat():
        day = date.fromisoformat(last.day) + timedelta(days=1)
    return day.isoformat()


def close_days(now: datetime) -> int:
    """Close every day that is over and was written on; returns how many."""
    over = _over(now)
    if not _days_between(_last(), over):
        return 0
    with DatabaseLedger().writing("access"):
        days = _days_between(_last(), over)
        for day in days:
            _close(day)
    return len(days)


def keep_up(now: datetime) -> None:
    """What is to be done by night: close what is over, drop what is old."""
    close_days(now)
    drop_old(now)


def drop_old(now: datetime) -> int:
    """Drop the days that are older than they are kept, whole; returns how many."""
    kept = timedelta(days=settings.ACCESS_DAYS)
    first = (now.astimezone(UTC).date() - kept).isoformat()
    with transaction.atomic():
        old = AccessDay.objects.filter(day__lt=first, dropped_at="")
        days = list(old.values_list("day", flat=True))
        old.update(dropped_at=moment(now))
        AccessRow.objects.filter(day__in=days).delete()
        AccessFailures.objects.filter(day__in=days).delete()
    return len(days)


def head_line(now: datetime) -> str:
    """What a head of the ledger's tree says of this log beside the entries; empty when nothing."""
    last = _closed(now)
    return f"{HEAD_LINE} {last.day} {last.digest}\n" if last else ""


def faults(heads: Iterable[str] = ()) -> Iterator[Fault]:
    """Where the log is not as it was written; a day not yet closed proves nothing.

    :param heads: heads of the tree, of which each names the digest of a day
    """
    kept = dict(AccessDay.objects.values_list("day", "digest"))
    for day, digest in sorted(_days_of(heads)):
        if kept.get(day) != digest:
            yield _fault(0, "access-changed", f"a head says otherwise of all up to {day}")
    previous = START
    for number, one in enumerate(AccessDay.objects.order_by("day"), start=1):
        count, content = _content(one.day)
        if one.previous != previous:
            yield _fault(number, "access-broken", f"{one.day} does not follow the day before it")
        if one.digest != _digest(one.day, one.rows, one.content, one.previous):
            yield _fault(number, "access-changed", f"the digest of {one.day} is not its own")
        if not one.dropped_at and (count, content) != (one.rows, one.content):
            yield _fault(number, "access-changed", f"what was noted on {one.day} is changed")
        previous = one.digest
    if strange := _never_closed():
        yield _fault(0, "access-unknown", f"{strange} lines stand on days that were never closed")


def _days_of(heads: Iterable[str]) -> set[tuple[str, str]]:
    lines = (line.split(" ") for head in heads for line in head.splitlines())
    return {(line[1], line[2]) for line in lines if len(line) == 3 and line[0] == HEAD_LINE}


# Written out: every look that is noted asks these, and Django takes longer to build a question.
_NEWEST_DAY = "SELECT day, digest FROM access_day ORDER BY day DESC LIMIT 1"
_NEWEST_DAY_AND_OVER = """
    SELECT d.day, d.digest,
           EXISTS (SELECT 1 FROM access_row WHERE day > coalesce(d.day, '') AND day < %s)
        OR EXISTS (SELECT 1 FROM access_failures WHERE day > coalesce(d.day, '') AND day < %s)
    FROM (SELECT 1) AS one LEFT JOIN
         (SELECT day, digest FROM access_day ORDER BY day DESC LIMIT 1) AS d ON true
"""
_WRITTEN_ON = """
    SELECT day FROM access_row WHERE day > %s AND day < %s
    UNION SELECT day FROM access_failures WHERE day > %s AND day < %s
"""


class _Day(NamedTuple):
    day: str
    digest: str


def _last() -> _Day | None:
    found = _rows(_NEWEST_DAY)
    return _Day(*found[0]) if found else None


def _closed(now: datetime) -> _Day | None:
    """The newest day that is closed, when all that are over are."""
    over = _over(now)
    ((day, digest, written_on),) = _rows(_NEWEST_DAY_AND_OVER, [over, over])
    if written_on and close_days(now):
        return _last()
    return _Day(day, digest) if day else None


def _over(now: datetime) -> str:
    """The days before this one are over."""
    return (now - GRACE).astimezone(UTC).date().isoformat()


def _close(day: str) -> None:
    last, (count, content) = _last(), _content(day)
    previous = last.digest if last else START
    digest = _digest(day, count, content, previous)
    AccessDay.objects.create(day=day, rows=count, content=content, previous=previous, digest=digest)


def _days_between(last: _Day | None, before: str) -> list[str]:
    """The days that were written on after the last one closed, and before this one."""
    between = [last.day if last else "", before]
    return sorted(day for (day,) in _rows(_WRITTEN_ON, [*between, *between]))


def _rows(question: str, values: Sequence[str] = ()) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        found: list[tuple[str, ...]] = cursor.fetchall()
    return found


def _never_closed() -> int:
    """How many lines stand on days before the last that is closed, and are in no digest."""
    last, closed = _last(), AccessDay.objects.values("day")
    before = last.day if last else ""
    return sum(
        model.objects.filter(day__lt=before).exclude(day__in=closed).count()
        for model in (AccessRow, AccessFailures)
    )


def _content(day: str) -> tuple[int, str]:
    """How many lines a day has, and the digest of them all."""
    rows = AccessRow.objects.filter(day=day).order_by("id")
    lines = [canonical(row) for row in rows.values_list("at", "person", "kind", "told")]
    counts = AccessFailures.objects.filter(day=day).order_by("hour", "kind", "who")
    lines += [canonical(row) for row in counts.values_list("hour", "kind", "who", "count")]
    return len(lines), sha256("\n".join(lines).encode()).hexdigest()


def _digest(day: str, count: int, content: str, previous: str) -> str:
    summary = {"day": day, "rows": count, "content": content, "previous": previous}
    return sha256(canonical(summary).encode()).hexdigest()


def _fault(number: int, code: str, sentence: str) -> Fault:
    return Fault("access", number, code, sentence)

"""The table of jobs: written once, taken by one runner at a time, ended once.

A job is taken in one transaction that no other runner can look into, with a lease. Whoever ends it
must still be the last who took it: a runner that came back late changes nothing. Jobs that are done
as one with it are held, put off and ended with it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from django.db import transaction
from django.db.models import QuerySet

from equipoise.ledger.canonical import canonical
from equipoise.study.reason import Refusal
from equipoise.web.jobs.reasons import kept
from equipoise.web.models import Job

__all__ = [
    "Taken",
    "ToDo",
    "again",
    "done",
    "failed",
    "forget",
    "joined",
    "next_due",
    "open_jobs",
    "prolong",
    "put_back",
    "put_off",
    "renew",
    "take",
    "write",
]

Payload = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDo:
    """Something that is to be done: a kind, a key that is never done twice, and its values."""

    kind: str
    key: str
    due: datetime
    payload: Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A job that one runner holds."""

    id: int
    kind: str
    key: str
    text: str
    due: datetime
    attempt: int
    holder: str

    @property
    def payload(self) -> Payload:
        """Its values; read by whoever does it, so that one that cannot be read stops no other."""
        return msgspec.json.decode(self.text, type=dict[str, str])


def write(jobs: Iterable[ToDo], now: datetime) -> None:
    """Note what is to be done, in the transaction of its cause; what stands there already stays."""
    rows = [
        Job(
            kind=job.kind,
            key=job.key,
            due=job.due,
            payload=canonical(dict(job.payload)),
            written_at=now,
        )
        for job in jobs
    ]
    if rows:
        Job.objects.bulk_create(rows, ignore_conflicts=True)


def open_jobs(kinds: Collection[str]) -> "QuerySet[Job]":
    """What is neither done nor failed, of these kinds."""
    return Job.objects.filter(done_at=None, failed_at=None, kind__in=kinds)


def forget(kinds: Collection[str], before: datetime) -> None:
    """Drop what was done, or failed, and had been due before this moment."""
    old = Job.objects.filter(kind__in=kinds, due__lt=before)
    old.exclude(done_at=None, failed_at=None).delete()


def next_due(kinds: Collection[str]) -> datetime | None:
    """When the next job of these kinds is due; None when there is none."""
    return open_jobs(kinds).order_by("due").values_list("due", flat=True).first()


def take(kinds: Mapping[str, timedelta], holder: str, now: datetime) -> Taken | None:
    """Hold the job that has been due longest; None when nothing is due that nobody holds.

    :param kinds: how long each kind that can be done now is held
    """
    due = open_jobs(kinds).filter(due__lte=now).exclude(held_until__gt=now)
    if not due.exists():  # asked outside a transaction, so that no writer has to queue for it
        return None
    with transaction.atomic():
        rows = due.select_for_update(skip_locked=True).order_by("due", "id")
        if (row := rows.first()) is None:
            return None
        row.holder, row.attempts = holder, row.attempts + 1
        row.held_until = now + kinds[row.kind]
        row.save(update_fields=["holder", "held_until", "attempts"])
    return Taken(
        id=row.id,
        kind=row.kind,
        key=row.key,
        text=row.payload,
        due=row.due,
        attempt=row.attempts,
        holder=holder,
    )


def joined(job: Taken, others: Collection[int], now: datetime) -> list[int]:
    """Hold further jobs to be done as one with this; those that another holds meanwhile are not.

    They are put off with it, have failed with it, and count its attempts.
    """
    with transaction.atomic():
        free = open_jobs([job.kind]).filter(id__in=others).exclude(held_until__gt=now)
        ids = list(free.select_for_update(skip_locked=True).values_list("id", flat=True))
        until = _own(job).values_list("held_until", flat=True).first() if ids else None
        if until is None:  # it is no longer ours
            return []
        fresh = {"holder": job.holder, "held_until": until, "attempts": job.attempt}
        Job.objects.filter(id__in=ids).update(**fresh)
    return sorted(ids)


def prolong(job: Taken, until: datetime) -> bool:
    """Hold it for longer, as it takes longer; False when another has taken it meanwhile."""
    return bool(_own(job).update(held_until=until))


def put_back(job: Taken, now: datetime) -> bool:
    """Note that it was done in part, and that the rest is due now: nothing of it has failed."""
    return _end(job, due=now, attempts=0)


def done(job: Taken, now: datetime, unneeded: Refusal | None = None) -> bool:
    """Note that nothing is left to do; False when another has taken it meanwhile.

    :param unneeded: why there was nothing to do any more
    """
    return _end(job, done_at=now, error=kept(unneeded) if unneeded else "")


def put_off(job: Taken, refusal: Refusal, until: datetime) -> bool:
    """Note why it was not done, and when it is tried again."""
    return _end(job, due=until, error=kept(refusal))


def failed(job: Taken, refusal: Refusal, now: datetime) -> bool:
    """Note why it was not done and will not be tried again by itself."""
    return _end(job, failed_at=now, error=kept(refusal))


def again(job_id: int, now: datetime) -> bool:
    """Try a job that has failed once more, from the beginning; False when it has not failed.

    What had failed as one with it is tried as one again.
    """
    row = Job.objects.filter(id=job_id, done_at=None).exclude(failed_at=None).first()
    if row is None:
        return False
    as_one = Job.objects.filter(kind=row.kind, due=row.due, failed_at=row.failed_at, done_at=None)
    return _opened(as_one, now)


def renew(job: ToDo, now: datetime) -> None:
    """Note what is to be done, or done again if it was done or failed before."""
    with transaction.atomic():
        write([job], now)
        ended = Job.objects.filter(kind=job.kind, key=job.key)
        _opened(ended.exclude(done_at=None, failed_at=None), job.due)


def _opened(ended: "QuerySet[Job]", due: datetime) -> bool:
    fresh = {"done_at": None, "failed_at": None, "attempts": 0, "error": "", "held_until": None}
    return bool(ended.update(due=due, **fresh))


def _end(job: Taken, **fields: object) -> bool:
    """End a job and those joined to it; whoever holds one job holds no others but these."""
    kept = bool(_own(job).update(held_until=None, holder="", **fields))
    beside = Job.objects.filter(
        kind=job.kind, due=job.due, holder=job.holder, done_at=None, failed_at=None
    )
    beside.exclude(id=job.id).update(held_until=None, holder="", **fields)
    return kept


def _own(job: Taken) -> "QuerySet[Job]":
    """The row of a job, if whoever took it is still the last who did."""
    return Job.objects.filter(
        id=job.id, holder=job.holder, attempts=job.attempt, done_at=None, failed_at=None
    )

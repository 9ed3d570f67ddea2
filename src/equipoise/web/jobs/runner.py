"""Whoever does the jobs: one after another, each by itself, so that none stops another.

There may be several; the lease decides. One that is told to stop ends after the job it is at.
"""

import logging
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from equipoise.study.reason import Refusal
from equipoise.web import adopted, write_service
from equipoise.web.jobs import nightly, table
from equipoise.web.jobs.alarm import alarmed
from equipoise.web.jobs.kind import Kind, Never, NotNow, NotWanted, Unfinished
from equipoise.web.jobs.kinds import KINDS
from equipoise.web.jobs.reasons import BROKEN, LOST
from equipoise.web.jobs.table import Taken

__all__ = ["Outcome", "plan", "run_due"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one job went; without a refusal, `again_at` says that it was done in part."""

    job: Taken
    refusal: Refusal | None = None
    again_at: datetime | None = None
    overtaken: bool = False

    @property
    def has_failed(self) -> bool:
        """Whether it was not done and is not tried again by itself."""
        return self.refusal is not None and self.again_at is None


def plan(kinds: Mapping[str, Kind] = KINDS) -> None:
    """Write what is to be done next of all that is done daily or hourly."""
    nightly.plan(kinds.values(), ZoneInfo(adopted.study().identity.timezone), write_service.now())


def run_due(
    tell: Callable[[Outcome], None] = lambda outcome: None,
    stopped: Callable[[], bool] = lambda: False,
    kinds: Mapping[str, Kind] = KINDS,
) -> None:
    """Do what is due, until nothing is left that nobody holds, or until told to stop."""
    holder = f"{os.getpid()}-{secrets.token_hex(8)}"
    able = {kind.name: kind.lease for kind in kinds.values() if kind.ready()}
    plan(kinds)
    while able and not stopped():
        if (job := table.take(able, holder, write_service.now())) is None:
            return
        tell(_run(kinds[job.kind], job))


def _run(kind: Kind, job: Taken) -> Outcome:
    """Do it, and note how it went, with what follows."""
    try:
        error = _tried(kind, job)
    except Unfinished:
        now = write_service.now()
        return Outcome(job=job, again_at=now, overtaken=not table.put_back(job, now))
    now = write_service.now()
    refusal = error.refusal if error else None
    over = refusal is None or isinstance(error, NotWanted)
    if refusal and not over and _is_tried_again(kind, job, error):
        until = now + kind.retries[job.attempt - 1]
        kept = table.put_off(job, refusal, until)
        return Outcome(job=job, refusal=refusal, again_at=until, overtaken=not kept)
    with transaction.atomic():
        if over or refusal is None:
            kept = table.done(job, now, refusal)
        elif kept := table.failed(job, refusal, now):
            table.write(alarmed(job, now), now)
        plan({kind.name: kind})
    return Outcome(job=job, refusal=None if over else refusal, overtaken=not kept)


def _is_tried_again(kind: Kind, job: Taken, error: NotNow | None) -> bool:
    return not isinstance(error, Never) and job.attempt <= len(kind.retries)


def _tried(kind: Kind, job: Taken) -> NotNow | None:
    """Why it was not done; None when it was."""
    if job.attempt > len(kind.retries) + 1:  # whoever was at it never came to say how it went
        return Never(LOST(times=job.attempt - 1))
    try:
        kind.do(job, write_service.now())
    except NotNow as error:
        return error
    except Unfinished:
        raise
    except Exception as error:
        _log.exception("job %s %s", job.kind, job.id)
        return NotNow(BROKEN(error=type(error).__name__))
    return None

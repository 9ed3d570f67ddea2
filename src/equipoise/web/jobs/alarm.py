"""The trial office is told when a job has failed for good: once a day and kind."""

from collections.abc import Iterator
from datetime import datetime

from equipoise.web.jobs.table import Taken, ToDo
from equipoise.web.mail.letters import FAILED
from equipoise.web.mail.outbox import to_all

__all__ = ["alarmed"]


def alarmed(job: Taken, now: datetime) -> Iterator[ToDo]:
    """The letters to the office about a job; none about a letter that was itself an alarm."""
    if job.kind == "mail.send" and FAILED.name in job.text:
        return
    key = f"{FAILED.name}:{job.kind}:{now.date().isoformat()}"
    yield from to_all(FAILED, key, now, {"job": job.kind})

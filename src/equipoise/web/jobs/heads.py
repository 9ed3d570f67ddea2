"""The tree is kept up by jobs: after each draw, every full hour, and by night through all of it.

So it is the runner's alone, or that of whoever runs `equipoise jobs`, and never a web worker's.
Where nobody does the jobs, all that is recorded stays so and is witnessed by nobody: that is told.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from equipoise.web.jobs import table
from equipoise.web.jobs.reasons import wording
from equipoise.web.jobs.table import Taken
from equipoise.web.models import Job
from equipoise.web.reader import HERE
from equipoise.web.witness import sequencer, tree_store

__all__ = ["HOURLY", "PATIENCE", "forget_old", "keep_up", "unwitnessed"]

HOURLY = "heads.hourly"
KINDS = (HOURLY, sequencer.DRAWN)
KEPT = timedelta(days=30)
PATIENCE = timedelta(hours=2)
"""So long may entries wait for their place before it is told that something is wrong."""


def keep_up(job: Taken, now: datetime) -> None:
    """Give each new entry its place in the tree, and sign for all."""
    sequencer.keep_up(now)


def forget_old(now: datetime) -> None:
    """Drop the hours and draws that were dealt with a month ago: the heads themselves stay."""
    table.forget(KINDS, now - KEPT)


def unwitnessed(now: datetime) -> Iterator[str]:
    """Why entries wait longer than they should for their place in the tree."""
    if not (first := tree_store.first_waiting()):
        return
    ended = Job.objects.filter(kind=HOURLY).exclude(done_at=None, failed_at=None)
    last = ended.order_by("-due").first()
    if last and last.failed_at:
        yield f"the newest head could not be made: {wording(last.error, HERE)}"
    recorded = datetime.fromisoformat(first)
    if now - (table.next_due(KINDS) or recorded) > PATIENCE:
        yield (
            f"what was recorded since {recorded:%Y-%m-%d %H:%M} UTC is not yet witnessed: nobody "
            "does the jobs; `equipoise serve` does, or cron runs `equipoise jobs` every hour"
        )

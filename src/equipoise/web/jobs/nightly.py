"""What is done every day at its time: the next run is written when this one has ended.

The time is that where the trial is run. A day has one run, whatever the clock does: in spring a
time that does not exist is taken an hour later, in autumn the first of two is taken, and after a
clock was set back the next run still follows the last.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from equipoise.web.jobs.kind import Kind
from equipoise.web.jobs.table import ToDo, open_jobs, write
from equipoise.web.models import Job

__all__ = ["next_run", "plan"]


def next_run(at: time, zone: ZoneInfo, after: datetime) -> tuple[datetime, str]:
    """The first moment after `after` at which the clocks there show this time, with its day."""
    day = after.astimezone(zone).date()
    while (moment := datetime.combine(day, at, zone).astimezone(UTC)) <= after:
        day += timedelta(days=1)
    return moment, day.isoformat()


def plan(kinds: Iterable[Kind], zone: ZoneInfo, now: datetime) -> None:
    """Write the next run of each kind that has none before it."""
    for kind in kinds:
        if kind.at is None or not kind.ready() or open_jobs([kind.name]).exists():
            continue
        rows = Job.objects.filter(kind=kind.name).order_by("-due")
        last = rows.values_list("due", flat=True).first()
        moment, day = next_run(kind.at, zone, max(now, last or now))
        write([ToDo(kind=kind.name, key=day, due=moment, payload={})], now)

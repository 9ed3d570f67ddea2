"""What is done every day at its time, every hour, or when its moment comes: the next run is written
when this one ended.

The time is that where the trial is run. A day has one run, whatever the clock does: in spring a
time that does not exist is taken an hour later, in autumn the first of two is taken, and after a
clock was set back the next run still follows the last.
"""

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from equipoise.web.jobs.kind import Kind
from equipoise.web.jobs.table import ToDo, open_jobs, write
from equipoise.web.models import Job

__all__ = ["next_hour", "next_run", "plan"]


def next_run(at: time, zone: ZoneInfo, after: datetime) -> tuple[datetime, str]:
    """The first moment after `after` at which the clocks there show this time, with its day."""
    day = after.astimezone(zone).date()
    while (moment := datetime.combine(day, at, zone).astimezone(UTC)) <= after:
        day += timedelta(days=1)
    return moment, day.isoformat()


def plan(kinds: Collection[Kind], zone: ZoneInfo, now: datetime) -> None:
    """Write the next run of each kind that has none before it."""
    again = {kind.name: kind for kind in kinds if (kind.at or kind.hourly) and kind.ready()}
    planned = set(open_jobs(again).values_list("kind", flat=True)) if again else set()
    for kind in (kind for name, kind in again.items() if name not in planned):
        rows = Job.objects.filter(kind=kind.name).order_by("-due")
        last = rows.values_list("due", flat=True).first()
        if kind.at:
            moment, key = next_run(kind.at, zone, max(now, last or now))
        else:
            moment, key = next_hour(last, now)
        write([ToDo(kind=kind.name, key=key, due=moment, payload={})], now)
    for kind in kinds:
        if kind.when and kind.ready():
            _plan_moment(kind.name, kind.when(), now)


def _plan_moment(name: str, moment: datetime | None, now: datetime) -> None:
    """Write a run for the next moment, unless one comes by then; one that is past is due now."""
    if moment is None or open_jobs([name]).filter(due__lte=max(moment, now)).exists():
        return
    due = max(moment, now)
    write([ToDo(kind=name, key=due.isoformat(), due=due, payload={})], now)


def next_hour(last: datetime | None, now: datetime) -> tuple[datetime, str]:
    """The full hour that comes next, with its name; where none was before, the one now."""
    after = max(now, last) + timedelta(hours=1) if last else now
    moment = after.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return moment, f"{moment:%Y-%m-%dT%H}"

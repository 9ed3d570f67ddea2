"""Moments: a matter of hours stands at a moment in UTC, and is told by the clocks of the trial.

A day is that of the time zone of the trial. A time of day that the clocks show twice, in autumn,
is the first of the two; one that they never show, in spring, is taken an hour later. So many hours
are hours that pass, whatever the clocks do meanwhile.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from equipoise.conduct.chapter import Turn, Urgency
from equipoise.study.model import Study

__all__ = ["after_hours", "day_of", "moment_of", "turn_at"]


def day_of(study: Study, at: datetime) -> date:
    """The day that it is where the trial is run."""
    return at.astimezone(ZoneInfo(study.identity.timezone)).date()


def moment_of(study: Study, on: date, clock: time) -> datetime:
    """The moment at which the clocks there show this time of a day."""
    return datetime.combine(on, clock, ZoneInfo(study.identity.timezone)).astimezone(UTC)


def after_hours(at: datetime, hours: int) -> datetime:
    """So many hours later."""
    return at.astimezone(UTC) + timedelta(hours=hours)


def turn_at(study: Study, at: datetime, urgency: Urgency | None, when: date | None = None) -> Turn:
    """From a moment on something presses otherwise."""
    return Turn(day_of(study, at), urgency, when, at)

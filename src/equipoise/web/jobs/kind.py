"""What a kind of job declares: what it does, how often it is tried, and how long it is held."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from equipoise.study.reason import Refusal
from equipoise.web.jobs.reasons import UNNEEDED
from equipoise.web.jobs.table import Taken

__all__ = ["Kind", "Never", "NotNow", "NotWanted", "Unfinished"]

RETRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
"""How long after each attempt the next one is made; after the last the job has failed."""


class NotNow(Exception):
    """It was not done, and may be later."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.because)
        self.refusal = refusal


class Never(NotNow):
    """It was not done, and trying again by itself is of no use."""


class NotWanted(NotNow):
    """There is nothing left to do, such as reminding someone who has voted since."""

    def __init__(self, refusal: Refusal | None = None) -> None:
        super().__init__(refusal or UNNEEDED())


class Unfinished(Exception):
    """It was done in part; the rest is due now, behind all that has been due longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of job."""

    name: str
    what: str
    do: Callable[[Taken, datetime], None]
    lease: timedelta
    retries: tuple[timedelta, ...] = RETRIES
    at: time | None = None
    """The time of day, where the trial is run, at which it is done daily."""
    hourly: bool = False
    """Whether it is done every full hour."""
    when: Callable[[], datetime | None] | None = None
    """The next moment at which there is something to do. Without any of these it is done when it
    was written to be."""
    ready: Callable[[], bool] = lambda: True
    """Whether it can be done at all here; until then it waits, and counts no attempts."""

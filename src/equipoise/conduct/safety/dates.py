"""What the days of an event must be, against each other and against the participant's own days."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time

from equipoise.conduct.act import Context
from equipoise.conduct.state.safety import days_of
from equipoise.conduct.withdrawal import withdrawn
from equipoise.study.kinds.day import is_day
from equipoise.study.reason import Reason, Refusal

__all__ = ["clock_of", "day_refusals"]

NO_DAY = Reason(
    "ae.date", "", "give a date like 2026-11-23; the year, or the year and month, will do"
)
BEFORE_CONSENT = Reason(
    "ae.before-consent",
    "begin",
    "what began before consent, on {day}, is medical history and no adverse event",
)
BEGINS_LATER = Reason("ae.begins-later", "begin", "it cannot begin after it was known, on {day}")
ENDS_LATER = Reason("ae.ends-later", "end", "it cannot be over after it was known, on {day}")
ENDS_BEFORE = Reason("ae.ends-before", "end", "it cannot be over before it began")
BEGINS_AFTER_DEATH = Reason("ae.after-death", "begin", "the participant died on {day}")
ENDS_AFTER_DEATH = Reason("ae.after-death", "end", "the participant died on {day}")
NO_END = Reason("ae.no-end", "end", "with this outcome it is over: say since when")
NOT_OVER = Reason("ae.not-over", "end", "with this outcome it is not over yet")

OVER = ("recovered", "sequelae", "fatal")
GOING_ON = ("recovering", "not-recovered")

Days = tuple[date, date]


def day_refusals(
    context: Context, begin: str, end: str, outcome: str, *, fatal: bool
) -> Iterator[Refusal]:
    """Every reason against the days on which an event began and was over."""
    began, over = _read(begin), _read(end)
    if began is None:
        yield NO_DAY("begin")
    else:
        yield from _began(context, began)
    if end and over is None:
        yield NO_DAY("end")
    if over:
        yield from _over(context, over, fatal=fatal)
    if began and over and over[1] < began[0]:
        yield ENDS_BEFORE()
    if outcome in OVER and not end:
        yield NO_END()
    if outcome in GOING_ON and end:
        yield NOT_OVER()


def clock_of(text: str) -> time | None:
    """The time of day that a text says; None where it says none."""
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


def _read(text: str) -> Days | None:
    days = days_of(text)
    return days if days and is_day(days[0]) and is_day(days[1]) else None


def _began(context: Context, days: Days) -> Iterator[Refusal]:
    known, consented, died = context.stamp.on, context.subject.consent_on, context.subject.died_on
    if consented and days[1] < consented:
        yield BEFORE_CONSENT(day=consented)
    if days[0] > known:
        yield BEGINS_LATER(day=known)
    if died and days[0] > died:
        yield BEGINS_AFTER_DEATH(day=died)
    yield from _after_leaving(context, days[0], "begin")


def _over(context: Context, days: Days, *, fatal: bool) -> Iterator[Refusal]:
    known, died = context.stamp.on, context.subject.died_on
    if days[0] > known:
        yield ENDS_LATER(day=known)
    # Who died of it died on the day on which it was over.
    if died and (days[0] > died or (fatal and days[1] < died)):
        yield ENDS_AFTER_DEATH(day=died)
    yield from _after_leaving(context, days[0], "end")


def _after_leaving(context: Context, on: date, where: str) -> Iterator[Refusal]:
    """What was found after someone left is not recorded; it is mended where the day was given."""
    for refusal in withdrawn(context.study, context.subject, on, "data"):
        yield replace(refusal, where=where)

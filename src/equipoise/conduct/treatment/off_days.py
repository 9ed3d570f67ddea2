"""Cycles that were given before they might be, or after they were to be, by the calendar."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from equipoise.conduct.chapter import Deviated
from equipoise.conduct.cycle_calendar import Cycle, Window, cycles_of
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.moments import day_of
from equipoise.conduct.state.treatment import CycleOf
from equipoise.conduct.subject import Subject
from equipoise.conduct.text_then import text_then
from equipoise.study.model import Study
from equipoise.study.reason import Amount, Phrase

__all__ = ["off_days"]

EARLY = Phrase(
    "{regimen}, cycle {cycle}: given on {day}, {days} before its window of {first} to {last}"
)
LATE = Phrase(
    "{regimen}, cycle {cycle}: given on {day}, {days} after its window of {first} to {last}"
)


def off_days(study: Study, subject: Subject, on: date) -> Iterator[Deviated]:
    """Every cycle that was given outside its window; what was put off has that of its later day.

    The window is that of the text that held when it was given.
    """
    texts: dict[str, Study] = {}
    under: dict[CycleOf, str] = {}
    for given in sorted(subject.treatment.given, key=lambda one: (one.on, one.order)):
        text = text_then(study, subject, given)
        texts[text.digest] = text
        under.setdefault(given.of, text.digest)
    for digest, text in texts.items():
        calendar = cycles_of(text, subject, SubjectFacts(text, subject, on))
        for one in (one for own in calendar.values() for one in own):
            window, then = _window(one), under.get((one.regimen.id, one.number))
            if one.given and then == digest and window and not _is_within(window, one.given):
                yield _deviated(study, subject, one, window, one.given)


def _is_within(window: Window, day: date) -> bool:
    return window.first <= day <= window.last


def _window(one: Cycle) -> Window | None:
    regimen, due = one.regimen, one.due
    if one.until and regimen.late is not None:
        early, late = timedelta(days=regimen.early or 0), timedelta(days=regimen.late)
        return Window(one.until, one.until - early, one.until + late)
    watched = due and not one.until and (due.is_first or regimen.late is not None)
    return due if watched else None


def _deviated(study: Study, subject: Subject, one: Cycle, window: Window, day: date) -> Deviated:
    done = subject.treatment.given_of((one.regimen.id, one.number))
    first = min(done, key=lambda given: (given.on, given.order))
    away = window.first - day if day < window.first else day - window.last
    what = (EARLY if day < window.first else LATE)(
        regimen=one.regimen.label,
        cycle=one.number,
        day=day,
        days=Amount(Decimal(away.days), "d"),
        first=window.first,
        last=window.last,
    )
    known = day_of(study, first.at)
    return Deviated(kind="outside-window", on=day, known_on=known, what=what, by=first.by)

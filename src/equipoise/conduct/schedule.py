"""The schedule: which visits one participant has, when each is due, and what was done."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.subject import Subject
from equipoise.study.blocks import Visit
from equipoise.study.model import Study

__all__ = ["Planned", "State", "visits"]

State = Literal["done", "begun", "due", "overdue", "coming", "missed", "waiting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One visit of one participant. Without its anchor it has no days yet."""

    visit: Visit
    key: str
    number: int
    on: date | None
    first: date | None
    last: date | None
    state: State
    filled: tuple[str, ...]
    open: tuple[str, ...]


def visits(study: Study, subject: Subject, on: date) -> list[Planned]:
    """Every visit of the participant, in the order of the study file, as it stands on a day."""
    filled: dict[str, tuple[str, ...]] = {}
    for record in subject.records.values():
        before = filled.get(record.visit, ())
        if record.form not in before:
            filled[record.visit] = (*before, record.form)
    planned: list[Planned] = []
    for visit in study.visits:
        if _applies(visit, subject):
            anchor = _anchor(study, subject, visit)
            planned += [
                _planned(subject, visit, (number, key), anchor, filled.get(key, ()), on)
                for number, key in enumerate(visit.keys, start=1)
            ]
    return planned


def _applies(visit: Visit, subject: Subject) -> bool:
    if not visit.arms:
        return True
    return subject.allocation is not None and subject.allocation.arm in visit.arms


def _planned(
    subject: Subject,
    visit: Visit,
    which: tuple[int, str],
    anchor: date | None,
    filled: tuple[str, ...],
    on: date,
) -> Planned:
    number, key = which
    day = anchor + timedelta(days=visit.day + (number - 1) * visit.every) if anchor else None
    first = day - timedelta(days=visit.early) if day else None
    last = day + timedelta(days=visit.late) if day else None
    still = tuple(form for form in visit.forms if form not in filled)
    return Planned(
        visit=visit,
        key=key,
        number=number,
        on=day,
        first=first,
        last=last,
        state=_state(subject, first, last, filled, still, on),
        filled=filled,
        open=still,
    )


def _anchor(study: Study, subject: Subject, visit: Visit) -> date | None:
    if visit.anchor == "registration":
        return subject.registered_on
    if visit.anchor == "randomisation":
        return subject.randomised_on
    return SubjectFacts(study, subject, date.min).anchor(visit.anchor)


def _state(
    subject: Subject,
    first: date | None,
    last: date | None,
    filled: tuple[str, ...],
    still: tuple[str, ...],
    on: date,
) -> State:
    if not still:
        return "done"
    if first is None or last is None:
        return "begun" if filled else "waiting"
    if _ended(subject, first):
        return "missed" if not filled else "begun"
    if on > last:
        # Whoever died or left while the window was open is not waited for.
        return "missed" if _ended(subject, last) and not filled else "overdue"
    if on >= first:
        return "begun" if filled else "due"
    return "coming"


def _ended(subject: Subject, day: date) -> bool:
    """Whether the participant had died, left or failed screening by a day of the window."""
    ends = [done.on for done in (subject.death, subject.failure) if done]
    ends += [subject.left_on] if subject.left_on else []
    return any(end <= day for end in ends)

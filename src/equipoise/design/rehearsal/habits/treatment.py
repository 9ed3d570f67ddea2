"""How invented people are treated: cycle after cycle, as the core says what comes next.

In the evening before a cycle blood values are looked at and it is planned; the next morning it is
checked, released and given. Where the core lets nobody plan it, it is put off or left out.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from pydantic import Field

from equipoise.conduct import schedule
from equipoise.conduct.act import Act
from equipoise.conduct.cycle_calendar import cycles_of
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.state.treatment import CycleOf, Plan
from equipoise.conduct.treatment import (
    CountTablets,
    GiveDose,
    OmitCycle,
)
from equipoise.conduct.treatment.giving import Why
from equipoise.conduct.treatment.tablets import to_count
from equipoise.design.rehearsal.cycles import Cycle, PutOff
from equipoise.design.rehearsal.habits.habit import Habit, Stay, Step, workday
from equipoise.design.rehearsal.tablets import dispensed
from equipoise.design.rehearsal.values import answers
from equipoise.design.rehearsal.values_drawn import pick
from equipoise.study.parts import Code, Number, Part, Source, Whole
from equipoise.study.sections.treatment import Regimen

__all__ = ["HABIT"]

EVENING, MORNING = 18, 7
MINUTE = timedelta(minutes=1)
FRESH = timedelta(days=3)
"""How old blood values may be on the day of a cycle."""
WAITS = timedelta(days=1)
"""For how long a cycle waits for the visit at which blood is taken."""
ASKED = timedelta(days=21)
"""After how long it is asked again what a dose waits for."""
MOVED = {"form.outside-window": {"happened": "the appointment was moved"}}


class TreatmentPlan(Part):
    """Who gets what, and what of it does not go as planned."""

    chosen: Code = Field(description="the item that says which regimen was chosen")
    begins: Code = Field(description="the item that says on which day it begins")
    optional: dict[Code, Code] = Field(
        default={}, description="drug: the item that says whether it is given too"
    )
    laboratory: Code = Field(description="the form of the blood values")
    before: Code = Field(description="the form of what else a dose waits for")
    ends: tuple[Code, ...] = Field(description="forms with which treatment ends")
    put_off: PutOff
    otherwise: dict[Why, Number] = Field(
        default={}, description="the share of cycles that are put off for another reason"
    )
    rests: Whole = Field(default=28, description="days without treatment after an operation")
    partly: Number = Field(default=Decimal(0), description="the share that is given in part")
    source: Source


def _steps(stay: Stay) -> Iterator[Step]:
    """Every evening on which a cycle may be planned, until the last is over."""
    if stay.study.treatment is None:
        return
    day = stay.since
    while at := stay.hour(workday(day), EVENING):
        yield Step(at=at, act=lambda: None)  # what stands that evening is looked at then
        day = at.date() + timedelta(days=1)
        yield from _counted(stay, at)
        coming = _coming(stay, at.date())
        if coming is None:
            if _is_over(stay):
                return
            continue
        regimen, number, due = coming
        cycle = _cycle(stay, regimen, number, workday(day))
        if cycle.day < due:
            day = _evening_before(due)
        elif other := _not_given(cycle):
            yield Step(at=at + MINUTE, act=other)
        elif _has_blood(stay, cycle.day) or cycle.day > due + WAITS:
            yield from _begun(cycle, at)


def _begun(cycle: Cycle, at: datetime) -> Iterator[Step]:
    """Prepared from this evening on, and given the next morning."""
    stay = cycle.stay
    if not _has_blood(stay, cycle.day):
        yield Step(at=at + MINUTE, act=partial(_blood, cycle, at))
    before = stay.subject().forms.of(stay.plan.before)
    if not before or before[-1].on <= cycle.day - ASKED:
        yield Step(at=at + 3 * MINUTE, act=partial(_before, cycle, at))
    morning = stay.hour(cycle.day, MORNING)
    if morning is None:
        return
    yield from cycle.prepared(at + 9 * MINUTE, morning)
    plan = cycle.plan
    if plan and cycle.state.release_of(plan):
        given = morning + 120 * MINUTE
        yield Step(at=given, act=partial(_given, cycle, plan, given))
        for product, number in dispensed(stay.study, plan).items():
            given += 2 * MINUTE
            yield Step(at=given, act=_count(plan.of, product, "dispensed", number))


def _evening_before(day: date) -> date:
    """The last working day before a day."""
    before = day - timedelta(days=1)
    return before - timedelta(days=max(before.weekday() - 4, 0))


def _coming(stay: Stay, on: date) -> tuple[Regimen, int, date] | None:
    """The cycle that comes next, by the calendar; the first one as it was decided."""
    section, subject = stay.study.treatment, stay.subject()
    if section is None:
        return None
    calendar = cycles_of(stay.study, subject, SubjectFacts(stay.study, subject, on))
    known = [one for cycles in calendar.values() for one in cycles if not one.regimen.beside]
    for one in known:
        if one.state in ("next", "missing") and one.day:
            return one.regimen, one.number, one.day
    chosen, begins = _answer(stay, stay.plan.chosen), _answer(stay, stay.plan.begins)
    if known or not begins or any(subject.forms.of(name) for name in stay.plan.ends):
        return None
    return section.regimen_of[chosen], 1, date.fromisoformat(begins)


def _is_over(stay: Stay) -> bool:
    """Whether nothing is to come: no first cycle was decided on, or the last one was given."""
    if any(to_count(stay.study, stay.subject())):
        return False
    records = stay.subject().forms.of(stay.study.form_asking[stay.plan.chosen].id)
    return bool(records) or _ended(stay) is not None


def _answer(stay: Stay, item: str) -> str:
    """What stands at an item of a form that is filled in once; empty while nothing does."""
    records = stay.subject().forms.of(stay.study.form_asking[item].id)
    found = records[-1].now(item) if records else None
    return found if isinstance(found, str) else ""


def _cycle(stay: Stay, regimen: Regimen, number: int, day: date) -> Cycle:
    says = stay.plan.optional
    drugs = {part.drug for part in regimen.parts if part.optional}
    left_out = {drug for drug in drugs if _answer(stay, says.get(drug, "")) != "yes"}
    return Cycle(
        stay=stay,
        regimen=regimen,
        number=number,
        day=day,
        put_off=stay.plan.put_off,
        left_out=frozenset(left_out),
    )


def _ended(stay: Stay) -> tuple[Why, str] | None:
    """Why no cycle is given any more."""
    subject = stay.subject()
    if subject.follow_up.progressions:
        return "progression", ""
    ended = any(subject.forms.of(name) for name in stay.plan.ends)
    return ("other", "the treatment has ended") if ended else None


def _not_given(cycle: Cycle) -> Act | None:
    """That it is the last, or waits for a reason that is none of its drugs."""
    stay = cycle.stay
    if ended := _ended(stay):
        (why, because), (regimen, number) = ended, cycle.of
        return OmitCycle(regimen=regimen, cycle=number, why=why, reason=because, ended="yes")
    resected = max((one.on for one in stay.subject().follow_up.resections), default=date.min)
    rests = timedelta(days=stay.plan.rests)
    if resected > cycle.day - rests:
        return cycle.later((), "operation", resected + rests)
    own, shares = stay.chance.of("otherwise", *map(str, cycle.of)), stay.plan.otherwise
    first = not any(one.of == cycle.of for one in cycle.state.not_given)
    if first and own.random() < float(sum(shares.values())):
        return cycle.later((), cast("Why", pick(shares, own)))
    return None


def _has_blood(stay: Stay, day: date) -> bool:
    """Whether blood values are known that are fresh enough on the day of a cycle."""
    records = stay.subject().forms.of(stay.plan.laboratory)
    return any(one.on >= day - FRESH for one in records)


def _blood(cycle: Cycle, at: datetime) -> Act:
    """One sample more, at the visit of the last."""
    stay, form = cycle.stay, cycle.stay.plan.laboratory
    last = stay.subject().forms.of(form)[-1]
    number = 1 + max(one.number for one in stay.subject().forms.of(form) if one.visit == last.visit)
    planned = schedule.planned_at(stay.study, stay.subject(), last.visit, at.date())
    moved = planned is not None and schedule.is_outside(planned, at.date())
    return _form(cycle, form, at, visit=last.visit, number=number, confirmed=MOVED if moved else {})


def _before(cycle: Cycle, at: datetime) -> Act:
    number = 1 + len(cycle.stay.subject().forms.of(cycle.stay.plan.before))
    return _form(cycle, cycle.stay.plan.before, at, number=number)


def _form(cycle: Cycle, name: str, at: datetime, **where: Any) -> Act:
    """A form filled in for a cycle."""
    stay, form = cycle.stay, cycle.stay.study.form_of[name]
    own = stay.chance.of("form", name, at.date())
    values = answers(stay.study, form, stay.subject(), at.date(), stay.values, own)
    return SaveForm(form=name, values=values, **where)


def _given(cycle: Cycle, plan: Plan, at: datetime) -> Act:
    """What was planned, begun at that hour; now and then a part is not given to its end."""
    own = cycle.stay.chance.of("partly", plan.seq)
    partly = own.random() < float(cycle.stay.plan.partly)
    parts = [part.id for part in cycle.regimen.parts if part.id in plan.doses and part.over][:1]
    parts = parts if partly else []
    local = (at - 20 * MINUTE).astimezone(ZoneInfo(cycle.stay.study.identity.timezone))
    return GiveDose(
        regimen=plan.regimen,
        cycle=plan.cycle,
        doses=plan.doses,
        starts=dict.fromkeys(plan.doses, f"{local:%H:%M}"),
        partly=parts,
        reasons=dict.fromkeys(parts, "a reaction during the infusion"),
    )


def _counted(stay: Stay, at: datetime) -> Iterator[Step]:
    """What came back of the tablets of a cycle that is over."""
    for due in list(to_count(stay.study, stay.subject())):
        if due.when is None or due.when > at.date():
            continue
        filled = dict(due.filled)
        of, out = (filled["regimen"], int(filled["cycle"])), dict[str, int]()
        for one in stay.subject().treatment.counts:
            if one.of == of:
                out[one.product] = out.get(one.product, 0) + one.number
        for product, number in out.items():
            back = min(number, stay.chance.of("back", product, of[1]).whole(0, 4))
            yield Step(at=at, act=_count(of, product, "returned", back))


def _count(of: CycleOf, product: str, what: Literal["dispensed", "returned"], number: int) -> Act:
    return CountTablets(regimen=of[0], cycle=of[1], product=product, what=what, number=number)


HABIT = Habit(plan=TreatmentPlan, steps=_steps)

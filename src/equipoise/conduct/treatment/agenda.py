"""What comes next of the treatment: a plan to be checked, a dose to be given, a cycle to plan."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from equipoise.conduct.chapter import Due, RowAt, Turn
from equipoise.conduct.state.treatment import Given, Plan
from equipoise.conduct.subject import Subject
from equipoise.conduct.treatment.cycles import next_cycle, regimens_for
from equipoise.conduct.treatment.giving import GiveDose
from equipoise.conduct.treatment.planning import CheckPlan, PlanCycle
from equipoise.conduct.treatment.tablets import to_count
from equipoise.study.model import Study
from equipoise.study.reason import Given as InPlace
from equipoise.study.reason import Phrase
from equipoise.study.sections.treatment import Regimen

__all__ = ["PAGE", "agenda"]

PAGE = "treatment-cycle"
"""The page of one plan."""
TO_CHECK = Phrase("Check the plan: {regimen}, cycle {cycle}")
TO_GIVE = Phrase("Give {regimen}, cycle {cycle}")
TO_PLAN = Phrase("Plan {regimen}, cycle {cycle}")
AHEAD = timedelta(days=7)
"""How long before a cycle its plan is asked for."""


def agenda(study: Study, subject: Subject, on: date) -> Iterator[Due]:
    """What comes next of each clock: of the regimen that was planned or given last on it."""
    state, out = subject.treatment, subject.died_on or subject.consent.without("treatment")
    if study.treatment is None or out or subject.left_on:
        return
    yield from to_count(study, subject)
    last: dict[str, str] = {}
    done: list[Plan | Given] = [*state.plans, *state.given]
    for one in sorted(done, key=lambda one: (one.on, one.order)):
        regimen = study.treatment.regimen_of.get(one.regimen)
        if regimen:
            last[regimen.id if regimen.beside else ""] = regimen.id
    for name in last.values():
        if name in regimens_for(study, subject):
            yield from _next_of(subject, study.treatment.regimen_of[name])


def _next_of(subject: Subject, regimen: Regimen) -> Iterator[Due]:
    """Its plan to be checked or given, or its next cycle to be planned."""
    state, number = subject.treatment, next_cycle(subject.treatment, regimen.id)
    named: dict[str, InPlace] = {"regimen": regimen.label, "cycle": number}
    of = (regimen.id, number)
    plan = state.plan_of(of)
    if plan:
        yield _of_plan(plan, named, checked=state.check_of(plan) is not None)
    elif number <= regimen.times and not _has_ended(subject, regimen.id):
        day = _planned_for(subject, of, regimen.every)
        if day:
            due = _pressing(TO_PLAN, named, day, day - AHEAD)
            filled = (("regimen", regimen.id), ("cycle", str(number)))
            yield replace(due, filled=filled)


def _of_plan(plan: Plan, named: dict[str, InPlace], *, checked: bool) -> Due:
    act = GiveDose if checked else CheckPlan
    phrase = TO_GIVE if checked else TO_CHECK
    due = _pressing(phrase, named, plan.day, plan.day if checked else plan.on)
    return replace(due, where=RowAt(PAGE, str(plan.seq), act))


def _pressing(phrase: Phrase, named: dict[str, InPlace], day: date, due: date) -> Due:
    """Coming until it is due, and overdue once its day has passed."""
    what = phrase(**named)
    later = (
        Turn(due, "due", day),
        Turn(day + timedelta(days=1), "overdue", day),
    )
    return Due(urgency="coming", what=what, when=day, where=PlanCycle, later=later)


def _has_ended(subject: Subject, regimen: str) -> bool:
    return any(one.ended == "yes" for one in subject.treatment.not_given if one.regimen == regimen)


def _planned_for(subject: Subject, of: tuple[str, int], every: int) -> date | None:
    """The day on which a cycle comes: as it was put off, or so many days after the one before."""
    state, (regimen, number) = subject.treatment, of
    off = state.left_out(of)
    if off and off.until:
        return off.until
    before = state.given_of((regimen, number - 1))
    if before:
        return min(one.on for one in before) + timedelta(days=every)
    left = state.left_out((regimen, number - 1))
    return left.on + timedelta(days=every) if left else None

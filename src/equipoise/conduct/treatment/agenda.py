"""What comes next of the treatment: a plan to be checked, a dose to be given, a cycle to plan."""

from collections.abc import Iterator
from datetime import date, timedelta

from equipoise.conduct.chapter import Due, RowAt, Turn
from equipoise.conduct.state.treatment import Given, Plan
from equipoise.conduct.subject import Subject
from equipoise.conduct.treatment.cycles import next_cycle, regimens_for
from equipoise.conduct.treatment.giving import GiveDose
from equipoise.conduct.treatment.planning import CheckPlan, PlanCycle
from equipoise.study.model import Study
from equipoise.study.reason import Given as InPlace
from equipoise.study.reason import Phrase

__all__ = ["PAGE", "agenda"]

PAGE = "treatment-cycle"
"""The page of one plan."""
TO_CHECK = Phrase("Check the plan: {regimen}, cycle {cycle}")
TO_GIVE = Phrase("Give {regimen}, cycle {cycle}")
TO_PLAN = Phrase("Plan {regimen}, cycle {cycle}")
AHEAD = timedelta(days=7)
"""How long before a cycle its plan is asked for."""


def agenda(study: Study, subject: Subject, on: date) -> Iterator[Due]:
    """What comes next, of the regimen that was planned or given last."""
    state, out = subject.treatment, subject.died_on or subject.consent.without("treatment")
    if study.treatment is None or out or subject.left_on:
        return
    done: list[Plan | Given] = [*state.plans, *state.given]
    last = max(done, key=lambda one: one.order, default=None)
    if last is None or last.regimen not in regimens_for(study, subject):
        return
    regimen = study.treatment.regimen_of[last.regimen]
    number = next_cycle(state, regimen.id)
    named: dict[str, InPlace] = {"regimen": regimen.label, "cycle": number}
    of = (regimen.id, number)
    plan = state.plan_of(of)
    if plan:
        yield _of_plan(plan, named, checked=state.check_of(plan) is not None)
    elif number <= regimen.times and not _has_ended(subject, regimen.id):
        day = _planned_for(subject, of, regimen.every)
        if day:
            yield _pressing(TO_PLAN, named, day, day - AHEAD)


def _of_plan(plan: Plan, named: dict[str, InPlace], *, checked: bool) -> Due:
    act = GiveDose if checked else CheckPlan
    phrase = TO_GIVE if checked else TO_CHECK
    due = _pressing(phrase, named, plan.day, plan.day if checked else plan.on)
    where = RowAt(PAGE, str(plan.seq), act)
    return Due(urgency=due.urgency, what=due.what, when=due.when, where=where, later=due.later)


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

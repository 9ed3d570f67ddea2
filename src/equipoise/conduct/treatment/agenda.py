"""What comes next of the treatment: a plan to be checked, a dose to be given, a cycle to plan."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from equipoise.conduct.act import Act
from equipoise.conduct.chapter import Due, RowAt, Turn
from equipoise.conduct.cycle_calendar import Cycle, cycles_of
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.state.treatment import Plan, TreatmentState
from equipoise.conduct.subject import Subject
from equipoise.conduct.treatment.amiss import amiss
from equipoise.conduct.treatment.giving import GiveDose
from equipoise.conduct.treatment.planning import CheckPlan, PlanCycle
from equipoise.conduct.treatment.releasing import ReleasePreparation
from equipoise.conduct.treatment.tablets import to_count
from equipoise.study.model import Study
from equipoise.study.reason import Given as InPlace
from equipoise.study.reason import Phrase
from equipoise.study.sections.pump_facts import FILLED_ON, SOLUTION

__all__ = ["FILLINGS", "PAGE", "REFILL", "agenda"]

PAGE = "treatment-cycle"
"""The page of one plan."""
TO_CHECK = Phrase("Check the plan: {regimen}, cycle {cycle}")
TO_RELEASE = Phrase("Release what was prepared: {regimen}, cycle {cycle}")
TO_GIVE = Phrase("Give {regimen}, cycle {cycle}")
TO_PLAN = Phrase("Plan {regimen}, cycle {cycle}")
TO_RECORD = Phrase("Record what became of {regimen}, cycle {cycle}: given, or left out")
REFILL = "pump.refill"
FILLINGS = ("pump.implant", REFILL)
"""The acts by which a dose goes into the pump."""
AHEAD = timedelta(days=7)
"""How long before a cycle its plan is asked for."""
_DAY = timedelta(days=1)


def agenda(study: Study, subject: Subject, on: date) -> Iterator[Due]:
    """What comes next of each clock: its plans that wait, and the cycle that is to be planned."""
    yield from _in_pump(study, subject, on)
    out = subject.died_on or subject.consent.without("treatment")
    if study.treatment is None or out or subject.left_on:
        return
    yield from to_count(study, subject)
    for cycles in cycles_of(study, subject, SubjectFacts(study, subject, on)).values():
        for one in cycles:
            if one.is_open and one.regimen.given_to(subject.arm):
                yield from _due(study, subject, one)


def _in_pump(study: Study, subject: Subject, on: date) -> Iterator[Due]:
    """What is amiss with the dose that is in the pump: it alarms until it is taken out."""
    filled = [one for one in subject.treatment.given if one.filled]
    last = max(filled, key=lambda one: (one.on, *one.starts.values()), default=None)
    if last is None or study.treatment is None or subject.died_on:
        return
    facts = SubjectFacts(study, subject, on)
    inside = [one.value for fact in (FILLED_ON, SOLUTION) for one in facts.observations(fact.name)]
    drugs = [study.treatment.part_of[name].drug for name in last.doses]
    if inside == [last.on, *drugs]:
        for what in amiss(study, subject, last):
            yield Due(urgency="alarm", what=what, when=last.on, elsewhere=REFILL)


def _due(study: Study, subject: Subject, one: Cycle) -> Iterator[Due]:
    """Its plan to be checked, released or given; or that it is planned, or told of."""
    state, of = subject.treatment, (one.regimen.id, one.number)
    named: dict[str, InPlace] = {"regimen": one.regimen.label, "cycle": one.number}
    plan, day = state.plan_of(of), one.day
    filled = (("regimen", one.regimen.id), ("cycle", str(one.number)))
    if plan:
        yield from _of_plan(study, state, plan, named)
    elif one.state == "missing" and day:
        yield replace(_pressing(TO_RECORD, named, day, day, GiveDose), filled=filled)
    elif one.state == "next" and day:
        yield replace(_of_next(one, named, day), filled=filled)


def _of_next(one: Cycle, named: dict[str, InPlace], day: date) -> Due:
    """The first of a clock has a window; every other has its day."""
    window = one.due
    if one.until or window is None or not window.is_first:
        return _pressing(TO_PLAN, named, day, day - AHEAD, PlanCycle)
    soon = min(max(day, window.first), window.last)
    later = [Turn(window.first, "open", window.last), Turn(soon, "due", window.last)]
    later.append(Turn(window.last + _DAY, "overdue", window.last))
    what, begin = TO_PLAN(**named), window.first
    return Due(urgency="coming", what=what, when=begin, where=PlanCycle, later=tuple(later))


def _of_plan(
    study: Study, state: TreatmentState, plan: Plan, named: dict[str, InPlace]
) -> Iterator[Due]:
    """Once it is checked: its preparation, where somebody releases that, and the dose."""
    check = state.check_of(plan)
    if check is None:
        yield _on_its_page(plan, TO_CHECK, named, CheckPlan, plan.on)
        return
    releases = any(ReleasePreparation.kind in role.may for role in study.roles)
    if releases and state.release_of(plan) is None:
        yield _on_its_page(plan, TO_RELEASE, named, ReleasePreparation, check.on)
    yield _on_its_page(plan, TO_GIVE, named, GiveDose, plan.day)


def _on_its_page(
    plan: Plan, phrase: Phrase, named: dict[str, InPlace], act: type[Act], due: date
) -> Due:
    """What is done on the page of a plan, until its first day."""
    where = RowAt(PAGE, str(plan.seq), act)
    return replace(_pressing(phrase, named, plan.day, due, act), where=where)


def _pressing(
    phrase: Phrase, named: dict[str, InPlace], day: date, due: date, where: type[Act]
) -> Due:
    """Coming until it is due, and overdue once its day has passed."""
    later = (Turn(due, "due", day), Turn(day + _DAY, "overdue", day))
    return Due(urgency="coming", what=phrase(**named), when=day, where=where, later=later)

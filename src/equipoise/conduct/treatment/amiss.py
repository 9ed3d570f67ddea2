"""What was not as it must be when a dose was given: it is recorded all the same, and alarms."""

from collections.abc import Iterator

import msgspec

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.state.treatment import Given, Plan, TreatmentState
from equipoise.conduct.subject import Subject
from equipoise.conduct.text_then import text_then
from equipoise.conduct.treatment.stops import amount_of, standing
from equipoise.study.model import Study
from equipoise.study.reason import Amount, Phrase, Wording
from equipoise.study.reason import Given as InPlace
from equipoise.study.sections.treatment import Treatment

__all__ = ["amiss", "plan_then"]

NO_PLAN = Phrase("{regimen}, cycle {cycle}: given without a plan")
NOT_CHECKED = Phrase("{regimen}, cycle {cycle}: given before a second person had checked the plan")
NO_MORE = Phrase(
    "{regimen}, cycle {cycle}: given, and the participant agrees to no more treatment since {day}"
)
AGAIN = Phrase("{part}: given once more in this cycle; it was given on {day}")
NOT_PLANNED = Phrase("{part}: given, and not planned")
OTHER_DOSE = Phrase("{part}: {given} given, {planned} planned")
STOPPED = Phrase("{drug} given against a stop: {because}")
STOP_OPEN = Phrase("{drug} given while a stop was not known: {because}")


def plan_then(state: TreatmentState, given: Given) -> Plan | None:
    """The plan of the cycle as it stood when the dose was recorded."""
    before = [plan for plan in state.plans if plan.of == given.of and plan.order < given.order]
    off = [one.order for one in state.not_given if one.of == given.of and one.order < given.order]
    return before[-1] if before and before[-1].order > max(off, default=0) else None


def amiss(study: Study, subject: Subject, given: Given) -> Iterator[Wording]:
    """Everything that was amiss, by what is recorded now and by the text that held then."""
    study = text_then(study, subject, given)
    treatment, state = study.treatment, subject.treatment
    regimen = treatment.regimen_of.get(given.regimen) if treatment else None
    if treatment is None or regimen is None:
        return
    plan = plan_then(state, given)
    which: dict[str, InPlace] = {"regimen": regimen.label, "cycle": given.cycle}
    check = state.check_of(plan) if plan else None
    if plan is None:
        yield NO_PLAN(**which)
    elif check is None or check.order > given.order or check.on > given.on:
        yield NOT_CHECKED(**which)
    left = subject.consent.without("treatment")
    if left and given.on > left:
        yield NO_MORE(**which, day=left)
    yield from _otherwise(treatment, plan, given)
    yield from _again(treatment, state, given)
    drugs = [treatment.part_of[part].drug for part in given.doses if part in treatment.part_of]
    facts = SubjectFacts(study, _before(subject, given), given.on)
    for one in standing(study, facts, drugs, given.on, [given.regimen]):
        phrase = STOPPED if one.known else STOP_OPEN
        yield phrase(drug=tuple(drug.label for drug in one.drugs), because=one.because)


def _before(subject: Subject, given: Given) -> Subject:
    """The participant without this dose, and without what was given or measured later.

    A stop may speak of either; a dose is judged by what is recorded of its day, whenever that was.
    """
    doses = [one for one in subject.treatment.given if one.order < given.order]
    treatment = msgspec.structs.replace(subject.treatment, given=doses)
    pump = subject.pump.before(given.seq) if given.filled else subject.pump
    records = {key: one for key, one in subject.forms.records.items() if one.on <= given.on}
    forms = msgspec.structs.replace(subject.forms, records=records)
    return msgspec.structs.replace(subject, treatment=treatment, pump=pump, forms=forms)


def _otherwise(treatment: Treatment, plan: Plan | None, given: Given) -> Iterator[Wording]:
    for name, text in given.doses.items() if plan else ():
        part = treatment.part_of.get(name)
        amount, planned = amount_of(text), amount_of(plan.doses.get(name, "")) if plan else None
        if part is None or amount is None:
            continue
        if name in given.partly and planned is not None and amount <= planned:
            continue
        unit = treatment.drug_of[part.drug].unit
        if planned is None:
            yield NOT_PLANNED(part=treatment.called(part))
        elif planned != amount:
            values = {"given": Amount(amount, unit), "planned": Amount(planned, unit)}
            yield OTHER_DOSE(part=treatment.called(part), **values)


def _again(treatment: Treatment, state: TreatmentState, given: Given) -> Iterator[Wording]:
    """Whole doses of a part beyond those of its cycle or day: recorded, or given, a second time."""
    for name in given.doses:
        part = treatment.part_of.get(name)
        before = [
            one
            for one in state.given_of(given.of)
            if one.order < given.order and name in one.doses and name not in one.partly
        ]
        if part is None or name in given.partly or not before:
            continue
        in_cycle = len(part.days) * part.in_a_row * part.times_a_day
        that_day = sum(one.on == given.on for one in before)
        if len(before) >= in_cycle or that_day >= part.times_a_day:
            yield AGAIN(part=treatment.called(part), day=before[-1].on)

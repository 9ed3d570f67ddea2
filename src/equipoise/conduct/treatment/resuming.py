"""After a hold a dose is so many per cent of the last that was given, and never more by itself.

That a drug was held is stored nowhere: a table of the study would have held it on a day, by what is
recorded now, or a cycle was put off or left out because of blood values or toxicity.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from equipoise.conduct.facts import SubjectFacts
from equipoise.logic.decision import decide
from equipoise.logic.given import HOLD, STOP
from equipoise.logic.truth import Truth
from equipoise.study.model import Study
from equipoise.study.sections.treatment import Drug, Modification, Treatment, quantity

__all__ = ["GivenDose", "held", "last_given"]

HELD_BY = ("blood", "side-effects")
"""Why a cycle is put off or left out, where that is a hold of its drugs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenDose:
    """One dose of a drug that was given, into a vein or into the pump."""

    on: date
    amount: Decimal | None
    """None where it is not recorded."""


def held(study: Study, facts: SubjectFacts, rule: Modification, drug: str, on: date) -> str:
    """Since which dose a drug was held by what a rule resumes: `last`, `earlier`, or none."""
    treatment = study.treatment
    given = list(_given(treatment, facts, treatment.drug_of[drug], on)) if treatment else []
    if not given:
        return ""
    last, first = max(one.on for one in given), min(one.on for one in given)
    days = {day for day in _holding(study, facts, rule, drug, on) if first <= day < on}
    return "last" if any(day >= last for day in days) else "earlier" if days else ""


def last_given(treatment: Treatment, facts: SubjectFacts, drug: Drug, on: date) -> GivenDose | None:
    """The last dose of a drug that was given before a day; of several that day the lowest."""
    given = list(_given(treatment, facts, drug, on))
    last = max((one.on for one in given), default=None)
    known = [one for one in given if one.on == last and one.amount is not None]
    return min(known, key=lambda one: one.amount or Decimal(0), default=None)


def _given(treatment: Treatment, facts: SubjectFacts, drug: Drug, on: date) -> Iterator[GivenDose]:
    facts.read |= {"treatment", "pump"}
    for given in facts.subject.treatment.given:
        for name, text in given.doses.items():
            part = treatment.part_of.get(name)
            if part and part.drug == drug.id and given.on < on:
                yield GivenDose(on=given.on, amount=Decimal(text))
    if drug.id not in treatment.in_pump:
        return
    for filling in (one for pump in facts.subject.pump.pumps for one in pump.fillings):
        if filling.substance == drug.id and filling.on < on:
            amount = quantity(f"{filling.dose} mg", drug.unit) if filling.dose else None
            yield GivenDose(on=filling.on, amount=amount)


def _holding(
    study: Study, facts: SubjectFacts, rule: Modification, drug: str, on: date
) -> Iterator[date]:
    """The days on which the drug was held: by a table, or by whoever put a cycle off."""
    treatment = study.treatment
    if treatment is None:
        return
    for one in facts.subject.treatment.not_given:
        regimen = treatment.regimen_of.get(one.regimen)
        if one.why in HELD_BY and regimen and any(part.drug == drug for part in regimen.parts):
            yield one.on
    rules = [one for one in treatment.modifications if one.id in rule.resumes]
    for day in _days(facts, on):
        if any(_holds(study, facts.on_day(day), one, day) for one in rules):
            yield day


def _days(facts: SubjectFacts, on: date) -> list[date]:
    """The days of which anything is recorded, and those after them: on others nothing changes."""
    subject = facts.subject
    days = {record.on for record in subject.forms.records.values()}
    days |= {done.on for state in subject.states() for _, done in state.of_themselves()}
    days |= {day + timedelta(days=1) for day in days}
    return sorted(day for day in days if day < on)


def _holds(study: Study, facts: SubjectFacts, rule: Modification, day: date) -> bool:
    """Whether the table of a rule holds the drug on a day."""
    if rule.when and facts.holds(rule.when) is not Truth.TRUE:
        return False
    found = decide(study.table_of[rule.table or ""], study.vocabulary, facts, day)
    return found.gives is not None and found.gives.value in (HOLD, STOP)

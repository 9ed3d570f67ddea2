"""After a hold a dose is so many per cent of the last that was given, and never more by itself.

That a drug was held is stored nowhere: a table of the study would have held it on a day, by what is
recorded now, or a cycle was put off or left out because of blood values or toxicity.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.state.treatment import NotGiven
from equipoise.logic.decision import outcomes
from equipoise.logic.given import HOLD, STOP
from equipoise.logic.truth import Truth
from equipoise.study.model import Study
from equipoise.study.sections.treatment import Drug, Treatment, quantity
from equipoise.study.sections.treatment_rules import Modification

__all__ = ["GivenDose", "held", "last_given"]

HELD_BY = ("blood", "side-effects")
"""Why a cycle is put off or left out, where that is a hold of its drugs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenDose:
    """One dose of a drug that was given, into a vein or into the pump.

    It counts as it was begun: what was loaded, though the pump was emptied early; what was planned,
    where only a part of it was given.
    """

    on: date
    amount: Decimal | None
    """None where it is not recorded."""


def held(study: Study, facts: SubjectFacts, rule: Modification, drug: str, on: date) -> str:
    """Since which dose a drug was held by what a rule resumes: `last`, `earlier`, or none."""
    treatment = study.treatment
    given = [one.on for one in _given(treatment, facts, drug, on)] if treatment else []
    if treatment is None or not given:
        return ""
    off = {one.on for one in facts.subject.treatment.not_given if _is_hold(treatment, one, drug)}
    days = sorted(day for day in {*off, *_days(facts)} if min(given) <= day < on)
    for n, day in reversed([*enumerate(days)]):
        since = max(one for one in given if one <= day)
        before = [one for one in days[: n + 1] if one >= since]
        put_off = day in off and not _explained(study, facts, treatment, drug, before)
        if put_off or _holds(study, facts, treatment, rule.resumes, day):
            return "last" if day >= max(given) else "earlier"
    return ""


def last_given(treatment: Treatment, facts: SubjectFacts, drug: Drug, on: date) -> GivenDose | None:
    """The last dose of a drug that was given before a day; of several that day the lowest."""
    given = list(_given(treatment, facts, drug.id, on))
    last = max((one.on for one in given), default=None)
    known = [one for one in given if one.on == last and one.amount is not None]
    return min(known, key=lambda one: one.amount or Decimal(0), default=None)


def _given(treatment: Treatment, facts: SubjectFacts, drug: str, on: date) -> Iterator[GivenDose]:
    facts.read |= {"treatment", "pump"}
    state = facts.subject.treatment
    for given in state.given:
        plan = state.plan_of(given.of)
        for name, text in given.doses.items():
            part = treatment.part_of.get(name)
            if part and part.drug == drug and given.on < on:
                begun = plan.doses.get(name, text) if plan and name in given.partly else text
                yield GivenDose(on=given.on, amount=Decimal(begun))
    if drug not in treatment.in_pump:
        return
    for filling in (one for pump in facts.subject.pump.pumps for one in pump.fillings):
        if filling.substance == drug and filling.on < on:
            unit = treatment.drug_of[drug].unit
            amount = quantity(f"{filling.dose} mg", unit) if filling.dose else None
            yield GivenDose(on=filling.on, amount=amount)


def _is_hold(treatment: Treatment, one: NotGiven, drug: str) -> bool:
    """Whether a cycle was put off or left out for what holds a drug of it."""
    regimen = treatment.regimen_of.get(one.regimen)
    concerned = regimen is not None and any(part.drug == drug for part in regimen.parts)
    return concerned and one.why in HELD_BY


def _days(facts: SubjectFacts) -> set[date]:
    """The days of which anything is recorded, and those after them: on others nothing changes."""
    subject = facts.subject
    days = {record.on for record in subject.forms.records.values()}
    days |= {done.on for state in subject.states() for _, done in state.of_themselves()}
    return days | {day + timedelta(days=1) for day in days}


def _explained(
    study: Study, facts: SubjectFacts, treatment: Treatment, drug: str, days: list[date]
) -> bool:
    """Whether a table held the drug on one of these days, so that it is known what put it off."""
    rules = {one for rule in treatment.modifications if drug in rule.drugs for one in rule.resumes}
    return any(_holds(study, facts, treatment, rules, day) for day in reversed(days))


def _holds(
    study: Study, facts: SubjectFacts, treatment: Treatment, rules: Collection[str], day: date
) -> bool:
    """Whether the table of any of these rules holds on a day, whichever of its rows does."""
    then, text = facts.on_day(day), study.held(day)
    if text.digest != study.digest:
        study, treatment = text, text.treatment or treatment
        then = SubjectFacts(text, facts.subject, day)
    for rule in treatment.modifications:
        if rule.id not in rules or (rule.when and then.holds(rule.when) is not Truth.TRUE):
            continue
        found = outcomes(study.table_of[rule.table or ""], study.vocabulary, then, day)
        if found and all(one.value in (HOLD, STOP) for one in found):
            return True
    return False

"""Trials of the tests in which people are treated: the example `two-schedules`, and PUMP-IT's own.

A participant is made by performing acts, as everywhere.
"""

from datetime import date
from typing import Any

from equipoise.conduct.administration import GiveRole
from equipoise.conduct.consent import GiveConsent
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.screening import Register
from equipoise.conduct.treatment import CheckPlan, PlanCycle, digest_of_plan, propose
from tests.support import DAY, OPENED, Trial, a_study, a_trial

__all__ = ["before", "check_of", "in_arm", "plan_of", "planned", "two_schedules"]

PERSON = {"birth_date": "1970", "height": "170", "weight": "70"}
BEFORE = {"platelets": "220", "neuropathy": "0", "rash": "no"}


def two_schedules(**blocks: Any) -> Trial:
    """The open trial, with a pharmacist at each hospital."""
    made = a_trial(a_study("two-schedules", **blocks))
    for site in made.study.sites:
        give = GiveRole(person=f"pharmacist-{site.id}", role="pharmacist", site=site.id)
        made.do(give, by="office-1", on=OPENED)
    return made


def in_arm(made: Trial, arm: str, on: date = DAY, **answers: str) -> str:
    """A participant who was drawn to this arm, with all that a first dose waits for."""
    while True:
        subject_id = made.enter(on=on)
        made.do(GiveConsent(version="1"), subject_id, on=on)
        values = PERSON | {name: text for name, text in answers.items() if name in PERSON}
        made.do(SaveForm(form="person", visit="screening", values=values), subject_id, on=on)
        made.do(Register(), subject_id, on=on)
        made.do(made.draw(subject_id, on), subject_id, on=on)
        if made.subject(subject_id).arm == arm:
            made.do(before(**answers), subject_id, on=on)
            return subject_id


def before(number: int = 1, **answers: str) -> SaveForm:
    """What is asked before a dose."""
    values = BEFORE | {name: text for name, text in answers.items() if name in BEFORE}
    return SaveForm(form="before", number=number, values=values)


def plan_of(
    made: Trial, subject_id: str, regimen: str, cycle: int = 1, day: date = DAY, **fields: Any
) -> PlanCycle:
    """The act that plans a cycle as it is worked out; what is prescribed is the same."""
    treatment = made.study.treatment
    assert treatment
    found = propose(made.study, made.subject(subject_id), treatment.regimen_of[regimen], day)
    doses = {one.part.id: one.text for one in found if one.text and not one.part.optional}
    doses = fields.pop("doses", doses)
    fields = {"prescribed": doses, **fields}
    return PlanCycle(regimen=regimen, cycle=cycle, day=day, doses=doses, **fields)


def planned(made: Trial, subject_id: str, regimen: str, cycle: int = 1, day: date = DAY) -> int:
    """A planned cycle; the number of its entry."""
    act = plan_of(made, subject_id, regimen, cycle, day)
    return made.do(act, subject_id, by="doctor-01", on=day).seq


def check_of(made: Trial, subject_id: str, plan: int) -> CheckPlan:
    """The act that checks a plan as it stands."""
    found = made.subject(subject_id).treatment.plan(plan)
    return CheckPlan(plan=plan, digest=digest_of_plan(found) if found else "")

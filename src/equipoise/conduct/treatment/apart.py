"""Two cycles of one clock are never nearer to each other than the study file lets them be."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from equipoise.conduct.act import Context
from equipoise.conduct.state.treatment import CycleOf, TreatmentState
from equipoise.study.reason import Amount, Reason, Refusal
from equipoise.study.sections.treatment import Regimen

__all__ = ["too_near"]

TOO_NEAR = Reason(
    "treatment.too-near",
    "day",
    "{regimen}, cycle {cycle}, is of {day}, and {apart} lie between at least: plan this one for "
    "another day, or leave that one out first",
)


def too_near(context: Context, regimen: Regimen, cycle: int, day: date) -> Iterator[Refusal]:
    """Every other cycle of its clock, planned or given, that is too near to a day."""
    treatment, state = context.study.treatment, context.subject.treatment
    for of, other_day in _cycles(state).items():
        other = treatment.regimen_of.get(of[0]) if treatment else None
        if other is None or other.clock != regimen.clock or of == (regimen.id, cycle):
            continue
        earlier = other if other_day <= day else regimen
        if earlier.apart is not None and abs((day - other_day).days) < earlier.apart:
            apart = Amount(Decimal(earlier.apart), "d")
            yield TOO_NEAR(regimen=other.label, cycle=of[1], day=other_day, apart=apart)


def _cycles(state: TreatmentState) -> dict[CycleOf, date]:
    """The first day of every cycle that was given, or is planned."""
    plans = (state.plan_of(of) for of in {plan.of for plan in state.plans})
    days = {plan.of: plan.day for plan in plans if plan}
    for given in sorted(state.given, key=lambda one: one.on, reverse=True):
        days[given.of] = given.on
    return days

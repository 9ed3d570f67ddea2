"""How invented people prepare a cycle: planned as it is worked out, checked, released, or put off.

Whatever the core refuses is not done: somebody looks at what stands in the way, leaves one drug out
or puts the cycle off.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from pydantic import Field

from equipoise.conduct.act import Act
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.state.treatment import CycleOf, Plan, TreatmentState
from equipoise.conduct.treatment import (
    CheckPlan,
    DelayCycle,
    OmitCycle,
    PlanCycle,
    Proposal,
    ReleasePreparation,
    Standing,
    digest_of_plan,
    propose,
    standing,
    warns,
)
from equipoise.conduct.treatment.giving import Why
from equipoise.conduct.treatment.proposal import figure
from equipoise.design.rehearsal.habits.habit import Stay, Step
from equipoise.logic.extremes import half_up
from equipoise.study.parts import Number, Part, Whole
from equipoise.study.reason import Refusal
from equipoise.study.sections.treatment import Regimen

__all__ = ["Cycle", "PutOff"]

MINUTE = timedelta(minutes=1)
CHANGED, NOTHING_LEFT = "treatment.proposed-otherwise", "treatment.no-amount"
KEEPS = timedelta(days=60)
"""How long a lot may be used."""


class PutOff(Part):
    """What people do where the core says that a cycle may not be given."""

    drops: tuple[str, ...] = Field(
        default=(), description="stops and modifications for which a drug is left out alone"
    )
    of_blood: tuple[str, ...] = Field(
        default=(), description="those that are of blood values; all others are of toxicity"
    )
    days: Whole = Field(default=7, description="for how long a cycle is put off")
    most: Whole = Field(default=2, description="how often; then it is left out")
    departs: Number = Field(
        default=Decimal(0), description="the share of doses that a doctor lowers"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """One cycle that is to begin on a day."""

    stay: Stay
    regimen: Regimen
    number: int
    day: date
    put_off: PutOff
    left_out: frozenset[str] = frozenset()
    """Drugs that are not given with it, and need no reason."""

    @property
    def of(self) -> CycleOf:
        """Which cycle it is."""
        return self.regimen.id, self.number

    @property
    def state(self) -> TreatmentState:
        """The treatment as it stands."""
        return self.stay.subject().treatment

    @property
    def plan(self) -> Plan | None:
        """The plan that stands of it."""
        return self.state.plan_of(self.of)

    def prepared(self, planned: datetime, checked: datetime) -> Iterator[Step]:
        """Planned, then checked and released by the pharmacist, or put off."""
        yield from self._planned_from(planned, {})
        if self.plan is None:
            return
        refused: list[Refusal] = []
        yield Step(at=checked, act=self._checked, tried=refused)
        if refused and all(one.code == CHANGED for one in refused):
            refused.clear()  # somebody was weighed meanwhile: it is planned anew
            yield from self._planned_from(checked + 7 * MINUTE, {})
            yield Step(at=checked + 25 * MINUTE, act=self._checked, tried=refused)
        if not refused:
            yield Step(at=checked + 40 * MINUTE, act=self._released, tried=refused)
        if refused:
            yield Step(at=checked + 50 * MINUTE, act=self.later(refused))

    def _planned_from(self, at: datetime, dropped: dict[str, str]) -> Iterator[Step]:
        """Planned, without the drugs that alone are stopped; else put off."""
        while True:
            refused: list[Refusal] = []
            yield Step(at=at, act=partial(self._planned, dropped), tried=refused)
            stands = list(self._standing()) if refused else []
            more = self._to_drop(stands)
            if not more.keys() - dropped.keys():
                break
            at, dropped = at + 7 * MINUTE, dropped | more
        if refused:
            act = self.later(refused, self._why(stands))
            yield Step(at=at + 7 * MINUTE, act=act)

    def later(
        self, refused: Sequence[Refusal], why: Why | None = None, until: date = date.min
    ) -> Act:
        """It is put off, or left out once it was put off too often."""
        because = refused[0].because if refused else ""
        (regimen, number), why = self.of, why or self._why(list(self._standing()))
        if any(one.code == NOTHING_LEFT for one in refused):
            why, because = "side-effects", "of so low a dose nothing is left"
            return OmitCycle(regimen=regimen, cycle=number, why=why, reason=because, ended="yes")
        so_far = [one for one in self.state.not_given if one.of == self.of]
        if len(so_far) < self.put_off.most:
            until = max(until, self.day + timedelta(days=self.put_off.days))
            return DelayCycle(regimen=regimen, cycle=number, why=why, until=until, reason=because)
        return OmitCycle(regimen=regimen, cycle=number, why=why, reason=because)

    def _why(self, stands: list[Standing]) -> Why:
        if not stands:
            return "other"
        blood = not {one.id for one in stands}.isdisjoint(self.put_off.of_blood)
        return "blood" if blood else "side-effects"

    def _standing(self) -> Iterator[Standing]:
        study, subject = self.stay.study, self.stay.subject()
        drugs = [part.drug for part in self.regimen.parts if part.drug not in self.left_out]
        facts = SubjectFacts(study, subject, self.day)
        return standing(study, facts, drugs, self.day, [self.regimen.id])

    def _to_drop(self, stands: list[Standing]) -> dict[str, str]:
        """The drugs that are left out while the others go on, each with why."""
        if any(one.id not in self.put_off.drops for one in stands):
            return {}
        return {drug.id: one.because["en"] for one in stands for drug in one.drugs}

    def _planned(self, dropped: dict[str, str]) -> Act:
        """As it is worked out; now and then a doctor gives less."""
        found = propose(self.stay.study, self.stay.subject(), self.regimen, self.day)
        given = [one for one in found if one.drug.id not in {*dropped, *self.left_out}]
        doses = {one.part.id: one.text or "1" for one in given}
        reasons = {one.part.id: dropped[one.drug.id] for one in found if one.drug.id in dropped}
        for one in given:
            if less := self._less(one):
                doses[one.part.id], reasons[one.part.id] = less, "frail"
        study, subject, drugs = self.stay.study, self.stay.subject(), {o.drug.id for o in given}
        seen = [one.id for one in warns(study, subject, drugs, self.day)]
        return PlanCycle(
            acknowledged=seen,
            regimen=self.regimen.id,
            cycle=self.number,
            day=self.day,
            doses=doses,
            reasons=reasons,
            prescribed=doses,
            rates={
                one.part.id: figure(half_up(one.rate, 2)) for one in given if one.rate is not None
            },
        )

    def _less(self, one: Proposal) -> str:
        """The next lower dose, where a doctor departs from the one that is proposed."""
        own = self.stay.chance.of("departs", *map(str, self.of), one.part.id)
        lower = [dose for level, dose in one.alternatives if level < one.level]
        departs = lower and own.random() < float(self.put_off.departs)
        return figure(max(lower)) if departs else ""

    def _checked(self) -> Act | None:
        plan = self.plan
        return CheckPlan(plan=plan.seq, digest=digest_of_plan(plan)) if plan else None

    def _released(self) -> Act | None:
        plan = self.plan
        if plan is None:
            return None
        number = f"{self.stay.chance.of('lot', plan.seq).whole(10_000, 99_999)}"
        until = (self.day + KEEPS).isoformat()
        lots, expiries = dict.fromkeys(plan.doses, number), dict.fromkeys(plan.doses, until)
        return ReleasePreparation(plan=plan.seq, lots=lots, expiries=expiries)

"""Treatment as it was planned, checked, given, delayed and left out."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from equipoise.conduct.state.done import Done, FactQuery, Reader, State, on_days
from equipoise.conduct.state.dose import DoseGiven
from equipoise.logic.facts import Observation
from equipoise.study.facts import Fact
from equipoise.study.model import Study
from equipoise.study.sections.treatment_facts import (
    CYCLES_NOT_GIVEN,
    DOSES,
    DOSES_PLANNED,
    FIRST_DOSE_ON,
    LAST_DOSE_ON,
    REGIMEN_PLANNED,
)

__all__ = [
    "Checked",
    "Counted",
    "CycleOf",
    "Given",
    "NotGiven",
    "Plan",
    "Released",
    "TreatmentState",
]

CycleOf = tuple[str, int]
"""A regimen, and which of its cycles."""


class _OfCycle(Done, frozen=True, kw_only=True):
    regimen: str
    cycle: int

    @property
    def of(self) -> CycleOf:
        """Which cycle it is of."""
        return self.regimen, self.cycle


class Plan(_OfCycle, frozen=True, kw_only=True):
    """One cycle as it was planned; all that is by part is by the part's id."""

    day: date
    doses: dict[str, str]
    reasons: dict[str, str] = {}
    prescribed: dict[str, str] = {}
    rates: dict[str, str] = {}
    acknowledged: list[str] = []
    proposed: dict[str, str] = {}
    levels: dict[str, str] = {}
    rules: dict[str, str] = {}
    arithmetic: dict[str, str] = {}


class Checked(Done, frozen=True, kw_only=True):
    """A second person checked a plan, as it was shown."""

    plan: int
    digest: str
    meaning: str = ""


class Released(Done, frozen=True, kw_only=True):
    """What was prepared of a plan was released: of which lots, each until when."""

    plan: int
    lots: dict[str, str]
    expiries: dict[str, str]
    strengths: dict[str, str] = {}


class Given(_OfCycle, frozen=True, kw_only=True):
    """What was given on a day."""

    doses: dict[str, str]
    starts: dict[str, str] = {}
    partly: list[str] = []
    reasons: dict[str, str] = {}
    filled: bool = False
    """Whether it is a filling of the pump."""


class Counted(_OfCycle, frozen=True, kw_only=True):
    """So many tablets that were dispensed for a cycle, or came back of it."""

    product: str
    what: str
    number: int


class NotGiven(_OfCycle, frozen=True, kw_only=True):
    """A cycle that was put off until a day, or left out."""

    until: date | None = None
    why: str
    reason: str = ""
    ended: str = "no"


def _doses(state: "TreatmentState", query: FactQuery) -> Iterator[Mapping[str, Observation]]:
    """Every dose that was given by the day, one row each."""
    treatment = query.study.treatment
    for given in state.given:
        if treatment is None or given.on > query.on:
            continue
        plan = state.plan_of(given.of)
        for name, amount in given.doses.items():
            part = treatment.part_of.get(name)
            if part is not None:
                unit = treatment.drug_of[part.drug].unit
                yield _row(given, part.drug, amount, unit, plan.levels.get(name) if plan else None)


def _row(
    given: Given, drug: str, amount: str, unit: str, level: str | None
) -> Mapping[str, Observation]:
    cells: dict[str, Any] = {
        "drug": drug,
        "given_on": given.on,
        "cycle": Decimal(given.cycle),
        "regimen": given.regimen,
    }
    row = {name: Observation(value=value, on=given.on) for name, value in cells.items()}
    row["amount"] = Observation(value=Decimal(amount), on=given.on, unit=unit)
    if level is not None:
        row["level"] = Observation(value=Decimal(level), on=given.on, unit="%")
    return row


def _first(state: "TreatmentState", _: FactQuery) -> Iterator[Observation]:
    return on_days(min((one.on for one in state.given), default=None))


def _last(state: "TreatmentState", query: FactQuery) -> Iterator[Observation]:
    days = [one.on for one in state.given if one.on <= query.on]
    return on_days(max(days, default=None))


def _doses_planned(
    state: "TreatmentState", query: FactQuery
) -> Iterator[Mapping[str, Observation]]:
    """Every dose that was planned by the day, and whether its plan stands and was checked."""
    treatment = query.study.treatment
    for plan in state.plans:
        check = state.check_of(plan)
        for name, amount in plan.doses.items():
            part = treatment.part_of.get(name) if treatment else None
            if treatment is None or part is None or plan.on > query.on:
                continue
            cells: dict[str, Any] = {
                "drug": part.drug,
                "day": plan.day,
                "cycle": Decimal(plan.cycle),
                "regimen": plan.regimen,
                "stands": state.plan_of(plan.of) is plan,
            }
            if check and check.on <= query.on:
                cells["checked_on"] = check.on
            row = {what: Observation(value=value, on=plan.on) for what, value in cells.items()}
            unit = treatment.drug_of[part.drug].unit
            yield row | {"amount": Observation(value=Decimal(amount), on=plan.on, unit=unit)}


def _cycles_not_given(
    state: "TreatmentState", query: FactQuery
) -> Iterator[Mapping[str, Observation]]:
    """Every cycle that by the day was put off, until when, or left out; and why."""
    for one in state.not_given:
        if one.on > query.on:
            continue
        cells: dict[str, Any] = {
            "regimen": one.regimen,
            "cycle": Decimal(one.cycle),
            "decided_on": one.on,
            "why": one.why,
        }
        if one.until:
            cells["put_off_until"] = one.until
        yield {name: Observation(value=value, on=one.on) for name, value in cells.items()}


def _planned(state: "TreatmentState", query: FactQuery) -> Iterator[Observation]:
    """The regimen of the last plan; one that is given beside another only where there is none."""
    treatment = query.study.treatment
    known = treatment.regimen_of if treatment else {}
    own = [one for one in state.plans if one.regimen in known and not known[one.regimen].beside]
    for plan in (own or state.plans)[-1:]:
        yield Observation(value=plan.regimen, on=plan.on)


class TreatmentState(State, kw_only=True):
    """Every plan, check and dose, in the order of recording."""

    facts: ClassVar[Mapping[Fact, Reader]] = {
        DOSES: _doses,
        DOSES_PLANNED: _doses_planned,
        CYCLES_NOT_GIVEN: _cycles_not_given,
        REGIMEN_PLANNED: _planned,
        FIRST_DOSE_ON: _first,
        LAST_DOSE_ON: _last,
    }
    alone: ClassVar[tuple[str, ...]] = (
        "treatment.plan",
        "treatment.check",
        "treatment.release",
        "treatment.give",
        "treatment.count",
        "treatment.delay",
        "treatment.omit",
    )
    plans: list[Plan] = []
    checks: list[Checked] = []
    releases: list[Released] = []
    given: list[Given] = []
    not_given: list[NotGiven] = []
    counts: list[Counted] = []

    def plan(self, seq: int) -> Plan | None:
        """The plan that an entry made."""
        return next((plan for plan in self.plans if plan.seq == seq), None)

    def plan_of(self, of: CycleOf) -> Plan | None:
        """The plan that stands of a cycle: the last, if the cycle was not put off since."""
        found = next((plan for plan in reversed(self.plans) if plan.of == of), None)
        off = [one.order for one in self.not_given if one.of == of]
        return found if found and found.order > max(off, default=0) else None

    def check_of(self, plan: Plan) -> Checked | None:
        """The check of a plan."""
        return next((check for check in self.checks if check.plan == plan.seq), None)

    def release_of(self, plan: Plan) -> Released | None:
        """What was released of a plan."""
        return next((one for one in self.releases if one.plan == plan.seq), None)

    def given_of(self, of: CycleOf) -> list[Given]:
        """What was given of a cycle."""
        return [given for given in self.given if given.of == of]

    def counts_dose(self, dose: DoseGiven) -> None:
        """A filling of the pump is the dose of a cycle; one that was recorded alone is the same."""
        before = [one for one in self.given if one.on == dose.on and dose.part in one.doses]
        alone = next((one for one in before if not one.filled), None)
        made = Given(
            regimen=dose.regimen,
            cycle=alone.cycle if alone else self._cycle_of(dose),
            doses={dose.part: dose.amount},
            starts={dose.part: dose.time},
            filled=True,
            by=dose.by,
            at=dose.at,
            on=dose.on,
            seq=dose.seq,
        )
        self.given = [one for one in self.given if one is not alone] + [made]

    def _cycle_of(self, dose: DoseGiven) -> int:
        """Of which cycle: that of the plan nearest to the day, else the next after those before."""
        done = {one.cycle for one in self.given if one.regimen == dose.regimen}
        plans = [
            plan
            for plan in self.plans
            if plan.regimen == dose.regimen and dose.part in plan.doses and plan.on <= dose.on
            if plan.cycle not in done and self.plan_of(plan.of) is plan
        ]
        if plans:
            return min(plans, key=lambda plan: (abs(plan.day - dose.on), plan.cycle)).cycle
        passed = [one for one in (*self.given, *self._omitted()) if one.regimen == dose.regimen]
        number = max((one.cycle for one in passed if one.on <= dose.on), default=0) + 1
        return number if number not in done else max(one.cycle for one in passed) + 1

    def _omitted(self) -> Iterator[NotGiven]:
        return (one for one in self.not_given if one.until is None)

    def left_out(self, of: CycleOf) -> NotGiven | None:
        """What is said of a cycle that was put off or left out last."""
        return next((one for one in reversed(self.not_given) if one.of == of), None)

    def contacts(self, study: Study) -> Iterable[date]:
        """Whoever is given a dose is alive."""
        return [given.on for given in self.given]

    def of_themselves(self) -> Iterable[tuple[str, Done]]:
        """Each plan, check and dose, and what was put off or left out."""
        yield from (("treatment.plan", plan) for plan in self.plans)
        yield from (("treatment.check", check) for check in self.checks)
        yield from (("treatment.release", one) for one in self.releases)
        for one in self.not_given:
            yield "treatment.delay" if one.until else "treatment.omit", one
        yield from (("treatment.give", given) for given in self.given if not given.filled)
        yield from (("treatment.count", count) for count in self.counts)

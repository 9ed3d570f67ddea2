"""What was prepared of a checked plan is released: lots, expiries, and volumes that add up."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Self

import msgspec

from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.state.treatment import Plan, Released, TreatmentState
from equipoise.conduct.subject import Subject
from equipoise.conduct.treatment.apart import too_near
from equipoise.conduct.treatment.components import components, fill_of, strengths_of
from equipoise.conduct.treatment.cycles import NO_AMOUNT, ByPart, treatable
from equipoise.conduct.treatment.planning import (
    LAPSED,
    NO_PLAN,
    plan_stops,
    regimen_named,
    worked_out_otherwise,
)
from equipoise.conduct.treatment.stops import amount_of
from equipoise.conduct.words import Ask, Words
from equipoise.study.kinds.number_text import canonical_number
from equipoise.study.model import Study
from equipoise.study.reason import Amount, Reason, Refusal
from equipoise.study.sections.treatment import DosePart, Treatment

__all__ = ["ReleasePreparation"]

NOT_CHECKED = Reason(
    "treatment.not-checked", "", "a second person has not checked this plan: nothing is released"
)
RELEASED = Reason("treatment.released-before", "", "this was released on {day}")
NO_LOT = Reason("treatment.no-lot", "", "{part}: say of which lot it was prepared")
NO_EXPIRY = Reason(
    "treatment.no-expiry", "", "{part}: say until when the lot may be used, like 2027-03-31"
)
EXPIRED = Reason("treatment.expired", "", "{part}: the lot may be used until {until} alone")
TOO_WEAK = Reason(
    "treatment.too-weak",
    "",
    "{part}: {dose} of this strength, with what is added, are {volume}, more than the {fill}",
)


class ReleasePreparation(Act, frozen=True, kw_only=True):
    """What was prepared of a plan leaves the pharmacy."""

    kind: ClassVar[str] = "treatment.release"
    writes: ClassVar[str] = "treatment"
    words: ClassVar[Words] = Words(
        name="Preparation released",
        title="Release what was prepared",
        line="What was prepared of a cycle was released",
        happened="Day of the release",
        button="Release it",
        done="It is released",
    )
    plan: Annotated[int, Ask("Entry that made the plan", kind="entry")]
    lots: Annotated[ByPart, Ask("Lot", kind="lots")]
    expiries: Annotated[ByPart, Ask("May be used until", kind="times")]
    strengths: Annotated[ByPart, Ask("Strength of the product, a mL", kind="doses")] = {}

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return False  # it is led to from the plan itself

    def canonical(self, study: Study) -> Self:
        kept = {
            name: {
                part: canonical_number(text.strip()) if name == "strengths" else text.strip()
                for part, text in getattr(self, name).items()
                if text.strip()
            }
            for name in ("lots", "expiries", "strengths")
        }
        return msgspec.structs.replace(self, **kept)

    def refusals(self, context: Context) -> Iterator[Refusal]:
        state = context.subject.treatment
        plan = state.plan(self.plan)
        regimen = regimen_named(context.study, plan.regimen) if plan else None
        treatment = context.study.treatment
        if plan is None or regimen is None or treatment is None:
            yield NO_PLAN()
            return
        if state.plan_of(plan.of) is not plan:
            yield LAPSED()
        if state.check_of(plan) is None:
            yield NOT_CHECKED()
        if released := state.release_of(plan):
            yield RELEASED(day=released.on)
        yield from treatable(context, regimen, plan.day)
        yield from too_near(context, regimen, plan.cycle, plan.day)
        yield from worked_out_otherwise(context, regimen, plan)
        yield from plan_stops(context, plan)
        for name in plan.doses:
            if part := treatment.part_of.get(name):
                yield from self._of_part(context, treatment, plan, part)

    def _of_part(
        self, context: Context, treatment: Treatment, plan: Plan, part: DosePart
    ) -> Iterator[Refusal]:
        called, until = treatment.called(part), _day(self.expiries.get(part.id, ""))
        if part.id not in self.lots:
            yield NO_LOT(f"lots.{part.id}", part=called)
        if until is None:
            yield NO_EXPIRY(f"expiries.{part.id}", part=called)
        elif until < plan.day:
            yield EXPIRED(f"expiries.{part.id}", part=called, until=until)
        for key in strengths_of(part):
            if (text := self.strengths.get(key, "")) and amount_of(text) is None:
                yield NO_AMOUNT(f"strengths.{key}", part=called, text=text)
                return
        dose, fill = plan.doses[part.id], fill_of(context.study, context.subject, part, plan.day)
        made = components(treatment, part, fill, dose, self.strengths)
        if made and fill and made.fluid < 0:
            unit = treatment.drug_of[part.drug].unit
            volumes = {"volume": Amount(fill - made.fluid, "mL"), "fill": Amount(fill, "mL")}
            dosed = Amount(Decimal(dose), unit)
            yield TOO_WEAK(f"strengths.{part.id}", part=called, dose=dosed, **volumes)

    def apply(self, state: TreatmentState, stamp: Stamp) -> None:
        fields = {name: getattr(self, name) for name in self.__struct_fields__}
        state.releases.append(Released(**fields, **stamp.marks))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

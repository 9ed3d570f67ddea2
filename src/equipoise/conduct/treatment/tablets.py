"""Tablets that are taken home and counted: what was dispensed, what came back, what was taken."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from equipoise.conduct.act import Context, Stamp
from equipoise.conduct.chapter import Due, Turn
from equipoise.conduct.state.treatment import Counted, CycleOf, TreatmentState
from equipoise.conduct.subject import Subject
from equipoise.conduct.treatment.cycles import regimens_for
from equipoise.conduct.treatment.giving import OfCycle
from equipoise.conduct.treatment.stops import amount_of
from equipoise.conduct.words import Ask, Choices, Labels, Words
from equipoise.logic.extremes import half_up
from equipoise.study.model import Study
from equipoise.study.reason import Given as InPlace
from equipoise.study.reason import Phrase, Reason, Refusal
from equipoise.study.sections.treatment import FULL, Drug, Regimen, Treatment, quantity

__all__ = ["WHATS", "CountTablets", "Taken", "tablets_of", "taken", "to_count"]

NO_TABLET = Reason(
    "treatment.no-tablet", "product", "'{product}' is no tablet of a drug of this regimen"
)
NO_NUMBER = Reason(
    "treatment.no-number", "number", "give a number of tablets; 0 only of what came back"
)
NOT_OUT = Reason(
    "treatment.not-out",
    "number",
    "no more can come back than were dispensed of this cycle and are still out: {out}",
)
RETURNED_SINCE = Reason(
    "void.tablets-returned", "entry", "some of these tablets came back; void that count first"
)
TO_COUNT = Phrase("Count the tablets that came back: {regimen}, cycle {cycle}")
WHATS = Choices({"dispensed": "Dispensed", "returned": "Came back"})


def tablets_of(study: Study) -> Labels:
    """Every tablet, as its drug and how much of it is in one."""
    drugs = study.treatment.drugs if study.treatment else ()
    return {
        one.id: {language: f"{name}, {one.amount}" for language, name in drug.label.items()}
        for drug in drugs
        for one in drug.tablets
    }


def tablets_for(study: Study, subject: Subject) -> list[str]:
    """Those of the drugs of a participant's regimens."""
    treatment = study.treatment
    regimens = regimens_for(study, subject)
    return [
        name
        for regimen in (treatment.regimens if treatment else ())
        if treatment and regimen.id in regimens
        for name in _tablets_in(treatment, regimen)
    ]


def tablets_to_choose(study: Study, subject: Subject) -> list[str]:
    """Those; where a participant has none, all: the act says why it is refused."""
    return tablets_for(study, subject) or [*tablets_of(study)]


def _tablets_in(treatment: Treatment, regimen: Regimen) -> dict[str, Drug]:
    """The tablets of the drugs of a regimen, each with its drug."""
    drugs = {part.drug: treatment.drug_of[part.drug] for part in regimen.parts}
    return {one.id: drug for drug in drugs.values() for one in drug.tablets}


class CountTablets(OfCycle, frozen=True, kw_only=True):
    """So many tablets of one strength were dispensed for a cycle, or came back of it."""

    kind: ClassVar[str] = "treatment.count"
    words: ClassVar[Words] = Words(
        name="Tablets counted",
        title="Count tablets",
        line="Tablets of {regimen}, cycle {cycle}: {product}, {what}: {number}",
        intro="What is taken home for a cycle, and what comes back of it. Record 0 where nothing "
        "comes back.",
        happened="Day on which they were counted",
        button="Record the count",
        done="The count is recorded",
        address="treatment/tablets",
    )
    product: Annotated[
        str,
        Ask(
            "Which tablet?",
            tablets_of,
            label="Tablet",
            fits=tablets_to_choose,
            needed="Choose which",
        ),
    ]
    what: Annotated[
        Literal["dispensed", "returned"],
        Ask("Dispensed, or come back?", WHATS, label="What", needed="Choose which of the two"),
    ]
    number: Annotated[int, Ask("How many tablets?", label="Tablets", kind="number")]

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return bool(subject.randomised_on and tablets_for(study, subject))

    def refusals(self, context: Context) -> Iterator[Refusal]:
        yield from super().refusals(context)
        treatment = context.study.treatment
        regimen = treatment.regimen_of.get(self.regimen) if treatment else None
        if treatment is None or regimen is None:
            return
        if self.product not in _tablets_in(treatment, regimen):
            yield NO_TABLET(product=self.product)
            return
        if self.number < (self.what == "dispensed"):
            yield NO_NUMBER()
        out = _out(context.subject.treatment.counts, (self.regimen, self.cycle), self.product)
        if self.what == "returned" and self.number > out:
            yield NOT_OUT(out=out)

    def rests(self, context: Context, seq: int) -> Iterator[Refusal]:
        others = [one for one in context.subject.treatment.counts if one.seq != seq]
        of = (self.regimen, self.cycle)
        if self.what == "dispensed" and _out(others, of, self.product) < 0:
            yield RETURNED_SINCE()

    def apply(self, state: TreatmentState, stamp: Stamp) -> None:
        fields = {name: getattr(self, name) for name in self.__struct_fields__}
        state.counts.append(Counted(**fields, **stamp.marks))


def _out(counts: Sequence[Counted], of: CycleOf, product: str) -> int:
    """How many of a cycle were dispensed, and did not come back."""
    ours = [one for one in counts if one.of == of and one.product == product]
    return sum(one.number if one.what == "dispensed" else -one.number for one in ours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What was taken of one drug in one cycle, in its unit."""

    of: CycleOf
    drug: Drug
    planned: Decimal | None
    dispensed: Decimal
    returned: Decimal | None
    """None while nothing is counted of what came back."""
    last: date
    """The day of the last count."""

    @property
    def taken(self) -> Decimal | None:
        """Dispensed less returned."""
        return None if self.returned is None else self.dispensed - self.returned

    @property
    def share(self) -> Decimal | None:
        """What was taken, in per cent of what was planned."""
        if self.taken is None or not self.planned:
            return None
        return half_up(self.taken * FULL / self.planned, 1)


def taken(study: Study, subject: Subject) -> Iterator[Taken]:
    """Of every cycle and drug of which tablets were counted, in the order of counting."""
    treatment, state = study.treatment, subject.treatment
    for of in dict.fromkeys(one.of for one in state.counts):
        regimen = treatment.regimen_of.get(of[0]) if treatment else None
        tablets = _tablets_in(treatment, regimen) if treatment and regimen else {}
        counts = [one for one in state.counts if one.of == of and one.product in tablets]
        for name in dict.fromkeys(tablets[one.product].id for one in counts):
            ours = [one for one in counts if tablets[one.product].id == name]
            if treatment and regimen:
                yield _taken(state, regimen, of, treatment.drug_of[name], ours)


def _taken(
    state: TreatmentState, regimen: Regimen, of: CycleOf, drug: Drug, counts: Sequence[Counted]
) -> Taken:
    in_one = {one.id: quantity(one.amount, drug.unit) or Decimal(0) for one in drug.tablets}

    def amount(what: str) -> Decimal:
        ours = [one for one in counts if one.what == what]
        return sum((one.number * in_one[one.product] for one in ours), Decimal(0))

    back = any(one.what == "returned" for one in counts)
    return Taken(
        of=of,
        drug=drug,
        planned=_planned(state, regimen, of, drug),
        dispensed=amount("dispensed"),
        returned=amount("returned") if back else None,
        last=max(one.on for one in counts),
    )


def _planned(state: TreatmentState, regimen: Regimen, of: CycleOf, drug: Drug) -> Decimal | None:
    """All of a drug that the plan of a cycle gives; None without a plan."""
    plan = state.plan_of(of)
    parts = [part for part in regimen.parts if part.drug == drug.id]
    if plan is None:
        return None
    return sum(
        (
            (amount_of(plan.doses.get(part.id, "")) or Decimal(0))
            * (len(part.days) * part.in_a_row * part.times_a_day)
            for part in parts
        ),
        Decimal(0),
    )


def to_count(study: Study, subject: Subject) -> Iterator[Due]:
    """The cycles of which tablets are out when the next would begin."""
    for one in taken(study, subject):
        regimen = study.treatment.regimen_of[one.of[0]] if study.treatment else None
        if regimen is None or one.returned is not None:
            continue
        day = one.last + timedelta(days=regimen.every)
        named: dict[str, InPlace] = {"regimen": regimen.label, "cycle": one.of[1]}
        later = (Turn(day, "due", day), Turn(day + timedelta(days=1), "overdue", day))
        filled = (("regimen", regimen.id), ("cycle", str(one.of[1])), ("what", "returned"))
        what = TO_COUNT(**named)
        yield Due(
            urgency="coming", what=what, when=day, where=CountTablets, filled=filled, later=later
        )

"""What was given, put off and left out. A dose that was given is always recordable."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, ClassVar, Literal, Self

import msgspec

from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.state.treatment import Given, NotGiven, TreatmentState
from equipoise.conduct.subject import Subject
from equipoise.conduct.treatment.cycles import (
    GIVEN_BEFORE,
    NO_AMOUNT,
    NO_PART,
    ByPart,
    cycle_refusals,
    next_cycle,
    regimens_for,
    regimens_of,
)
from equipoise.conduct.treatment.stops import amount_of
from equipoise.conduct.words import YES_NO, Ask, Choices, Words
from equipoise.study.kinds.blank import is_blank
from equipoise.study.kinds.number_text import canonical_number
from equipoise.study.kinds.time import Time, is_time
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal
from equipoise.study.sections.pump_facts import FILLINGS
from equipoise.study.sections.treatment import PUMP, Regimen
from equipoise.study.sections.treatment_facts import WHYS as REASONS

__all__ = ["WHYS", "DelayCycle", "GiveDose", "OfCycle", "OmitCycle"]

NOTHING = Reason("treatment.nothing-given", "doses", "say what was given, or that it was left out")
NO_TIME = Reason("treatment.no-time", "", "{part}: '{text}' is no time of day; 14:30 would be one")
WITH_FILLING = Reason(
    "treatment.with-filling",
    "",
    "{part} goes into the pump, and is given by its filling: record that the pump was refilled",
)
WHY_PARTLY = Reason("treatment.why-partly", "", "{part} was given in part: say why")
IN_WORDS = Reason("treatment.no-reason", "reason", "say in words why")
PUT_OFF_EARLIER = Reason("treatment.until", "until", "it is put off until a later day than this")

Why = Literal[
    "blood", "side-effects", "infection", "operation", "progression", "wish", "hospital", "other"
]
WHYS = Choices({why: phrase.sentence for why, phrase in REASONS.items()})


def last_regimen(study: Study, subject: Subject, on: date) -> str:
    """The regimen of the last plan, else the only one there is."""
    if plans := subject.treatment.plans:
        return plans[-1].regimen
    found = regimens_for(study, subject)
    return found[0] if len(found) == 1 else ""


def cycle_to_come(study: Study, subject: Subject, on: date) -> str:
    """The number of the cycle that comes next of that regimen."""
    return str(next_cycle(subject.treatment, last_regimen(study, subject, on)))


class OfCycle(Act, frozen=True, kw_only=True):
    """What is recorded of one cycle of a regimen."""

    writes: ClassVar[str] = "treatment"
    of_record: ClassVar[bool] = True

    regimen: Annotated[
        str,
        Ask(
            "Regimen",
            regimens_of,
            fits=regimens_for,
            before=last_regimen,
            needed="Choose the regimen",
        ),
    ]
    cycle: Annotated[int, Ask("Cycle", kind="number", before=cycle_to_come)]

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return bool(study.treatment and subject.randomised_on)

    def refusals(self, context: Context) -> Iterator[Refusal]:
        yield from cycle_refusals(context.study, self.regimen, self.cycle)


class GiveDose(OfCycle, frozen=True, kw_only=True):
    """What was given on a day, planned and checked or not."""

    kind: ClassVar[str] = "treatment.give"
    of_record: ClassVar[bool] = False
    under_lock: ClassVar[Literal["", "freeze", "lock"]] = "lock"
    words: ClassVar[Words] = Words(
        name="Dose given",
        title="Record what was given",
        line="Given: {regimen}, cycle {cycle}",
        happened="Day on which it was given",
        button="Record what was given",
        done="It is recorded",
    )
    doses: Annotated[ByPart, Ask("Given", kind="doses")]
    starts: Annotated[ByPart, Ask("Begun at", kind="times")] = {}
    partly: Annotated[list[str], Ask("Given in part only", kind="parts")] = []
    reasons: Annotated[ByPart, Ask("Why in part, or otherwise", kind="part reasons")] = {}

    def canonical(self, study: Study) -> Self:
        doses = {
            part: canonical_number(text.strip())
            for part, text in self.doses.items()
            if text.strip()
        }
        starts = {
            part: Time().canonical(text) for part, text in self.starts.items() if text.strip()
        }
        reasons = {part: text for part, text in self.reasons.items() if not is_blank(text)}
        return msgspec.structs.replace(self, doses=doses, starts=starts, reasons=reasons)

    def refusals(self, context: Context) -> Iterator[Refusal]:
        """Only what could not be read: neither a stop nor a missing plan keeps it out."""
        yield from super().refusals(context)
        treatment = context.study.treatment
        regimen = treatment.regimen_of.get(self.regimen) if treatment else None
        if treatment is None or regimen is None:
            return
        if not self.doses:
            yield NOTHING()
        known = {part.id: treatment.called(part) for part in regimen.parts}
        yield from _filled(context, regimen, self.doses)
        for part in sorted({*self.doses, *self.starts, *self.partly, *self.reasons} - {*known}):
            yield NO_PART(f"doses.{part}", part=part, regimen=regimen.label)
        for part, text in self.doses.items():
            if part in known and amount_of(text) is None:
                yield NO_AMOUNT(f"doses.{part}", part=known[part], text=text)
        for part, text in self.starts.items():
            if part in known and not is_time(text):
                yield NO_TIME(f"starts.{part}", part=known[part], text=text)
        for part in self.partly:
            if part in known and part not in self.reasons:
                yield WHY_PARTLY(f"reasons.{part}", part=known[part])

    def apply(self, state: TreatmentState, stamp: Stamp) -> None:
        fields = {name: getattr(self, name) for name in self.__struct_fields__}
        state.given.append(Given(**fields, **stamp.marks))


def _filled(context: Context, regimen: Regimen, doses: ByPart) -> Iterator[Refusal]:
    """What goes into the pump is given with its filling; one of an earlier version gave nothing."""
    treatment, on = context.study.treatment, context.stamp.on
    rows = context.facts(on).rows(FILLINGS.name) or ()
    drugs = {row["substance"].value for row in rows if row["filled_on"].value == on}
    given = (one for one in context.subject.treatment.given if one.filled and one.on == on)
    counted = {name for one in given for name in one.doses}
    for part in regimen.parts:
        uncounted = part.drug in drugs and part.id not in counted
        if treatment and part.id in doses and part.into == PUMP and not uncounted:
            yield WITH_FILLING(f"doses.{part.id}", part=treatment.called(part))


class _NotNow(OfCycle, frozen=True, kw_only=True):
    """A cycle is not given on the day that was planned."""

    why: Annotated[Why, Ask("Why?", WHYS, label="Reason", needed="Choose why")]
    reason: Annotated[str, Ask("In words", kind="area")] = ""

    def refusals(self, context: Context) -> Iterator[Refusal]:
        yield from super().refusals(context)
        if self.why == "other" and is_blank(self.reason):
            yield IN_WORDS()
        given = context.subject.treatment.given_of((self.regimen, self.cycle))
        label = regimens_of(context.study).get(self.regimen)
        if given and label:
            yield GIVEN_BEFORE(cycle=self.cycle, regimen=label, day=given[0].on)


class DelayCycle(_NotNow, frozen=True, kw_only=True):
    """A cycle is put off; a plan of it no longer stands."""

    kind: ClassVar[str] = "treatment.delay"
    words: ClassVar[Words] = Words(
        name="Cycle put off",
        title="Put a cycle off",
        line="Put off: {regimen}, cycle {cycle}, until {until}: {why}",
        intro="It is planned anew for the later day: doses and stops are judged as they are then.",
        happened="Day on which that was decided",
        button="Put the cycle off",
        done="The cycle is put off",
        address="treatment/delay",
    )
    until: Annotated[date, Ask("Until which day?", label="Until")]

    def refusals(self, context: Context) -> Iterator[Refusal]:
        yield from super().refusals(context)
        if self.until <= context.stamp.on:
            yield PUT_OFF_EARLIER()

    def apply(self, state: TreatmentState, stamp: Stamp) -> None:
        fields = {name: getattr(self, name) for name in self.__struct_fields__}
        state.not_given.append(NotGiven(**fields, **stamp.marks))


class OmitCycle(_NotNow, frozen=True, kw_only=True):
    """A cycle is left out; perhaps the last of its regimen."""

    kind: ClassVar[str] = "treatment.omit"
    words: ClassVar[Words] = Words(
        name="Cycle left out",
        title="Leave a cycle out",
        line="Left out: {regimen}, cycle {cycle}: {why}",
        happened="Day on which that was decided",
        button="Leave the cycle out",
        done="The cycle is left out",
        address="treatment/omit",
    )
    ended: Annotated[
        Literal["yes", "no"],
        Ask(
            "Has this regimen ended for good?",
            YES_NO,
            label="Ended for good",
            needed="Choose whether it has ended",
        ),
    ] = "no"

    def apply(self, state: TreatmentState, stamp: Stamp) -> None:
        fields = {name: getattr(self, name) for name in self.__struct_fields__}
        state.not_given.append(NotGiven(**fields, **stamp.marks))

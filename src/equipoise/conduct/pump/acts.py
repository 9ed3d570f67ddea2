"""The acts of the pump: it is put in, emptied and refilled, and taken out."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Protocol, Self

import msgspec

from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.eligibility import NO_CONSENT
from equipoise.conduct.pump.emptying import more_refusals
from equipoise.conduct.pump.filling import (
    LATER,
    NO_DAY,
    NO_PUMP,
    NO_PUMPS,
    NO_TIME,
    NOT_WRONG,
    FillingAct,
    canonical_day,
    days_of,
    models_of,
    number_refusals,
    volume_refusals,
)
from equipoise.conduct.state.pump import PumpState
from equipoise.conduct.state.pump_flow import moment_of
from equipoise.conduct.state.pump_record import Explanted, Implanted, Pump
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import YES_NO, Ask, Choices, Labels, Words
from equipoise.study.facts import labels_of
from equipoise.study.kinds.blank import is_blank
from equipoise.study.kinds.number_text import canonical_number
from equipoise.study.kinds.time import Time, is_time
from equipoise.study.model import Study
from equipoise.study.reason import Amount, Reason, Refusal
from equipoise.study.sections.pump import PumpModel

__all__ = [
    "DYE",
    "OF_PUMP",
    "ExplantPump",
    "ImplantPump",
    "RefillPump",
    "arteries_of",
    "record_refusals",
]

THERE_IS_ONE = Reason("pump.there-is-one", "", "a pump is in place since {day}")
NO_MODEL = Reason("pump.unknown-model", "model", "the study knows no pump '{code}'")
NO_SERIAL = Reason("pump.no-serial", "serial", "give the serial number of the pump")
NO_ARTERY = Reason("pump.unknown-artery", "", "the study names no artery '{code}'")
FLOW_RANGE = Reason(
    "pump.flow-range", "flow", "the card of this model says from {slowest} to {fastest}"
)
BEFORE = Reason("pump.before-implant", "", "the pump was put in on {day}")
SAME_MOMENT = Reason("pump.same-moment", "time", "the pump was emptied at this very moment before")
WHY_OUT = Reason("pump.why-out", "because", "say why it was taken out")
FILLED_SINCE = Reason("pump.filled-since", "", "the pump was filled on {day}, after this")
ANOTHER_SINCE = Reason(
    "void.pump-another", "entry", "another pump was put in since; void that first"
)
RESTS = Reason(
    "void.pump-filled", "entry", "the pump was filled or taken out since; void that first"
)

Dye = Literal["bilobar", "incomplete", "extrahepatic", "not-done"]
DYE = Choices(
    {
        "bilobar": "Both halves of the liver, nothing outside it",
        "incomplete": "Part of the liver only",
        "extrahepatic": "Outside the liver too, not corrected",
        "not-done": "Not done",
    }
)


OF_PUMP = (
    "model", "serial", "flow", "artery", "ligated", "gallbladder", "stomach", "dye", "flow_seen",
)  # fmt: skip


def arteries_of(study: Study) -> Labels:
    """The arteries that the study names."""
    return labels_of(study.pump, "arteries")


def _of_pumps(study: Study, subject: Subject) -> bool:
    section = study.pump
    return section is not None and (not section.arms or subject.arm in section.arms)


class PumpRecord(Protocol):
    """What the operation tells of the pump, and a correction of it too."""

    @property
    def model(self) -> str: ...
    @property
    def serial(self) -> str: ...
    @property
    def flow(self) -> str: ...
    @property
    def artery(self) -> str: ...
    @property
    def ligated(self) -> list[str]: ...
    @property
    def pump_expires(self) -> str: ...


def record_refusals(study: Study, record: PumpRecord) -> Iterator[Refusal]:
    """Every reason against what is told of the pump itself."""
    if is_blank(record.serial):
        yield NO_SERIAL()
    for code in (record.artery, *record.ligated):
        if code not in arteries_of(study):
            yield NO_ARTERY("artery" if code == record.artery else "ligated", code=code)
    if record.pump_expires and days_of(record.pump_expires) is None:
        yield NO_DAY("pump_expires")
    model = study.pump.model(record.model) if study.pump else None
    if model is None:
        yield NO_MODEL(code=record.model)
        return
    wrong = list(number_refusals("flow", record.flow, "mL/d", above=Decimal(0)))
    yield from wrong
    if not wrong and not model.slowest <= Decimal(record.flow) <= model.fastest:
        slowest, fastest = (Amount(one, "mL/d") for one in (model.slowest, model.fastest))
        yield FLOW_RANGE(slowest=slowest, fastest=fastest)


class ImplantPump(FillingAct, frozen=True, kw_only=True):
    """The operation at which the pump is put in, and its first filling."""

    kind: ClassVar[str] = "pump.implant"
    words: ClassVar[Words] = Words(
        name="Pump implanted",
        title="Record that the pump was implanted",
        link="Pump implanted",
        line="Pump implanted: {model}, {serial}, {flow} mL/day",
        intro="From now on it is watched until when the pump must be emptied.",
        happened="Day of the operation",
        button="Record the pump",
        done="The pump is recorded",
        address="pump/implant",
        first=(
            *("model", "serial", "pump_lot", "pump_expires", "flow", "artery", "ligated"),
            *("gallbladder", "stomach", "dye", "flow_seen"),
        ),
    )
    model: Annotated[str, Ask("Which pump?", models_of, label="Model", needed="Choose the pump")]
    serial: Annotated[
        str,
        Ask(
            "Serial number of the pump",
            label="Serial number",
            number=True,
            needed="Give the serial number",
        ),
    ]
    pump_lot: Annotated[str, Ask("Lot of the pump", label="Lot of the pump", number=True)] = ""
    pump_expires: Annotated[
        str, Ask("Use before", label="Pump: use before", kind="partial", hint="Of the pump")
    ] = ""
    flow: Annotated[
        str,
        Ask(
            "Flow of this very pump, in mL a day",
            label="Calibrated flow (mL/day)",
            kind="decimal",
            hint="As its own card says, not the leaflet of the model.",
            needed="Give the flow on the card of this pump",
        ),
    ]
    artery: Annotated[
        str,
        Ask("Where is the catheter?", arteries_of, label="Catheter in", needed="Choose the artery"),
    ]
    ligated: Annotated[
        list[str],
        Ask(
            "Which arteries were ligated?", arteries_of, label="Ligated", hint="None: tick nothing."
        ),
    ] = []
    gallbladder: Annotated[
        Literal["yes", "no"],
        Ask(
            "Was the gallbladder taken out?", YES_NO, label="Gallbladder taken out", needed="Choose"
        ),
    ]
    stomach: Annotated[
        Literal["yes", "no"],
        Ask(
            "Were stomach and duodenum devascularised?",
            YES_NO,
            label="Stomach and duodenum devascularised",
            needed="Choose",
        ),
    ]
    dye: Annotated[
        Dye, Ask("What did the dye reach in the end?", DYE, label="Dye", needed="Choose")
    ]
    flow_seen: Annotated[
        Literal["yes", "no"],
        Ask("Was flow seen through the catheter?", YES_NO, label="Flow seen", needed="Choose"),
    ]

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return _of_pumps(study, subject) and subject.pump.inside is None and not subject.is_out

    def canonical(self, study: Study) -> Self:
        values = {
            "flow": canonical_number(self.flow),
            "pump_expires": canonical_day(self.pump_expires),
        }
        return msgspec.structs.replace(super().canonical(study), **values)

    def refusals(self, context: Context) -> Iterator[Refusal]:
        section, inside = context.study.pump, context.subject.pump.inside
        if section is None:
            yield NO_PUMPS()
            return
        if context.subject.consent_on is None:
            yield NO_CONSENT()
        if inside:
            yield THERE_IS_ONE(day=inside.implanted.on)
        yield from record_refusals(context.study, self)
        if model := section.model(self.model):
            yield from self.filling_refusals(context, model)

    def rests(self, context: Context, seq: int) -> Iterator[Refusal]:
        found = next((one for one in context.subject.pump.pumps if one.number == seq), None)
        rested = found and (found.scans or found.corrections or found.explanted)
        if found and (len(found.fillings) > 1 or rested):
            yield RESTS()

    def apply(self, state: PumpState, stamp: Stamp) -> None:
        values = {name: getattr(self, name) for name in OF_PUMP}
        implanted = Implanted(**values, lot=self.pump_lot, expires=self.pump_expires, **stamp.marks)
        first = self.filling(stamp)
        state.pumps.append(Pump(number=stamp.seq, implanted=implanted, fillings=[first]))


class RefillPump(FillingAct, frozen=True, kw_only=True):
    """The pump was emptied, and filled again with something or with nothing."""

    kind: ClassVar[str] = "pump.refill"
    under_lock: ClassVar[Literal["", "freeze", "lock"]] = "lock"
    words: ClassVar[Words] = Words(
        name="Pump refilled",
        title="Record that the pump was emptied and refilled",
        link="Pump emptied and refilled",
        line="Pump emptied at {time}: {withdrawn} mL taken out[; filled with {substance}]"
        "[, {dose} mg][, {accepted} mL][, through {port}]",
        intro="The rest is taken out first; how much it was measures the flow of the pump.",
        happened="Day on which it was emptied",
        button="Record the refill",
        done="The refill is recorded",
        address="pump/refill",
        first=("time", "withdrawn"),
    )
    withdrawn: Annotated[
        str,
        Ask(
            "Volume taken out, in mL",
            label="Taken out (mL)",
            kind="decimal",
            hint="0 where nothing was left",
            needed="Give the volume that was taken out",
        ),
    ]

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return study.pump is not None and subject.pump.inside is not None and not subject.died_on

    def canonical(self, study: Study) -> Self:
        kept = super().canonical(study)
        return msgspec.structs.replace(kept, withdrawn=canonical_number(self.withdrawn))

    def refusals(self, context: Context) -> Iterator[Refusal]:
        inside = context.subject.pump.inside
        model = _model_inside(context)
        if inside is None or model is None:
            yield NO_PUMP()
            return
        yield from number_refusals("withdrawn", self.withdrawn, "mL")
        yield from volume_refusals("withdrawn", self.withdrawn, model)
        yield from self.filling_refusals(context, model)
        at, first = self.moment(context), moment_of(inside.fillings[0], context.study)
        if at is not None and at < first:
            yield BEFORE(day=inside.implanted.on)
        if at in {moment_of(one, context.study) for one in inside.fillings}:
            yield SAME_MOMENT()

    def besides(self, context: Context) -> list[Refusal]:
        """No more is taken out than went in."""
        inside, at = context.subject.pump.inside, self.moment(context)
        more = more_refusals(context.study, inside, self.withdrawn, at) if inside else []
        return [*super().besides(context), *more]

    def apply(self, state: PumpState, stamp: Stamp) -> None:
        if inside := state.inside:
            inside.fillings.append(self.filling(stamp, self.withdrawn))


class ExplantPump(Act, frozen=True, kw_only=True):
    """The pump was taken out for good."""

    kind: ClassVar[str] = "pump.explant"
    under_lock: ClassVar[Literal["", "freeze", "lock"]] = "lock"
    writes: ClassVar[str] = "pump"
    words: ClassVar[Words] = Words(
        name="Pump explanted",
        title="Record that the pump was taken out",
        link="Pump taken out",
        line="Pump taken out at {time}: {because}",
        happened="Day on which it was taken out",
        button="Record the explant",
        done="The explant is recorded",
        address="pump/explant",
    )
    time: Annotated[
        str,
        Ask(
            "At what time?",
            label="Time",
            hint="For example 10:30",
            needed="Give the time",
            hour=True,
        ),
    ]
    withdrawn: Annotated[
        str,
        Ask(
            "Volume that was still in it, in mL",
            label="Taken out (mL)",
            kind="decimal",
            hint="If it was emptied",
        ),
    ] = ""
    all_the_same: Annotated[
        Literal["yes", "no"],
        Ask("Was more taken out than had gone in?", YES_NO, label="More out than in"),
    ] = "no"
    because: Annotated[
        str, Ask("Why was it taken out?", label="Reason", kind="area", needed="Say why")
    ]

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return RefillPump.offered(study, subject)

    def canonical(self, study: Study) -> Self:
        values = {
            "time": Time().canonical(self.time),
            "withdrawn": canonical_number(self.withdrawn),
        }
        return msgspec.structs.replace(self, **values)

    def refusals(self, context: Context) -> Iterator[Refusal]:
        inside = context.subject.pump.inside
        if inside is None:
            yield NO_PUMP()
            return
        if self.withdrawn:
            yield from number_refusals("withdrawn", self.withdrawn, "mL")
        if model := _model_inside(context):
            yield from volume_refusals("withdrawn", self.withdrawn, model)
        if is_blank(self.because):
            yield WHY_OUT()
        if not is_time(self.time):
            yield NO_TIME()
            return
        at = moment_of(self._explanted(context.stamp), context.study)
        if context.stamp.at.tzinfo and at > context.stamp.at:
            yield LATER()
        more = more_refusals(context.study, inside, self.withdrawn, at)
        yield from more if self.all_the_same != "yes" else () if more else [NOT_WRONG()]
        last = max(inside.fillings, key=lambda one: moment_of(one, context.study))
        if at <= moment_of(last, context.study):
            yield FILLED_SINCE("time", day=last.on)

    def rests(self, context: Context, seq: int) -> Iterator[Refusal]:
        gone = [one.explanted for one in context.subject.pump.pumps[:-1] if one.explanted]
        if any(one.seq == seq for one in gone):
            yield ANOTHER_SINCE()

    def apply(self, state: PumpState, stamp: Stamp) -> None:
        if inside := state.inside:
            inside.explanted = self._explanted(stamp)

    def _explanted(self, stamp: Stamp) -> Explanted:
        values = {"time": self.time, "withdrawn": self.withdrawn, "because": self.because}
        return Explanted(**values, **stamp.marks)


def _model_inside(context: Context) -> PumpModel | None:
    inside, section = context.subject.pump.inside, context.study.pump
    return section.model(inside.implanted.model) if inside and section else None

"""What goes into a pump, as it is asked at the operation and at each refill.

What was done is recorded, and what cannot have been is refused: a volume that is no number, more in
than was drawn up. What goes where it may never go is refused too, so that nobody does it after
asking here; done all the same, somebody says why, and it alarms until the pump is emptied.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

import msgspec

from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.random_source import RandomSource
from equipoise.conduct.state.dose import DoseGiven
from equipoise.conduct.state.pump_flow import moment_of
from equipoise.conduct.state.pump_record import Filling
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import YES_NO, Ask, Labels
from equipoise.study.facts import labels_of
from equipoise.study.kinds.blank import is_blank
from equipoise.study.kinds.day import PartialDate
from equipoise.study.kinds.number_text import canonical_number, comparator_of, is_number
from equipoise.study.kinds.time import Time, is_time
from equipoise.study.model import Study
from equipoise.study.reason import Amount, Reason, Refusal
from equipoise.study.sections.dose_parts import into_pump, parts_of
from equipoise.study.sections.pump import Pump as Section
from equipoise.study.sections.pump import PumpModel, Substance
from equipoise.study.sections.treatment_facts import DOSES_PLANNED

__all__ = [
    "NO_DAY",
    "NO_PUMP",
    "NO_PUMPS",
    "NO_TIME",
    "PLAUSIBLE",
    "NOT_WRONG",
    "FillingAct",
    "canonical_day",
    "days_of",
    "models_of",
    "number_refusals",
    "plain_number",
    "needles_of",
    "ports_of",
    "substances_of",
    "volume_refusals",
    "way_refusals",
]

NO_PUMPS = Reason("pump.none", "", "this study has no pumps")
NO_PUMP = Reason("pump.no-pump", "", "no pump is in place")
NO_TIME = Reason("pump.time", "time", "give the time of day, like 09:05 or 21:30")
LATER = Reason("pump.later", "time", "that is later than now")
NO_DAY = Reason("pump.date", "", "give a date like 2027-03, or a day")
NO_NUMBER = Reason("pump.number", "", "give a number of {unit}, like 28.5")
TOO_MUCH = Reason("pump.too-much", "", "the reservoir holds {reservoir}; look at the number")
NO_SUBSTANCE = Reason(
    "pump.unknown-substance", "substance", "nothing called '{code}' may stay in the pump"
)
WHY_NOTHING = Reason("pump.why-nothing", "because", "say why nothing went in")
NO_PORT = Reason("pump.no-port", "port", "say through which port it went in")
NO_NEEDLE = Reason("pump.no-needle", "needle", "say with which needle it went in")
UNKNOWN_PORT = Reason("pump.unknown-port", "port", "{model} has no port '{code}'")
UNKNOWN_NEEDLE = Reason("pump.unknown-needle", "needle", "{model} takes no needle '{code}'")
PORT = Reason("pump.port", "port", "{substance} never goes through this port: {port}")
NOT_FILLING = Reason(
    "pump.port-fills-not",
    "port",
    "what goes in here does not fill the pump, but goes straight into the artery: {port}",
)
NEEDLE = Reason("pump.needle", "needle", "{substance} does not go through {port} with this needle")
WHY_ALL_THE_SAME = Reason(
    "pump.why-all-the-same", "because", "say why it was done where it may not be"
)
NOT_WRONG = Reason("pump.not-wrong", "all_the_same", "nothing here is against the rules: answer no")
MORE_THAN_DRAWN = Reason(
    "pump.more-than-drawn", "accepted", "no more goes in and comes back than was drawn up"
)
NOT_FILLED = Reason("pump.not-filled", "substance", "nothing went in: leave this open")
NO_DRUG = Reason("pump.no-drug", "dose", "{substance} is not dosed in mg")
EXPIRED = Reason("pump.expired", "expires", "it had expired by then: say it was used all the same")

_OF_DOSE = ("regimen", "part")
_VOLUMES = ("drawn_up", "accepted", "returned")
_DAYS = PartialDate()
PLAUSIBLE = 2
"""No volume is more than so many times what the reservoir holds."""


def models_of(study: Study) -> Labels:
    """The models of pump."""
    return labels_of(study.pump, "models")


def substances_of(study: Study) -> Labels:
    """What may stay in a reservoir."""
    found = study.pump.substances if study.pump else ()
    return {one.id: one.label for one in found if one.stays is not None}


def ports_of(study: Study) -> Labels:
    """The ports of every model."""
    found = study.pump.models if study.pump else ()
    return {port.id: port.label for model in found for port in model.ports}


def needles_of(study: Study) -> Labels:
    """The needles of every model."""
    found = study.pump.models if study.pump else ()
    return {needle.id: needle.label for model in found for needle in model.needles}


def regimens_of(study: Study) -> Labels:
    """The regimens of the study."""
    return labels_of(study.treatment, "regimens")


def part_filled(context: Context, drug: str) -> tuple[str, str]:
    """Of which regimen a drug in the pump is which dose: of the last plan, else of their arm."""
    treatment, arm = context.study.treatment, context.subject.arm
    found = list(into_pump(treatment, drug)) if treatment else []
    rows = context.facts(context.stamp.on).rows(DOSES_PLANNED.name) or ()
    planned = [row["regimen"].value for row in rows if row["drug"].value == drug]
    found.sort(
        key=lambda one: (
            one[0].id not in planned[-1:],
            bool(one[0].arms) and arm not in one[0].arms,
            bool(one[1].arms) and arm not in one[1].arms,
        )
    )
    return (found[0][0].id, found[0][1].id) if found else ("", "")


def _fitting(study: Study, subject: Subject, what: str) -> list[str]:
    """Ports or needles of the pump that is in place; of every model while none is."""
    inside = subject.pump.inside
    found = study.pump.models if study.pump else ()
    of = [m for m in found if inside is None or m.id == inside.implanted.model]
    return list(dict.fromkeys(one.id for model in of for one in getattr(model, what)))


class FillingAct(Act, frozen=True, kw_only=True):
    """What went into the pump, at which time of the day."""

    writes: ClassVar[str] = "pump"

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
    substance: Annotated[
        str,
        Ask(
            "What went into the pump?",
            substances_of,
            label="Filled with",
            none="Nothing",
            needed="Say what went in, or that nothing did",
        ),
    ] = ""
    dose: Annotated[
        str, Ask("Dose in the syringe, in mg", label="Dose (mg)", kind="decimal", hint="Of a drug")
    ] = ""
    port: Annotated[
        str,
        Ask(
            "Through which port?",
            ports_of,
            label="Port",
            none="Nothing went in",
            fits=lambda study, subject: _fitting(study, subject, "ports"),
        ),
    ] = ""
    needle: Annotated[
        str,
        Ask(
            "With which needle?",
            needles_of,
            label="Needle",
            none="Nothing went in",
            fits=lambda study, subject: _fitting(study, subject, "needles"),
        ),
    ] = ""
    drawn_up: Annotated[
        str, Ask("Volume drawn up, in mL", label="Drawn up (mL)", kind="decimal")
    ] = ""
    accepted: Annotated[
        str, Ask("Volume that the pump accepted, in mL", label="Accepted (mL)", kind="decimal")
    ] = ""
    returned: Annotated[
        str,
        Ask(
            "Volume that came back or stayed in the syringe, in mL",
            label="Returned (mL)",
            kind="decimal",
            hint="What neither went in nor came back may lie in the pocket around the pump.",
        ),
    ] = ""
    lot: Annotated[str, Ask("Lot of what went in", label="Lot", number=True)] = ""
    expires: Annotated[
        str, Ask("Use before", label="Use before", kind="partial", hint="Of what went in")
    ] = ""
    all_the_same: Annotated[
        Literal["yes", "no"],
        Ask(
            "Was it done although it may not be done so?",
            YES_NO,
            label="Done all the same",
            hint="Then it is recorded as it was, and alarms until the pump is emptied.",
        ),
    ] = "no"
    because: Annotated[
        str,
        Ask(
            "Why? (if nothing went in, or if it may not be done so)",
            label="Reason",
            kind="area",
        ),
    ] = ""

    regimen: Annotated[str, Ask("Regimen", regimens_of, by_trial=True)] = ""
    part: Annotated[str, Ask("Dose of the regimen", parts_of, by_trial=True)] = ""

    def settled(self, context: Context, random_source: RandomSource | None) -> Self:
        """Which dose of a regimen it is; a drug alone is one."""
        regimen, part = part_filled(context, self.substance) if self.dose else ("", "")
        return msgspec.structs.replace(self, regimen=regimen, part=part)

    def gives(self, stamp: Stamp) -> DoseGiven | None:
        if not self.part:
            return None
        dose = {"regimen": self.regimen, "part": self.part, "amount": self.dose}
        return DoseGiven(**dose, time=self.time, **stamp.marks)

    def canonical(self, study: Study) -> Self:
        numbers = {name: canonical_number(getattr(self, name)) for name in (*_VOLUMES, "dose")}
        values = {"time": Time().canonical(self.time), "expires": canonical_day(self.expires)}
        return msgspec.structs.replace(self, **values, **numbers)

    def filling(self, stamp: Stamp, withdrawn: str = "") -> Filling:
        """The same as it is left on the participant."""
        fields = {name: getattr(self, name) for name in FillingAct.__struct_fields__}
        fields = {name: value for name, value in fields.items() if name not in _OF_DOSE}
        return Filling(**fields, withdrawn=withdrawn, **stamp.marks)

    def moment(self, context: Context) -> datetime | None:
        """When it was done; None where no time of day was given."""
        if not is_time(self.time):
            return None
        return moment_of(self.filling(context.stamp), context.study)

    def filling_refusals(self, context: Context, model: PumpModel) -> Iterator[Refusal]:
        """Every reason against what is told of the filling."""
        at = self.moment(context)
        if at is None:
            yield NO_TIME()
        elif context.stamp.at.tzinfo and at > context.stamp.at:
            yield LATER()
        if not self.substance:
            yield from self._nothing(context)
            return
        found = context.study.pump.substance(self.substance) if context.study.pump else None
        if found is None or found.stays is None:
            yield NO_SUBSTANCE(code=self.substance)
            return
        if self.expires and days_of(self.expires) is None:
            yield NO_DAY("expires")
        yield from self._amounts(found, model)
        yield from self._way(context, found, model)

    def besides(self, context: Context) -> list[Refusal]:
        """What may not be so, and is recorded where it was so all the same."""
        until = days_of(self.expires)
        return [EXPIRED()] if until and until[1] < context.stamp.on else []

    def _nothing(self, context: Context) -> Iterator[Refusal]:
        yield from self.besides(context) if self.all_the_same != "yes" else ()
        if is_blank(self.because):
            yield WHY_NOTHING()
        for name in (*_VOLUMES, "dose", "port", "needle"):
            if getattr(self, name):
                yield NOT_FILLED(name)

    def _amounts(self, substance: Substance, model: PumpModel) -> Iterator[Refusal]:
        for name in ("drawn_up", "accepted"):
            yield from number_refusals(name, getattr(self, name), "mL", above=Decimal(0))
        if self.returned:
            yield from number_refusals("returned", self.returned, "mL")
        if substance.drug:
            yield from number_refusals("dose", self.dose, "mg", above=Decimal(0))
        elif self.dose:
            yield NO_DRUG(substance=substance.label)
        volumes = [Decimal(v) if plain_number(v) else None for v in map(self._volume, _VOLUMES)]
        drawn_up, accepted, returned = volumes
        for name in ("drawn_up", "returned"):
            yield from volume_refusals(name, getattr(self, name), model)
        if accepted is not None and accepted > model.reservoir + model.unaccounted:
            yield TOO_MUCH("accepted", reservoir=Amount(model.reservoir, "mL"))
        if drawn_up is not None and (accepted or 0) + (returned or 0) > drawn_up:
            yield MORE_THAN_DRAWN()

    def _volume(self, name: str) -> str:
        return getattr(self, name) or ("0" if name == "returned" else "")

    def _way(self, context: Context, substance: Substance, model: PumpModel) -> Iterator[Refusal]:
        """What is against the port, the needle and the lot; nothing where it was done knowingly."""
        besides = self.besides(context)
        if section := context.study.pump:
            passage = section.passage(model.id, substance.id, self.port)
            if passage and passage.allowed and not model.fills(self.port):
                besides.append(NOT_FILLING(port=labels_of(model, "ports")[self.port]))
            way = (self.port, self.needle, self.all_the_same, self.because)
            yield from way_refusals(section, model, substance, *way, besides=besides)


def way_refusals(
    section: Section,
    model: PumpModel,
    substance: Substance,
    port: str,
    needle: str,
    all_the_same: str,
    because: str,
    besides: Iterable[Refusal] = (),
) -> Iterator[Refusal]:
    """Every reason against a way in and what is besides; none where somebody says why."""
    named = list(_named(model, port, needle))
    yield from named
    wrong = [] if named else [*_passage(section, model, substance, port, needle), *besides]
    if all_the_same != "yes":
        yield from wrong
    elif not wrong and not named:
        yield NOT_WRONG()
    elif is_blank(because):
        yield WHY_ALL_THE_SAME()


def _named(model: PumpModel, port: str, needle: str) -> Iterator[Refusal]:
    if not port:
        yield NO_PORT()
    elif port not in labels_of(model, "ports"):
        yield UNKNOWN_PORT(model=model.label, code=port)
    if not needle:
        yield NO_NEEDLE()
    elif needle not in labels_of(model, "needles"):
        yield UNKNOWN_NEEDLE(model=model.label, code=needle)


def _passage(
    section: Section, model: PumpModel, substance: Substance, port: str, needle: str
) -> Iterator[Refusal]:
    passage, name = section.passage(model.id, substance.id, port), labels_of(model, "ports")[port]
    if passage is None or not passage.allowed:
        yield PORT(substance=substance.label, port=name)
    elif passage.needles and needle not in passage.needles:
        yield NEEDLE(substance=substance.label, port=name)


def number_refusals(
    where: str, text: str, unit: str, above: Decimal | None = None
) -> Iterator[Refusal]:
    """Why a text is no amount in a unit, or not above this."""
    if not plain_number(text) or (above is not None and Decimal(text) <= above):
        yield NO_NUMBER(where, unit=unit)


def volume_refusals(where: str, text: str, model: PumpModel) -> Iterator[Refusal]:
    """Why a volume cannot be one of a pump; nothing of a text that is no number."""
    if plain_number(text) and Decimal(text) > PLAUSIBLE * model.reservoir:
        yield TOO_MUCH(where, reservoir=Amount(model.reservoir, "mL"))


def days_of(text: str) -> tuple[date, date] | None:
    """The first and last day that a day, month or year may mean; None where there is none."""
    return _DAYS.days(text) if text else None


def canonical_day(text: str) -> str:
    """A day, month or year in the one way in which it is kept."""
    return _DAYS.canonical(text) if text else ""


def plain_number(text: str) -> bool:
    """Whether a text is a number from nought on, and neither less nor more than one."""
    return is_number(text) and not comparator_of(text)[0] and not text.startswith("-")

"""What was told wrongly of a pump is put right: what goes in and comes out stays recorded.

Until when it must be emptied, its flow and its doses follow from what is told now.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated, ClassVar, Literal, Self

import msgspec

from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.pump.acts import OF_PUMP, Dye, ImplantPump, record_refusals
from equipoise.conduct.pump.filling import NO_PUMP, canonical_day
from equipoise.conduct.state.pump import PumpState
from equipoise.conduct.state.pump_record import Corrected, Implanted, Pump
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import Ask, Words, asks
from equipoise.study.facts import labels_of
from equipoise.study.kinds.blank import is_blank
from equipoise.study.kinds.number_text import canonical_number
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal
from equipoise.study.sections.pump import PumpModel

__all__ = ["CorrectPump"]

UNCHANGED = Reason("pump.unchanged", "", "this is what is recorded of the pump already")
NO_REASON = Reason("pump.no-reason", "reason", "say what was wrong")
OTHER_FILLINGS = Reason(
    "pump.other-fillings",
    "model",
    "what went in on {day} went through a port or needle that this model does not have",
)

_CALLED = {"pump_lot": "lot", "pump_expires": "expires"}
"""What is called otherwise where it is left."""


def _ask(name: str) -> Ask:
    """As at the operation, with what is recorded of it."""
    return replace(asks(ImplantPump)[name], before=_recorded(name))


def _recorded(name: str) -> Callable[[Study, Subject, date], str | list[str]]:
    def read(study: Study, subject: Subject, on: date) -> str | list[str]:
        inside = subject.pump.inside
        field = _CALLED.get(name, name)
        found: str | list[str] = getattr(inside.implanted, field) if inside else ""
        return found

    return read


class CorrectPump(Act, frozen=True, kw_only=True):
    """What is told of the pump that is in place was wrong, such as its flow."""

    kind: ClassVar[str] = "pump.correct"
    writes: ClassVar[str] = "pump"
    of_record: ClassVar[bool] = True
    of_now: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Record of the pump corrected",
        title="Correct what is recorded of the pump",
        link="Correct the record of the pump",
        line="Record of the pump corrected: {model}, {serial}, {flow} mL/day; {reason}",
        intro="What went into it and came out stays as it was recorded. Until when it must be "
        "emptied, its flow and the next dose follow from what stands here.",
        happened="Day of the correction",
        button="Correct the record",
        done="The record of the pump is corrected",
        address="pump/correct",
    )
    model: Annotated[str, _ask("model")]
    serial: Annotated[str, _ask("serial")]
    pump_lot: Annotated[str, _ask("pump_lot")] = ""
    pump_expires: Annotated[str, _ask("pump_expires")] = ""
    flow: Annotated[str, _ask("flow")]
    artery: Annotated[str, _ask("artery")]
    ligated: Annotated[list[str], _ask("ligated")] = []
    gallbladder: Annotated[Literal["yes", "no"], _ask("gallbladder")]
    stomach: Annotated[Literal["yes", "no"], _ask("stomach")]
    dye: Annotated[Dye, _ask("dye")]
    flow_seen: Annotated[Literal["yes", "no"], _ask("flow_seen")]
    reason: Annotated[
        str, Ask("What was wrong?", label="Reason", kind="area", needed="Say what was wrong")
    ]

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return study.pump is not None and subject.pump.inside is not None

    def canonical(self, study: Study) -> Self:
        values = {
            "flow": canonical_number(self.flow),
            "pump_expires": canonical_day(self.pump_expires),
        }
        return msgspec.structs.replace(self, **values)

    def refusals(self, context: Context) -> Iterator[Refusal]:
        inside = context.subject.pump.inside
        if inside is None or context.study.pump is None:
            yield NO_PUMP()
            return
        if is_blank(self.reason):
            yield NO_REASON()
        yield from record_refusals(context.study, self)
        if self._record(inside) == inside.implanted:
            yield UNCHANGED()
        model = context.study.pump.model(self.model)
        if model:
            yield from _fillings_of(inside, model)

    def apply(self, state: PumpState, stamp: Stamp) -> None:
        if inside := state.inside:
            inside.implanted = self._record(inside)
            inside.corrections.append(Corrected(reason=self.reason, **stamp.marks))

    def _record(self, pump: Pump) -> Implanted:
        """The same operation as it is told now."""
        values = {name: getattr(self, name) for name in OF_PUMP}
        kept = {"lot": self.pump_lot, "expires": self.pump_expires}
        return msgspec.structs.replace(pump.implanted, **values, **kept)


def _fillings_of(pump: Pump, model: PumpModel) -> Iterator[Refusal]:
    """Every filling that could not have gone into a pump of this model so."""
    for one in (found for found in pump.fillings if found.substance):
        known = one.port in labels_of(model, "ports") and one.needle in labels_of(model, "needles")
        if not known:
            yield OTHER_FILLINGS(day=one.on)

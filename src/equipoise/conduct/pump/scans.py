"""The perfusion of the liver: who reads the scan, and who releases the pump by it: two people."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, ClassVar, Literal

from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.pump.filling import NO_PUMP, needles_of, ports_of, way_refusals
from equipoise.conduct.state.pump import PumpState
from equipoise.conduct.state.pump_record import Pump, Released, Scan
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import YES_NO, Ask, Choices, Labels, Words
from equipoise.study.kinds.blank import is_blank
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal

__all__ = ["WHAT", "ReadScan", "ReleasePump", "tracers_of"]

NO_TRACER = Reason("pump.unknown-tracer", "substance", "nothing called '{code}' is used for a scan")
WHERE_OUTSIDE = Reason("pump.where-outside", "because", "say where outside the liver")
BEFORE_IMPLANT = Reason("pump.scan-before", "", "the pump was put in on {day}")
BEFORE_SCAN = Reason("pump.before-scan", "", "the scan is of {day}")
NO_SCAN = Reason("pump.no-scan", "scan", "there is no such perfusion scan of this pump")
NEWER = Reason("pump.newer-scan", "scan", "another scan was read since; look at that one")
SAME_PERSON = Reason(
    "pump.same-person", "", "you have read this scan yourself: somebody else releases the pump"
)
NOT_PERFUSED = Reason(
    "pump.not-perfused",
    "scan",
    "it does not show both halves of the liver and nothing outside it",
)
RELEASED = Reason("pump.released", "scan", "the pump was released by this scan on {day}")
SCAN_RESTS = Reason(
    "void.pump-released", "entry", "the pump was released by this scan; void that first"
)

What = Literal["perfusion", "angiography"]
WHAT = Choices({"perfusion": "Perfusion scan", "angiography": "CT-angiography"})


def tracers_of(study: Study) -> Labels:
    """What scans are made with: what never stays in a reservoir."""
    found = study.pump.substances if study.pump else ()
    return {one.id: one.label for one in found if one.stays is None}


def last_scan(pump: Pump | None) -> Scan | None:
    """The perfusion scan that was read last."""
    found = pump.perfusions if pump else []
    return found[-1] if found else None


def _last_read(study: Study, subject: Subject, on: date) -> str:
    scan = last_scan(subject.pump.inside)
    return str(scan.seq) if scan else "0"


class ReadScan(Act, frozen=True, kw_only=True):
    """A nuclear physician or radiologist says what a scan through the pump shows."""

    kind: ClassVar[str] = "pump.scan"
    writes: ClassVar[str] = "pump"
    words: ClassVar[Words] = Words(
        name="Scan of the pump read",
        title="Record what a scan of the pump shows",
        link="Scan of the pump",
        line="{what}: both halves of the liver {bilobar}, outside it {extrahepatic}",
        intro="Who reads it does not release the pump by it: somebody else does.",
        happened="Day of the scan",
        button="Record the scan",
        done="The scan is recorded",
        address="pump/scan",
    )
    what: Annotated[What, Ask("Which scan?", WHAT, label="Scan", needed="Choose the scan")]
    substance: Annotated[
        str, Ask("What was injected?", tracers_of, label="Injected", needed="Choose what it was")
    ]
    port: Annotated[
        str, Ask("Through which port?", ports_of, label="Port", needed="Choose the port")
    ]
    needle: Annotated[
        str, Ask("With which needle?", needles_of, label="Needle", needed="Choose the needle")
    ]
    bilobar: Annotated[
        Literal["yes", "no"],
        Ask("Are both halves of the liver reached?", YES_NO, label="Both halves", needed="Choose"),
    ]
    extrahepatic: Annotated[
        Literal["yes", "no"],
        Ask(
            "Is anything outside the liver reached?",
            YES_NO,
            label="Outside the liver",
            needed="Choose",
        ),
    ]
    all_the_same: Annotated[
        Literal["yes", "no"],
        Ask(
            "Was it done although it may not be done so?",
            YES_NO,
            label="Done all the same",
        ),
    ] = "no"
    because: Annotated[
        str,
        Ask("Where outside the liver, or why all the same?", label="Remark", kind="area"),
    ] = ""

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return study.pump is not None and subject.pump.inside is not None and not subject.died_on

    def refusals(self, context: Context) -> Iterator[Refusal]:
        inside, section = context.subject.pump.inside, context.study.pump
        model = section.model(inside.implanted.model) if inside and section else None
        if inside is None or section is None or model is None:
            yield NO_PUMP()
            return
        if context.stamp.on < inside.implanted.on:
            yield BEFORE_IMPLANT(day=inside.implanted.on)
        if self.extrahepatic == "yes" and is_blank(self.because):
            yield WHERE_OUTSIDE()
        substance = section.substance(self.substance)
        if substance is None or substance.stays is not None:
            yield NO_TRACER(code=self.substance)
            return
        way = (self.port, self.needle, self.all_the_same, self.because)
        yield from way_refusals(section, model, substance, *way)

    def rests(self, context: Context, seq: int) -> Iterator[Refusal]:
        pumps = context.subject.pump.pumps
        if any(one.scan == seq for pump in pumps for one in pump.releases):
            yield SCAN_RESTS()

    def apply(self, state: PumpState, stamp: Stamp) -> None:
        if inside := state.inside:
            values = {name: getattr(self, name) for name in self.__struct_fields__}
            inside.scans.append(Scan(**values, **stamp.marks))


class ReleasePump(Act, frozen=True, kw_only=True):
    """A surgeon or oncologist, and not who read the scan, releases the pump for the drug."""

    kind: ClassVar[str] = "pump.release"
    writes: ClassVar[str] = "pump"
    step_up: ClassVar[bool] = True
    of_now: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Pump released",
        title="Release the pump for the drug",
        link="Release the pump",
        intro="By the perfusion scan that was read last: both halves of the liver are reached, and "
        "nothing outside it. No drug goes in before.",
        happened="Day of the release",
        button="Release the pump",
        done="The pump is released",
        meaning="I have seen the perfusion scan and its reading, and release the pump by it.",
        address="pump/release",
    )
    scan: Annotated[
        int, Ask("Entry of the scan", label="Entry of the scan", kind="hidden", before=_last_read)
    ]

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        inside = subject.pump.inside
        return ReadScan.offered(study, subject) and bool(inside and inside.perfusions)

    def refusals(self, context: Context) -> Iterator[Refusal]:
        inside = context.subject.pump.inside
        if inside is None:
            yield NO_PUMP()
            return
        scan = next((one for one in inside.perfusions if one.seq == self.scan), None)
        if scan is None:
            yield NO_SCAN()
            return
        if scan is not last_scan(inside):
            yield NEWER()
        if scan.by == context.stamp.by:
            yield SAME_PERSON()
        if not scan.perfused:
            yield NOT_PERFUSED()
        before = next((one for one in inside.releases if one.scan == self.scan), None)
        if before:
            yield RELEASED(day=before.on)
        if context.stamp.on < scan.on:
            yield BEFORE_SCAN(day=scan.on)

    def apply(self, state: PumpState, stamp: Stamp) -> None:
        if inside := state.inside:
            inside.releases.append(Released(scan=self.scan, **stamp.marks))

"""What the pump adds to the questions that are asked of all chapters together."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from equipoise.conduct.act import Unfinished
from equipoise.conduct.chapter import Chapter, Happened
from equipoise.conduct.pump.acts import (
    DYE,
    ExplantPump,
    ImplantPump,
    RefillPump,
    arteries_of,
)
from equipoise.conduct.pump.correcting import CorrectPump
from equipoise.conduct.pump.filling import (
    models_of,
    needles_of,
    ports_of,
    substances_of,
)
from equipoise.conduct.pump.messages import ALARM
from equipoise.conduct.pump.scans import WHAT, ReadScan, ReleasePump, tracers_of
from equipoise.conduct.pump.watched import agenda
from equipoise.conduct.state.pump import as_decimal
from equipoise.conduct.state.pump_flow import Content, content_of, on_the_wall, trend
from equipoise.conduct.state.pump_record import Filling, Pump
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table, TableColumn
from equipoise.conduct.words import YES_NO, Choices
from equipoise.study.model import Study
from equipoise.study.reason import Amount, Phrase, Wording

__all__ = ["CHAPTER", "INFUSED", "LEVELS", "TRENDS"]

STILL_FILLED = Phrase("a pump is in place that must be emptied by {day}")
FIRST = Phrase("filled with {substance}, {volume}, at {time}")
LEVELS = Choices({"note": "Noted", "query": "To look into", "hold": "No drug before it is clear"})
INFUSED = Choices({"over": "over-infusion", "under": "under-infusion"})
TRENDS = Choices({"rising": "Rising", "falling": "Falling", "steady": "Steady"})


def of_an_arm(study: Study) -> bool:
    """Whether not every arm has a pump."""
    return study.pump is not None and bool(study.pump.arms)


def _unfinished(study: Study, subject: Subject, on: date) -> Iterator[Unfinished]:
    """A pump that still runs: what is locked is watched no more."""
    for due in agenda(study, subject, on):
        if due.when:
            yield Unfinished(code="pump", what=STILL_FILLED(day=due.when))
            return


def _course(study: Study, subject: Subject) -> Iterator[Happened]:
    for pump in subject.pump.pumps:
        first = tuple(_filled(study, pump.fillings[0]))
        yield Happened(done=pump.implanted, act=ImplantPump, what=pump.implanted, more=first)
        for filling in pump.fillings[1:]:
            yield Happened(done=filling, act=RefillPump, what=filling)
        for scan in pump.scans:
            yield Happened(done=scan, act=ReadScan, what=scan)
        for release in pump.releases:
            yield Happened(done=release, act=ReleasePump)
        for one in pump.corrections:
            yield Happened(done=one, act=CorrectPump, more=(one.reason,))
        if gone := pump.explanted:
            yield Happened(done=gone, act=ExplantPump, what=gone)


def _filled(study: Study, filling: Filling) -> Iterator[Wording]:
    substance = study.pump.substance(filling.substance) if study.pump else None
    if substance:
        volume = Amount(Decimal(filling.accepted), "mL")
        yield FIRST(substance=substance.label, volume=volume, time=filling.time)


def _pumps(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    for pump in subject.pump.pumps:
        values, gone = pump.implanted, pump.explanted
        yield (
            subject.subject_id,
            pump.number,
            values.on,
            values.model,
            values.serial,
            values.lot or None,
            values.expires or None,
            values.flow,
            values.artery,
            " ".join(values.ligated) or None,
            values.gallbladder,
            values.stomach,
            values.dye,
            values.flow_seen,
            gone.on if gone else None,
            gone.time if gone else None,
            gone.withdrawn if gone and gone.withdrawn else None,
            gone.because if gone else None,
            pump.corrections[-1].on if pump.corrections else None,
            pump.corrections[-1].reason if pump.corrections else None,
        )


PUMPS = Table(
    name="pumps",
    label=Phrase("Pumps"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("pump", "number", Phrase("Entry that tells of the operation")),
        TableColumn("on", "day", Phrase("Day of the operation")),
        TableColumn("model", "text", Phrase("Model"), models_of),
        TableColumn("serial", "text", Phrase("Serial number")),
        TableColumn("lot", "text", Phrase("Lot of the pump")),
        TableColumn("expires", "partial", Phrase("Pump: use before")),
        TableColumn("flow", "text", Phrase("Calibrated flow (mL/day)")),
        TableColumn("artery", "text", Phrase("Catheter in"), arteries_of),
        TableColumn("ligated", "codes", Phrase("Ligated"), arteries_of),
        TableColumn("gallbladder", "text", Phrase("Gallbladder taken out"), YES_NO),
        TableColumn("stomach", "text", Phrase("Stomach and duodenum devascularised"), YES_NO),
        TableColumn("dye", "text", Phrase("Dye"), DYE),
        TableColumn("flow_seen", "text", Phrase("Flow seen"), YES_NO),
        TableColumn("out_on", "day", Phrase("Day on which it was taken out")),
        TableColumn("out_at", "text", Phrase("Time")),
        TableColumn("out_with", "text", Phrase("Taken out (mL)")),
        TableColumn("out_because", "text", Phrase("Reason")),
        TableColumn("corrected_on", "day", Phrase("Day of the last correction")),
        TableColumn("correction", "text", Phrase("What was wrong")),
    ),
    rows=_pumps,
    listed=("on", "model", "serial", "flow", "out_on"),
    tells_arm=lambda study, row: of_an_arm(study),
    of_study=lambda study: study.pump is not None,
)


def _fillings(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    for pump in subject.pump.pumps:
        content = content_of(pump, study)
        for n, one in enumerate(content):
            before = content[n - 1] if n else None
            yield _row(study, subject, pump, one, before, content[: n + 1])


def _row(
    study: Study,
    subject: Subject,
    pump: Pump,
    one: Content,
    before: Content | None,
    so_far: list[Content],
) -> Row:
    filling, by = one.filling, on_the_wall(one.empty_by, study)
    dry, has = on_the_wall(one.dry_at, study), one.fills
    limits = study.pump.limits if study.pump else None
    return (
        subject.subject_id,
        pump.number,
        filling.seq,
        filling.on,
        filling.time,
        filling.withdrawn or None,
        _places(before.expected) if before else None,
        _places(before.measured) if before else None,
        _places(before.deviation, 1) if before else None,
        (before.level or None) if before else None,
        (trend(pump, so_far, limits) or None) if limits else None,
        _places(before.delivered) if before else None,
        filling.substance or None,
        filling.dose or None,
        filling.port or None,
        filling.needle or None,
        filling.drawn_up or None,
        filling.accepted or None,
        filling.returned or None,
        _places(one.unaccounted),
        filling.lot or None,
        filling.expires or None,
        filling.all_the_same if filling.all_the_same == "yes" else None,
        filling.because or None,
        by.date() if has else None,
        f"{by:%H:%M}" if has else None,
        dry.date() if has else None,
        f"{dry:%H:%M}" if has else None,
    )


def _places(number: Fraction | None, places: int = 2) -> Decimal | None:
    return None if number is None else as_decimal(number, places)


FILLINGS = Table(
    name="pump_fillings",
    label=Phrase("Pump fillings"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("pump", "number", Phrase("Entry that tells of the operation")),
        TableColumn("filling", "number", Phrase("Entry that tells of the filling")),
        TableColumn("on", "day", Phrase("Day")),
        TableColumn("time", "text", Phrase("Time")),
        TableColumn("withdrawn", "text", Phrase("Taken out (mL)")),
        TableColumn("expected", "text", Phrase("Expected (mL)")),
        TableColumn("flow", "text", Phrase("Measured flow (mL/day)")),
        TableColumn("deviation", "text", Phrase("Deviation of the flow (%)")),
        TableColumn("level", "text", Phrase("What follows"), LEVELS),
        TableColumn("trend", "text", Phrase("Trend"), TRENDS),
        TableColumn("delivered", "text", Phrase("Delivered (mg)")),
        TableColumn("substance", "text", Phrase("Filled with"), substances_of),
        TableColumn("dose", "text", Phrase("Dose (mg)")),
        TableColumn("port", "text", Phrase("Port"), ports_of),
        TableColumn("needle", "text", Phrase("Needle"), needles_of),
        TableColumn("drawn_up", "text", Phrase("Drawn up (mL)")),
        TableColumn("accepted", "text", Phrase("Accepted (mL)")),
        TableColumn("returned", "text", Phrase("Returned (mL)")),
        TableColumn("unaccounted", "text", Phrase("Unaccounted for (mL)")),
        TableColumn("lot", "text", Phrase("Lot")),
        TableColumn("expires", "partial", Phrase("Use before")),
        TableColumn("all_the_same", "text", Phrase("Done all the same"), YES_NO),
        TableColumn("because", "text", Phrase("Reason")),
        TableColumn("empty_by", "day", Phrase("Must be emptied by")),
        TableColumn("empty_by_time", "text", Phrase("Must be emptied by (time)")),
        TableColumn("dry_on", "day", Phrase("Runs dry on")),
        TableColumn("dry_at", "text", Phrase("Runs dry on (time)")),
    ),
    rows=_fillings,
    listed=("on", "withdrawn", "deviation", "substance", "dose", "empty_by", "dry_on"),
    tells_arm=lambda study, row: of_an_arm(study),
    of_study=lambda study: study.pump is not None,
)


def _scans(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    for pump in subject.pump.pumps:
        for scan in pump.scans:
            released = next((one for one in pump.releases if one.scan == scan.seq), None)
            yield (
                subject.subject_id,
                pump.number,
                scan.seq,
                scan.on,
                scan.what,
                scan.substance,
                scan.port,
                scan.needle,
                scan.bilobar,
                scan.extrahepatic,
                scan.all_the_same if scan.all_the_same == "yes" else None,
                scan.because or None,
                released.on if released else None,
            )


SCANS = Table(
    name="pump_scans",
    label=Phrase("Scans of the pump"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("pump", "number", Phrase("Entry that tells of the operation")),
        TableColumn("scan", "number", Phrase("Entry of the scan")),
        TableColumn("on", "day", Phrase("Day of the scan")),
        TableColumn("what", "text", Phrase("Scan"), WHAT),
        TableColumn("substance", "text", Phrase("Injected"), tracers_of),
        TableColumn("port", "text", Phrase("Port"), ports_of),
        TableColumn("needle", "text", Phrase("Needle"), needles_of),
        TableColumn("bilobar", "text", Phrase("Both halves"), YES_NO),
        TableColumn("extrahepatic", "text", Phrase("Outside the liver"), YES_NO),
        TableColumn("all_the_same", "text", Phrase("Done all the same"), YES_NO),
        TableColumn("because", "text", Phrase("Remark")),
        TableColumn("released_on", "day", Phrase("Day of the release")),
    ),
    rows=_scans,
    listed=("on", "what", "bilobar", "extrahepatic", "released_on"),
    tells_arm=lambda study, row: of_an_arm(study),
    of_study=lambda study: study.pump is not None,
)

CHAPTER = Chapter(
    name="pump",
    tells_arm=of_an_arm,
    acts=(ImplantPump, RefillPump, ReadScan, ReleasePump, ExplantPump, CorrectPump),
    agenda=agenda,
    unfinished=_unfinished,
    course=_course,
    tables=(PUMPS, FILLINGS, SCANS),
    tells=(ALARM,),
)

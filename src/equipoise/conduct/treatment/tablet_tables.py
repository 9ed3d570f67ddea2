"""Tablets for analysis: each count, and what was taken of what was planned."""

from collections.abc import Iterator
from datetime import date

from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table, TableColumn
from equipoise.conduct.treatment.cycles import drugs_of, of_an_arm, regimens_of
from equipoise.conduct.treatment.proposal import figure
from equipoise.conduct.treatment.tablets import WHATS, tablets_of, taken
from equipoise.study.model import Study
from equipoise.study.reason import Phrase

__all__ = ["COUNTED", "TABLETS"]


def _tablets(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    for one in taken(study, subject):
        amounts = (one.planned, one.dispensed, one.returned, one.taken, one.share)
        texts = [figure(amount) if amount is not None else None for amount in amounts]
        yield (subject.subject_id, *one.of, one.drug.id, one.drug.unit, *texts)


TABLETS = Table(
    name="tablets",
    label=Phrase("Tablets taken"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("regimen", "text", Phrase("Regimen"), regimens_of, by_arm=True),
        TableColumn("cycle", "number", Phrase("Cycle")),
        TableColumn("drug", "text", Phrase("Drug"), drugs_of, by_arm=True),
        TableColumn("unit", "text", Phrase("Unit")),
        TableColumn("planned", "text", Phrase("Planned"), by_arm=True),
        TableColumn("dispensed", "text", Phrase("Dispensed"), by_arm=True),
        TableColumn("returned", "text", Phrase("Came back; empty: not counted"), by_arm=True),
        TableColumn("taken", "text", Phrase("Taken"), by_arm=True),
        TableColumn("adherence", "text", Phrase("Taken of what was planned, %"), by_arm=True),
    ),
    rows=_tablets,
    listed=("regimen", "cycle", "drug", "unit", "planned", "taken", "adherence"),
    tells_arm=lambda study, row: of_an_arm(study),
    of_study=lambda study: bool(tablets_of(study)),
)


def _counted(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    for one in subject.treatment.counts:
        yield (
            subject.subject_id,
            one.seq,
            one.on,
            one.regimen,
            one.cycle,
            one.product,
            one.what,
            one.number,
        )


COUNTED = Table(
    name="tablet_counts",
    label=Phrase("Tablets counted"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("entry", "number", Phrase("Entry that tells of it")),
        TableColumn("counted_on", "day", Phrase("Day on which they were counted")),
        TableColumn("regimen", "text", Phrase("Regimen"), regimens_of, by_arm=True),
        TableColumn("cycle", "number", Phrase("Cycle")),
        TableColumn("product", "text", Phrase("Tablet"), tablets_of, by_arm=True),
        TableColumn("what", "text", Phrase("Dispensed, or come back?"), WHATS),
        TableColumn("number", "number", Phrase("Tablets"), by_arm=True),
    ),
    rows=_counted,
    tells_arm=lambda study, row: of_an_arm(study),
    of_study=lambda study: study.treatment is not None,
)

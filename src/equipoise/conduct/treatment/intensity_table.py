"""Dose intensity for analysis, and on the participant's page: one row a drug."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table, TableColumn
from equipoise.conduct.treatment.cycles import drugs_of, of_an_arm
from equipoise.conduct.treatment.intensity import intensities
from equipoise.conduct.treatment.proposal import figure
from equipoise.logic.extremes import half_up
from equipoise.study.model import Study
from equipoise.study.reason import Phrase

__all__ = ["INTENSITY"]


def _rows(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    for drug, found in intensities(study, subject):
        size = study.vocabulary.get(drug.per) if drug.per else None
        by_size = found.total_by_size
        numbers = (found.total, found.weeks, found.a_week, found.planned_a_week, found.relative)
        yield (
            subject.subject_id,
            drug.id,
            found.first,
            found.last,
            found.cycles,
            drug.unit,
            *(_to_one_place(number) for number in numbers),
            _to_one_place(by_size),
            f"{drug.unit}/{size.unit}" if size and by_size is not None else None,
        )


def _to_one_place(number: Fraction | None) -> str | None:
    """To one decimal, half up."""
    return None if number is None else figure(half_up(number, 1))


INTENSITY = Table(
    name="dose_intensity",
    label=Phrase("Dose intensity"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("drug", "text", Phrase("Drug"), drugs_of, by_arm=True),
        TableColumn("first_on", "day", Phrase("First day of the first cycle")),
        TableColumn("last_on", "day", Phrase("First day of the last cycle")),
        TableColumn("cycles", "number", Phrase("Cycles")),
        TableColumn("unit", "text", Phrase("Unit")),
        TableColumn("given", "text", Phrase("Given in all"), by_arm=True),
        TableColumn("weeks", "text", Phrase("Weeks")),
        TableColumn("a_week", "text", Phrase("Given a week"), by_arm=True),
        TableColumn("planned_a_week", "text", Phrase("Full dose a week"), by_arm=True),
        TableColumn("relative", "text", Phrase("Relative dose intensity, %"), by_arm=True),
        TableColumn("given_by_size", "text", Phrase("Given in all by body size"), by_arm=True),
        TableColumn("unit_by_size", "text", Phrase("Its unit"), by_arm=True),
    ),
    rows=_rows,
    listed=(
        *("drug", "last_on", "cycles", "given", "unit", "a_week", "planned_a_week", "relative"),
        *("given_by_size", "unit_by_size"),
    ),
    tells_arm=lambda study, row: of_an_arm(study),
    of_study=lambda study: study.treatment is not None,
)

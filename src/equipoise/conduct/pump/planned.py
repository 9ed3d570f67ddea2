"""Whether a drug that went into the pump is what was planned and checked, read of facts alone."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from equipoise.conduct.chapter import Deviated
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.moments import day_of
from equipoise.conduct.state.pump_record import Filling
from equipoise.conduct.subject import Subject
from equipoise.logic.facts import Observation
from equipoise.study.model import Study
from equipoise.study.reason import Amount, Phrase, Wording
from equipoise.study.sections.treatment_facts import DOSES_PLANNED

__all__ = ["deviates", "otherwise_filled", "was_planned"]

NO_PLAN = Phrase("{substance} went into the pump, and no checked plan stood for it")
OTHER_DOSE = Phrase(
    "{substance}: {given} went into the pump, and {planned} was planned and checked"
)


def otherwise_filled(study: Study, subject: Subject, filling: Filling) -> Iterator[Wording]:
    """How a filling differs from the plan that it was made by, each of which serves one."""
    section, treatment = study.pump, study.treatment
    substance = section.substance(filling.substance) if section else None
    if substance is None or treatment is None or substance.id not in treatment.in_pump:
        return
    before = _before(subject, filling)
    plans = [
        row
        for row in _planned(study, subject, filling.substance, filling.on)
        if row["stands"].value and "checked_on" in row and _day(row) > before
    ]
    if not plans:
        yield NO_PLAN(substance=substance.label)
        return
    planned = plans[-1]["amount"]
    if filling.dose and planned.value != Decimal(filling.dose):
        yield OTHER_DOSE(
            substance=substance.label,
            given=Amount(Decimal(filling.dose), "mg"),
            planned=Amount(Decimal(str(planned.value)), planned.unit),
        )


def deviates(study: Study, subject: Subject, on: date) -> Iterator[Deviated]:
    """Every filling that differs from its plan."""
    for one in (filling for pump in subject.pump.pumps for filling in pump.fillings):
        known = day_of(study, one.at)
        for what in otherwise_filled(study, subject, one):
            yield Deviated(kind="dose", on=one.on, known_on=known, what=what, by=one.by)


def was_planned(study: Study, subject: Subject, filling: Filling) -> bool:
    """Whether the drug of a filling was ever planned for this participant."""
    return any(_planned(study, subject, filling.substance, filling.on))


def _planned(
    study: Study, subject: Subject, drug: str, on: date
) -> Iterator[Mapping[str, Observation]]:
    rows = SubjectFacts(study, subject, on).rows(DOSES_PLANNED.name) or ()
    return (row for row in rows if row["drug"].value == drug)


def _before(subject: Subject, filling: Filling) -> date:
    """The day of the last filling with the same before this one."""
    fillings = (one for pump in subject.pump.pumps for one in pump.fillings)
    same = [one for one in fillings if one.substance == filling.substance]
    return max((one.on for one in same if one.order < filling.order), default=date.min)


def _day(row: Mapping[str, Observation]) -> date:
    value = row["day"].value
    return value if isinstance(value, date) else date.min

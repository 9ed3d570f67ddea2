"""Dose intensity: how much of each drug was given in a week, beside what the study gives in one.

What a cycle gives in full is worked out for its first day, by what was recorded until then, and is
neither rounded nor lowered. A drug counts by the cycles of its regimens in which anything was
given, so that one that was left out while others went on was given less. Through a pump it counts
as delivered.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.subject import Subject
from equipoise.conduct.treatment.proposal import full_dose, is_part
from equipoise.conduct.treatment.tablets import taken
from equipoise.logic.evaluate import value_of
from equipoise.logic.tree import Name
from equipoise.study.model import Study
from equipoise.study.sections.pump_facts import FILLINGS, FLOW, RESERVOIR
from equipoise.study.sections.treatment import DosePart, Drug, Regimen, Treatment

__all__ = ["Intensity", "Portion", "intensities", "intensity"]

WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """What one cycle gave of a drug, and what it gives in full; None where that is not known."""

    on: date
    every: int
    given: Decimal | None
    full: Decimal | None
    by_size: Decimal | None = None
    """What was given by the size of the participant that day, such as a square metre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intensity:
    """What was given of a drug until now, exactly."""

    cycles: int
    first: date
    last: date
    total: Fraction | None
    weeks: Fraction
    a_week: Fraction | None
    planned_a_week: Fraction | None
    total_by_size: Fraction | None

    @property
    def relative(self) -> Fraction | None:
        """What was given a week, in per cent of what the study gives in one."""
        if self.a_week is None or not self.planned_a_week:
            return None
        return 100 * self.a_week / self.planned_a_week


def intensity(portions: Sequence[Portion]) -> Intensity:
    """The dose intensity of one drug, over all the cycles that began.

    Received: all that was given, by the weeks from the first day of the first cycle to the day on
    which the cycle after the last would begin. Planned: the full doses of those cycles, by the
    weeks that the cycles themselves take; a delay is in the first time alone. Their ratio is the
    relative dose intensity (Hryniuk and Goodyear, J Clin Oncol 1990;8:1935; recalled).
    """
    first = min(portions, key=lambda one: one.on)
    last = max(portions, key=lambda one: one.on)
    until = last.on + timedelta(days=last.every)
    weeks = Fraction((until - first.on).days, WEEK)
    total, full = _sum(one.given for one in portions), _sum(one.full for one in portions)
    planned_weeks = Fraction(sum(one.every for one in portions), WEEK)
    return Intensity(
        cycles=len(portions),
        first=first.on,
        last=last.on,
        total=total,
        weeks=weeks,
        a_week=None if total is None else total / weeks,
        planned_a_week=None if full is None else full / planned_weeks,
        total_by_size=_sum(one.by_size for one in portions),
    )


def intensities(study: Study, subject: Subject) -> Iterator[tuple[Drug, Intensity]]:
    """Of every drug of which anything was given, in the order of the study file."""
    treatment = study.treatment
    for drug in treatment.drugs if treatment else ():
        portions = list(_portions(study, treatment, subject, drug)) if treatment else []
        if any(one.given != 0 for one in portions):
            yield drug, intensity(portions)


def _portions(
    study: Study, treatment: Treatment, subject: Subject, drug: Drug
) -> Iterator[Portion]:
    for regimen in treatment.regimens:
        parts = [part for part in regimen.parts if part.drug == drug.id]
        if any(part.into for part in parts):
            yield from _through_pump(study, subject, regimen, parts[0], drug)
        elif parts:
            yield from _of_regimen(study, subject, regimen, parts, drug)


def _of_regimen(
    study: Study,
    subject: Subject,
    regimen: Regimen,
    parts: Sequence[DosePart],
    drug: Drug,
) -> Iterator[Portion]:
    """One for each cycle of a regimen in which anything was given."""
    of_regimen = [one for one in subject.treatment.given if one.regimen == regimen.id]
    counted = {one.of: one.taken for one in taken(study, subject) if one.drug.id == drug.id}
    for cycle in sorted({one.cycle for one in of_regimen}):
        doses = [one for one in of_regimen if one.cycle == cycle]
        on = min(one.on for one in doses)
        facts = _then(study, subject, on)
        amounts = [
            (one.on, Decimal(one.doses[part.id]))
            for one in doses
            for part in parts
            if part.id in one.doses
        ]
        given: Decimal | None = sum((amount for _, amount in amounts), Decimal(0))
        had = [p for p in parts if not p.optional or any(p.id in one.doses for one in doses)]
        if drug.tablets:
            given = counted.get((regimen.id, cycle))
        yield Portion(
            on=on,
            every=regimen.every,
            given=given,
            full=_full(study, had, facts),
            by_size=_by_size(study, subject, drug, amounts),
        )


def _through_pump(
    study: Study, subject: Subject, regimen: Regimen, part: DosePart, drug: Drug
) -> Iterator[Portion]:
    """One for each filling with the drug that was emptied: what ran in, beside what runs in."""
    substance = study.pump.substance(drug.id) if study.pump else None
    for row in SubjectFacts(study, subject, date.max).rows(FILLINGS.name) or ():
        on = row["filled_on"].value
        if row["substance"].value != drug.id or "delivered" not in row or not isinstance(on, date):
            continue
        amount = row["delivered"].value
        facts = _then(study, subject, on)
        yield Portion(
            on=on,
            every=regimen.every,
            given=amount if isinstance(amount, Decimal) else None,
            full=_runs_in(study, part, facts, substance.stays if substance else None),
        )


def _runs_in(
    study: Study, part: DosePart, facts: SubjectFacts, stays: Decimal | None
) -> Decimal | None:
    """How much of a full load runs in at the verified flow, in the days that it stays."""
    load = full_dose(study, part, facts)
    flow, reservoir = (_value(study, fact.name, facts) for fact in (FLOW, RESERVOIR))
    if load is None or stays is None or flow is None or not reservoir:
        return None
    return load * min(flow * stays / reservoir, Decimal(1))


def _full(study: Study, parts: Iterable[DosePart], facts: SubjectFacts) -> Decimal | None:
    """What a cycle gives of a drug in full, on all its days."""
    total = Decimal(0)
    for part in parts:
        if not is_part(part, facts.subject, facts):
            continue
        dose = full_dose(study, part, facts)
        if dose is None:
            return None
        total += dose * len(part.days) * part.in_a_row * part.times_a_day
    return total


def _by_size(
    study: Study, subject: Subject, drug: Drug, amounts: Iterable[tuple[date, Decimal]]
) -> Decimal | None:
    """Each amount by the size of that day; None where the study names none, or it is not known."""
    total = Decimal(0)
    for on, amount in amounts if drug.per else ():
        size = _value(study, drug.per or "", _then(study, subject, on))
        if not size:
            return None
        total += amount / size
    return total if drug.per else None


def _then(study: Study, subject: Subject, on: date) -> SubjectFacts:
    """The facts as they were recorded for a day: no weight of a later one."""
    copies = {
        form: [record for record in records if record.on <= on]
        for form, records in subject.forms.by_form().items()
    }
    return SubjectFacts(study, subject, on, copies=copies)


def _value(study: Study, name: str, facts: SubjectFacts) -> Decimal | None:
    found = value_of(Name(name), study.vocabulary, facts, facts.on)
    return found if isinstance(found, Decimal) else None


def _sum(numbers: Iterable[Decimal | None]) -> Fraction | None:
    total = Fraction(0)
    for number in numbers:
        if number is None:
            return None
        total += Fraction(number)
    return total

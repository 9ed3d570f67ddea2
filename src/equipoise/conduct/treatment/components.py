"""Of what a preparation is made up: the product, what is added, and fluid to its volume."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.subject import Subject
from equipoise.conduct.treatment.stops import amount_of
from equipoise.logic.extremes import half_up
from equipoise.study.facts import Fact
from equipoise.study.model import Study
from equipoise.study.sections.additives import Additive
from equipoise.study.sections.pump_facts import RESERVOIR
from equipoise.study.sections.treatment import PUMP, DosePart, Treatment, quantity

__all__ = ["Added", "Components", "components", "fill_of", "of_pump", "strengths_of"]


@dataclass(frozen=True, slots=True)
class Added:
    """How much of an additive goes in, and in how much of its product."""

    additive: Additive
    amount: Decimal
    strength: Decimal
    volume: Decimal


@dataclass(frozen=True, slots=True)
class Components:
    """Of what a preparation is made up, in mL; all together are its volume."""

    drug: Decimal
    added: tuple[Added, ...]
    fluid: Decimal

    @property
    def volumes(self) -> tuple[Decimal, ...]:
        """All that go together."""
        return (self.drug, *(one.volume for one in self.added), self.fluid)


def strengths_of(part: DosePart) -> Iterator[str]:
    """By which names strengths are typed in: that of the dose, and of each thing that is added."""
    yield part.id
    yield from (f"{part.id}.{one.id}" for one in part.additives)


def fill_of(study: Study, subject: Subject, part: DosePart, on: date) -> Decimal | None:
    """The volume that it is made up to: its own, or what the reservoir of this pump holds."""
    if part.into == PUMP:
        return of_pump(study, subject, RESERVOIR, on)
    return quantity(part.volume, "mL")


def components(
    treatment: Treatment,
    part: DosePart,
    fill: Decimal | None,
    dose: str,
    strengths: Mapping[str, str] = MappingProxyType({}),
) -> Components | None:
    """How much of each; None where no volume, strength or amount of an additive is known.

    :param strengths: those that were typed in, where they are others than the usual ones
    """
    drug, amount = treatment.drug_of[part.drug], amount_of(dose)
    known = amount_of(strengths.get(part.id, "")) or quantity(drug.strength, f"{drug.unit}/mL")
    if fill is None or amount is None or not known:
        return None
    added = [_added(part, one, fill, strengths) for one in part.additives]
    if not all(added):
        return None
    found = tuple(one for one in added if one)
    own = half_up(amount / known, 2)
    return Components(own, found, fill - own - sum(one.volume for one in found))


def _added(
    part: DosePart, additive: Additive, fill: Decimal, strengths: Mapping[str, str]
) -> Added | None:
    amount = additive.amount_in(fill)
    strength = amount_of(strengths.get(f"{part.id}.{additive.id}", "")) or additive.strength
    if amount is None:
        return None
    return Added(additive, amount, strength, half_up(amount / strength, 2))


def of_pump(study: Study, subject: Subject, fact: Fact, on: date) -> Decimal | None:
    """A number that is known of the pump that is in place, in the unit of the fact."""
    found = SubjectFacts(study, subject, on).observations(fact.name)
    value = found[-1].value if found else None
    return value if isinstance(value, Decimal) else None

"""The doses of all regimens: what they are called, and which of them go into the pump."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from equipoise.study.sections.treatment import PUMP, DosePart, Regimen, Treatment

if TYPE_CHECKING:
    from equipoise.study.model import Study

__all__ = ["into_pump", "parts_of"]


def parts_of(study: Study) -> dict[str, Mapping[str, str]]:
    """What every dose of every regimen is called, by its id."""
    treatment = study.treatment
    if treatment is None:
        return {}
    return {name: treatment.called(part) for name, part in treatment.part_of.items()}


def into_pump(treatment: Treatment, drug: str) -> Iterator[tuple[Regimen, DosePart]]:
    """The doses that bring a drug into the pump, each with its regimen."""
    for regimen in treatment.regimens:
        for part in regimen.parts:
            if part.into == PUMP and part.drug == drug:
                yield regimen, part

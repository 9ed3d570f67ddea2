"""What the chapter of treatment leaves for criteria, windows, stops and decision tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.logic.facts import FactType, Kind
from equipoise.study.catalogue import everywhere
from equipoise.study.facts import Fact, labels_of
from equipoise.study.reason import Phrase

if TYPE_CHECKING:
    from equipoise.study.model import Study

__all__ = [
    "CYCLES_NOT_GIVEN",
    "DOSES",
    "DOSES_PLANNED",
    "FACTS",
    "FIRST_DOSE_ON",
    "LAST_DOSE_ON",
    "REGIMEN_PLANNED",
    "WHYS",
]

WHYS = {
    "blood": Phrase("Blood values"),
    "side-effects": Phrase("Toxicity"),
    "infection": Phrase("Infection or illness"),
    "operation": Phrase("Operation or local treatment"),
    "progression": Phrase("Progression"),
    "wish": Phrase("Wish of the participant"),
    "hospital": Phrase("The hospital could not do it"),
    "other": Phrase("Another reason"),
}
"""Why a cycle is put off or left out."""


def _doses(study: Study) -> FactType | None:
    """The list of doses that were given; where all drugs are in one unit the amount is in it."""
    treatment = study.treatment
    if treatment is None:
        return None
    units = {drug.unit for drug in treatment.drugs}
    columns = (
        FactType(name="drug", kind=Kind.TEXT, choices=labels_of(treatment, "drugs")),
        FactType(name="given_on", kind=Kind.DATE),
        FactType(name="amount", kind=Kind.QUANTITY, unit=units.pop() if len(units) == 1 else ""),
        FactType(name="level", kind=Kind.QUANTITY, unit="%"),
        FactType(name="cycle", kind=Kind.NUMBER),
        FactType(name="regimen", kind=Kind.TEXT, choices=labels_of(treatment, "regimens")),
    )
    return FactType(name="doses", kind=Kind.LIST, columns={one.name: one for one in columns})


def _planned(study: Study) -> FactType | None:
    """The list of doses that were planned, by the same columns as those that were given."""
    given = _doses(study)
    if given is None:
        return None
    columns = dict(given.columns)
    kept = {name: columns[name] for name in ("drug", "amount", "cycle", "regimen")}
    kept |= {name: FactType(name=name, kind=Kind.DATE) for name in ("day", "checked_on")}
    kept["stands"] = FactType(name="stands", kind=Kind.YES_NO)
    return FactType(name="doses_planned", kind=Kind.LIST, columns=kept)


def _regimen(study: Study) -> FactType:
    choices = labels_of(study.treatment, "regimens")
    return FactType(name="regimen_planned", kind=Kind.TEXT, choices=choices)


def _not_given(study: Study) -> FactType:
    whys = {why: everywhere(phrase.sentence) for why, phrase in WHYS.items()}
    columns = (
        FactType(name="regimen", kind=Kind.TEXT, choices=labels_of(study.treatment, "regimens")),
        FactType(name="cycle", kind=Kind.NUMBER),
        FactType(name="decided_on", kind=Kind.DATE),
        FactType(name="put_off_until", kind=Kind.DATE),
        FactType(name="why", kind=Kind.TEXT, choices=whys),
    )
    return FactType(
        name="cycles_not_given", kind=Kind.LIST, columns={one.name: one for one in columns}
    )


DOSES = Fact(name="doses", kind=Kind.LIST, label="doses that were given", of_study=_doses)
DOSES_PLANNED = Fact(
    name="doses_planned", kind=Kind.LIST, label="doses that were planned", of_study=_planned
)
CYCLES_NOT_GIVEN = Fact(
    name="cycles_not_given",
    kind=Kind.LIST,
    label="cycles that were put off or left out",
    section="treatment",
    of_study=_not_given,
)
REGIMEN_PLANNED = Fact(
    name="regimen_planned",
    kind=Kind.TEXT,
    label="regimen of the last cycle",
    section="treatment",
    of_study=_regimen,
)
FIRST_DOSE_ON = Fact(
    name="first_dose_on",
    kind=Kind.DATE,
    label="day of the first dose",
    event=True,
    section="treatment",
)
LAST_DOSE_ON = Fact(
    name="last_dose_on",
    kind=Kind.DATE,
    label="day of the last dose",
    event=True,
    section="treatment",
)
FACTS = (DOSES, DOSES_PLANNED, CYCLES_NOT_GIVEN, REGIMEN_PLANNED, FIRST_DOSE_ON, LAST_DOSE_ON)

"""What a pump leaves for criteria, windows, stops and decision tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.logic.facts import FactType, Kind
from equipoise.study.facts import Fact, labels_of

if TYPE_CHECKING:
    from equipoise.study.model import Study

__all__ = [
    "DRUG_EMPTIED_ON",
    "DRUG_FROM",
    "DRUG_LAST_ON",
    "EMPTY_BY",
    "EXPLANTED_ON",
    "FACTS",
    "FILLED_ON",
    "FILLINGS",
    "FLOW",
    "FLOW_DEVIATION",
    "FLOW_MEASURED_ON",
    "IMPLANTED_ON",
    "MODEL",
    "OUTSIDE",
    "RELEASED",
    "RELEASED_ON",
    "RESERVOIR",
    "RUNS_DRY_ON",
    "SOLUTION",
]


def _models(study: Study) -> FactType:
    return FactType(name="pump_model", kind=Kind.TEXT, choices=labels_of(study.pump, "models"))


def _substances(study: Study) -> FactType:
    choices = labels_of(study.pump, "substances")
    return FactType(name="pump_solution", kind=Kind.TEXT, choices=choices)


def _fillings(study: Study) -> FactType:
    columns = (
        FactType(name="substance", kind=Kind.TEXT, choices=labels_of(study.pump, "substances")),
        FactType(name="filled_on", kind=Kind.DATE),
        FactType(name="dose", kind=Kind.QUANTITY, unit="mg"),
        FactType(name="delivered", kind=Kind.QUANTITY, unit="mg"),
    )
    return FactType(name="fillings", kind=Kind.LIST, columns={one.name: one for one in columns})


DRUG_FROM = Fact(
    name="pump_drug_from",
    kind=Kind.DATE,
    label="day on which a drug first went into a pump",
    event=True,
    section="pump",
)
DRUG_LAST_ON = Fact(
    name="pump_drug_last_on",
    kind=Kind.DATE,
    label="earlier day on which a drug last went into a pump",
    section="pump",
)
DRUG_EMPTIED_ON = Fact(
    name="pump_drug_emptied_on",
    kind=Kind.DATE,
    label="day on which a pump was last emptied of a drug",
    section="pump",
)
FILLINGS = Fact(
    name="fillings",
    kind=Kind.LIST,
    label="fillings of the pump",
    section="pump",
    of_study=_fillings,
)
IMPLANTED_ON = Fact(
    name="pump_implanted_on",
    kind=Kind.DATE,
    label="day on which the pump was implanted",
    event=True,
    section="pump",
)
EXPLANTED_ON = Fact(
    name="pump_explanted_on",
    kind=Kind.DATE,
    label="day on which the pump was taken out",
    event=True,
    section="pump",
)
MODEL = Fact(
    name="pump_model", kind=Kind.TEXT, label="model of the pump", section="pump", of_study=_models
)
RESERVOIR = Fact(
    name="pump_reservoir",
    kind=Kind.QUANTITY,
    label="volume of the pump's reservoir",
    unit="mL",
    section="pump",
)
FLOW = Fact(
    name="pump_flow",
    kind=Kind.QUANTITY,
    label="verified flow of this pump",
    unit="mL/d",
    section="pump",
)
FLOW_MEASURED_ON = Fact(
    name="pump_flow_measured_on",
    kind=Kind.DATE,
    label="day on which the flow of the pump was last measured",
    section="pump",
)
FLOW_DEVIATION = Fact(
    name="pump_flow_deviation",
    kind=Kind.QUANTITY,
    label="last deviation of the pump's flow",
    unit="%",
    section="pump",
)
SOLUTION = Fact(
    name="pump_solution",
    kind=Kind.TEXT,
    label="what is in the pump",
    section="pump",
    of_study=_substances,
)
FILLED_ON = Fact(
    name="pump_filled_on",
    kind=Kind.DATE,
    label="day on which the pump was last filled",
    section="pump",
)
RUNS_DRY_ON = Fact(
    name="pump_dry_on",
    kind=Kind.DATE,
    label="day on which the pump runs dry",
    section="pump",
)
EMPTY_BY = Fact(
    name="pump_empty_by",
    kind=Kind.DATE,
    label="day by which the pump must be emptied",
    section="pump",
)
RELEASED = Fact(
    name="pump_released",
    kind=Kind.YES_NO,
    label="pump released by its perfusion scan",
    section="pump",
)
RELEASED_ON = Fact(
    name="pump_released_on",
    kind=Kind.DATE,
    label="day on which the pump was released",
    section="pump",
)
OUTSIDE = Fact(
    name="pump_outside",
    kind=Kind.YES_NO,
    label="perfusion outside the liver on any perfusion scan through the pump",
    section="pump",
)
FACTS = (
    OUTSIDE,
    FILLINGS,
    DRUG_FROM,
    DRUG_LAST_ON,
    DRUG_EMPTIED_ON,
    RELEASED,
    RELEASED_ON,
    IMPLANTED_ON,
    EXPLANTED_ON,
    MODEL,
    RESERVOIR,
    FLOW,
    FLOW_MEASURED_ON,
    FLOW_DEVIATION,
    SOLUTION,
    FILLED_ON,
    RUNS_DRY_ON,
    EMPTY_BY,
)

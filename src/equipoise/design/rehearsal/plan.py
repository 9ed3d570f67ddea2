"""The plan of a rehearsal: how fast people come, what is measured of them, how they fare.

It stands in `rehearsal.yaml` beside the study file. All its figures are inventions or come from
sibling trials; none says anything about the trial itself.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from equipoise.study.load import Invalid
from equipoise.study.parts import Code, Part, Source
from equipoise.study.places import Place, Places, Problem, read_yaml

__all__ = ["Accrual", "Events", "Plan", "Survival", "ValuePlan", "Votes", "load_plan"]


class ValuePlan(Part):
    """How one item is answered. One of the ways is given; `unit` and `uln` go with it."""

    normal: tuple[Decimal, Decimal] | None = Field(default=None, description="mean, sd")
    lognormal: tuple[Decimal, Decimal] | None = Field(default=None, description="median, sigma")
    decimals: int = 1
    least: Decimal | None = None
    most: Decimal | None = None
    choice: dict[str, Decimal] = Field(default={}, description="code: weight")
    yes: Decimal | None = Field(default=None, description="the chance of yes")
    days_before: tuple[int, int] | None = Field(
        default=None, description="a date this many days before the form's own"
    )
    always: str | None = None
    rows: "RowPlan | None" = None
    by_arm: dict[Code, "ValuePlan"] = Field(default={}, description="arm: another way for it")
    unit: str = ""
    uln: Decimal | None = None
    lln: Decimal | None = None
    missing: Decimal = Decimal(0)


class RowPlan(Part):
    """How a list is answered: the chance of a row, at most so many, and its columns."""

    chance: Decimal
    most: int = 1
    columns: dict[str, ValuePlan]


class Accrual(Part):
    """People screened per month once the trial is up to speed, and how long that takes."""

    per_month: Decimal = Field(gt=0)
    from_per_month: Decimal = Field(gt=0)
    ramp_months: Decimal = Decimal(0)
    source: Source


class Component(Part):
    """A share of the people whose survival is exponential with this median, in months."""

    share: Decimal
    median: Decimal


class Survival(Part):
    """A mixture of exponentials for the reference arm, and hazard ratios for the others."""

    mixture: tuple[Component, ...]
    hazard_ratio: dict[Code, Decimal] = {}
    source: Source


class Votes(Part):
    """The panel's vote model: a latent score of case, surgeon and chance, and its cut-points."""

    case_variance: Decimal
    surgeon_sd: Decimal
    first: dict[str, Decimal] = Field(description="category: share, in the order of the score")
    later: dict[str, Decimal]
    days_median: Decimal
    days_sigma: Decimal
    source: Source


class Events(Part):
    """What befalls people besides death."""

    progression: Survival | None = None
    progression_places: dict[str, Decimal] = {"liver": Decimal(1)}
    local_treatment_chance: Decimal = Decimal(0)
    local_treatment_when: str = Field(
        default="", description="the panel's category that leads to it"
    )
    residual: dict[str, Decimal] = {"R0": Decimal(1)}
    withdrawal_per_year: Decimal = Decimal(0)
    lost_per_year: Decimal = Decimal(0)


class Plan(Part):
    """A whole rehearsal."""

    start: date
    accrual: Accrual
    follow_up_months: int = Field(default=24, description="after the last one was randomised")
    people: dict[str, int] = Field(default={}, description="role: how many, at each site or in all")
    site_weights: dict[str, Decimal] = {}
    values: dict[str, ValuePlan] = {}
    votes: Votes | None = None
    panel_visits: tuple[str, ...] = Field(default=(), description="visits after which it is asked")
    survival: Survival
    events: Events = Events()
    visit_missed: Decimal = Decimal("0.03")
    source: Source


def load_plan(folder: Path) -> Plan:
    """The rehearsal of the study in this folder.

    :raises Invalid: with every error, each with file and line
    """
    path, places = folder / "rehearsal.yaml", Places()
    if not path.is_file():
        raise Invalid([Problem(Place(str(path), 1), "", "there is no such file")])
    data = read_yaml(path, str(path), places)
    try:
        return Plan.model_validate(data)
    except ValidationError as error:
        raise Invalid([_problem(found, places) for found in error.errors()]) from error


def _problem(error: Any, places: Places) -> Problem:
    key = tuple(part for part in error["loc"] if isinstance(part, (str, int)))
    return Problem(places.place(key), places.path(key), error["msg"])

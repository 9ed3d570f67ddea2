"""The plan of a rehearsal: how fast people come, what is measured of them, how they fare.

It stands in `rehearsal.yaml` beside the study file. All its figures are inventions or come from
sibling trials; none says anything about the trial itself.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from equipoise.study.load import Invalid
from equipoise.study.model import Study
from equipoise.study.parts import Code, Part, Source
from equipoise.study.places import Key, Place, Places, Problem, Unparsable, read_yaml

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


def load_plan(folder: Path, study: Study | None = None) -> Plan:
    """The rehearsal of the study in this folder.

    :param study: what its names must be known to
    :raises Invalid: with every error, each with file and line
    """
    path, places = folder / "rehearsal.yaml", Places()
    if not path.is_file():
        raise Invalid([Problem(Place(str(path), 1), "", "there is no such file")])
    try:
        data = read_yaml(path, str(path), places)
    except Unparsable as error:
        raise Invalid(error.problems) from error
    try:
        plan = Plan.model_validate(data)
    except ValidationError as error:
        raise Invalid([_problem(found, places) for found in error.errors()]) from error
    if study and (problems := list(_strangers(plan, study, places))):
        raise Invalid(problems)
    return plan


def _strangers(plan: Plan, study: Study, places: Places) -> Iterator[Problem]:
    """Names in the plan that the study does not know."""
    arms, categories = set(study.arm_of), set[str]()
    if study.panel:
        categories = {category.id for category in study.panel.categories}
    named: list[tuple[Key, str, Iterable[str], Iterable[str]]] = [
        (("people",), "role", plan.people, study.role_of),
        (("site_weights",), "site", plan.site_weights, study.site_of),
        (("values",), "item", plan.values, study.items),
        (("panel_visits",), "visit", plan.panel_visits, study.visit_of),
        (("survival", "hazard_ratio"), "arm", plan.survival.hazard_ratio, arms),
    ]
    if plan.votes:
        named.append((("votes", "first"), "category", plan.votes.first, categories))
        named.append((("votes", "later"), "category", plan.votes.later, categories))
    for key, what, names, known in named:
        for name in names:
            if name not in known:
                place = places.place((*key, name))
                because = f"the study has no {what} {name!r}"
                yield Problem(place, places.path((*key, name)), because)
    if study.panel and not plan.votes:
        yield Problem(places.place(()), "votes", "the study has a panel; say how it votes")


def _problem(error: Any, places: Places) -> Problem:
    key = tuple(part for part in error["loc"] if isinstance(part, (str, int)))
    return Problem(places.place(key), places.path(key), error["msg"])

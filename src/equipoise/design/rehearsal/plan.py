"""The plan of a rehearsal: how fast people come, what is measured of them, how they fare.

It stands in `rehearsal.yaml` beside the study file. All its figures are inventions or come from
sibling trials; none says anything about the trial itself.
"""

import sys
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from equipoise.design.rehearsal import plan_values
from equipoise.design.rehearsal.habits import HABITS
from equipoise.design.rehearsal.plan_values import ValuePlan, misfitting
from equipoise.study.load import Invalid
from equipoise.study.misread import problems_of
from equipoise.study.model import Study
from equipoise.study.parts import Code, Day, Number, Part, Source, Whole, YesNo
from equipoise.study.places import Key, Place, Places, Problem, Unparsable, read_yaml

__all__ = ["Events", "Plan", "ScreeningRate", "Survival", "ValuePlan", "Votes", "load_plan"]


class ScreeningRate(Part):
    """People screened per month once the trial is up to speed, and how long that takes."""

    per_month: Number = Field(gt=0)
    from_per_month: Number = Field(gt=0)
    ramp_months: Number = Decimal(0)
    source: Source


class Component(Part):
    """A share of the people whose survival is exponential with this median, in months."""

    share: Number
    median: Number


class Survival(Part):
    """A mixture of exponentials for the reference arm, and hazard ratios for the others."""

    mixture: tuple[Component, ...]
    hazard_ratio: dict[Code, Number] = {}
    source: Source


class Votes(Part):
    """The panel's vote model: a latent score of case, reader and chance, and its cut-points."""

    case_variance: Number
    surgeon_sd: Number
    first: dict[str, Number] = Field(description="category: share, in the order of the score")
    later: dict[str, Number]
    days_median: Number
    days_sigma: Number
    source: Source


class Events(Part):
    """What befalls people besides death."""

    progression: Survival | None = None
    progression_places: dict[str, Number] = {"liver": Decimal(1)}
    local_treatment_chance: Number = Decimal(0)
    local_treatment_when: str = Field(
        default="", description="the panel's category that leads to it"
    )
    residual: dict[str, Number] = {"R0": Decimal(1)}
    withdrawal_per_year: Number = Decimal(0)
    lost_per_year: Number = Decimal(0)


class Activating(Part):
    """How hospitals take up an amendment, and how many consent again."""

    within: tuple[Whole, Whole] = Field(
        default=(0, 90),
        description="days after the amendment, or the start, between which they activate it",
    )
    signs_again: Number = Field(
        default=Decimal("0.95"), description="the share of those asked who consent again"
    )


class Plan(Part):
    """A whole rehearsal."""

    start: Day
    accrual: ScreeningRate
    follow_up_months: Whole = Field(default=24, description="after the last one was randomised")
    people: dict[str, Whole] = Field(
        default={}, description="role: how many, at each site or in all"
    )
    site_weights: dict[str, Number] = {}
    values: dict[str, ValuePlan] = {}
    votes: Votes | None = None
    panel_visits: tuple[str, ...] = Field(default=(), description="visits after which it is asked")
    survival: Survival
    events: Events = Events()
    amendments: dict[str, Activating] = Field(
        default={}, description="how each is taken up; in the usual way where nothing is said"
    )
    habits: dict[str, Any] = Field(
        default={}, description="what befalls people in a chapter, each with figures of its own"
    )
    locked: YesNo = Field(
        default=False, description="whether everybody and the study are locked at its end"
    )
    visit_missed: Number = Decimal("0.03")
    visit_days: dict[str, tuple[Whole, Whole]] = Field(
        default={}, description="days after the first of its window on which it is held; else any"
    )
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
        modules = (sys.modules[__name__], plan_values)
        raise Invalid(problems_of(error, places, modules=modules)) from error
    plan = plan.model_copy(update={"habits": _habits(plan.habits, places)})
    if study is None:
        return plan
    misfits = (
        Problem(places.place(key), places.path(key), because)
        for key, because in misfitting(study, plan.values)
    )
    if problems := [*_strangers(plan, study, places), *misfits]:
        raise Invalid(problems)
    return plan


def _habits(told: dict[str, Any], places: Places) -> dict[str, Any]:
    """The figures of each chapter, as its habit reads them.

    :raises Invalid: with every error, each with file and line
    """
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, figures in told.items():
        at = ("habits", name)
        if name not in HABITS:
            because = f"nobody knows how people fare in {name!r}; there are {', '.join(HABITS)}"
            problems.append(Problem(places.place(at), places.path(at), because))
            continue
        try:
            found[name] = HABITS[name].plan.model_validate(figures)
        except ValidationError as error:
            module = sys.modules[HABITS[name].plan.__module__]
            problems += problems_of(error, places, at=at, modules=(module,))
    if problems:
        raise Invalid(problems)
    return found


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
        (("visit_days",), "visit", plan.visit_days, study.visit_of),
        (("amendments",), "amendment", plan.amendments, study.amendment_of),
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

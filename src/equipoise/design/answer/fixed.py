"""What the participants can show without an interim look, and what changes it.

Lost participants bring nothing: the accrual is made smaller by their share, the designer's rule of
thumb. It is a little stricter than drop-out at a constant rate, which `what_if` gives beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from equipoise.design import logrank, nonproportional
from equipoise.design.accrual import Setting, proportional, uniform
from equipoise.design.answer.assumed import Assumptions
from equipoise.design.effect import LogrankEvents
from equipoise.design.hazards import Piecewise, dropout_of, from_median
from equipoise.design.incidence import NEVER
from equipoise.design.logrank_method import LogrankTrial
from equipoise.design.nonproportional import AverageRatioTrial, delayed_effect
from equipoise.design.problems import BadDesign, Problem, not_negative, positive

__all__ = ["Case", "WhatIf", "cases", "needed", "planned", "setting_of", "smallest", "what_if"]

RATIOS = (0.60, 0.65, 0.70, 0.75)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One set of assumptions: events and power at the end, and the hazard ratio it can show."""

    control_median: float
    follow_up: float
    hazard_ratio: float
    events: float
    power: float
    smallest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The same trial with one assumption changed."""

    what: str
    trial: LogrankTrial | AverageRatioTrial


def setting_of(assumed: Assumptions, dropout: Piecewise = NEVER) -> Setting:
    """Survival and accrual as assumed. Raises BadDesign."""
    counted = assumed.participants.value * (1 - assumed.lost.value)
    return proportional(
        control=from_median(assumed.control_median.value),
        hazard_ratio=assumed.hazard_ratio.value,
        accrual=uniform(counted, assumed.accrual.value),
        ratio=assumed.ratio.value,
        dropout=dropout,
    )


def problems(assumed: Assumptions) -> Iterator[Problem]:
    """What is wrong with the figures themselves, before anything is computed."""
    for name, what, figure in (
        ("participants", "the number of participants", assumed.participants),
        ("hazard_ratio", "the hazard ratio", assumed.hazard_ratio),
        ("control_median", "a median survival", assumed.control_median),
        ("accrual", "the length of accrual", assumed.accrual),
    ):
        yield from positive(f"design.{name}", what, figure.value)
    yield from not_negative("design.follow_up", "follow-up", assumed.follow_up.value)
    if assumed.control_median_mixture is not None:
        place = "design.control_median_mixture"
        yield from positive(place, "a median survival", assumed.control_median_mixture.value)
    if assumed.hazard_ratio.value >= 1:
        remedy = "Give the effect to be shown, such as 0.7."
        because = "a hazard ratio of 1 or more is no benefit to show"
        yield Problem("design.hazard_ratio", because, assumed.hazard_ratio.value, remedy)


def planned(assumed: Assumptions, dropout: Piecewise = NEVER) -> LogrankTrial:
    """The trial as planned, analysed when the last participant has had the whole follow-up."""
    setting = setting_of(assumed, dropout)
    return logrank.power(setting, duration=assumed.duration, test=assumed.test)


def needed(assumed: Assumptions) -> LogrankEvents:
    """The events with which the hazard ratio would be shown with the power wanted."""
    return logrank.events_needed(hazard_ratio=assumed.hazard_ratio.value, test=assumed.test)


def reached(assumed: Assumptions) -> float | None:
    """The month in which the events needed are expected; None when they never are."""
    try:
        return logrank.duration(setting_of(assumed), test=assumed.test).duration
    except BadDesign:
        return None


def smallest(assumed: Assumptions) -> LogrankTrial:
    """The hazard ratio nearest to 1 that the trial shows with the power wanted."""
    setting = setting_of(assumed)
    return logrank.detectable_ratio(setting, duration=assumed.duration, test=assumed.test)


def cases(assumed: Assumptions) -> tuple[Case, ...]:
    """Each control median of the file, with less follow-up and with all of it, and more ratios."""
    medians = [assumed.control_median.value]
    if assumed.control_median_mixture is not None:
        medians.append(assumed.control_median_mixture.value)
    months = assumed.follow_up.value
    shorter = [months - 12] if months >= 24 else []
    ratios = sorted({*RATIOS, assumed.hazard_ratio.value})
    return tuple(
        _case(assumed.with_values(control_median=median, follow_up=follow_up, hazard_ratio=ratio))
        for median, follow_up, ratio in product(medians, (*shorter, months), ratios)
    )


def _case(assumed: Assumptions) -> Case:
    found = planned(assumed)
    return Case(
        control_median=assumed.control_median.value,
        follow_up=assumed.follow_up.value,
        hazard_ratio=assumed.hazard_ratio.value,
        events=found.events,
        power=found.power,
        smallest=smallest(assumed).hazard_ratio,
    )


def what_if(assumed: Assumptions) -> tuple[WhatIf, ...]:
    """One assumption after another changed, the others as they are."""
    changed, months, lost = assumed.with_values, assumed.accrual.value, assumed.lost.value
    by_rate = dropout_of(lost, by=assumed.duration)
    fewer, more = assumed.participants.value * 0.9, 2 * assumed.ratio.value
    found = [
        _changed("as assumed", assumed),
        _changed(f"accrual in {months * 0.8:.0f} months", changed(accrual=months * 0.8)),
        _changed(f"accrual in {months * 1.25:.0f} months", changed(accrual=months * 1.25)),
        _changed("a tenth fewer participants", changed(participants=fewer)),
        _changed("nobody lost", changed(lost=0.0)),
        _changed("twice as many lost", changed(lost=min(2 * lost, 0.99))),
        _changed("lost at a constant rate", changed(lost=0.0), by_rate),
        _changed("twice as many on experimental", changed(ratio=more)),
    ]
    return (*found, *(_delayed(assumed, delay) for delay in (3.0, 6.0)))


def _changed(what: str, assumed: Assumptions, dropout: Piecewise = NEVER) -> WhatIf:
    return WhatIf(what=what, trial=planned(assumed, dropout))


def _delayed(assumed: Assumptions, delay: float) -> WhatIf:
    """The effect begins late, as when an operation comes first."""
    same = setting_of(assumed)
    assert isinstance(same.control, Piecewise)
    late = delayed_effect(same.control, delay=delay, hazard_ratio=assumed.hazard_ratio.value)
    setting = replace(same, treatment=late)
    trial = nonproportional.power(setting, duration=assumed.duration, test=assumed.test)
    return WhatIf(what=f"no effect in the first {delay:.0f} months", trial=trial)

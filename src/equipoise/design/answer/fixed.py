"""What the participants can show without an interim look, and what changes it.

Lost participants bring nothing: the accrual is made smaller by their share, the designer's rule of
thumb. It is a little stricter than drop-out at a constant rate, which `what_if` gives beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from equipoise.design import logrank, nonproportional
from equipoise.design.accrual import Setting, proportional, uniform
from equipoise.design.answer.assumed import Assumptions
from equipoise.design.effect import LogrankEvents
from equipoise.design.hazards import Piecewise, dropout_of, from_median
from equipoise.design.incidence import NEVER
from equipoise.design.logrank_method import LogrankTrial
from equipoise.design.nonproportional import delayed_effect
from equipoise.design.problems import BadDesign, Problem, not_negative, positive

__all__ = ["Case", "Changed", "cases", "needed", "planned", "setting_of", "smallest", "what_if"]

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
class Changed:
    """The same trial with one assumption changed."""

    what: str
    participants: float
    duration: float
    events: float
    power: float


def setting_of(
    assumed: Assumptions,
    *,
    hazard_ratio: float | None = None,
    control_median: float | None = None,
    accrual: float | None = None,
    ratio: float | None = None,
    participants: float | None = None,
    lost: float | None = None,
    dropout: Piecewise = NEVER,
) -> Setting:
    """The world as assumed, with what is named here put in its place. Raises BadDesign."""
    enrolled = assumed.participants.value if participants is None else participants
    share = assumed.lost.value if lost is None else lost
    length = assumed.accrual.value if accrual is None else accrual
    return proportional(
        control=from_median(
            assumed.control_median.value if control_median is None else control_median
        ),
        hazard_ratio=assumed.hazard_ratio.value if hazard_ratio is None else hazard_ratio,
        accrual=uniform(enrolled * (1 - share), length),
        ratio=assumed.ratio.value if ratio is None else ratio,
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


def planned(assumed: Assumptions) -> LogrankTrial:
    """The trial as planned, analysed when the last participant has had the whole follow-up."""
    return logrank.power(
        setting_of(assumed),
        duration=assumed.accrual.value + assumed.follow_up.value,
        test=assumed.test,
    )


def needed(assumed: Assumptions) -> LogrankEvents:
    """The events with which the hazard ratio would be shown with the power wanted."""
    return logrank.events_needed(hazard_ratio=assumed.hazard_ratio.value, test=assumed.test)


def reached(assumed: Assumptions) -> float | None:
    """The month in which the events needed are expected; None when they never are."""
    try:
        return logrank.duration(setting_of(assumed), test=assumed.test).duration
    except BadDesign:
        return None


def smallest(
    assumed: Assumptions,
    *,
    control_median: float | None = None,
    follow_up: float | None = None,
) -> LogrankTrial:
    """The hazard ratio nearest to 1 that the trial shows with the power wanted."""
    months = assumed.follow_up.value if follow_up is None else follow_up
    return logrank.detectable_ratio(
        setting_of(assumed, control_median=control_median),
        duration=assumed.accrual.value + months,
        test=assumed.test,
    )


def cases(assumed: Assumptions) -> tuple[Case, ...]:
    """Each control median of the file, with less follow-up and with all of it, and more ratios."""
    medians = [assumed.control_median.value]
    if assumed.control_median_mixture is not None:
        medians.append(assumed.control_median_mixture.value)
    months = assumed.follow_up.value
    shorter = [months - 12] if months >= 24 else []
    ratios = sorted({*RATIOS, assumed.hazard_ratio.value})
    return tuple(
        _case(assumed, median, follow_up, hazard_ratio)
        for median in medians
        for follow_up in (*shorter, months)
        for hazard_ratio in ratios
    )


def _case(assumed: Assumptions, median: float, follow_up: float, hazard_ratio: float) -> Case:
    found = logrank.power(
        setting_of(assumed, control_median=median, hazard_ratio=hazard_ratio),
        duration=assumed.accrual.value + follow_up,
        test=assumed.test,
    )
    shown = smallest(assumed, control_median=median, follow_up=follow_up)
    return Case(
        control_median=median,
        follow_up=follow_up,
        hazard_ratio=hazard_ratio,
        events=found.events,
        power=found.power,
        smallest=shown.hazard_ratio,
    )


def what_if(assumed: Assumptions) -> tuple[Changed, ...]:
    """One assumption after another changed, the others as they are."""
    months, end = assumed.accrual.value, assumed.accrual.value + assumed.follow_up.value
    enrolled, lost = assumed.participants.value, assumed.lost.value
    by_rate = dropout_of(lost, by=end)
    changes = [
        ("as assumed", setting_of(assumed), end),
        (f"accrual in {months * 0.8:.0f} months", setting_of(assumed, accrual=months * 0.8),
         months * 0.8 + assumed.follow_up.value),
        (f"accrual in {months * 1.25:.0f} months", setting_of(assumed, accrual=months * 1.25),
         months * 1.25 + assumed.follow_up.value),
        ("a tenth fewer participants", setting_of(assumed, participants=enrolled * 0.9), end),
        ("nobody lost", setting_of(assumed, lost=0.0), end),
        ("twice as many lost", setting_of(assumed, lost=min(2 * lost, 0.99)), end),
        ("lost at a constant rate", setting_of(assumed, lost=0.0, dropout=by_rate), end),
        ("twice as many on experimental", setting_of(assumed, ratio=2 * assumed.ratio.value), end),
    ]  # fmt: skip
    found = [_changed(assumed, *change) for change in changes]
    return (*found, *(_delayed(assumed, delay) for delay in (3.0, 6.0)))


def _changed(assumed: Assumptions, what: str, setting: Setting, end: float) -> Changed:
    trial = logrank.power(setting, duration=end, test=replace(assumed.test, ratio=setting.ratio))
    return Changed(
        what=what,
        participants=setting.accrual.subjects,
        duration=end,
        events=trial.events,
        power=trial.power,
    )


def _delayed(assumed: Assumptions, delay: float) -> Changed:
    """The effect begins late, as when an operation comes first."""
    end = assumed.accrual.value + assumed.follow_up.value
    same = setting_of(assumed)
    assert isinstance(same.control, Piecewise)
    late = delayed_effect(same.control, delay=delay, hazard_ratio=assumed.hazard_ratio.value)
    world = Setting(control=same.control, treatment=late, accrual=same.accrual, ratio=same.ratio)
    trial = nonproportional.power(world, duration=end, test=assumed.test)
    return Changed(
        what=f"no effect in the first {delay:.0f} months",
        participants=same.accrual.subjects,
        duration=end,
        events=trial.events,
        power=trial.power,
    )

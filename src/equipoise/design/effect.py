"""The log-rank test in numbers: how many events show which hazard ratio, by three formulas.

Schoenfeld (1981) works with the logarithm of the hazard ratio, Freedman (1982) with the share
(1 - HR) / (1 + ratio * HR), and Hsieh's form of it with (1 - HR) / (1 + HR). All three let the
standardised log-rank statistic drift by sqrt(events) times a number that `signal` gives.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from equipoise.design.problems import Problem, is_finite, positive, refuse, refused
from equipoise.design.results import Rows, figure, printed, remakeable
from equipoise.design.two_arms import USUAL, Signal, Tested, TwoArmTest, rounded_up

SCHOENFELD, FREEDMAN, HSIEH = "schoenfeld", "freedman", "hsieh-freedman"
BY_EVENTS = (SCHOENFELD, FREEDMAN, HSIEH)


def signal(hazard_ratio: float, test: TwoArmTest, null_ratio: float = 1.0) -> Signal:
    """What the log-rank test sees of one event: how far its statistic drifts, without its sign."""
    ratio, method = test.ratio, test.method or SCHOENFELD
    balance = math.sqrt(ratio) / (1 + ratio)
    if method == SCHOENFELD:
        return Signal(abs(math.log(hazard_ratio / null_ratio)) * balance)
    if method == FREEDMAN:
        return Signal(abs(1 - hazard_ratio) * math.sqrt(ratio) / (1 + ratio * hazard_ratio))
    return Signal(abs(1 - hazard_ratio) / (1 + hazard_ratio) * 2 * balance)


def ratio_at(drifted: float, test: TwoArmTest, null_ratio: float = 1.0) -> float:
    """The hazard ratio below the null one at which the statistic drifts so far for a root event.

    Freedman's formulas have a largest drift; beyond it the ratio is 0.
    """
    ratio, root = test.ratio, math.sqrt(test.ratio)
    if test.method == SCHOENFELD:
        return null_ratio * math.exp(-drifted * (1 + ratio) / root)
    if test.method == FREEDMAN:
        return max(0.0, (root - drifted) / (root + ratio * drifted))
    step = drifted * (1 + ratio) / (2 * root)
    return max(0.0, (1 - step) / (1 + step))


def ratio_problems(hazard_ratio: float, null_ratio: float, method: str) -> Iterator[Problem]:
    """What is wrong with the hazard ratios, under the alternative and under the null."""
    yield from positive("hazard_ratio", "the hazard ratio", hazard_ratio)
    yield from positive("null_ratio", "the hazard ratio under the null", null_ratio)
    if method in (FREEDMAN, HSIEH) and null_ratio != 1:
        remedy = "Use the method schoenfeld or lachin-foulkes."
        yield Problem("null_ratio", "Freedman's formula compares with 1 only", null_ratio, remedy)


def no_effect(hazard_ratio: float, null_ratio: float) -> Iterator[Problem]:
    """A problem when there is nothing to show: the hazard ratio is the one under the null."""
    if is_finite(hazard_ratio) and hazard_ratio == null_ratio:
        because = "the hazard ratio equals the one under the null: no number of events shows it"
        remedy = "Assume an effect, for example a hazard ratio of 0.7."
        yield Problem("hazard_ratio", because, hazard_ratio, remedy)


@dataclass(frozen=True, kw_only=True)
class LogrankEvents(Tested):
    """Log-rank test: events, power and hazard ratio."""

    events: float
    hazard_ratio: float = figure("Hazard ratio, treatment to control")
    critical_ratio: float = figure("Hazard ratio just significant")
    null_ratio: float = figure("Hazard ratio under the null")

    @property
    def whole_events(self) -> int:
        """The events rounded up."""
        return rounded_up(self.events)

    def takes(self) -> Rows:
        """The events."""
        return [("Events", printed(self.events))]


@remakeable
def events_needed(
    *, hazard_ratio: float, test: TwoArmTest = USUAL, null_ratio: float = 1.0
) -> LogrankEvents:
    """The events with which a log-rank test has the power wanted.

    `hazard_ratio` is treatment to control. The power is asked of the side of the effect alone.
    Raises BadDesign with all that is wrong.
    """
    refuse(
        test.power_problems(BY_EVENTS),
        ratio_problems(hazard_ratio, null_ratio, test.method),
        no_effect(hazard_ratio, null_ratio),
    )
    test = test.by(BY_EVENTS)
    events = test.needed(signal(hazard_ratio, test, null_ratio))
    return _answer(events, hazard_ratio, test.power, test, null_ratio)


@remakeable
def power_of_events(
    *, events: float, hazard_ratio: float, test: TwoArmTest = USUAL, null_ratio: float = 1.0
) -> LogrankEvents:
    """The power of a log-rank test with so many events (its size when HR = 1)."""
    refuse(
        test.problems(BY_EVENTS),
        positive("events", "the number of events", events),
        ratio_problems(hazard_ratio, null_ratio, test.method),
    )
    test = test.by(BY_EVENTS)
    power = test.reached(signal(hazard_ratio, test, null_ratio), events)
    return _answer(events, hazard_ratio, power, test, null_ratio)


@remakeable
def detectable_with_events(
    *, events: float, test: TwoArmTest = USUAL, null_ratio: float = 1.0
) -> LogrankEvents:
    """The hazard ratio nearest to the null (and below it) that so many events show."""
    refuse(
        test.power_problems(BY_EVENTS),
        positive("events", "the number of events", events),
        ratio_problems(0.5, null_ratio, test.method),
    )
    test = test.by(BY_EVENTS)
    hazard_ratio = ratio_at(test.drift / math.sqrt(events), test, null_ratio)
    if hazard_ratio == 0:
        because = "by this formula so few events show no hazard ratio at all"
        raise refused("events", because, events, "Ask for less power, or wait for more events.")
    return _answer(events, hazard_ratio, test.power, test, null_ratio)


def _answer(
    events: float, hazard_ratio: float, power: float, test: TwoArmTest, null_ratio: float
) -> LogrankEvents:
    return LogrankEvents(
        events=events,
        power=power,
        test=test,
        hazard_ratio=hazard_ratio,
        critical_ratio=critical_ratio(events, hazard_ratio, test, null_ratio),
        null_ratio=null_ratio,
    )


def critical_ratio(
    events: float, hazard_ratio: float, test: TwoArmTest, null_ratio: float = 1.0
) -> float:
    """The observed hazard ratio at which the test just rejects, on the side of the effect.

    The log hazard ratio is taken as normal with variance (1 + ratio)^2 / (ratio * events),
    whatever formula gave the events (so does rpact).
    """
    bar = test.critical * (1 + test.ratio) / math.sqrt(test.ratio * events)
    return null_ratio * math.exp(bar if hazard_ratio > null_ratio else -bar)

"""One log-rank test: events, power and time of a trial by each formula, and the trial's figures.

`logrank` asks the questions; here stand the formulas behind them.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from equipoise.design.accrual import (
    Setting,
    calendar_time,
    events_by_arm,
    first_time,
    reachable,
)
from equipoise.design.effect import (
    BY_EVENTS,
    critical_ratio,
    no_effect,
    ratio_problems,
    signal,
)
from equipoise.design.hazards import constant_ratio
from equipoise.design.problems import Problem, power_problems, refuse
from equipoise.design.results import figure
from equipoise.design.two_arms import Signal, TwoArmTest, TwoArmTrial, never_reached, rounded_up

LACHIN_FOULKES = "lachin-foulkes"
METHODS = (*BY_EVENTS, LACHIN_FOULKES)


@dataclass(frozen=True, kw_only=True)
class LogrankTrial(TwoArmTrial):
    """Log-rank trial: participants, events, time and power."""

    events: float = figure("Events")
    events_control: float = figure("Events, control")
    events_treatment: float = figure("Events, treatment")
    hazard_ratio: float = figure("Hazard ratio, treatment to control")
    critical_ratio: float = figure("Hazard ratio just significant")
    accrual_length: float = figure("Length of accrual")
    accrual_rates: tuple[float, ...] = figure("Participants per unit of time")
    duration: float = figure("Length of the trial")
    null_ratio: float = figure("Hazard ratio under the null")

    @property
    def follow_up(self) -> float:
        """The time from the last participant's entry to the analysis."""
        return self.duration - self.accrual_length

    @property
    def whole_events(self) -> int:
        """The events rounded up."""
        return rounded_up(self.events)


@dataclass(frozen=True, slots=True)
class LogrankTest:
    """One log-rank test, and the null it is made against."""

    test: TwoArmTest
    null_ratio: float

    def problems(self, setting: Setting) -> Iterator[Problem]:
        yield from setting.problems()
        yield from self.test.problems(METHODS, setting.ratio)
        yield from ratio_problems(1.0, self.null_ratio, self.test.method)
        if not list(setting.problems()) and constant_ratio(setting.control, setting.treatment) in (
            None, 0.0,
        ):  # fmt: skip
            because = "the two hazards have no constant ratio above 0"
            received = (setting.control, setting.treatment)
            yield Problem("treatment", because, received, "Use equipoise.design.nonproportional.")

    def power_problems(self, setting: Setting) -> Iterator[Problem]:
        yield from self.problems(setting)
        yield from power_problems(self.test.power, self.test.alpha, self.test.sided)

    def effect_problems(self, setting: Setting) -> Iterator[Problem]:
        if not list(setting.problems()):
            hazard_ratio = constant_ratio(setting.control, setting.treatment)
            yield from no_effect(hazard_ratio or 0.0, self.null_ratio)

    def enlargement(self, setting: Setting, time: float) -> float:
        """By how much accrual must be scaled to have the power wanted at this time."""
        return self.test.needed(self._signal(setting, time))

    def power(self, setting: Setting, time: float) -> float:
        """The power at this time; a two-sided test counts both its sides."""
        return self.test.reached(self._signal(setting, time), 1.0)

    def time_of(self, setting: Setting) -> float:
        """The calendar time at which the power wanted is reached; refuses when it never is."""
        test = self.test.by(METHODS, setting.ratio)
        if test.method != LACHIN_FOULKES:
            events = test.needed(signal(setting.hazard_ratio, test, self.null_ratio))
            refuse(reachable(setting, events))
            return calendar_time(setting, events)

        def gain(time: float) -> float:
            seen = min(float(arm) for arm in events_by_arm(setting, time))
            return 1 - self.enlargement(setting, time) if seen > 1e-12 else -1e9

        # Once nearly all have died, waiting makes this formula's power fall again a little.
        time, reached = first_time(gain, setting.accrual.until * np.geomspace(1e-3, 1e6, 200))
        if not reached:
            raise never_reached(f"the power would never pass {self.power(setting, time):.3f}", test)
        return time

    def _signal(self, setting: Setting, time: float) -> Signal:
        """What the test sees at this time of all who come in by this accrual."""
        test, hazard_ratio = self.test.by(METHODS, setting.ratio), setting.hazard_ratio
        if test.method == LACHIN_FOULKES:
            effect = math.log(hazard_ratio / self.null_ratio)
            return Signal(effect, *self._spreads(setting, time))
        control, treatment = events_by_arm(setting, time)
        of_one = signal(hazard_ratio, test, self.null_ratio).effect
        return Signal(of_one * math.sqrt(control + treatment))

    def _spreads(self, setting: Setting, time: float) -> tuple[float, float]:
        """The standard error of the log hazard ratio without and with the effect.

        Without it both arms have the hazard that the two average, apart by the null ratio.
        """
        with_effect = events_by_arm(setting, time)
        middle = (1 + setting.ratio * setting.hazard_ratio) / (1 + setting.ratio * self.null_ratio)
        without = events_by_arm(setting.with_ratio(self.null_ratio, middle), time)
        return (
            math.sqrt(sum(1 / float(arm) for arm in without)),
            math.sqrt(sum(1 / float(arm) for arm in with_effect)),
        )

    def answer(self, setting: Setting, time: float, power: float) -> LogrankTrial:
        """The trial at this time, with all its figures."""
        control, treatment = (float(arm) for arm in events_by_arm(setting, time))
        test, hazard_ratio = self.test.by(METHODS, setting.ratio), setting.hazard_ratio
        events = control + treatment
        return LogrankTrial(
            subjects=float(setting.accrual.enrolled(time)),
            power=power,
            test=test,
            events=events,
            events_control=control,
            events_treatment=treatment,
            hazard_ratio=hazard_ratio,
            critical_ratio=critical_ratio(events, hazard_ratio, test, self.null_ratio),
            accrual_length=setting.accrual.until,
            accrual_rates=setting.accrual.rates,
            duration=time,
            null_ratio=self.null_ratio,
        )

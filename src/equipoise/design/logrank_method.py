"""One log-rank test: events, power and time of a trial by each formula, and the trial's figures.

`logrank` asks the questions; here stand the formulas behind them.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

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
    TwoArmTrial,
    chance_to_reject,
    critical_ratio,
    drift,
    drift_wanted,
    no_effect,
    quantiles,
    ratio_problems,
    whole,
)
from equipoise.design.hazards import Cured, constant_ratio
from equipoise.design.problems import Problem, one_of, power_problems, refuse, size_problems
from equipoise.design.results import figure

LACHIN_FOULKES = "lachin-foulkes"
METHODS = (*BY_EVENTS, LACHIN_FOULKES)


@dataclass(frozen=True, kw_only=True)
class LogrankTrial(TwoArmTrial):
    """Log-rank trial: participants, events, time and power."""

    events: float = figure("Events")
    events_control: float = figure("Events, control")
    events_treatment: float = figure("Events, treatment")
    power: float = figure("Power")
    hazard_ratio: float = figure("Hazard ratio, treatment to control")
    critical_ratio: float = figure("Hazard ratio just significant")
    accrual_length: float = figure("Length of accrual")
    accrual_rates: tuple[float, ...] = figure("Participants per unit of time")
    duration: float = figure("Length of the trial")
    null_ratio: float = figure("Hazard ratio under the null")
    alpha: float = figure("Size of the test")
    sided: int = figure("Sides")
    ratio: float = figure("Allocation, treatment : control")
    method: str = figure("Formula")

    @property
    def follow_up(self) -> float:
        """The time from the last participant's entry to the analysis."""
        return self.duration - self.accrual_length

    @property
    def whole_events(self) -> int:
        """The events rounded up."""
        return whole(self.events)


@dataclass(frozen=True, slots=True)
class LogrankTest:
    """One log-rank test: its size, its formula and the null it is made against."""

    alpha: float
    sided: int
    method: str
    null_ratio: float

    def problems(self, setting: Setting) -> Iterator[Problem]:
        yield from setting.problems()
        yield from size_problems(self.alpha, self.sided)
        yield from one_of("method", self.method, METHODS)
        yield from ratio_problems(1.0, self.null_ratio, self.method)
        if not list(setting.problems()) and constant_ratio(setting.control, setting.treatment) in (
            None, 0.0,
        ):  # fmt: skip
            because = "the two hazards have no constant ratio above 0"
            received = (setting.control, setting.treatment)
            yield Problem("treatment", because, received, "Use equipoise.design.nonproportional.")

    def power_problems(self, setting: Setting, power: float) -> Iterator[Problem]:
        yield from self.problems(setting)
        yield from power_problems(power, self.alpha, self.sided)

    def effect_problems(self, setting: Setting) -> Iterator[Problem]:
        if not list(setting.problems()):
            hazard_ratio = constant_ratio(setting.control, setting.treatment)
            yield from no_effect(hazard_ratio or 0.0, self.null_ratio)

    def enlargement(self, setting: Setting, time: float, power: float) -> float:
        """By how much accrual must be scaled to have this power at this time."""
        hazard_ratio = _ratio(setting)
        if self.method == LACHIN_FOULKES:
            spreads = self._spreads(setting, time)
            wanted = drift_wanted(self.alpha, self.sided, power, *spreads)
            return float((wanted / math.log(hazard_ratio / self.null_ratio)) ** 2)
        drifted = drift(hazard_ratio, setting.ratio, self.method, self.null_ratio)
        control, treatment = events_by_arm(setting, time)
        wanted = sum(quantiles(self.alpha, self.sided, power))
        return float((wanted / drifted) ** 2 / (control + treatment))

    def power(self, setting: Setting, time: float) -> float:
        """The power at this time; a two-sided test counts both its sides."""
        hazard_ratio = _ratio(setting)
        if self.method == LACHIN_FOULKES:
            null, alternative = self._spreads(setting, time)
            effect = abs(math.log(hazard_ratio / self.null_ratio))
            return chance_to_reject(
                effect / alternative, self.alpha, self.sided, null / alternative
            )
        control, treatment = events_by_arm(setting, time)
        drifted = drift(hazard_ratio, setting.ratio, self.method, self.null_ratio)
        rise = math.sqrt(control + treatment) * drifted
        return chance_to_reject(rise, self.alpha, self.sided)

    def time_of(self, setting: Setting, power: float) -> float:
        """The calendar time at which the power is reached; refuses when it never is."""
        if self.method != LACHIN_FOULKES:
            drifted = drift(_ratio(setting), setting.ratio, self.method, self.null_ratio)
            events = (sum(quantiles(self.alpha, self.sided, power)) / drifted) ** 2
            refuse(reachable(setting, events))
            return calendar_time(setting, events)

        def gain(time: float) -> float:
            seen = min(float(arm) for arm in events_by_arm(setting, time))
            return 1 - self.enlargement(setting, time, power) if seen > 1e-12 else -1e9

        # Once nearly all have died, waiting makes this formula's power fall again a little.
        time, reached = first_time(gain, setting.accrual.until * np.geomspace(1e-3, 1e6, 200))
        because = f"the power would never pass {self.power(setting, time):.3f}"
        wrong = Problem("power", because, power, "Enrol more participants, or ask for less power.")
        refuse([] if reached else [wrong])
        return time

    def _spreads(self, setting: Setting, time: float) -> tuple[float, float]:
        """The standard error of the log hazard ratio without and with the effect.

        Without it both arms have the hazard that the two average, apart by the null ratio.
        """
        with_effect = events_by_arm(setting, time)
        middle = (1 + setting.ratio * _ratio(setting)) / (1 + setting.ratio * self.null_ratio)
        control = setting.control
        assert not isinstance(control, Cured)  # `problems` has refused a mixture
        null = replace(
            setting,
            control=control.scaled(middle),
            treatment=control.scaled(middle * self.null_ratio),
        )
        without = events_by_arm(null, time)
        return (
            math.sqrt(sum(1 / float(arm) for arm in without)),
            math.sqrt(sum(1 / float(arm) for arm in with_effect)),
        )

    def answer(self, setting: Setting, time: float, power: float) -> LogrankTrial:
        """The trial at this time, with all its figures."""
        control, treatment = (float(arm) for arm in events_by_arm(setting, time))
        hazard_ratio, ratio = _ratio(setting), setting.ratio
        entered = float(setting.accrual.enrolled(time))
        return LogrankTrial(
            subjects=entered,
            subjects_control=entered / (1 + ratio),
            subjects_treatment=entered * ratio / (1 + ratio),
            events=control + treatment,
            events_control=control,
            events_treatment=treatment,
            power=power,
            hazard_ratio=hazard_ratio,
            critical_ratio=critical_ratio(
                control + treatment, hazard_ratio, self.alpha, self.sided, ratio, self.null_ratio
            ),
            accrual_length=setting.accrual.until,
            accrual_rates=setting.accrual.rates,
            duration=time,
            null_ratio=self.null_ratio,
            alpha=self.alpha,
            sided=self.sided,
            ratio=ratio,
            method=self.method,
        )


def _ratio(setting: Setting) -> float:
    found = constant_ratio(setting.control, setting.treatment)
    assert found is not None  # `problems` has refused the others
    return found

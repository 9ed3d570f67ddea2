"""Effects that change over time: the average hazard ratio, delayed and crossing effects, cure.

The log hazard ratio is averaged over the events expected so far (Mukhopadhyay 2020, as gsDesign2
does), so it depends on when one looks. For piecewise hazards everything is exact, with the
information summed over the pieces between changes of either hazard; Weibull and cured laws are
integrated over the time of death instead.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.design.accrual import (
    Setting,
    both_arms_die,
    calendar_time,
    events_by_arm,
    first_time,
)
from equipoise.design.average_ratio import (
    ALTERNATIVE,
    BOTH,
    NULL,
    look_at,
    look_problems,
    nothing_to_show,
)
from equipoise.design.hazards import Piecewise, floats
from equipoise.design.problems import one_given, positive, refuse
from equipoise.design.results import Answer, figure, remakeable
from equipoise.design.two_arms import USUAL, TwoArmTest, TwoArmTrial, never_reached, too_little

METHODS = (BOTH, NULL, ALTERNATIVE)


def delayed_effect(control: Piecewise, *, delay: float, hazard_ratio: float) -> Piecewise:
    """The treatment's hazard when nothing differs until `delay` after entry."""
    refuse(
        control.problems("control"),
        positive("delay", "the delay", delay),
        positive("hazard_ratio", "the hazard ratio", hazard_ratio),
    )
    return control.with_ratios((1.0, hazard_ratio), (0.0, delay))


def crossing_effect(control: Piecewise, *, at: float, before: float, after: float) -> Piecewise:
    """The treatment's hazard when its ratio to control changes at one time, as from 1.3 to 0.6."""
    refuse(
        control.problems("control"),
        positive("at", "the time of crossing", at),
        positive("before", "the hazard ratio", before),
        positive("after", "the hazard ratio", after),
    )
    return control.with_ratios((before, after), (0.0, at))


@dataclass(frozen=True, kw_only=True)
class AverageHazardRatio(Answer):
    """Average hazard ratio, events and information by calendar time."""

    times: tuple[float, ...] = figure("Calendar time")
    average_ratio: tuple[float, ...] = figure("Average hazard ratio")
    events: tuple[float, ...] = figure("Events")
    information: tuple[float, ...] = figure("Information")
    null_information: tuple[float, ...] = figure("Information under the null")


@dataclass(frozen=True, kw_only=True)
class AverageRatioTrial(TwoArmTrial):
    """Trial with an effect that changes over time."""

    events: float = figure("Events")
    average_ratio: float = figure("Average hazard ratio")
    information: float = figure("Information")
    null_information: float = figure("Information under the null")
    duration: float = figure("Length of the trial")
    accrual_rates: tuple[float, ...] = figure("Participants per unit of time")


@remakeable
def average_hazard_ratio(setting: Setting, times: Sequence[float]) -> AverageHazardRatio:
    """The average hazard ratio and what it rests on, at these calendar times (above 0)."""
    looked = floats(times)
    wrong = (positive("times", "a calendar time", time) for time in looked)
    refuse(look_problems(setting), *wrong)
    refuse(*(both_arms_die(setting, time, "times") for time in looked))
    series = [look_at(setting, time) for time in looked]
    return AverageHazardRatio(
        times=looked,
        average_ratio=tuple(math.exp(look.log_ratio) for look in series),
        events=tuple(look.events for look in series),
        information=tuple(look.information for look in series),
        null_information=tuple(look.null_information for look in series),
    )


@remakeable
def sample_size(
    setting: Setting, *, duration: float, test: TwoArmTest = USUAL
) -> AverageRatioTrial:
    """The participants with which a trial of this length has this power; accrual is scaled.

    The method says which information the test and its power use: `both` (the null's for the test,
    the alternative's for the power; gsDesign2's default), `null` or `alternative`.
    """
    refuse(
        look_problems(setting),
        test.power_problems(METHODS, setting.ratio),
        positive("duration", "the length of the trial", duration),
    )
    refuse(both_arms_die(setting, duration, "duration"))
    look = look_at(setting, duration)
    refuse(nothing_to_show(look))
    test = test.by(METHODS, setting.ratio)
    scale = test.needed(look.signal(test.method))
    refuse(too_little(scale, test.power))
    larger = setting.with_accrual(setting.accrual.scaled(scale))
    return _answer(larger, duration, test.power, test)


@remakeable
def power(
    setting: Setting,
    *,
    duration: float | None = None,
    events: float | None = None,
    test: TwoArmTest = USUAL,
) -> AverageRatioTrial:
    """The power when the trial is analysed at a time, or when so many events are expected."""
    refuse(
        look_problems(setting),
        test.problems(METHODS, setting.ratio),
        one_given(duration, events),
    )
    if duration is None:
        duration = calendar_time(setting, events or 0.0)
    refuse(both_arms_die(setting, duration, "duration"))
    test = test.by(METHODS, setting.ratio)
    reached = test.reached(look_at(setting, duration).signal(test.method), 1.0)
    return _answer(setting, duration, reached, test)


@remakeable
def duration(
    setting: Setting, *, test: TwoArmTest = USUAL, latest: float | None = None
) -> AverageRatioTrial:
    """How long a trial with this accrual must run to have this power.

    An effect that crosses may gain power and lose it again: the first time is given. `latest`
    (default: a hundred times the length of accrual) is how far it is sought.
    """
    refuse(
        look_problems(setting),
        test.power_problems(METHODS, setting.ratio),
        [] if latest is None else positive("latest", "the longest trial", latest),
    )
    end = 100 * setting.accrual.until if latest is None else latest
    made = test.by(METHODS, setting.ratio)

    def gain(time: float) -> float:
        if min(float(arm) for arm in events_by_arm(setting, time)) < 1e-12:
            return -1e9
        look = look_at(setting, time)
        return -1e9 if look.log_ratio == 0 else 1 - made.needed(look.signal(made.method))

    found, reached = first_time(gain, end * np.geomspace(1e-4, 1.0, 400))
    if not reached:
        raise never_reached(f"this power is not reached by {end:g}", test)
    return _answer(setting, found, test.power, made)


def _answer(setting: Setting, time: float, power: float, test: TwoArmTest) -> AverageRatioTrial:
    look = look_at(setting, time)
    return AverageRatioTrial(
        subjects=float(setting.accrual.enrolled(time)),
        power=power,
        test=test,
        events=look.events,
        average_ratio=math.exp(look.log_ratio),
        information=look.information,
        null_information=look.null_information,
        duration=time,
        accrual_rates=setting.accrual.rates,
    )

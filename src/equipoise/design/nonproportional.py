"""Effects that change over time: the average hazard ratio, delayed and crossing effects, cure.

The log hazard ratio is averaged over the events expected so far (Mukhopadhyay 2020, as gsDesign2
does), so it depends on when one looks. For piecewise hazards everything is exact, with the
information summed over the pieces between changes of either hazard; Weibull and cured laws are
integrated over the time of death instead.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.design.accrual import Setting, calendar_time, events_by_arm, first_time
from equipoise.design.average_ratio import (
    ALTERNATIVE,
    BOTH,
    NULL,
    both_arms_die,
    look_at,
    look_problems,
    nothing_to_show,
)
from equipoise.design.effect import TwoArmTrial, too_little
from equipoise.design.hazards import Piecewise, floats
from equipoise.design.problems import (
    Problem,
    one_of,
    positive,
    power_problems,
    refuse,
    size_problems,
)
from equipoise.design.results import Answer, figure, remakeable


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
    power: float = figure("Power")
    duration: float = figure("Length of the trial")
    accrual_rates: tuple[float, ...] = figure("Participants per unit of time")
    alpha: float = figure("Size of the test")
    sided: int = figure("Sides")
    ratio: float = figure("Allocation, treatment : control")


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
    setting: Setting,
    *,
    duration: float,
    power: float = 0.8,
    alpha: float = 0.05,
    sided: int = 2,
    variance: str = BOTH,
) -> AverageRatioTrial:
    """The participants with which a trial of this length has this power; accrual is scaled.

    `variance` says which information the test and its power use: `both` (the null's for the test,
    the alternative's for the power; gsDesign2's default), `null` or `alternative`.
    """
    refuse(
        look_problems(setting),
        size_problems(alpha, sided),
        power_problems(power, alpha, sided),
        positive("duration", "the length of the trial", duration),
        one_of("variance", variance, (BOTH, NULL, ALTERNATIVE)),
    )
    refuse(both_arms_die(setting, duration, "duration"))
    look = look_at(setting, duration)
    refuse(nothing_to_show(look))
    scale = look.enlargement(alpha, sided, power, variance)
    refuse(too_little(scale, power))
    larger = setting.with_accrual(setting.accrual.scaled(scale))
    return _answer(larger, duration, power, alpha, sided)


@remakeable
def power(
    setting: Setting,
    *,
    duration: float | None = None,
    events: float | None = None,
    alpha: float = 0.05,
    sided: int = 2,
    variance: str = BOTH,
) -> AverageRatioTrial:
    """The power when the trial is analysed at a time, or when so many events are expected."""
    refuse(
        look_problems(setting),
        size_problems(alpha, sided),
        one_of("variance", variance, (BOTH, NULL, ALTERNATIVE)),
        _either(duration, events),
    )
    if duration is None:
        duration = calendar_time(setting, events or 0.0)
    refuse(both_arms_die(setting, duration, "duration"))
    reached = look_at(setting, duration).power(alpha, sided, variance)
    return _answer(setting, duration, reached, alpha, sided)


@remakeable
def duration(
    setting: Setting,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    sided: int = 2,
    variance: str = BOTH,
    latest: float | None = None,
) -> AverageRatioTrial:
    """How long a trial with this accrual must run to have this power.

    An effect that crosses may gain power and lose it again: the first time is given. `latest`
    (default: a hundred times the length of accrual) is how far it is sought.
    """
    refuse(
        look_problems(setting),
        size_problems(alpha, sided),
        power_problems(power, alpha, sided),
        one_of("variance", variance, (BOTH, NULL, ALTERNATIVE)),
        [] if latest is None else positive("latest", "the longest trial", latest),
    )
    end = 100 * setting.accrual.until if latest is None else latest

    def gain(time: float) -> float:
        if min(float(arm) for arm in events_by_arm(setting, time)) < 1e-12:
            return -1e9
        look = look_at(setting, time)
        return -1e9 if look.log_ratio == 0 else 1 - look.enlargement(alpha, sided, power, variance)

    found, reached = first_time(gain, end * np.geomspace(1e-4, 1.0, 400))
    because = f"this power is not reached by {end:g}"
    wrong = Problem("power", because, power, "Enrol more participants, or ask for less power.")
    refuse([] if reached else [wrong])
    return _answer(setting, found, power, alpha, sided)


def _either(duration: float | None, events: float | None) -> Iterator[Problem]:
    if (duration is None) == (events is None):
        pair = (duration, events)
        yield Problem("duration", "one of duration and events is needed", pair, "Give just one.")
    if duration is not None:
        yield from positive("duration", "the length of the trial", duration)
    if events is not None:
        yield from positive("events", "the number of events", events)


def _answer(
    setting: Setting, time: float, power: float, alpha: float, sided: int
) -> AverageRatioTrial:
    look = look_at(setting, time)
    entered = float(setting.accrual.enrolled(time))
    return AverageRatioTrial(
        subjects=entered,
        subjects_control=entered / (1 + setting.ratio),
        subjects_treatment=entered * setting.ratio / (1 + setting.ratio),
        events=look.events,
        average_ratio=math.exp(look.log_ratio),
        information=look.information,
        null_information=look.null_information,
        power=power,
        duration=time,
        accrual_rates=setting.accrual.rates,
        alpha=alpha,
        sided=sided,
        ratio=setting.ratio,
    )

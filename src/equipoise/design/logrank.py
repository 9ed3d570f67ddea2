"""The log-rank trial: how many participants, how long, with what power, for which hazard ratio.

Participants come in by an accrual, die by a law in each arm (proportional hazards) and drop out;
`effect` says how many events are needed, `accrual` when they will have been seen. Lachin and
Foulkes (1986) instead weigh the events expected in each arm with and without an effect. For
hazards that are not proportional see `nonproportional`.
"""

import math
from collections.abc import Iterator
from dataclasses import replace

from scipy.optimize import brentq

from equipoise.design.accrual import (
    Accrual,
    Setting,
    both_arms_die,
    calendar_time,
    time_of_zero,
)
from equipoise.design.effect import (
    LogrankEvents,
    detectable_with_events,
    events_needed,
    power_of_events,
)
from equipoise.design.logrank_method import LogrankTest, LogrankTrial
from equipoise.design.problems import Problem, not_negative, one_given, positive, refuse, refused
from equipoise.design.results import remakeable
from equipoise.design.two_arms import USUAL, TwoArmTest, too_little

__all__ = [
    "LogrankEvents", "LogrankTrial", "accrual_needed", "detectable_ratio", "detectable_with_events",
    "duration", "events_needed", "power", "power_of_events", "sample_size",
]  # fmt: skip


@remakeable
def sample_size(
    setting: Setting, *, duration: float, test: TwoArmTest = USUAL, null_ratio: float = 1.0
) -> LogrankTrial:
    """The participants with which a trial of this length has this power.

    The accrual gives the shape (periods and relative rates); its rates are scaled. `duration` runs
    from the first day of accrual to the analysis. Raises BadDesign with all that is wrong.
    """
    logrank_test = LogrankTest(test, null_ratio)
    refuse(
        logrank_test.power_problems(setting),
        logrank_test.effect_problems(setting),
        positive("duration", "the length of the trial", duration),
    )
    refuse(both_arms_die(setting, duration, "duration"))
    factor = logrank_test.enlargement(setting, duration)
    refuse(too_little(factor, test.power))
    scaled = setting.with_accrual(setting.accrual.scaled(factor))
    return logrank_test.answer(scaled, duration, test.power)


@remakeable
def power(
    setting: Setting,
    *,
    duration: float | None = None,
    events: float | None = None,
    test: TwoArmTest = USUAL,
    null_ratio: float = 1.0,
) -> LogrankTrial:
    """The power of a trial with this accrual that is analysed at a time, or at so many events."""
    logrank_test = LogrankTest(test, null_ratio)
    refuse(logrank_test.problems(setting), one_given(duration, events))
    if duration is None:
        duration = calendar_time(setting, events)  # type: ignore[arg-type]
    refuse(both_arms_die(setting, duration, "duration"))
    return logrank_test.answer(setting, duration, logrank_test.power(setting, duration))


@remakeable
def duration(
    setting: Setting, *, test: TwoArmTest = USUAL, null_ratio: float = 1.0
) -> LogrankTrial:
    """How long a trial with this accrual must run to have this power."""
    logrank_test = LogrankTest(test, null_ratio)
    refuse(logrank_test.power_problems(setting), logrank_test.effect_problems(setting))
    return logrank_test.answer(setting, logrank_test.time_of(setting), test.power)


@remakeable
def accrual_needed(
    setting: Setting, *, follow_up: float, test: TwoArmTest = USUAL, null_ratio: float = 1.0
) -> LogrankTrial:
    """How long accrual at these rates must last when the last participant is followed so long.

    The last rate goes on for as long as it takes; the length given for it does not count, and
    periods after the end of accrual are dropped.
    """
    logrank_test = LogrankTest(test, null_ratio)
    refuse(
        logrank_test.power_problems(setting),
        logrank_test.effect_problems(setting),
        not_negative("follow_up", "follow-up", follow_up),
    )

    def until(end: float) -> Setting:
        return setting.with_accrual(_cut(setting.accrual, end))

    def lacking(end: float) -> float:
        if end <= 0 or until(end).accrual.subjects == 0:
            return -1.0
        return 1.0 - logrank_test.enlargement(until(end), end + follow_up)

    refuse(_rate_at_the_end(setting))
    end = time_of_zero(lacking, setting.accrual.until)
    return logrank_test.answer(until(end), end + follow_up, test.power)


@remakeable
def detectable_ratio(
    setting: Setting, *, duration: float, test: TwoArmTest = USUAL, null_ratio: float = 1.0
) -> LogrankTrial:
    """The hazard ratio nearest to the null (and below it) that a trial of this length shows.

    The survival on treatment that the setting assumes does not count.
    """
    logrank_test, same = LogrankTest(test, null_ratio), replace(setting, treatment=setting.control)
    refuse(
        logrank_test.power_problems(same),
        positive("duration", "the length of the trial", duration),
    )
    refuse(both_arms_die(same, duration, "duration"))

    def lacking(log_ratio: float) -> float:
        at = setting.with_ratio(null_ratio * math.exp(log_ratio))
        return -math.log(max(logrank_test.enlargement(at, duration), 1e-300))

    # Sought from the null downward: with hardly any deaths on treatment, power falls again.
    steps = [-1e-9, *(-0.01 * 1.15**k for k in range(50))]
    reached = next((k for k, step in enumerate(steps) if lacking(step) >= 0), 0)
    if not reached:
        because = "no hazard ratio below the null would be shown"
        raise refused("duration", because, duration, "Enrol more participants, or wait longer.")
    found = math.exp(brentq(lacking, steps[reached], steps[reached - 1], xtol=1e-14, rtol=1e-14))
    return logrank_test.answer(setting.with_ratio(null_ratio * found), duration, test.power)


def _rate_at_the_end(setting: Setting) -> Iterator[Problem]:
    if not setting.accrual.rates[-1] > 0:
        rates = setting.accrual.rates
        yield Problem("accrual.rates", "the last rate must be above 0", rates, "Give one.")


def _cut(accrual: Accrual, end: float) -> Accrual:
    """The accrual ended at this time: the last rate goes on, later periods fall away."""
    starts = [float(edge) for edge in accrual.edges[:-1] if edge < end]
    stops = [*starts[1:], end]
    lengths = tuple(stop - start for start, stop in zip(starts, stops, strict=True))
    return Accrual(accrual.rates[: len(starts)], lengths)

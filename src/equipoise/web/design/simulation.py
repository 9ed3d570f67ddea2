"""The design simulated: whole trials drawn by the kernel, beside what the formula says.

Bounded: so many trials and no more, the same seed each time, one simulation at once in a process.
What is simulated is what the formula assumes (the lost bring nothing, looks at numbers of events),
with the study's own way to give out arms, and accrual by chance.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from equipoise.design.answer.assumed import Assumptions
from equipoise.design.own_scheme import OwnScheme
from equipoise.logic.days import DAYS_PER_MONTH
from equipoise.web.design.numbers import Numbers, worked_out

if TYPE_CHECKING:
    from equipoise.design.kernel.scenario import Look, Scenario

__all__ = ["SEED", "TRIALS", "Busy", "Simulated", "simulated"]

TRIALS = 20_000
SEED = 2026
PATIENCE = 3.0  # seconds that one waits for another's simulation
MOST_DRAWN = 12_000_000  # participants of all trials together, about a second of one processor
_ONE = Lock()


class Busy(Exception):
    """Another simulation runs in this process."""


class TooFew(Exception):
    """So few events are expected that there is no trial to simulate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """What came of the trials; errors are Monte-Carlo standard errors, months from the start."""

    trials: int
    seed: int
    participants: int
    power: float
    power_error: float
    false_alarms: float
    false_alarms_error: float
    events: float
    months: float
    hazard_ratio: float
    stopped_early: float


def simulated(assumed: Assumptions, own: OwnScheme, futility: bool = False) -> Simulated:
    """The design simulated, with its effect and without. Raises Busy, or TooFew."""
    if not _ONE.acquire(timeout=PATIENCE):
        raise Busy
    try:
        return _simulated(assumed, own, futility)
    finally:
        _ONE.release()


@lru_cache(maxsize=64)
def _simulated(assumed: Assumptions, own: OwnScheme, futility: bool) -> Simulated:
    # numba takes most of a second to load: only whoever simulates waits for it.
    from equipoise.design.kernel.simulate import simulate

    found = worked_out(assumed, futility)
    with_effect = _scenario(assumed, own, found, assumed.hazard_ratio.value)
    without = _scenario(assumed, own, found, 1.0)
    trials = max(500, min(TRIALS, MOST_DRAWN // (2 * with_effect.subjects)))
    effect, null = simulate(with_effect, trials, SEED), simulate(without, trials, SEED)
    last = effect.looks[-1]
    return Simulated(
        trials=trials,
        seed=SEED,
        participants=with_effect.subjects,
        power=effect.power,
        power_error=effect.standard_error,
        false_alarms=null.power,
        false_alarms_error=null.standard_error,
        events=effect.expected_events,
        months=effect.expected_day / DAYS_PER_MONTH,
        hazard_ratio=last.median_hazard_ratio,
        stopped_early=1 - last.stopped / trials,
    )


def _scenario(
    assumed: Assumptions, own: OwnScheme, found: Numbers, hazard_ratio: float
) -> "Scenario":
    from equipoise.design.kernel.laws import Changed, daily_exponential
    from equipoise.design.kernel.scenario import Arm, DailyAccrual, Scenario

    subjects = round(assumed.participants.value * (1 - assumed.lost.value))
    days = assumed.accrual.value * DAYS_PER_MONTH
    control = daily_exponential(median_days=assumed.control_median.value * DAYS_PER_MONTH)
    return Scenario(
        subjects=subjects,
        accrual=DailyAccrual(rates=(subjects / days,), spacing="random"),
        control=Arm(event=control),
        experimental=Arm(event=Changed(base=control, ratios=(hazard_ratio,))),
        looks=tuple(_looks(assumed, found, subjects)),
        scheme=own.scheme,
        factors=own.factors,
        two_sided=found.plan.design.sided == 2 if found.plan else assumed.sided == 2,
    )


def _looks(assumed: Assumptions, found: Numbers, subjects: int) -> Iterator["Look"]:
    """Looks at whole numbers of events, each later than the one before."""
    from equipoise.design.kernel.scenario import Look

    plan = found.plan
    wanted = plan.events if plan else (found.planned.events,)
    upper = plan.design.upper if plan else (found.fixed_bound,)
    lower = plan.design.lower if plan else ()
    events = [round(count) for count in wanted]
    if events[0] < 2 or any(b <= a for a, b in zip(events, events[1:], strict=False)):
        raise TooFew
    for number, (count, bound) in enumerate(zip(events, upper, strict=True)):
        futile = number < len(lower) and number + 1 < len(events)
        limit = max(lower[number], -100.0) if futile else -math.inf
        yield Look(events=min(count, subjects), efficacy=min(bound, 100.0), futility=limit)

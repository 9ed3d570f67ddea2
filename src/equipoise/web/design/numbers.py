"""What follows from one design by formula; kept for a while, for sliders pass a place twice."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from equipoise.design.answer.assumed import Assumptions
from equipoise.design.answer.fixed import needed, planned, reached, smallest
from equipoise.design.answer.looks import LookCost, cost_of
from equipoise.design.effect import LogrankEvents, signal
from equipoise.design.logrank_method import LogrankTrial
from equipoise.design.problems import BadDesign
from equipoise.design.sequential.hazard import HazardPlan
from equipoise.design.sequential.power import stopping

__all__ = ["CURVE", "Numbers", "curve", "with_ratio", "worked_out"]

CURVE = tuple(
    hundredth / 100 for hundredth in range(40, 101) if not hundredth % 2 or not hundredth % 5
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Power and events at the planned end, what the wanted power needs, and the price of looks.

    `reached` is the month in which the events needed are expected and `smallest` the hazard ratio
    shown with the wanted power; None where there is none. Without looks `looks` is None.
    """

    power: float
    planned: LogrankTrial
    needed: LogrankEvents
    reached: float | None
    smallest: float | None
    looks: LookCost | None
    plan: HazardPlan | None
    fixed_bound: float


@lru_cache(maxsize=256)
def worked_out(assumed: Assumptions, futility: bool = False) -> Numbers:
    """Everything by formula. Raises BadDesign with all that is wrong."""
    trial = planned(assumed)
    interim = assumed.interim
    looks = cost_of(assumed, interim, futility=futility) if interim else None
    return Numbers(
        power=looks.power if looks else trial.power,
        planned=trial,
        needed=needed(assumed),
        reached=reached(assumed),
        smallest=_smallest(assumed),
        looks=looks,
        plan=looks.plan if looks else None,
        fixed_bound=assumed.test.critical,
    )


def _smallest(assumed: Assumptions) -> float | None:
    try:
        return smallest(assumed).hazard_ratio
    except BadDesign:
        return None


@lru_cache(maxsize=64)
def curve(
    assumed: Assumptions, found: Numbers, ratios: tuple[float, ...] = CURVE
) -> tuple[float, ...]:
    """The power at each of these hazard ratios, when the trial ends at its planned events."""
    if found.plan is None:
        events, test = found.planned.events, assumed.test
        return tuple(test.reached(signal(ratio, test), events) for ratio in ratios)
    design, share = found.plan.design, assumed.ratio.value / (1 + assumed.ratio.value) ** 2
    information = math.sqrt(found.plan.max_events * share)
    chances = [
        stopping(design.fractions, design.bounds, design.sided, -math.log(ratio) * information)
        for ratio in ratios
    ]
    return tuple(each.significant if design.sided == 2 else each.power for each in chances)


def with_ratio(ratio: float) -> tuple[float, ...]:
    """The hazard ratios of the curve, and this one among them."""
    return tuple(np.unique([*CURVE, ratio]).tolist()) if CURVE[0] <= ratio <= 1 else CURVE

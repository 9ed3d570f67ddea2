"""Final intervals against a second recursion: Simpson's rule on one fine grid, written apart.

A limit of a final interval is the drift under which a result as extreme has probability alpha
(lower limit) or 1 - alpha (upper limit), of one side; so the tail at our limits is asked of the
other recursion. Sixty random analyses, one- and two-sided.
"""

import math
import random

import numpy as np
from scipy.special import ndtr

from equipoise.design.sequential.inference import adjusted
from equipoise.design.sequential.plan import sequential_design
from equipoise.design.sequential.spending import (
    HwangShihDeCani,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
)

POINTS = 801


def tail(times, upper, two_sided, look, z, drift):
    """P(a result at least as extreme), results ordered by the look at which they stop."""
    score = density = None
    found, before = 0.0, 0.0
    for k in range(look + 1):
        step, bound = times[k] - before, (z if k == look else upper[k]) * math.sqrt(times[k])
        spread, ahead = math.sqrt(step), drift * step
        if score is None:
            found += ndtr((ahead - bound) / spread)
        else:
            found += (density * ndtr((score + ahead - bound) / spread)) @ simpsons(score)
        if k == look:
            return found
        high = upper[k] * math.sqrt(times[k])
        far = drift * times[k] - 9 * math.sqrt(times[k])
        fresh = np.linspace(-high if two_sided else min(far, high - 1), high, POINTS)
        if score is None:
            density = normal(fresh - ahead, spread)
        else:
            density = normal(fresh[:, None] - score - ahead, spread) @ (density * simpsons(score))
        score, before = fresh, times[k]
    raise AssertionError("there is no such look")


def simpsons(grid):
    """The weights 1, 4, 2, 4, … 1 of Simpson's rule on evenly spaced points."""
    weights = np.full(grid.size, 2.0)
    weights[1::2], weights[[0, -1]] = 4.0, 1.0
    return weights * (grid[1] - grid[0]) / 3


def normal(distance, spread):
    return np.exp(-((distance / spread) ** 2) / 2) / (spread * math.sqrt(2 * math.pi))


def analyses(many):
    """Random designs with two to four looks, and a path that stops at one of them."""
    luck = random.Random(13)
    for number in range(many):
        looks = luck.choice((2, 2, 3, 4))
        gaps = [luck.uniform(0.15, 1) for _ in range(looks)]
        times = tuple(sum(gaps[: k + 1]) / sum(gaps) for k in range(looks - 1)) + (1.0,)
        rule = (LanDeMetsPocock(), LanDeMetsOBrienFleming(), HwangShihDeCani(-2))[number % 3]
        sided = 1 + number % 2
        alpha = luck.choice((0.01, 0.025, 0.05)) * sided
        plan = sequential_design(
            fractions=times, alpha=alpha, power=0.8, sided=sided, efficacy=rule
        )
        look = luck.randrange(looks)
        z = plan.upper[look] + luck.uniform(0, 0.8)
        yield plan, look, z if look < looks - 1 else z - luck.uniform(0, 2)


def test_both_limits_of_sixty_final_intervals_have_the_tails_they_promise():
    for plan, look, z in analyses(60):
        found = adjusted(plan, look + 1, z)
        side, two_sided = plan.alpha / plan.sided, plan.sided == 2
        for limit, promised in ((found.interval.low, side), (found.interval.high, 1 - side)):
            got = tail(plan.fractions, plan.upper, two_sided, look, z, limit)
            assert abs(got - promised) < 1e-7, (plan.fractions, look, z, limit)

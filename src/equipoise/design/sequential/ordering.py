"""The order of all results that a trial may end with, by the look at which it stops.

Fairbanks and Madsen (1982); Tsiatis, Rosner and Mehta (1984): an earlier stop is more extreme.
"""

from collections.abc import Sequence

from equipoise.design.sequential.boundaries import regions
from equipoise.design.sequential.plan import SequentialDesign
from equipoise.design.sequential.recursion import (
    Region,
    Walk,
    above,
    advance,
    below,
    inside,
    start,
)


def more_extreme(
    design: SequentialDesign, look: int, z: float, drift: float, heed_futility: bool
) -> float:
    """The probability, under `drift`, of a result at least as good as `z` at `look`.

    Better than any result of a look is stopping for efficacy before it; worse than any is
    stopping for futility, or on the wrong side, before it. A two-sided design that heeds futility
    stops for it in the middle: there every result above 0 is better than any below, and stopping
    early is the worst of those above 0 as it is the best of those below.
    """
    if design.sided == 2 and z < 0:
        return 1.0 - more_extreme(design, look, -z, -drift, heed_futility)
    areas = regions(design.bounds, design.sided, heed_futility)
    time, futile = design.fractions[look - 1], areas[look - 1][-1][0]
    walk = start()
    better = worse = 0.0
    for earlier in range(look - 1):
        then, region = design.fractions[earlier], areas[earlier]
        better += above(walk, then, region[-1][1], drift)
        worse += _futile(walk, then, region, design.sided, drift)
        walk = advance(walk, then, region, design.fractions[earlier + 1], drift)
    if design.sided == 1 and z <= futile:
        return 1.0 - worse - below(walk, time, z, drift)
    if design.sided == 2 and len(areas[look - 1]) == 2 and z < futile:
        middle = inside(walk, time, ((0.0, z),), drift)
        return 1.0 - _below_zero(design, areas, drift) - worse - middle
    return better + above(walk, time, z, drift)


def _futile(walk: Walk, time: float, region: Region, sided: int, drift: float) -> float:
    """The chance of stopping for futility at this look: of a two-sided design, with Z above 0."""
    if sided == 1:
        return below(walk, time, region[0][0], drift)
    return inside(walk, time, ((0.0, region[-1][0]),), drift) if len(region) == 2 else 0.0


def _below_zero(design: SequentialDesign, areas: Sequence[Region], drift: float) -> float:
    """The chance that a two-sided design ends, at whatever look, with Z below 0."""
    walk, total = start(), 0.0
    for time, region, following in zip(
        design.fractions, areas, (*design.fractions[1:], None), strict=True
    ):
        if following is None:
            return total + below(walk, time, 0.0, drift)
        total += below(walk, time, region[0][0], drift)
        if len(region) == 2:
            total += inside(walk, time, ((region[0][1], 0.0),), drift)
        walk = advance(walk, time, region, following, drift)
    return total

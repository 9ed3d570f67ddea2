"""A design whose looks fell elsewhere than planned.

Looks come early or late, one is added or left out, the trial ends short of its planned information
(under-running) or beyond it (over-running). The type I error holds as long as the times of the
looks do not depend on the results: what has been spent stays spent, coming interim looks spend
what the plan allows at their new fractions, and the last look takes all that remains.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from equipoise.design.problems import LARGEST, Problem, is_finite, refuse
from equipoise.design.results import remakeable
from equipoise.design.sequential.boundaries import Rules, bounds_for
from equipoise.design.sequential.plan import SequentialDesign, finished
from equipoise.design.sequential.problems import fraction_problems, is_series
from equipoise.design.sequential.spending import (
    Efficacy,
    FixedFutility,
    HaybittlePeto,
    OBrienFleming,
    Pocock,
    UserSpending,
    WangTsiatis,
)


@remakeable
def replanned(
    design: SequentialDesign, fractions: Sequence[float], used: Sequence[float] = ()
) -> SequentialDesign:
    """The design with its looks at `fractions` of the *planned* maximum information.

    The last fraction is where the trial really ends: below 1 when it runs short, above 1 when it
    runs over. `used` holds the efficacy bounds (in Z) of looks that are over; they stay as they
    were. The effect is the one designed for, so `power` is what is left of it; a shape such as
    Pocock goes on with the alpha that the plan had spent by each fraction, in straight lines.
    Raises `BadDesign`.
    """
    refuse(_problems(design, fractions, used))
    times = tuple(float(fraction) for fraction in fractions)
    rules = Rules(
        times,
        design.alpha,
        design.sided,
        as_spending(design),
        design.futility,
        design.binding,
        design.beta,
        tuple(used),
    )
    bounds = bounds_for(rules, design.drift)
    new = finished(rules, bounds, design.drift, design.power, design.both_sides)
    reached = new.under(design.drift)
    power = reached.significant if design.both_sides else reached.power
    return replace(new, power=power, efficacy=design.efficacy)


def as_spending(design: SequentialDesign) -> Efficacy:
    """The spending that stands for the design's rule when looks move."""
    if not isinstance(design.efficacy, OBrienFleming | Pocock | WangTsiatis):
        return design.efficacy
    spent = (*design.alpha_spent[:-1], design.alpha)
    return UserSpending(at=(*design.fractions[:-1], 1.0), spent_by=spent)


def _problems(
    design: SequentialDesign, fractions: Sequence[float], used: Sequence[float]
) -> Iterator[Problem]:
    wrong = list(fraction_problems(fractions, planned=False))
    yield from wrong
    if not is_series(used):
        yield Problem("used", f"{used!r} given; name the bounds as a list")
        return
    if wrong:
        return
    if len(used) >= len(fractions):
        yield Problem(
            "used", f"{len(used)} looks are over, but only {len(fractions)} fractions are given"
        )
    if not all(bound == math.inf or (is_finite(bound) and 0 < bound <= LARGEST) for bound in used):
        yield Problem("used", f"{tuple(used)} given; a bound in Z is above 0")
    if len(fractions) > 1 and fractions[-2] >= 1 and not isinstance(design.efficacy, HaybittlePeto):
        yield Problem(
            "fractions",
            f"the look at {fractions[-2]:g} would spend all alpha; it must be the last",
        )
    if isinstance(design.futility, FixedFutility) and len(fractions) != len(design.fractions):
        yield Problem(
            "fractions", "fixed futility bounds belong to the planned number of looks; keep it"
        )
    if math.isclose(design.drift, 0):
        yield Problem("design", "it was made for no effect")

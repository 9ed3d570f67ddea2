"""The same design at another alpha: what a repeated p-value is found by."""

from dataclasses import replace

import numpy as np
from scipy.optimize import brentq

from equipoise.design.problems import BadDesign
from equipoise.design.sequential.boundaries import Rules, bounds_for
from equipoise.design.sequential.plan import SequentialDesign
from equipoise.design.sequential.spending import (
    Efficacy,
    FixedFutility,
    HaybittlePeto,
    UserSpending,
)


def smallest_alpha(design: SequentialDesign, efficacy: Efficacy, look: int, z: float) -> float:
    """The smallest alpha at which a design that follows `efficacy` would reject at this look."""
    size, futility = abs(z) if design.sided == 2 else z, _futility_followed(design)
    lowest, highest = 1e-14, 1 - 1e-9
    if isinstance(efficacy, HaybittlePeto):
        spent = design.alpha_spent[look - 2] if look > 1 else 0.0
        if look < len(design.fractions):
            return design.alpha_spent[look - 1] if size >= design.upper[look - 1] else 1.0
        lowest = spent + 1e-14

    rules = Rules(design.fractions, design.alpha, design.sided, efficacy)
    if futility is None:
        return _alpha_that_rejects(rules, look, size, lowest, highest) or 1.0
    heeding = replace(rules, futility=futility, binding=True)
    limit = _most_alpha(heeding, lowest, highest)
    # Beyond the limit too few trials heed futility to spend so much, and it is passed over.
    found = _alpha_that_rejects(heeding, look, size, lowest, limit)
    return found or _alpha_that_rejects(rules, look, size, limit, highest) or 1.0


def _alpha_that_rejects(
    rules: Rules, look: int, size: float, lowest: float, highest: float
) -> float | None:
    """The smallest alpha between two, if there is one, whose bound at `look` is at most `size`."""

    def excess(alpha: float) -> float:
        return bounds_for(replace(rules, alpha=alpha), 0.0).upper[look - 1] - size

    if excess(highest) > 0:
        return None
    if excess(lowest) < 0:
        return lowest
    return float(brentq(excess, lowest, highest, xtol=1e-14, rtol=1e-11))


def _most_alpha(rules: Rules, lowest: float, highest: float) -> float:
    """The largest alpha that trials which heed binding futility can spend."""

    def can_spend(alpha: float) -> bool:
        try:
            bounds_for(replace(rules, alpha=alpha), 0.0)
        except BadDesign:
            return False
        return True

    if can_spend(highest):
        return highest
    for _ in range(45):
        middle = (lowest + highest) / 2
        lowest, highest = (middle, highest) if can_spend(middle) else (lowest, middle)
    return lowest


def _futility_followed(design: SequentialDesign) -> FixedFutility | None:
    return FixedFutility(design.lower) if design.binding and design.lower else None


def rule_followed(design: SequentialDesign) -> Efficacy:
    """The rule that gave the bounds; when looks have moved or bounds were used, what they spent."""
    futility = _futility_followed(design)
    rules = Rules(design.fractions, design.alpha, design.sided, design.efficacy, futility)
    try:
        natural = bounds_for(replace(rules, binding=futility is not None), 0.0).upper
    except BadDesign:  # a rule that looks which have moved could not follow
        natural = ()
    if natural and np.allclose(natural, design.upper, rtol=0, atol=1e-8):
        return design.efficacy
    *early, last = zip(design.fractions, design.alpha_spent, strict=True)
    at, spent = zip(*[pair for pair in early if pair[0] < 1], (1.0, last[1]), strict=True)
    return UserSpending(at=at, spent_by=spent)

"""The bounds of a design: where a trial stops for efficacy, and where for futility.

All bounds are in Z, larger being better for the experimental arm; those of a two-sided test are the
same on both sides. A futility bound that is not binding is ignored when alpha is counted, so
that passing it over costs nothing; a binding one lets the efficacy bounds come down a little. Beta
is counted under the alternative, with every bound obeyed.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scipy.optimize import brentq

from equipoise.design.problems import refused
from equipoise.design.sequential.recursion import (
    Region,
    Walk,
    above,
    advance,
    below,
    inside,
    start,
    stops,
)
from equipoise.design.sequential.spending import (
    Efficacy,
    FixedFutility,
    Futility,
    HaybittlePeto,
    OBrienFleming,
    Pocock,
    WangTsiatis,
)

HIGHEST = 38.0  # a larger Z has a probability below the smallest number a computer holds
EXACT = 1e-13


@dataclass(frozen=True, slots=True)
class Rules:
    """What the bounds are made from: the looks, the error and its division."""

    times: tuple[float, ...]
    alpha: float
    sided: int
    efficacy: Efficacy
    futility: Futility | None = None
    binding: bool = False
    beta: float | None = None
    held: tuple[float, ...] = ()  # efficacy bounds of looks that are over already


@dataclass(frozen=True, slots=True)
class Bounds:
    """Efficacy bounds for all looks and futility bounds for all but the last (empty: none)."""

    upper: tuple[float, ...]
    lower: tuple[float, ...] = ()


def going_on(upper: float, lower: float, sided: int) -> Region:
    """Where a trial goes on (in Z), between an efficacy and a futility bound."""
    if sided == 1:
        return ((lower, upper),)
    if lower <= 0:
        return ((-upper, upper),)
    return ((-upper, -lower), (lower, upper))


def regions(bounds: Bounds, sided: int, heed_futility: bool) -> list[Region]:
    """For each look, where the trial goes on."""
    floor = -math.inf if sided == 1 else 0.0
    lower = bounds.lower if heed_futility and bounds.lower else (floor,) * (len(bounds.upper) - 1)
    return [going_on(up, low, sided) for up, low in zip(bounds.upper, (*lower, floor), strict=True)]


def bounds_for(rules: Rules, drift: float) -> Bounds:
    """The bounds when Z has mean `drift` at fraction 1 (that matters for beta spending only)."""
    if not isinstance(rules.efficacy, OBrienFleming | Pocock | WangTsiatis) or rules.held:
        return _look_by_look(
            rules, drift, lambda walk, look, used: _next_upper(rules, walk, look, used)
        )
    if not rules.binding or rules.futility is None:
        constant = _constant(lambda c: _false_positive(rules, Bounds(_shaped(rules, c))), rules)
    else:
        constant = _constant(lambda c: _false_positive(rules, _given(rules, drift, c)), rules)
    return _given(rules, drift, constant)


Upper = Callable[[Walk, int, float], float]


def _look_by_look(rules: Rules, drift: float, next_upper: Upper) -> Bounds:
    """Take the looks in turn: the efficacy bound under no effect, then futility under `drift`."""
    null = alternative = start()
    used = 0.0
    upper: list[float] = []
    lower: list[float] = []
    for look, time in enumerate(rules.times):
        upper.append(next_upper(null, look, used))
        used += _crossing(null, time, upper[-1], rules.sided)
        if look + 1 == len(rules.times):
            break
        floor = _next_lower(rules, alternative, look, drift, upper[-1])
        lower.append(floor)
        following = rules.times[look + 1]
        obeyed = going_on(upper[-1], floor, rules.sided)
        ignored = going_on(upper[-1], -math.inf, rules.sided)
        null = advance(null, time, obeyed if rules.binding else ignored, following)
        if rules.futility is not None:
            alternative = advance(alternative, time, obeyed, following, drift)
    return Bounds(tuple(upper), tuple(lower) if rules.futility is not None else ())


def _next_upper(rules: Rules, walk: Walk, look: int, used: float) -> float:
    """The efficacy bound of one look, when bounds follow from the alpha still to be spent."""
    if look < len(rules.held):
        return rules.held[look]
    last = look + 1 == len(rules.times)
    if isinstance(rules.efficacy, HaybittlePeto) and not last:
        return rules.efficacy.bound
    target = rules.alpha if last else _target(rules, look)
    if last and target - used <= 0:
        because = f"the looks before the last use {used:.6g} of an alpha of {rules.alpha:g}"
        raise refused("efficacy", f"{because}; nothing is left for the last one")
    return _solve_upper(walk, rules.times[look], target - used, rules.sided)


def _target(rules: Rules, look: int) -> float:
    """The alpha that may have been spent by an interim look."""
    assert not isinstance(rules.efficacy, OBrienFleming | Pocock | WangTsiatis | HaybittlePeto)
    return rules.efficacy.spent(min(1.0, rules.times[look]), rules.alpha, rules.sided)


def _solve_upper(walk: Walk, time: float, probability: float, sided: int) -> float:
    """The bound that a share `probability` of all trials crosses at this look, without effect."""
    if probability <= 1e-300:
        return math.inf
    if probability >= walk.going:
        raise refused(
            "efficacy",
            f"at fraction {time:g} alpha of {probability:.3g} is to be spent, but only "
            f"{walk.going:.3g} of the trials without effect are still going; "
            "spend alpha earlier, or stop less for futility",
        )

    def excess(bound: float) -> float:
        return math.log(max(_crossing(walk, time, bound, sided), 1e-320)) - math.log(probability)

    lowest = 0.0 if sided == 2 else -HIGHEST
    return float(brentq(excess, lowest, HIGHEST, xtol=EXACT, rtol=1e-15))


def _crossing(walk: Walk, time: float, bound: float, sided: int) -> float:
    over = above(walk, time, bound)
    return over + below(walk, time, -bound) if sided == 2 else over


def _next_lower(rules: Rules, walk: Walk, look: int, drift: float, upper: float) -> float:
    """The futility bound of an interim look; never above the efficacy bound."""
    if rules.futility is None:
        return -math.inf
    if isinstance(rules.futility, FixedFutility):
        return min(rules.futility.bounds[look], upper)
    assert rules.beta is not None
    spent = rules.futility.spent
    before = spent(rules.times[look - 1], rules.beta) if look else 0.0
    share = spent(min(1.0, rules.times[look]), rules.beta) - before
    return _solve_lower(walk, rules.times[look], share, drift, rules.sided, upper)


def _solve_lower(
    walk: Walk, time: float, share: float, drift: float, sided: int, upper: float
) -> float:
    """The bound below which a share of all trials falls at this look, under `drift`."""
    if share <= 1e-300:
        return -math.inf

    def lost(bound: float) -> float:
        if sided == 1:
            return below(walk, time, bound, drift)
        return inside(walk, time, ((-bound, bound),), drift)

    highest, lowest = min(upper, HIGHEST), 0.0 if sided == 2 else -HIGHEST
    if lost(highest) <= share:
        return upper

    def excess(bound: float) -> float:
        return math.log(max(lost(bound), 1e-320)) - math.log(share)

    return float(brentq(excess, lowest, highest, xtol=EXACT, rtol=1e-15))


def _shaped(rules: Rules, constant: float) -> tuple[float, ...]:
    assert isinstance(rules.efficacy, OBrienFleming | Pocock | WangTsiatis)
    exponent = rules.efficacy.exponent
    return tuple(constant * time**exponent for time in rules.times)


def _given(rules: Rules, drift: float, constant: float) -> Bounds:
    """The bounds of a shape with its constant known."""
    upper = _shaped(rules, constant)
    if rules.futility is None:
        return Bounds(upper)
    return _look_by_look(rules, drift, lambda walk, look, used: upper[look])


def _constant(error: Callable[[float], float], rules: Rules) -> float:
    """The constant of a shape that makes the type I error equal to alpha."""

    def excess(constant: float) -> float:
        return error(constant) - rules.alpha

    lowest = 0.0 if rules.sided == 2 else -HIGHEST
    return float(brentq(excess, lowest, HIGHEST, xtol=EXACT, rtol=1e-15))


def _false_positive(rules: Rules, bounds: Bounds) -> float:
    areas = regions(bounds, rules.sided, heed_futility=rules.binding)
    pairs = stops(rules.times, areas, 0.0)
    up = sum(over for _, over in pairs)
    return up + sum(under for under, _ in pairs) if rules.sided == 2 else up


def spent_by_look(
    times: Sequence[float], bounds: Bounds, sided: int, binding: bool
) -> tuple[float, ...]:
    """The alpha spent up to and with each look."""
    areas = regions(bounds, sided, heed_futility=binding)
    total, answer = 0.0, []
    for under, over in stops(times, areas, 0.0):
        total += over + (under if sided == 2 else 0.0)
        answer.append(total)
    return tuple(answer)

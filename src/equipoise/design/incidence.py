"""Deaths seen among participants who are followed: exact for piecewise-constant hazards.

`seen_by(law, dropout, x)` is the chance that a death is seen in x units of follow-up, and
`area_seen` its integral from 0 to x, which turns uniform accrual into expected events without
quadrature. Weibull laws have no closed form with drop-out; they are integrated to 1e-12.
"""

import numpy as np
from numpy.typing import ArrayLike

from equipoise.design.hazards import Cured, Law, Piecewise, Weibull, bends, mean_decay
from equipoise.design.quadrature import FloatArray, panels

NEVER = Piecewise((0.0,))


def seen_by(law: Law, dropout: Piecewise, follow_up: ArrayLike) -> FloatArray:
    """The chance that a death is seen within this follow-up; drop-out before it hides it."""
    return _seen(law, dropout, np.asarray(follow_up, dtype=float), area=False)


def area_seen(law: Law, dropout: Piecewise, follow_up: ArrayLike) -> FloatArray:
    """The integral of `seen_by` from 0 to this follow-up."""
    return _seen(law, dropout, np.asarray(follow_up, dtype=float), area=True)


def _seen(law: Law, dropout: Piecewise, times: FloatArray, *, area: bool) -> FloatArray:
    if isinstance(law, Cured):
        return (1 - law.share) * _seen(law.uncured, dropout, times, area=area)
    if isinstance(law, Piecewise):
        return np.asarray(_pieces(law, dropout, times)[area].sum(axis=-1))
    each = [_weibull(law, dropout, float(x), area=area) for x in times.ravel()]
    return np.array(each, dtype=float).reshape(times.shape)


def area_seen_by_piece(
    law: Piecewise, dropout: Piecewise, follow_up: ArrayLike, starts: tuple[float, ...]
) -> FloatArray:
    """`area_seen`, told apart by the piece of follow-up in which the death falls (last axis)."""
    fine = law.with_ratios((1.0,) * len(starts), starts)
    areas = _pieces(fine, dropout, np.asarray(follow_up, dtype=float))[1]
    knots = _joined(fine, dropout)
    piece = np.searchsorted(starts, knots, side="right") - 1
    return np.stack([areas[..., piece == k].sum(axis=-1) for k in range(len(starts))], axis=-1)


def ever_seen(law: Law, dropout: Piecewise) -> float:
    """The chance that a death is ever seen, however long the follow-up."""
    if isinstance(law, Cured):
        return (1 - law.share) * ever_seen(law.uncured, dropout)
    if isinstance(law, Weibull):
        return _weibull(law, dropout, float(law.quantile(1 - 1e-16)), area=False)
    last = max(law.starts[-1], dropout.starts[-1])
    here = float(seen_by(law, dropout, last))
    stay = float(law.survival(last) * dropout.survival(last))
    leave = law.rates[-1] + dropout.rates[-1]
    return here + (stay * law.rates[-1] / leave if leave > 0 else 0.0)


def _joined(law: Piecewise, dropout: Piecewise) -> FloatArray:
    return np.array(sorted({*law.starts, *dropout.starts}))


def _pieces(law: Piecewise, dropout: Piecewise, times: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Deaths seen by follow-up, and their area, by piece (last axis).

    Within a piece that starts at s with death rate a, exit rate b = a + drop-out and stay A, the
    chance after y is a A (1 - exp(-b y)) / b and its area a A (y - (1 - exp(-b y)) / b) / b.
    """
    starts = _joined(law, dropout)
    deaths, exits = law.hazard(starts), law.hazard(starts) + dropout.hazard(starts)
    stay = law.survival(starts) * dropout.survival(starts)
    since = np.maximum(times[..., None] - starts, 0.0)
    width = np.append(np.diff(starts), np.inf)
    spent = np.minimum(since, width)
    chance = deaths * stay * spent * mean_decay(exits * spent)
    area = deaths * stay * spent**2 * _second_decay(exits * spent) + chance * (since - spent)
    return chance, area


def _second_decay(z: FloatArray) -> FloatArray:
    """(z - 1 + exp(-z)) / z**2, which is 1/2 at 0; by its series where the difference cancels."""
    small = z < 0.05
    near = np.where(small, z, 0.0)
    series = np.zeros_like(z)
    for order in range(10, 1, -1):
        series = 1 / np.prod(np.arange(1.0, order + 1)) - near * series
    far = np.where(small, 1.0, z)
    return np.where(small, series, (1 - mean_decay(far)) / far)


def _weibull(law: Weibull, dropout: Piecewise, upto: float, *, area: bool) -> float:
    """The chance, or its area, by quadrature over the time of death."""
    if upto <= 0:
        return 0.0
    at, weight = panels((*dropout.starts, *bends(law)), upto, law.shape)
    density = law.hazard(at) * law.survival(at) * dropout.survival(at)
    return float(np.sum(weight * density * ((upto - at) if area else 1.0)))

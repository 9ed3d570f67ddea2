"""The noncentral t distribution's upper tail, by integrating over the estimated spread.

T = (Z + shift) / s, with Z normal and freedom x s^2 chi-square, so that its tail is the mean of
Phi(shift - bar x s). Library routines give up where a trial is tiny (freedom below 1) or a tail far
out; this holds its figures from a freedom of 0.05 up.
"""

import math

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammainc, ndtr

from equipoise.design.quadrature import FloatArray, between

_FARTHEST = 45.0  # in units of -log density: what lies beyond weighs less than 1e-19
_NOTHING = 1e-17


def upper_tail(bar: float, freedom: float, shift: float) -> float:
    """The chance that a noncentral t statistic exceeds `bar`."""
    low, high = _ends(freedom)
    # Below this spread the bar has no weight any more, and the mean is that of Phi(shift).
    low = max(low, min(high, 2 * math.log(_NOTHING / max(abs(bar), 1e-3))))
    at, weight = between(_knots(low, high, freedom, bar, shift))
    density = weight * np.exp(-freedom / 2 * _bulge(at))
    below = float(gammainc(freedom / 2, freedom / 2 * math.exp(low)))
    mean = float(density @ ndtr(shift - bar * np.exp(at / 2)) / density.sum())
    return below * float(ndtr(shift)) + (1 - below) * mean


def _knots(low: float, high: float, freedom: float, bar: float, shift: float) -> FloatArray:
    """Ends of panels: narrow beside the weight's own spread, and where Phi goes from 1 to 0."""
    width = min(0.5, 1.5 * math.sqrt(2 / freedom))
    even = np.linspace(low, high, max(1, math.ceil((high - low) / width)) + 1)
    turns = (shift + np.arange(-10.0, 11.0)) / bar if bar else np.empty(0)
    steep = 2 * np.log(turns[turns > 0])
    return np.unique([*even, *steep[(steep > low) & (steep < high)]])


def _ends(freedom: float) -> tuple[float, float]:
    """Between which values of log s^2 all its weight lies."""

    def excess(at: float) -> float:
        return freedom / 2 * float(_bulge(np.array(at))) - _FARTHEST

    far, close = 2 * _FARTHEST / freedom + 2, 1e-4 * math.sqrt(2 / freedom)
    return (
        float(brentq(excess, -far, 0.0, xtol=close)),
        float(brentq(excess, 0.0, math.log(far) + 4, xtol=close)),
    )


def _bulge(at: FloatArray) -> FloatArray:
    """exp(x) - 1 - x; near 0 by its series, where the difference would cancel."""
    near = np.where(np.abs(at) < 0.05, at, 0.0)
    series = np.zeros_like(near)
    for order in range(10, 2, -1):
        series = near / order * (1 + series)
    return np.where(np.abs(at) < 0.05, near**2 / 2 * (1 + series), np.expm1(at) - at)

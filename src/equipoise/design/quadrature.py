"""Integrals of smooth curves between the times at which they bend.

Gauss-Legendre with 24 nodes on every panel. Toward time zero each panel is an eighth of the next
one, so far down that what is left does not count: a Weibull hazard that starts at infinity is
integrated as well as any other.
"""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_SMALLEST = 1e-300


def panels(
    bends: Iterable[float], upto: float, power: float = 1.0
) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights that integrate from 0 to `upto` a function that bends at these times.

    `power` is the power of time with which the integral begins (a Weibull law's shape).
    """
    inside = sorted({bend for bend in bends if 0 < bend < upto})
    edges = [0.0, *inside, upto]
    pairs = zip(edges, edges[1:], strict=False)
    cuts = np.unique(np.concatenate([_cut(low, high) for low, high in pairs]))
    return between(np.concatenate([[0.0], _toward_zero(float(cuts[1]), power), cuts[1:]]))


def between(knots: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights on the panels between these knots."""
    half = np.diff(knots)[:, None] / 2
    middle = (knots[:-1] + knots[1:])[:, None] / 2
    return (middle + half * _NODES).ravel(), (half * _WEIGHTS).ravel()


def _cut(low: float, high: float) -> FloatArray:
    """A panel in four, so that 24 nodes see at most a few mean survival times; none eightfold."""
    steps = int(math.log(high / low) / math.log(8)) if low > 0 else 0
    eightfold = low * 8.0 ** np.arange(1, steps + 1)
    return np.concatenate([np.linspace(low, high, 5), eightfold[eightfold < high]])


def _toward_zero(first: float, power: float) -> FloatArray:
    """Knots below the first one; below the lowest lies less than 1e-16 of time to that power."""
    held = math.log(first / _SMALLEST) / math.log(8)
    count = max(0, min(math.ceil(math.log(1e16) / math.log(8) / power), int(held)))
    return np.asarray(first * 0.125 ** np.arange(count, 0, -1))

"""Integrals of smooth curves between the times at which they bend.

Gauss-Legendre with 24 nodes on every panel. The first panel is halved toward time zero, so that a
Weibull hazard that starts at infinity is integrated as well as any other.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_HALVINGS = 60


def panels(bends: Iterable[float], upto: float) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights that integrate from 0 to `upto` a function that bends at these times."""
    inside = sorted({bend for bend in bends if 0 < bend < upto})
    edges = np.array([*inside, upto])
    # Wide panels are cut in four: 24 nodes then see at most a few mean survival times each.
    starts = np.concatenate([[0.0], edges[:-1]])
    cuts = np.unique(
        np.concatenate([np.linspace(a, b, 5) for a, b in zip(starts, edges, strict=True)])
    )
    graded = cuts[1] * 0.5 ** np.arange(_HALVINGS, 0, -1)
    knots = np.concatenate([[0.0], graded, cuts[1:]])
    half = np.diff(knots)[:, None] / 2
    middle = (knots[:-1] + knots[1:])[:, None] / 2
    return (middle + half * _NODES).ravel(), (half * _WEIGHTS).ravel()

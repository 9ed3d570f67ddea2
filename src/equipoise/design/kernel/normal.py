"""Normal probabilities of one, two and three variables, to about 1e-13.

Two: Drezner and Wesolowsky (1990) as mended by Genz (Statistics and Computing 14, 2004). Three:
Plackett's integral along the path of Genz's paper, by Gauss and Legendre.
"""

import math

import numpy as np

from equipoise.design.kernel.compiled import called, compiled

_X20, _W20 = (part.copy() for part in np.polynomial.legendre.leggauss(20))
_X40, _W40 = (part.copy() for part in np.polynomial.legendre.leggauss(40))
_TWO_PI = 2.0 * math.pi
_SQRT_HALF = math.sqrt(0.5)


@compiled
def below(x: float) -> float:
    """P(Z <= x)."""
    return 0.5 * math.erfc(-x * _SQRT_HALF)


@called
def both_below(h: float, k: float, r: float) -> float:
    """P(X <= h, Y <= k) for standard normals with correlation r."""
    if abs(r) < 0.925:
        angle, product, squares = math.asin(r), h * k, (h * h + k * k) / 2.0
        total = 0.0
        for i in range(20):
            sine = math.sin(angle * (1.0 + _X20[i]) / 2.0)
            total += _W20[i] * math.exp((sine * product - squares) / (1.0 - sine * sine))
        return total * angle / (2.0 * _TWO_PI) + below(h) * below(k)
    if r > 0.0:
        return below(min(h, k)) - close_part(h, k, r)
    return max(below(h) - below(-k), 0.0) + close_part(h, -k, -r)


@called
def close_part(h: float, k: float, r: float) -> float:
    """What a correlation r of 0.925 to 1 lacks from perfect: Genz's expansion near 1."""
    if r >= 1.0:
        return 0.0
    spread, gap, product = (1.0 - r) * (1.0 + r), (h - k) ** 2, h * k
    a = math.sqrt(spread)
    c, d = (4.0 - product) / 8.0, (12.0 - product) / 16.0
    total = 0.0
    exponent = -(gap / spread + product) / 2.0
    if exponent > -100.0:
        series = 1.0 - c * (gap - spread) * (1.0 - d * gap / 5.0) / 3.0
        total = a * math.exp(exponent) * (series + c * d * spread * spread / 5.0)
    if -product < 100.0:
        b = math.sqrt(gap)
        tail = math.exp(-product / 2.0) * math.sqrt(_TWO_PI) * below(-b / a)
        total -= tail * b * (1.0 - c * gap * (1.0 - d * gap / 5.0) / 3.0)
    for i in range(20):
        square = (a * (1.0 + _X20[i]) / 2.0) ** 2
        exponent = -(gap / square + product) / 2.0
        if exponent > -100.0:
            root = math.sqrt(1.0 - square)
            exact = math.exp(-product * (1.0 - root) / (2.0 * (1.0 + root))) / root
            series = 1.0 + c * square * (1.0 + d * square)
            total += a / 2.0 * _W20[i] * math.exp(exponent) * (exact - series)
    return total / _TWO_PI


@compiled
def slice_of(h1: float, h2: float, h3: float, r12: float, r13: float, r23: float) -> float:
    """Plackett's integrand: the density at (h1, h2) times the chance of the third below h3."""
    rest = 1.0 - r12 * r12
    exponent = -(h1 * h1 + h2 * h2 - 2.0 * r12 * h1 * h2) / (2.0 * rest)
    if exponent < -100.0:
        return 0.0
    left = rest - r13 * r13 - r23 * r23 + 2.0 * r12 * r13 * r23
    distance = h3 * rest - h1 * (r13 - r12 * r23) - h2 * (r23 - r12 * r13)
    if left * rest <= 0.0:
        return math.exp(exponent) if distance >= 0.0 else 0.0
    return math.exp(exponent) * below(distance / math.sqrt(left * rest))


@called
def all_below(h1: float, h2: float, h3: float, r12: float, r13: float, r23: float) -> float:
    """P(X1 <= h1, X2 <= h2, X3 <= h3) for standard normals.

    The pair with the strongest correlation is kept whole; the others grow from zero.
    """
    if abs(r12) > abs(r23) and abs(r12) >= abs(r13):
        h1, h3, r12, r23 = h3, h1, r23, r12
    elif abs(r13) > abs(r23):
        h1, h2, r13, r23 = h2, h1, r23, r13
    angle12, angle13 = math.asin(r12), math.asin(r13)
    total = 0.0
    for i in range(40):
        part = (1.0 + _X40[i]) / 2.0
        s12, s13 = math.sin(angle12 * part), math.sin(angle13 * part)
        one = angle12 * slice_of(h1, h2, h3, s12, s13, r23)
        total += _W40[i] * (one + angle13 * slice_of(h1, h3, h2, s13, s12, r23))
    return below(h1) * both_below(h2, h3, r23) + total / (2.0 * _TWO_PI)

"""The natural logarithm of many random words at once, in additions and products alone.

The C library takes one logarithm at a time, and another library may round its last bit otherwise.
This one is done many at a time and is the same on every machine: x = 2 ** e * m with m from
sqrt(1/2) to sqrt(2), and log m = 2 atanh((m - 1) / (m + 1)) by its series, whose first term left
out is below 1e-16.
"""

import math

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.compiled import called

_LOG_2 = math.log(2.0)
_FRACTION = np.int64(2**52 - 1)
_ONE = np.int64(1023 << 52)
_HALF_WAY = np.int64(0x6A09E667F3BCD)  # the fraction of sqrt(2)
_TERMS = tuple(2.0 / k for k in range(23, 0, -2))  # of the series, the highest first


@called
def exponentials(words: NDArray[np.uint32], out: NDArray[np.float64]) -> None:
    """-log of (word + 1/2) / 2 ** 32 for each: exponential waiting times with mean 1."""
    for i in range(out.size):
        out[i] = (np.float64(words[i]) + 0.5) * 2.0**-32
    bits = out.view(np.int64)
    for i in range(out.size):
        whole, fraction = bits[i] >> 52, bits[i] & _FRACTION
        upper = np.int64(fraction > _HALF_WAY)
        exponent = np.float64(np.int32(whole - 1023 + upper))
        bits[i] = fraction | (_ONE - (upper << 52))
        part = (out[i] - 1.0) / (out[i] + 1.0)
        square = part * part
        series = _TERMS[0]
        for k in range(1, len(_TERMS)):
            series = series * square + _TERMS[k]
        out[i] = -(exponent * _LOG_2 + part * series)

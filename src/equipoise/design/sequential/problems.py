"""What is wrong with the looks, the error rates and the sides of a group-sequential design."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from equipoise.design.problems import Problem, is_finite, power_problems, size_problems

MOST_LOOKS = 10
CLOSEST = 1e-4  # looks nearer to each other than this are one look
EARLIEST, LATEST = 1e-6, 10.0


def fraction_problems(fractions: Sequence[float], planned: bool = True) -> Iterator[Problem]:
    """Faults of the information fractions; a planned design must end at 1."""
    if not is_series(fractions):
        yield Problem("fractions", f"{fractions!r} given; name them as a list such as (0.5, 1)")
        return
    if not len(fractions):
        yield Problem("fractions", "no look is named; a design has 1 to 10 looks, the last at 1")
        return
    if len(fractions) > MOST_LOOKS:
        yield Problem("fractions", f"{len(fractions)} looks; at most {MOST_LOOKS} are supported")
    if not all(is_finite(fraction) and fraction > 0 for fraction in fractions):
        yield Problem("fractions", f"{_listed(fractions)} must all be numbers above 0")
        return
    if not all(EARLIEST <= fraction <= LATEST for fraction in fractions):
        between = f"from {EARLIEST:g} to {LATEST:g}"
        yield Problem("fractions", f"{_listed(fractions)} given; a look lies {between}")
        return
    for look, (before, here) in enumerate(zip(fractions, fractions[1:], strict=False), start=2):
        if here <= before:
            yield Problem(
                "fractions",
                f"look {look} at {here:g} does not come after look {look - 1} at {before:g}; "
                "give them in ascending order",
            )
        elif here - before < CLOSEST * here:
            yield Problem("fractions", f"looks {look - 1} and {look} at {here:g} are one look")
    if planned and not math.isclose(fractions[-1], 1.0, abs_tol=1e-12):
        yield Problem("fractions", f"the last look is at {fractions[-1]:g}; it must be at 1")


def error_problems(alpha: float, power: float, sided: int) -> Iterator[Problem]:
    """Faults of the two error rates and the number of sides."""
    yield from size_problems(alpha, sided)
    yield from power_problems(power, alpha, sided)
    if is_finite(alpha) and 0 < alpha < 1e-12:
        yield Problem("alpha", f"{alpha:g} given; below 1e-12 no bound can be told from infinity")
    if is_finite(power) and 0 < 1 - power < 1e-12:
        yield Problem("power", f"{power!r} given; no trial is that sure, 0.999 is a high power")


def look_problems(place: str, look: int, last: int, of: str = "looks") -> Iterator[Problem]:
    """A problem unless `look` counts one of the looks from 1 to `last`."""
    if isinstance(look, bool) or not isinstance(look, int | np.integer) or not 1 <= look <= last:
        yield Problem(place, f"{named(look)} given; {of} run from 1 to {last}")


def is_series(values: object) -> bool:
    """Whether the values come as a list, a tuple or an array of one row."""
    if isinstance(values, np.ndarray):
        return values.ndim == 1
    return isinstance(values, Sequence) and not isinstance(values, str | bytes)


def named(value: object) -> str:
    """A value as a refusal names it."""
    return f"{value:g}" if is_finite(value) else repr(value)


def _listed(values: Sequence[float]) -> str:
    return ", ".join(named(value) for value in values)

"""What is wrong with the looks, the error rates and the sides of a group-sequential design."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from equipoise.design.problems import Problem

MOST_LOOKS = 10
CLOSEST = 1e-4  # looks nearer to each other than this are one look


def fraction_problems(fractions: Sequence[float], planned: bool = True) -> Iterator[Problem]:
    """Faults of the information fractions; a planned design must end at 1."""
    if not fractions:
        yield Problem("fractions", "no look is named; a design has 1 to 10 looks, the last at 1")
        return
    if len(fractions) > MOST_LOOKS:
        yield Problem("fractions", f"{len(fractions)} looks; at most {MOST_LOOKS} are supported")
    if not all(math.isfinite(fraction) and fraction > 0 for fraction in fractions):
        yield Problem("fractions", f"{_listed(fractions)} must all be numbers above 0")
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


def error_problems(alpha: float, power: float | None, sides: int) -> Iterator[Problem]:
    """Faults of the two error rates and the number of sides."""
    if sides not in (1, 2):
        yield Problem("sides", f"{sides!r} given; a test has 1 side or 2")
        sides = 2
    limit = 0.5 if sides == 1 else 1.0
    if not 0 < alpha < limit:
        yield Problem(
            "alpha", f"{alpha:g} given; a {_WORDS[sides]} test needs alpha between 0 and {limit:g}"
        )
    elif alpha < 1e-12:
        yield Problem("alpha", f"{alpha:g} given; below 1e-12 no bound can be told from infinity")
    if power is None:
        return
    if not 0 < power < 1:
        yield Problem("power", f"{power:g} given; power lies between 0 and 1")
    elif power <= alpha / sides:
        yield Problem(
            "power",
            f"{power:g} is not above {alpha / sides:g}, the chance of success without any effect",
        )


_WORDS = {1: "one-sided", 2: "two-sided"}


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{value:g}" for value in values)

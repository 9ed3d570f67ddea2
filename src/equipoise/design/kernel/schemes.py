"""How arms are given out: the schemes that a scenario can randomise by.

Arm 1 is experimental, arm 0 control. `ratio` is (experimental, control).
"""

from collections.abc import Iterator
from dataclasses import dataclass

MEASURES = ("range", "sd", "variance", "marginal balance")


@dataclass(frozen=True, slots=True, kw_only=True)
class InTurn:
    """No chance at all: experimental and control in turn, as rpact's simulations allocate."""

    ratio: tuple[int, int] = (1, 1)

    def problems(self) -> Iterator[str]:
        yield from _ratio_problems(self.ratio)


@dataclass(frozen=True, slots=True, kw_only=True)
class Simple:
    """A coin for each subject, fair or weighed by the ratio."""

    ratio: tuple[int, int] = (1, 1)

    def problems(self) -> Iterator[str]:
        yield from _ratio_problems(self.ratio)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """Permuted blocks within each stratum; each block's size is drawn evenly from `sizes`."""

    sizes: tuple[int, ...] = (4, 6)
    ratio: tuple[int, int] = (1, 1)

    def problems(self) -> Iterator[str]:
        yield from _ratio_problems(self.ratio)
        whole = sum(self.ratio)
        if not self.sizes:
            yield "permuted blocks need at least one size"
        for size in self.sizes:
            if size <= 0 or (whole > 0 and size % whole):
                yield f"a block of {size} cannot hold the ratio {self.ratio[0]}:{self.ratio[1]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimisation:
    """Pocock and Simon's minimisation over the scenario's factors, as `equipoise.conduct` does it.

    `probability` is the chance of a favoured arm with the smaller share; at unequal ratios the
    chances are those of Han, Enas and McEntegart (2009). `measure` is one of `MEASURES`. `weights`
    has one whole number a factor (empty: all 1); `overall` weighs the whole trial as one more.
    """

    probability: float = 0.8
    weights: tuple[int, ...] = ()
    overall: int = 0
    measure: str = "range"
    ratio: tuple[int, int] = (1, 1)

    def problems(self) -> Iterator[str]:
        if not 0.5 <= self.probability <= 1:
            yield f"minimisation's probability must lie in 0.5 to 1, not {self.probability}"
        if any(weight < 0 for weight in (*self.weights, self.overall)):
            yield f"minimisation's weights cannot be below zero: {(*self.weights, self.overall)}"
        if self.measure not in MEASURES:
            yield f"minimisation measures {', '.join(MEASURES)}, not {self.measure!r}"
        yield from _ratio_problems(self.ratio)


@dataclass(frozen=True, slots=True, kw_only=True)
class BigStick:
    """A coin weighed by the ratio until one arm is `limit` ahead, then the other arm.

    Soares and Wu (1983). At unequal ratios the difference is that of the counts divided by the
    ratio, as in `equipoise.conduct`.
    """

    limit: int = 3
    within_strata: bool = False
    ratio: tuple[int, int] = (1, 1)

    def problems(self) -> Iterator[str]:
        if self.limit < 1:
            yield f"the big stick's limit must be at least 1, not {self.limit}"
        yield from _ratio_problems(self.ratio)


Scheme = InTurn | Simple | Blocks | Minimisation | BigStick


def _ratio_problems(ratio: tuple[int, int]) -> Iterator[str]:
    if len(ratio) != 2 or any(share < 1 or share > 1000 for share in ratio):
        yield f"an allocation ratio is two whole numbers from 1 to 1000, not {ratio}"

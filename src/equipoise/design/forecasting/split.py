"""One pooled law of survival, split over two arms whose hazards are in a given ratio.

What is seen is the mixture: those in the better arm live longer, so that they are more and more
among the survivors, and the pooled hazard falls slowly even where both arms' hazards stand still.
The split asks it the other way round: which control law makes the mixture the pooled law exactly,
on every day?
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from equipoise.design.kernel.laws import Changed, Curve, Law

__all__ = ["ControlBehind", "split"]

STEPS, CLOSE = 60, 1e-13


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlBehind:
    """The control arm's law when a `share` of all are experimental, at `hazard_ratio` times it.

    With x the control arm's cumulative hazard, (1 - share) exp(-x) + share exp(-hazard_ratio x) is
    the pooled survival.
    """

    pooled: Law
    hazard_ratio: float
    share: float

    def survival(self, days: Curve) -> Curve:
        # Past 1e-300 the curve is zero for every purpose.
        wanted = -np.log(np.maximum(self.pooled.survival(days), 1e-300))
        return np.exp(-self._control(wanted))

    def problems(self) -> Iterator[str]:
        if not 0 < self.share < 1:
            yield f"a share of the experimental arm lies between 0 and 1, not {self.share}"
        if not 0 < self.hazard_ratio < np.inf:
            yield f"a hazard ratio must be above zero, not {self.hazard_ratio}"
        yield from self.pooled.problems()

    def _control(self, wanted: Curve) -> Curve:
        """Newton's steps from below, which never pass the root: the logarithm is convex in x."""
        x = wanted / (1 - self.share + self.share * self.hazard_ratio)
        for _ in range(STEPS):
            control = np.log1p(-self.share) - x
            treated = np.log(self.share) - self.hazard_ratio * x
            mixed = np.logaddexp(control, treated)
            among = np.exp(treated - mixed)  # the experimental arm's share of the survivors
            step = (mixed + wanted) / (1 - among + among * self.hazard_ratio)
            x = x + step
            if np.all(np.abs(step) <= CLOSE * (1 + x)):
                break
        return np.asarray(x, dtype=np.float64)


def split(pooled: Law, hazard_ratio: float, ratio: float) -> tuple[Law, Law]:
    """The laws of the control and the experimental arm; `ratio` is experimental to control."""
    control = ControlBehind(
        pooled=pooled, hazard_ratio=hazard_ratio, share=float(ratio / (1 + ratio))
    )
    return control, Changed(base=control, ratios=(hazard_ratio,))

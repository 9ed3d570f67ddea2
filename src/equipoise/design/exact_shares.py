"""The exact power of a test of two shares: every possible outcome, weighed by its chance.

Fisher's exact test, or a z-test (pooled or unpooled) used as it stands. Ask with equal shares and
the answer is the true size of the test there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln
from scipy.stats import binom

from equipoise.design.problems import Problem, refuse, share
from equipoise.design.quadrature import FloatArray
from equipoise.design.results import Rows, figure, printed, remakeable
from equipoise.design.two_arms import USUAL, Tested, TwoArmTest

FISHER, POOLED, UNPOOLED = "fisher", "pooled", "unpooled"
MOST = 5000


@dataclass(frozen=True, kw_only=True)
class ExactPower(Tested):
    """Exact power of a test of two shares."""

    subjects_control: int
    subjects_treatment: int
    control: float = figure("Share, control")
    treatment: float = figure("Share, treatment")

    def takes(self) -> Rows:
        """The participants in each arm."""
        return [
            ("Participants, control", printed(self.subjects_control)),
            ("Participants, treatment", printed(self.subjects_treatment)),
        ]


@remakeable
def exact_power(
    *,
    subjects_control: int,
    subjects_treatment: int,
    control: float,
    treatment: float,
    test: TwoArmTest = USUAL,
) -> ExactPower:
    """The chance that the test is significant, without any approximation.

    A one-sided test looks to the side of the assumed effect (upward without one). Fisher's
    two-sided test adds all tables no likelier than the one seen, as R's `fisher.test` does.
    """
    methods = FISHER, POOLED, UNPOOLED
    refuse(
        _count("subjects_control", subjects_control),
        _count("subjects_treatment", subjects_treatment),
        share("control", "a share", control),
        share("treatment", "a share", treatment),
        test.problems(methods),
    )
    test = test.by(methods, subjects_treatment / subjects_control)
    rejects = _rejects(subjects_control, subjects_treatment, test, treatment < control)
    below = binom.pmf(np.arange(subjects_control + 1), subjects_control, control)
    above = binom.pmf(np.arange(subjects_treatment + 1), subjects_treatment, treatment)
    return ExactPower(
        power=float(below @ rejects @ above),
        subjects_control=subjects_control,
        subjects_treatment=subjects_treatment,
        control=control,
        treatment=treatment,
        test=test,
    )


def _rejects(n0: int, n1: int, test: TwoArmTest, downward: bool) -> NDArray[np.bool_]:
    """Which outcomes are significant: rows are successes on control, columns on treatment."""
    if test.method == FISHER:
        return _fisher(n0, n1, test.sided, downward) <= test.alpha * (1 + 1e-12)
    statistic = _z(n0, n1, test.method == POOLED)
    statistic = -statistic if downward else statistic
    return (np.abs(statistic) if test.sided == 2 else statistic) >= test.critical


def _fisher(n0: int, n1: int, sided: int, downward: bool) -> FloatArray:
    """Fisher's p-value of every outcome: rows are successes on control, columns on treatment."""
    p_values = np.ones((n0 + 1, n1 + 1))
    for total in range(n0 + n1 + 1):
        above = np.arange(max(0, total - n0), min(n1, total) + 1)
        log_chance = _log_choose(n1, above) + _log_choose(n0, total - above)
        chance = np.exp(log_chance - log_chance.max())
        chance /= chance.sum()
        if sided == 2:
            order = np.sort(chance)
            upto = np.searchsorted(order, chance * (1 + 1e-7), side="right")
            p_values[total - above, above] = np.cumsum(order)[upto - 1]
        elif downward:
            p_values[total - above, above] = np.cumsum(chance)
        else:
            p_values[total - above, above] = np.cumsum(chance[::-1])[::-1]
    return p_values


def _z(n0: int, n1: int, pooled: bool) -> FloatArray:
    """The z statistic of every outcome, 0 where its standard error is 0 and the shares agree."""
    below = np.arange(n0 + 1)[:, None] / n0
    above = np.arange(n1 + 1)[None, :] / n1
    both = (below * n0 + above * n1) / (n0 + n1)
    if pooled:
        variance = both * (1 - both) * (1 / n0 + 1 / n1)
    else:
        variance = below * (1 - below) / n0 + above * (1 - above) / n1
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num((above - below) / np.sqrt(variance), nan=0.0)


def _log_choose(n: int, k: NDArray[np.int64]) -> FloatArray:
    return np.asarray(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))


def _count(place: str, subjects: int) -> Iterator[Problem]:
    if isinstance(subjects, bool) or not isinstance(subjects, int) or not 0 < subjects <= MOST:
        because = f"every outcome is tried: whole numbers from 1 to {MOST} only"
        yield Problem(place, because, subjects, "Give such a number, or use the z formula.")

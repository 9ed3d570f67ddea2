"""The panel's votes: a latent score of case, surgeon and chance, cut into categories.

The score has variance 1: the case's share, the surgeon's bias (fixed for each surgeon), and the
rest for chance. The cut-points are the normal quantiles of the categories' shares.
"""

import math
from collections.abc import Mapping
from decimal import Decimal
from statistics import NormalDist

from equipoise.design.rehearsal.chance import Chance
from equipoise.design.rehearsal.plan import Votes

__all__ = ["Surgeons"]


class Surgeons:
    """The panel members' leanings, and how they read a case."""

    def __init__(self, votes: Votes, chance: Chance) -> None:
        self._votes, self._chance = votes, chance
        self._leaning: dict[str, float] = {}

    def case(self, chance: Chance) -> float:
        """How far a new case leans towards the last category, before anyone reads it."""
        spread = math.sqrt(self._votes.case_variance)
        return spread * chance.normal()

    def vote(self, surgeon: str, case: float, later: bool, chance: Chance) -> str:
        """The category that this surgeon names for this case."""
        tau = float(self._votes.surgeon_sd)
        if surgeon not in self._leaning:
            self._leaning[surgeon] = tau * self._chance.of("leaning", surgeon).normal()
        rest = math.sqrt(max(1 - float(self._votes.case_variance) - tau**2, 0.0))
        score = case + self._leaning[surgeon] + rest * chance.normal()
        return _category(self._votes.later if later else self._votes.first, score)

    def days(self, chance: Chance) -> float:
        """How many days a surgeon takes."""
        spread = math.exp(float(self._votes.days_sigma) * chance.normal())
        return float(self._votes.days_median) * spread


def _category(shares: Mapping[str, Decimal], score: float) -> str:
    below, total = 0.0, float(sum(shares.values()))
    for category, share in shares.items():
        below += float(share) / total
        if below >= 1 - 1e-9 or score < NormalDist().inv_cdf(below):
            return category
    return list(shares)[-1]

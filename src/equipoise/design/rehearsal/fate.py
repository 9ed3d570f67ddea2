"""What befalls an invented participant: when they die, progress, leave or are lost. In days."""

from dataclasses import dataclass

import numpy as np

from equipoise.design.rehearsal.plan import Plan, Survival

__all__ = ["Fate", "fate"]

MONTH = 365.25 / 12
NEVER = 100_000


@dataclass(frozen=True, slots=True)
class Fate:
    """Days after randomisation; NEVER where nothing comes."""

    death: int
    progression: int
    withdrawal: int
    lost: int

    @property
    def ends(self) -> int:
        """The day after which nothing more is seen of them."""
        return min(self.death, self.withdrawal, self.lost)


def fate(plan: Plan, arm: str, chance: np.random.Generator) -> Fate:
    """The lot of one participant in an arm."""
    death = _days(plan.survival, arm, chance)
    progression = _days(plan.events.progression, arm, chance) if plan.events.progression else NEVER
    return Fate(
        death=death,
        progression=progression if progression < death else NEVER,
        withdrawal=_yearly(float(plan.events.withdrawal_per_year), chance),
        lost=_yearly(float(plan.events.lost_per_year), chance),
    )


def _days(survival: Survival, arm: str, chance: np.random.Generator) -> int:
    shares = np.cumsum([float(part.share) for part in survival.mixture])
    part = int(np.searchsorted(shares / shares[-1], chance.random(), side="right"))
    median = float(survival.mixture[min(part, len(shares) - 1)].median) * MONTH
    hazard = np.log(2) / median * float(survival.hazard_ratio.get(arm, 1))
    return max(1, int(np.ceil(float(chance.exponential()) / hazard)))


def _yearly(rate: float, chance: np.random.Generator) -> int:
    return int(np.ceil(float(chance.exponential()) / rate * 365.25)) if rate > 0 else NEVER

"""What befalls an invented participant: when they die, progress, leave or are lost. In days."""

import math
from dataclasses import dataclass

from equipoise.design.rehearsal.chance import Chance
from equipoise.design.rehearsal.plan import Plan, Survival
from equipoise.design.rehearsal.values_drawn import pick
from equipoise.logic.days import DAYS_PER_MONTH

__all__ = ["EventTimes", "event_times"]

NEVER = 100_000


@dataclass(frozen=True, slots=True)
class EventTimes:
    """Days after randomisation; NEVER where nothing comes."""

    death: int
    progression: int
    withdrawal: int
    lost: int

    @property
    def ends(self) -> int:
        """The day after which nothing more is seen of them."""
        return min(self.death, self.withdrawal, self.lost)


def event_times(plan: Plan, arm: str, chance: Chance) -> EventTimes:
    """When what befalls one participant of an arm comes."""
    death = _days(plan.survival, arm, chance.of("death"))
    progression = NEVER
    if plan.events.progression:
        progression = _days(plan.events.progression, arm, chance.of("progression"))
    return EventTimes(
        death=death,
        progression=progression if progression < death else NEVER,
        withdrawal=_yearly(float(plan.events.withdrawal_per_year), chance.of("withdrawal")),
        lost=_yearly(float(plan.events.lost_per_year), chance.of("lost")),
    )


def _days(survival: Survival, arm: str, chance: Chance) -> int:
    part = pick({str(n): part.share for n, part in enumerate(survival.mixture)}, chance)
    median = float(survival.mixture[int(part)].median) * DAYS_PER_MONTH
    hazard = math.log(2) / median * float(survival.hazard_ratio.get(arm, 1))
    return max(1, math.ceil(chance.exponential() / hazard))


def _yearly(rate: float, chance: Chance) -> int:
    return math.ceil(chance.exponential() / rate * 365.25) if rate > 0 else NEVER

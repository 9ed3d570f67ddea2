"""What is planned, as a forecast needs it: in days and by the day."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from equipoise.design.answer.assumed import Assumptions
from equipoise.design.answer.fixed import needed
from equipoise.design.answer.looks import hazard_plan
from equipoise.design.problems import (
    Problem,
    is_finite,
    not_negative,
    positive,
    refuse,
    size_problems,
)
from equipoise.logic.days import DAYS_PER_MONTH

__all__ = ["Forecasting", "PlannedLook", "plan_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLook:
    """A look before the last: at how many events, and from which z on the trial stops."""

    events: int
    bound: float

    def problems(self) -> Iterator[Problem]:
        """What is wrong with the look."""
        yield from positive("looks", "the events of a look", self.events)
        if not is_finite(self.bound):
            yield Problem("looks", "the bound is no number", self.bound, "Give a z such as 2.8.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecasting:
    """What is planned, in days and by the day; the design's figures stand behind the priors.

    `ratio` is experimental : control; `events` are the numbers of events that are asked for. The
    pooled hazard is constant between `starts` (days since entry), as far as events allow. The last
    analysis, `follow_up` after the last entry, is held against `last_bound` (None: as `alpha` has
    it without `looks`).
    """

    participants: int
    follow_up: float
    hazard_ratio: float
    planned_daily: float
    event_daily: float
    loss_daily: float = 0.0
    ratio: float = 1.0
    alpha: float = 0.05
    sided: int = 2
    events: tuple[int, ...] = ()
    starts: tuple[float, ...] = (0.0, 365.0, 730.0)
    prior_events: float = 1.0
    recent_days: int | None = None
    looks: tuple[PlannedLook, ...] = ()
    last_bound: float | None = None

    def problems(self) -> Iterator[Problem]:
        """What is wrong with the question."""
        yield from positive("participants", "the number of participants", self.participants)
        yield from not_negative("follow_up", "follow-up", self.follow_up)
        yield from positive("hazard_ratio", "the hazard ratio", self.hazard_ratio)
        yield from positive("planned_daily", "the planned accrual", self.planned_daily)
        yield from positive("event_daily", "the expected hazard", self.event_daily)
        yield from not_negative("loss_daily", "the rate of loss", self.loss_daily)
        yield from positive("ratio", "the allocation ratio", self.ratio)
        yield from size_problems(self.alpha, self.sided)
        yield from positive("prior_events", "the worth of the prior", self.prior_events)
        for count in self.events:
            yield from positive("events", "a number of events", count)
        if self.recent_days is not None:
            yield from positive("recent_days", "the days that count", self.recent_days)
        if self.starts[:1] != (0.0,) or not _rise(self.starts):
            remedy = "Give rising days, the first of them 0."
            yield Problem("starts", "the pieces do not rise from 0", self.starts, remedy)
        yield from self._look_problems()

    def _look_problems(self) -> Iterator[Problem]:
        for look in self.looks:
            yield from look.problems()
        counts = tuple(look.events for look in self.looks)
        if not _rise(counts):
            yield Problem("looks", "their events do not rise", counts, "Give them in order.")
        if self.last_bound is not None:
            yield from positive("last_bound", "the bound of the last analysis", self.last_bound)


def _rise(numbers: Sequence[float]) -> bool:
    return all(a < b for a, b in zip(numbers, numbers[1:], strict=False))


def plan_of(
    assumed: Assumptions,
    *,
    participants: int | None = None,
    events: Sequence[int] = (),
    recent_days: int | None = None,
) -> Forecasting:
    """The plan that the study's own design figures make; without `events`, those it needs.

    Its looks are at the events of the design as the study file has it, whatever `participants`.
    """
    refuse(
        positive("design.accrual", "the length of accrual", assumed.accrual.value),
        positive("design.control_median", "a median survival", assumed.control_median.value),
        positive("design.hazard_ratio", "the hazard ratio", assumed.hazard_ratio.value),
    )
    ratio, hazard_ratio = assumed.ratio.value, assumed.hazard_ratio.value
    control = math.log(2) / (assumed.control_median.value * DAYS_PER_MONTH)
    months = assumed.accrual.value + assumed.follow_up.value
    looks, last_bound = _looks(assumed)
    return Forecasting(
        participants=int(assumed.participants.value) if participants is None else participants,
        follow_up=assumed.follow_up.value * DAYS_PER_MONTH,
        hazard_ratio=hazard_ratio,
        planned_daily=assumed.participants.value / (assumed.accrual.value * DAYS_PER_MONTH),
        event_daily=control * (1 + ratio * hazard_ratio) / (1 + ratio),
        loss_daily=-math.log1p(-assumed.lost.value) / (months * DAYS_PER_MONTH),
        ratio=ratio,
        alpha=assumed.alpha.value,
        sided=assumed.sided,
        events=tuple(events) or (math.ceil(needed(assumed).events),),
        recent_days=recent_days,
        looks=looks,
        last_bound=last_bound,
    )


def _looks(assumed: Assumptions) -> tuple[tuple[PlannedLook, ...], float | None]:
    """The looks before the last at whole numbers of events, and the last bound."""
    if assumed.interim is None:
        return (), None
    plan = hazard_plan(assumed, assumed.interim)
    *before, last = plan.design.upper
    looks = zip(plan.events[:-1], before, strict=True)
    return tuple(PlannedLook(events=round(count), bound=z) for count, z in looks), last

"""A design on the scale of the hazard ratio: events at each look, and the ratio at each bound.

Under proportional hazards and allocation r : 1 the log-rank statistic of d events carries
information d r/(1 + r)^2 on the log hazard ratio (Schoenfeld 1981). A ratio below 1 favours the
experimental arm.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from equipoise.design.problems import LARGEST, Problem, is_finite, positive, refuse
from equipoise.design.results import Answer, printed, remakeable
from equipoise.design.sequential.inference import Adjusted, Interval
from equipoise.design.sequential.plan import SequentialDesign
from equipoise.design.sequential.power import Characteristics
from equipoise.design.sequential.problems import named


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardPlan(Answer):
    """Sequential design in events.

    `ratio` is experimental to control participants.
    """

    design: SequentialDesign
    hazard_ratio: float
    ratio: float
    max_events: float

    @property
    def events(self) -> tuple[float, ...]:
        """Events at each look (not rounded)."""
        return tuple(fraction * self.max_events for fraction in self.design.fractions)

    @property
    def efficacy_ratios(self) -> tuple[float, ...]:
        """The hazard ratio at each efficacy bound; below it the trial stops for efficacy."""
        return tuple(self._at(z, d) for z, d in zip(self.design.upper, self.events, strict=True))

    @property
    def futility_ratios(self) -> tuple[float, ...]:
        """The hazard ratio at each futility bound; above it the trial stops for futility."""
        return tuple(self._at(z, d) for z, d in zip(self.design.lower, self.events, strict=False))

    def under(self, hazard_ratio: float) -> Characteristics:
        """Stopping probabilities if the true hazard ratio is this."""
        refuse(_ratio_problems(hazard_ratio, self.ratio))
        share = self.ratio / (1 + self.ratio) ** 2
        return self.design.under(-math.log(hazard_ratio) * math.sqrt(self.max_events * share))

    def expected_events(self, hazard_ratio: float) -> float:
        """Mean number of events at the end if the true hazard ratio is this."""
        return self.under(hazard_ratio).expected_fraction * self.max_events

    def rows(self) -> list[tuple[str, list[str]]]:
        """The rows of the design, then events and hazard ratios of each look."""
        futility = [("Stops for futility above the hazard ratio", printed(self.futility_ratios))]
        return [
            *self.design.rows(),
            ("Hazard ratio designed for", printed(self.hazard_ratio)),
            ("Allocation, experimental : control", printed(self.ratio)),
            ("Events", printed(self.events)),
            ("Stops for efficacy below the hazard ratio", printed(self.efficacy_ratios)),
            *(futility if self.design.lower else []),
        ]

    def _at(self, z: float, events: float) -> float:
        log_ratio = -z / math.sqrt(events * self.ratio) * (1 + self.ratio)
        return math.exp(log_ratio) if log_ratio < 700 else math.inf


@remakeable
def events_for(design: SequentialDesign, hazard_ratio: float, ratio: float = 1.0) -> HazardPlan:
    """The plan whose events give the design its power against this hazard ratio."""
    problems = list(_ratio_problems(hazard_ratio, ratio))
    if not problems and hazard_ratio >= 1:
        because = f"{hazard_ratio:g} given; an effect to detect is below 1"
        problems.append(Problem("hazard_ratio", because))
    refuse(problems)
    effect = math.log(hazard_ratio)
    events = (design.drift / effect) ** 2 * (1 + ratio) ** 2 / ratio
    return HazardPlan(design=design, hazard_ratio=hazard_ratio, ratio=ratio, max_events=events)


@remakeable
def with_events(design: SequentialDesign, max_events: float, ratio: float = 1.0) -> HazardPlan:
    """The plan with this many events at fraction 1; `hazard_ratio` is what it can then detect."""
    fewest = [Problem("max_events", f"{named(max_events)} given; a trial has 1 event or more")]
    few = not is_finite(max_events) or not 1 <= max_events <= LARGEST
    refuse(_ratio_problems(0.5, ratio), fewest if few else ())
    effect = design.drift * (1 + ratio) / math.sqrt(max_events * ratio)
    return HazardPlan(
        design=design, hazard_ratio=math.exp(-effect), ratio=ratio, max_events=max_events
    )


def event_information(events: float, ratio: float = 1.0) -> float:
    """The information of so many events on the log hazard ratio."""
    return events * ratio / (1 + ratio) ** 2


def ratio_of(effect: float) -> float:
    """The hazard ratio of an effect that favours the experimental arm when positive."""
    return math.exp(-effect)


@remakeable
def ratio_interval(found: Interval | Adjusted) -> Interval:
    """An interval of the effect as an interval of the hazard ratio."""
    interval = found.interval if isinstance(found, Adjusted) else found
    return Interval(low=ratio_of(interval.high), high=ratio_of(interval.low), level=interval.level)


def _ratio_problems(hazard_ratio: float, ratio: float) -> Iterator[Problem]:
    yield from positive("hazard_ratio", "a hazard ratio", hazard_ratio)
    if not is_finite(ratio) or not 0.001 <= ratio <= 1000:
        because = f"{named(ratio)} given; the allocation ratio is above 0, from 0.001 to 1000"
        yield Problem("ratio", because)

"""What is simulated: one trial's design and the world it might meet, in days.

A scenario is a value. Making one checks it, and `ImpossibleScenario` gives every reason at once.
Days are whole: an event at 12.3 days after entry is an event on day 13 (rounded up), an entry at
0.4 on study day 1. The calendar day of an event is the entry day plus the days since entry, so
the event that defines a cut stands on the day of the cut and is counted.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from equipoise.design.kernel.laws import Law, step_problems
from equipoise.design.kernel.schemes import Blocks, InTurn, Minimisation, Scheme, Simple

LONGEST = 36_500
MOST_SUBJECTS = 1_000_000
FARTHEST = 1_000_000
MOST_STRATA = 4096
MOST_HAZARDS = 128  # that strata may have; each takes a table of its own

NOT_REACHED, GO_ON, EFFICACY, FUTILITY = 0.0, 1.0, 2.0, 3.0
"""What a look decides: it was not taken, no bound was crossed, or which one."""


class ImpossibleScenario(ValueError):
    """A scenario that no trial could follow; `problems` has every reason as a sentence."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyAccrual:
    """Subjects a day: `rates[k]` from study day `starts[k]` on, the last until all are in.

    Spacing "even": the i-th subject enters when i are expected (what rpact does). "random": a
    Poisson process with these rates, so that the day of the last entry varies.
    """

    rates: tuple[float, ...]
    starts: tuple[float, ...] = (0.0,)
    spacing: str = "even"

    def problems(self) -> Iterator[str]:
        yield from step_problems("accrual rate", self.rates, self.starts)
        if self.rates and not self.rates[-1] > 0:
            yield "the last accrual rate must be above zero, or the trial is never full"
        if self.spacing not in ("even", "random"):
            yield f"accrual is spaced 'even' or 'random', not {self.spacing!r}"

    def full_by(self, subjects: int) -> float:
        """The day by which so many are expected."""
        left, ends = float(subjects), (*self.starts[1:], math.inf)
        for rate, start, end in zip(self.rates, self.starts, ends, strict=True):
            if rate * (end - start) >= left:
                return start + left / rate
            left -= rate * (end - start)
        return math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """A factor known at entry: how common each level is, and what it does to the hazard."""

    name: str
    prevalences: tuple[float, ...]
    hazard_ratios: tuple[float, ...] = ()

    def problems(self) -> Iterator[str]:
        shares = self.prevalences
        if not shares or any(not share > 0 for share in shares) or abs(sum(shares) - 1) > 1e-9:
            yield f"the prevalences of {self.name} must be above zero and add to 1, not {shares}"
        if self.hazard_ratios and len(self.hazard_ratios) != len(shares):
            yield f"{self.name} has {len(shares)} levels but {len(self.hazard_ratios)} ratios"
        if any(not (math.isfinite(ratio) and ratio > 0) for ratio in self.hazard_ratios):
            yield f"the hazard ratios of {self.name} must be above zero, not {self.hazard_ratios}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """What happens to the subjects of one arm."""

    event: Law
    drop_out: Law | None = None
    other_progression: Law | None = None

    def problems(self) -> Iterator[str]:
        for law in (self.event, self.drop_out, self.other_progression):
            if law is not None:
                yield from law.problems()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """When the data are looked at, and the bounds on the statistic (positive favours experimental).

    Exactly one of: `events` observed, calendar `day` of the study, days `after_last_entry`.
    Cross the `efficacy` bound (z at or above) or fall to the `futility` bound (z at or below) and
    the trial stops. For MaxCombo the bound is on the z that has the same one-sided p-value.
    """

    events: int | None = None
    day: int | None = None
    after_last_entry: int | None = None
    efficacy: float = math.inf
    futility: float = -math.inf

    def problems(self) -> Iterator[str]:
        given = [at for at in (self.events, self.day, self.after_last_entry) if at is not None]
        if len(given) != 1:
            yield "a look is taken at events, on a day, or after the last entry: give exactly one"
        elif given[0] < (0 if self.after_last_entry is not None else 1):
            yield f"a look cannot be taken at {given[0]} events or days"
        elif given[0] > FARTHEST:
            yield f"a look at {given[0]} lies beyond day {FARTHEST:,}, which no trial sees"
        if math.isnan(self.efficacy) or math.isnan(self.futility):
            yield "the bounds of a look must be numbers"
        elif self.futility >= self.efficacy:
            yield f"futility at {self.futility} leaves no room below efficacy at {self.efficacy}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRank:
    """The log-rank test, over all subjects or by stratum."""

    stratified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FlemingHarrington:
    """The log-rank test weighted by S ** rho * (1 - S) ** gamma, S the pooled curve just before."""

    rho: float = 0.0
    gamma: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxCombo:
    """The largest of FH(0,0), FH(0,1), FH(1,0), FH(1,1), with its exact one-sided p-value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rmst:
    """The difference in restricted mean survival time to day `tau`.

    A curve whose last subject is censored before tau is held level from there.
    """

    tau: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wald:
    """Cox's log hazard ratio over its standard error."""


Test = LogRank | FlemingHarrington | MaxCombo | Rmst | Wald


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardRatio:
    """Cox's hazard ratio of the arm alone; `ties` is "efron" (R's default) or "breslow"."""

    ties: str = "efron"
    stratified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """All that a simulation needs but its seed and its number of trials.

    `other_progression` of an arm censors the event of interest, or with `other_counts` is one.
    `last_day` is the administrative end of the study: no look later, nothing after it is seen.
    `hazard_ratio` None leaves the estimate out. `two_sided` stops for |z| at the efficacy bound.
    """

    subjects: int
    accrual: DailyAccrual
    control: Arm
    experimental: Arm
    looks: tuple[Look, ...]
    scheme: Scheme = Simple()
    factors: tuple[Factor, ...] = ()
    test: Test = LogRank()
    hazard_ratio: HazardRatio | None = HazardRatio()
    other_counts: bool = False
    two_sided: bool = False
    last_day: int | None = None

    def __post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise ImpossibleScenario(problems)

    def strata(self) -> int:
        """How many combinations of factor levels there are."""
        return math.prod(len(factor.prevalences) for factor in self.factors)

    def _strata_problems(self) -> Iterator[str]:
        if self.strata() > MOST_STRATA:
            yield f"{self.strata()} strata are more than the {MOST_STRATA} the kernel can hold"
            return
        given = (factor.hazard_ratios for factor in self.factors if factor.hazard_ratios)
        hazards = {math.prod(ratios) for ratios in product(*given)}
        if any(not 1e-6 <= hazard <= 1e6 for hazard in hazards):
            yield "the hazard ratios of the factors together must stay within a million either way"
        different = len(hazards)
        if different > MOST_HAZARDS:
            yield (
                f"the factors give {different} different hazards; the kernel holds "
                f"{MOST_HAZARDS}: give fewer factors a hazard ratio"
            )

    def _problems(self) -> Iterator[str]:
        if not 1 <= self.subjects <= MOST_SUBJECTS:
            yield f"a simulated trial has 1 to {MOST_SUBJECTS:,} subjects, not {self.subjects:,}"
        for part in (self.accrual, self.control, self.experimental, self.scheme):
            yield from part.problems()
        if not any(self.accrual.problems()) and self.accrual.full_by(self.subjects) > FARTHEST:
            yield (
                f"it would take until day {self.accrual.full_by(self.subjects):,.4g} to enter "
                f"{self.subjects:,} subjects; a simulated trial is full by day {FARTHEST:,}"
            )
        for factor in self.factors:
            yield from factor.problems()
        yield from self._strata_problems()
        yield from self._look_problems()
        yield from self._analysis_problems()
        yield from self._scheme_problems()

    def _look_problems(self) -> Iterator[str]:
        if not self.looks:
            yield "a scenario needs at least one look: the final analysis"
        for look in self.looks:
            yield from look.problems()
            if look.events is not None and look.events > self.subjects:
                yield f"{look.events} events cannot come from {self.subjects} subjects"
        for name in ("events", "day", "after_last_entry"):
            at = [value for look in self.looks if (value := getattr(look, name)) is not None]
            if any(late <= early for early, late in zip(at, at[1:], strict=False)):
                yield f"looks must come one after another, not at {at} ({name})"
        if self.last_day is not None and not 1 <= self.last_day <= LONGEST:
            yield f"the last day must lie in 1 to {LONGEST:,}, not {self.last_day:,}"

    def _analysis_problems(self) -> Iterator[str]:
        if isinstance(self.test, Rmst) and not 1 <= self.test.tau <= LONGEST:
            yield f"tau must lie in 1 to {LONGEST:,} days, not {self.test.tau:,}"
        if isinstance(self.test, FlemingHarrington):
            for name, value in (("rho", self.test.rho), ("gamma", self.test.gamma)):
                if not (math.isfinite(value) and value >= 0):
                    yield f"Fleming-Harrington's {name} must be at least zero, not {value}"
        if self.two_sided and isinstance(self.test, MaxCombo):
            yield "MaxCombo is one-sided: it asks whether experimental is better"
        if self.hazard_ratio is not None and self.hazard_ratio.ties not in ("efron", "breslow"):
            yield f"ties are handled by 'efron' or 'breslow', not {self.hazard_ratio.ties!r}"

    def _scheme_problems(self) -> Iterator[str]:
        if isinstance(self.scheme, Minimisation):
            weights, count = self.scheme.weights, len(self.factors)
            if weights and len(weights) != count:
                yield f"minimisation has {len(weights)} weights for {count} factors"
            if not self.factors and not self.scheme.overall:
                yield "minimisation needs a factor to minimise over, or the overall balance"
        elif isinstance(self.scheme, Blocks | InTurn | Simple) and self.subjects < 2:
            yield "two arms need at least two subjects"

"""A group-sequential design, planned: from looks, error rates and rules to bounds and size.

>>> plan = sequential_design(fractions=(0.5, 1), alpha=0.025, power=0.8)
>>> [round(bound, 4) for bound in plan.upper]
[2.9626, 1.9686]
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from scipy.special import ndtr

from equipoise.design.problems import Problem, refuse, refused
from equipoise.design.results import Answer, printed, remakeable
from equipoise.design.sequential.boundaries import (
    Bounds,
    Rules,
    bounds_for,
    spent_by_look,
)
from equipoise.design.sequential.power import (
    Characteristics,
    characteristics,
    drift_for_beta,
    drift_for_power,
    fixed_drift,
    stopping,
)
from equipoise.design.sequential.problems import (
    error_problems,
    fraction_problems,
    is_series,
)
from equipoise.design.sequential.spending import (
    Efficacy,
    FixedFutility,
    Futility,
    LanDeMetsOBrienFleming,
    UserSpending,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SequentialDesign(Answer):
    """Bounds and size of a trial with one to ten looks.

    `upper` and `lower` are bounds in Z; `alpha_spent` and `beta_spent` are cumulative; `drift` is
    the mean of Z at fraction 1 under the effect that the design detects with `power`. Alpha is
    the whole of a two-sided test's error; `beta` is what the plan had for its futility rule to
    spend, whatever became of the power when looks fell elsewhere.
    """

    fractions: tuple[float, ...]
    alpha: float
    power: float
    sided: int
    efficacy: Efficacy
    futility: Futility | None
    binding: bool
    both_sides: bool
    upper: tuple[float, ...]
    lower: tuple[float, ...]
    alpha_spent: tuple[float, ...]
    beta_spent: tuple[float, ...]
    beta: float
    drift: float

    @property
    def bounds(self) -> Bounds:
        return Bounds(self.upper, self.lower)

    @property
    def nominal(self) -> tuple[float, ...]:
        """The one-sided p-value that equals each efficacy bound."""
        return tuple(float(ndtr(-bound)) for bound in self.upper)

    @property
    def score(self) -> tuple[float, ...]:
        """The efficacy bounds on the score scale: Z x sqrt(fraction)."""
        return tuple(z * math.sqrt(t) for z, t in zip(self.upper, self.fractions, strict=True))

    @property
    def effect(self) -> tuple[float, ...]:
        """The estimate at each efficacy bound, as a share of the effect designed for."""
        looks = zip(self.upper, self.fractions, strict=True)
        return tuple(z / (math.sqrt(t) * self.drift) for z, t in looks)

    @property
    def fixed_drift(self) -> float:
        """The drift the same test needs without interim looks."""
        return fixed_drift(self.alpha, self.power, self.sided, self.both_sides)

    @property
    def inflation(self) -> float:
        """Maximum information, relative to the test without interim looks."""
        return self.fractions[-1] * (self.drift / self.fixed_drift) ** 2

    def under(self, drift: float, heed_futility: bool = True) -> Characteristics:
        """Stopping probabilities when the mean of Z at fraction 1 is `drift`."""
        return characteristics(self.fractions, self.bounds, self.sided, drift, heed_futility)

    def expected_information(self, drift: float) -> float:
        """Mean information at the end, relative to the test without interim looks."""
        relative = (self.drift / self.fixed_drift) ** 2
        return self.under(drift).expected_fraction * relative

    def rows(self) -> list[tuple[str, list[str]]]:
        """The rules, then a series for each look, then what the design costs."""
        return [(label, printed(value)) for label, value in _rows(self)]


@remakeable
def sequential_design(
    *,
    fractions: Sequence[float],
    alpha: float,
    power: float,
    sided: int = 1,
    efficacy: Efficacy | None = None,
    futility: Futility | None = None,
    binding: bool = False,
    both_sides: bool = False,
) -> SequentialDesign:
    """The design with looks at these information fractions (ascending, the last 1).

    Efficacy is Lan-DeMets spending of the O'Brien-Fleming type unless said otherwise. Under
    beta spending the size is such that beta is used up when the last futility and efficacy
    bounds meet. Power counts success on the right side only, unless `both_sides`. Raises
    `BadDesign` with all that is wrong.
    """
    rule = LanDeMetsOBrienFleming() if efficacy is None else efficacy
    refuse(_problems(fractions, alpha, power, sided, rule, futility))
    times = (*(float(fraction) for fraction in fractions[:-1]), 1.0)
    rules = Rules(times, alpha, sided, rule, futility, binding, 1 - power)
    drift, bounds = _solved(rules, power, both_sides)
    return finished(rules, bounds, drift, power, both_sides)


def equally_spaced(looks: int) -> tuple[float, ...]:
    """The fractions of so many looks, equally far apart."""
    return tuple(look / looks for look in range(1, looks + 1))


def finished(
    rules: Rules, bounds: Bounds, drift: float, power: float, both_sides: bool
) -> SequentialDesign:
    """The design of bounds that are known."""
    return SequentialDesign(
        fractions=rules.times,
        alpha=rules.alpha,
        power=power,
        sided=rules.sided,
        efficacy=rules.efficacy,
        futility=rules.futility,
        binding=rules.binding,
        both_sides=both_sides,
        upper=bounds.upper,
        lower=bounds.lower,
        alpha_spent=spent_by_look(rules.times, bounds, rules.sided, rules.binding),
        beta_spent=_beta_spent(rules, bounds, drift),
        beta=1 - power if rules.beta is None else rules.beta,
        drift=drift,
    )


def _solved(rules: Rules, power: float, both_sides: bool) -> tuple[float, Bounds]:
    """The drift that gives the power, and the bounds that go with it."""
    spends_beta = rules.futility is not None and not isinstance(rules.futility, FixedFutility)
    made_for = drift_for_beta(rules) if spends_beta else 0.0
    bounds = bounds_for(rules, made_for)
    for look, (upper, lower) in enumerate(zip(bounds.upper, bounds.lower, strict=False), start=1):
        if lower >= upper:
            raise refused(
                "futility",
                f"at look {look} the futility bound meets the efficacy bound, so that no "
                "later look would take place; spend beta later or drop later looks",
            )
    if spends_beta and rules.sided == 1:
        return made_for, bounds
    return drift_for_power(rules.times, bounds, rules.sided, power, both_sides), bounds


def _beta_spent(rules: Rules, bounds: Bounds, drift: float) -> tuple[float, ...]:
    """The beta spent up to and with each look: as the spending function says while it is kept."""
    if not bounds.lower:
        return ()
    futile = stopping(rules.times, bounds, rules.sided, drift).futility
    found = tuple(accumulate(futile))
    if rules.beta is None or rules.futility is None or isinstance(rules.futility, FixedFutility):
        return found
    promised = [rules.futility.spent(min(1.0, time), rules.beta) for time in rules.times[:-1]]
    kept = abs(found[-1] - rules.beta) < 1e-5 and rules.times[-1] == 1
    return (*promised, rules.beta) if kept else (*promised, found[-1])


def _problems(
    fractions: Sequence[float],
    alpha: float,
    power: float,
    sided: int,
    efficacy: Efficacy,
    futility: Futility | None,
) -> Iterator[Problem]:
    looks, errors = fraction_problems(fractions), list(error_problems(alpha, power, sided))
    yield from looks
    yield from errors
    if not isinstance(efficacy, Efficacy):
        remedy = "give one such as Pocock() or LanDeMetsOBrienFleming()"
        yield Problem("efficacy", f"{efficacy!r} is no rule for efficacy; {remedy}")
    else:
        yield from _rule_problems("alpha", alpha, efficacy, bool(errors))
    if futility is not None and not isinstance(futility, Futility):
        remedy = "give one such as HwangShihDeCani(-4) or FixedFutility((0.0,))"
        yield Problem("futility", f"{futility!r} is no rule for futility; {remedy}")
    elif futility is not None:
        beta = 1.0 if errors else 1 - power
        yield from _rule_problems("beta", beta, futility, bool(errors))
        if isinstance(futility, FixedFutility):
            yield from _count_problem(futility, fractions)


def _rule_problems(
    name: str, total: float, rule: Efficacy | Futility, broken: bool
) -> Iterator[Problem]:
    """Faults of one rule; its table is held against the error when that is sound itself."""
    found = list(rule.problems())
    yield from found
    if isinstance(rule, UserSpending) and not found and not broken:
        yield from _total_problem(name, total, rule.spent_by[-1])


def _count_problem(futility: FixedFutility, fractions: Sequence[float]) -> Iterator[Problem]:
    sound = is_series(futility.bounds) and is_series(fractions) and len(fractions)
    if sound and len(futility.bounds) != len(fractions) - 1:
        yield Problem(
            "futility.bounds",
            f"{len(futility.bounds)} given for {len(fractions)} looks; the last look has none",
        )


def _total_problem(name: str, total: float, spent: float) -> Iterator[Problem]:
    if not math.isclose(total, spent, rel_tol=1e-9):
        yield Problem("spending.spent_by", f"the table ends at {spent:g}, but {name} is {total:g}")


def _rows(design: SequentialDesign) -> Iterator[tuple[str, object]]:
    """Each label with what it stands for; a series has a value for each look."""
    yield "Efficacy", design.efficacy.name
    if design.futility is not None:
        kind = "binding" if design.binding else "not binding"
        yield "Futility", f"{design.futility.name}, {kind}"
    yield ("Alpha, one-sided" if design.sided == 1 else "Alpha, two-sided"), design.alpha
    yield "Power", design.power
    yield "Maximum information, x fixed design", design.inflation
    null, alternative = design.under(0.0), design.under(design.drift)
    yield "Information fraction", design.fractions
    yield "Efficacy bound, Z", design.upper
    yield "Efficacy bound, one-sided p", design.nominal
    if design.lower:
        yield "Futility bound, Z", design.lower
    yield "Alpha spent", design.alpha_spent
    yield "Stops here, without effect", null.stopped
    yield "Stops here, with the effect designed for", alternative.stopped
    yield "Expected information without effect, x fixed", design.expected_information(0.0)
    half = design.expected_information(design.drift / 2)
    yield "Expected information at half the effect, x fixed", half
    full = design.expected_information(design.drift)
    yield "Expected information with the effect, x fixed", full

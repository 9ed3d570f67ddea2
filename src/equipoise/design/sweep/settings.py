"""One world and one design, in a trialist's words: what a point of a sweep is made of.

Lengths are months, shares are between 0 and 1, yearly shares are of those still followed.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from equipoise.design.kernel.laws import Changed, DailyCure, DailyPiecewise, DailyWeibull, Law
from equipoise.design.kernel.scenario import (
    Arm,
    DailyAccrual,
    Factor,
    FlemingHarrington,
    LogRank,
    Look,
    MaxCombo,
    Rmst,
    Scenario,
    Test,
    Wald,
)
from equipoise.design.kernel.schemes import (
    BigStick,
    Blocks,
    InTurn,
    Minimisation,
    Scheme,
    Simple,
)
from equipoise.design.own_scheme import usual_sizes
from equipoise.design.parameters import SCHEMES, SPENDINGS, TESTS
from equipoise.design.sequential.plan import sequential_design
from equipoise.logic.days import DAYS_PER_MONTH

__all__ = ["Settings", "can_hold", "scenario_of"]

MOST_SOLVED = 8_192  # bounds that a process remembers
_SOLVING = Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A design and the world it meets.

    `ratio` is experimental to control. `accrual` months to enter all, the first `ramp` of them at
    half the rate. Hazards: control is Weibull with `control_median` and `shape` (1: constant), a
    share `cured` of it never has the event; experimental has `early_ratio` times that hazard for
    `delay` months and `hazard_ratio` times afterwards. `probability`, `measure` and `weights` are
    minimisation's, `block_sizes` those of blocks (empty: those of `usual_sizes`), `limit` the
    big stick's. The last look is at `events`, or without
    them `follow_up` months after the last entry; `looks` are fractions of the events. `futility`
    is a bound in z at every look but the last. `tau` is the horizon of restricted means.
    """

    participants: int = 306
    ratio: str = "1:1"
    scheme: str = "blocks"
    probability: float = 0.8
    measure: str = "range"
    weights: tuple[int, ...] = ()
    block_sizes: tuple[int, ...] = ()
    limit: int = 3
    factors: tuple[Factor, ...] = ()
    accrual: float = 60.0
    ramp: float = 0.0
    spacing: str = "random"
    follow_up: float = 36.0
    control_median: float = 24.0
    shape: float = 1.0
    cured: float = 0.0
    hazard_ratio: float = 0.67
    early_ratio: float = 1.0
    delay: float = 0.0
    drop_out: float = 0.0
    other_progression: float = 0.0
    other_counts: bool = False
    events: int | None = None
    looks: tuple[float, ...] = (1.0,)
    spending: str = "obrien-fleming"
    futility: float | None = None
    alpha: float = 0.05
    sided: int = 2
    test: str = "log-rank"
    tau: float = 36.0

    @property
    def without_effect(self) -> bool:
        """Whether both arms have the same hazard at all times: then power is type I error."""
        delayed = self.delay > 0 and self.early_ratio != 1.0
        return self.hazard_ratio == 1.0 and not delayed


def scenario_of(settings: Settings) -> Scenario:
    """What the kernel simulates for these settings.

    Raises ValueError (ImpossibleScenario, BadDesign) with every reason.
    """
    control = _law(settings)
    return Scenario(
        subjects=settings.participants,
        accrual=_accrual(settings),
        control=_arm(settings, control),
        experimental=_arm(settings, _treated(settings, control)),
        looks=_looks(settings),
        scheme=_scheme(settings),
        factors=settings.factors,
        test=_test(settings),
        other_counts=settings.other_counts,
        last_day=None,
    )


def _law(settings: Settings) -> Law:
    median, shape = settings.control_median * DAYS_PER_MONTH, settings.shape
    if not (0 <= settings.cured < 0.5):
        raise ValueError(
            f"cured: with {settings.cured} of the control arm cured there is no median; "
            "give at least 0 and less than 0.5"
        )
    # The median is the whole arm's: those who are not cured must have it earlier.
    passed = -math.log((0.5 - settings.cured) / (1.0 - settings.cured))
    if not (median > 0 and math.isfinite(median)):
        raise ValueError(f"control_median: {settings.control_median} is no length above 0 months")
    uncured = _uncured(median, passed, shape)
    return DailyCure(cured=settings.cured, uncured=uncured) if settings.cured else uncured


def _uncured(days: float, passed: float, shape: float) -> Law:
    """The law under which so much hazard has passed by that day."""
    if shape == 1.0:
        return DailyPiecewise(rates=(passed / days,))
    return DailyWeibull(scale=days / passed ** (1.0 / shape) if shape > 0 else 0.0, shape=shape)


def _treated(settings: Settings, control: Law) -> Law:
    for name in ("hazard_ratio", "early_ratio"):
        if getattr(settings, name) == 0:
            raise ValueError(f"{name}: at 0 nobody would ever have the event; give more than 0")
    if settings.delay > 0:
        ratios = (settings.early_ratio, settings.hazard_ratio)
        return Changed(base=control, ratios=ratios, starts=(0.0, settings.delay * DAYS_PER_MONTH))
    return Changed(base=control, ratios=(settings.hazard_ratio,))


def _arm(settings: Settings, event: Law) -> Arm:
    return Arm(
        event=event,
        drop_out=_yearly("drop_out", settings.drop_out),
        other_progression=_yearly("other_progression", settings.other_progression),
    )


def _yearly(name: str, share: float) -> DailyPiecewise | None:
    if not 0 <= share < 1:
        raise ValueError(f"{name}: a yearly share lies from 0 to below 1, not {share}")
    return DailyPiecewise(rates=(-math.log1p(-share) / 365.25,)) if share else None


def _accrual(settings: Settings) -> DailyAccrual:
    months, ramp = settings.accrual, settings.ramp
    if not (months > 0 and math.isfinite(months)):
        raise ValueError(f"accrual: {months} months are no length of accrual; give more than 0")
    if not 0 <= ramp < months:
        raise ValueError(f"ramp: {ramp} months do not fit into {months} months of accrual")
    rate = settings.participants / ((months - ramp / 2.0) * DAYS_PER_MONTH)
    if ramp:
        starts = (0.0, ramp * DAYS_PER_MONTH)
        return DailyAccrual(rates=(rate / 2.0, rate), starts=starts, spacing=settings.spacing)
    return DailyAccrual(rates=(rate,), spacing=settings.spacing)


def _looks(settings: Settings) -> tuple[Look, ...]:
    if settings.sided not in (1, 2):
        raise ValueError(f"sided: a test has 1 side or 2, not {settings.sided}")
    bounds = _bounds(settings.looks, settings.alpha / settings.sided, settings.spending)
    if settings.events is None:
        if len(settings.looks) > 1:
            raise ValueError("looks: interim looks are fractions of events; give `events` too")
        after = max(round(settings.follow_up * DAYS_PER_MONTH), 0)
        return (Look(after_last_entry=after, efficacy=bounds[0]),)
    fractions = settings.looks
    futility = -math.inf if settings.futility is None else settings.futility
    lower = [futility] * (len(fractions) - 1) + [-math.inf]
    return tuple(
        Look(events=round(fraction * settings.events), efficacy=up, futility=low)
        for fraction, up, low in zip(fractions, bounds, lower, strict=True)
    )


def _bounds(fractions: tuple[float, ...], alpha: float, spending: str) -> tuple[float, ...]:
    """Solved once: who asks for what another thread is solving waits for it."""
    with _SOLVING:
        return _solved(fractions, alpha, spending)


@lru_cache(maxsize=MOST_SOLVED)
def _solved(fractions: tuple[float, ...], alpha: float, spending: str) -> tuple[float, ...]:
    if spending not in SPENDINGS:
        raise ValueError(f"spending: {spending!r} is none of {', '.join(SPENDINGS)}")
    # The bounds spend alpha alone, so the power asked for here does not move them.
    power = max(0.8, (1.0 + alpha) / 2.0)
    efficacy = SPENDINGS[spending]
    return sequential_design(fractions=fractions, alpha=alpha, power=power, efficacy=efficacy).upper


def _scheme(settings: Settings) -> Scheme:
    ratio = _ratio(settings.ratio)
    match settings.scheme:
        case "blocks":
            return Blocks(sizes=settings.block_sizes or usual_sizes(ratio), ratio=ratio)
        case "in turn":
            return InTurn(ratio=ratio)
        case "simple":
            return Simple(ratio=ratio)
        case "minimisation":
            return Minimisation(
                probability=settings.probability,
                weights=settings.weights,
                overall=0 if settings.factors else 1,
                measure=settings.measure,
                ratio=ratio,
            )
        case "big stick":
            return BigStick(limit=settings.limit, ratio=ratio)
    raise ValueError(f"scheme: {settings.scheme!r} is none of {', '.join(SCHEMES)}")


def can_hold(sizes: tuple[int, ...], ratio: str) -> bool:
    """Whether each of these blocks holds the ratio. Raises ValueError when it is no ratio."""
    return not any(Blocks(sizes=sizes, ratio=_ratio(ratio)).problems()) if sizes else True


def _ratio(text: str) -> tuple[int, int]:
    sides = text.split(":")
    if len(sides) != 2 or not all(part.strip().isdigit() for part in sides):
        raise ValueError(f"ratio: {text!r} is no ratio such as 1:1 or 2:1")
    return int(sides[0]), int(sides[1])


def _test(settings: Settings) -> Test:
    match settings.test:
        case "log-rank":
            return LogRank()
        case "stratified":
            return LogRank(stratified=True)
        case "early":
            return FlemingHarrington(rho=1.0, gamma=0.0)
        case "late":
            return FlemingHarrington(rho=0.0, gamma=1.0)
        case "maxcombo":
            return MaxCombo()
        case "rmst":
            return Rmst(tau=max(round(settings.tau * DAYS_PER_MONTH), 1))
        case "wald":
            return Wald()
    raise ValueError(f"test: {settings.test!r} is none of {', '.join(TESTS)}")

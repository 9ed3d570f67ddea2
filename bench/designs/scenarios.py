"""What is simulated on the bench: 306 subjects, one look at 210 events, and what differs from that.

The first is rpact's own model: even accrual, arms in turn. `rpact_rates.R` has the same.
"""

from equipoise.design.kernel.laws import Changed, daily_exponential
from equipoise.design.kernel.scenario import (
    Arm,
    DailyAccrual,
    HazardRatio,
    LogRank,
    Look,
    MaxCombo,
    Scenario,
)
from equipoise.design.kernel.schemes import InTurn

__all__ = ["DELAY", "delayed", "max_combo", "one_look", "two_looks"]

CONTROL = daily_exponential(median_days=730)
RATIO, DELAY, ACCRUAL_DAYS, EVENT_SHARE = 0.68, 180.0, 1461, 210 / 306


def one_look(subjects: int = 306, *, ratio: bool = True) -> Scenario:
    """Log-rank and hazard ratio at one look."""
    return _scenario((RATIO,), (0.0,), (1.959964,), subjects, ratio=ratio)


def two_looks() -> Scenario:
    """A first look at half of the events, O'Brien-Fleming bounds; it stops where it may."""
    return _scenario((RATIO,), (0.0,), (2.962588, 1.968596))


def delayed() -> Scenario:
    """No effect for six months."""
    return _scenario((1.0, RATIO), (0.0, DELAY), (1.959964,))


def max_combo() -> Scenario:
    """Four weighted log-rank tests and their exact p-value, of a delayed effect."""
    return _scenario((1.0, RATIO), (0.0, DELAY), (1.959964,), combo=True)


def _scenario(
    ratios: tuple[float, ...],
    starts: tuple[float, ...],
    bounds: tuple[float, ...],
    subjects: int = 306,
    *,
    ratio: bool = True,
    combo: bool = False,
) -> Scenario:
    events = round(EVENT_SHARE * subjects)
    treated = Changed(base=CONTROL, ratios=ratios, starts=starts)
    looks = len(bounds)
    return Scenario(
        subjects=subjects,
        accrual=DailyAccrual(rates=(subjects / ACCRUAL_DAYS,)),
        control=Arm(event=CONTROL),
        experimental=Arm(event=treated),
        looks=tuple(
            Look(events=round(events * look / looks), efficacy=bound)
            for look, bound in enumerate(bounds, start=1)
        ),
        scheme=InTurn(),
        hazard_ratio=HazardRatio() if ratio else None,
        test=MaxCombo() if combo else LogRank(),
    )

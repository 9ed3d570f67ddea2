"""What a first interim look costs: events, time and power, against the same trial without one.

Every row has the same last analysis, at the events that the trial without looks would have; a look
then costs power. The other way to pay is the plan's inflation: more events for the same power.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

from equipoise.design.accrual import Setting, calendar_time, most_events
from equipoise.design.answer.assumed import Assumptions
from equipoise.design.answer.fixed import planned, setting_of
from equipoise.design.answer.interim import Interim
from equipoise.design.parameters import RULES
from equipoise.design.report.wording import Words
from equipoise.design.sequential.hazard import HazardPlan, with_events
from equipoise.design.sequential.plan import sequential_design
from equipoise.design.sequential.spending import FixedFutility

__all__ = ["LookCost", "by_rule", "by_share", "cost_of", "hazard_plan"]

SHARES = (1 / 3, 1 / 2, 2 / 3, 3 / 4)
COMPARED = [RULES[code] for code in ("obrien-fleming", "lan-demets-of", "haybittle-peto", "pocock")]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookCost:
    """One way of looking, and its price. Times in months from the first participant.

    `expected_*` are means over trials that stop when a bound is crossed; `null` is no effect.
    """

    rule: str
    shares: tuple[float, ...]
    plan: HazardPlan
    months: tuple[float, ...]
    entered: tuple[float, ...]
    stops: float
    stops_null: float
    power: float
    power_lost: float
    expected_events: float
    expected_months: float
    expected_events_null: float
    expected_months_null: float

    def figures(self, words: Words) -> tuple[str, ...]:
        """Month, participants, ratio and chance of the first look; its price; months expected."""
        return (
            words.number(self.months[0]),
            words.number(self.entered[0], 0),
            words.number(self.plan.efficacy_ratios[0], 3),
            words.exact_percent(self.stops, 1),
            words.exact_percent(self.plan.design.inflation - 1, 2),
            words.number(100 * self.power_lost, 2),
            words.number(self.expected_months),
            words.number(self.expected_months_null),
        )


def by_rule(assumed: Assumptions) -> tuple[LookCost, ...]:
    """The file's own rule first, then others at the same shares; then its rule with futility."""
    interim = assumed.interim
    if interim is None:
        return ()
    others = [replace(interim, rule=rule) for rule in COMPARED if rule != interim.rule]
    costs = [cost_of(assumed, each) for each in (interim, *others)]
    return (*costs, cost_of(assumed, interim, futility=True))


def by_share(assumed: Assumptions) -> tuple[LookCost, ...]:
    """The file's own rule with one look, at several shares of the events."""
    interim = assumed.interim
    if interim is None:
        return ()
    return tuple(cost_of(assumed, replace(interim, shares=(share,))) for share in SHARES)


def hazard_plan(assumed: Assumptions, interim: Interim, *, futility: bool = False) -> HazardPlan:
    """The sequential design with the events of the trial without looks.

    With `futility`, it may also stop when the experimental arm does no better (Z at or below 0);
    such a design is one-sided at the same error on that side, and its bound is not binding.
    """
    design = _designed(
        fractions=interim.fractions,
        alpha=assumed.alpha.value / (assumed.sided if futility else 1),
        power=assumed.power.value,
        sided=1 if futility else assumed.sided,
        efficacy=interim.rule,
        futility=FixedFutility((0.0,) * len(interim.shares)) if futility else None,
    )
    return with_events(design, planned(assumed).events, assumed.ratio.value)


# The bounds depend on neither survival nor accrual: whoever changes those asks for the same ones.
_designed = lru_cache(maxsize=256)(sequential_design)


def cost_of(assumed: Assumptions, interim: Interim, *, futility: bool = False) -> LookCost:
    """What these looks cost. Raises BadDesign."""
    plan, fixed = hazard_plan(assumed, interim, futility=futility), planned(assumed)
    effect, null = plan.under(assumed.hazard_ratio.value), plan.under(1.0)
    setting, null_setting = setting_of(assumed), setting_of(assumed.with_values(hazard_ratio=1.0))
    months = _months(setting, plan, fixed.duration)
    power = effect.power if plan.design.sided == 1 else effect.significant
    return LookCost(
        rule=interim.rule.name + (", and futility at Z of 0" if futility else ""),
        shares=interim.shares,
        plan=plan,
        months=months,
        entered=tuple(_entered(assumed, setting, month) for month in months),
        stops=1 - effect.stopped[-1],
        stops_null=1 - null.stopped[-1],
        power=power,
        power_lost=fixed.power - power,
        expected_events=effect.expected_fraction * plan.max_events,
        expected_months=_mean(months, effect.stopped),
        expected_events_null=null.expected_fraction * plan.max_events,
        expected_months_null=_mean(_months(null_setting, plan, fixed.duration), null.stopped),
    )


def _months(setting: Setting, plan: HazardPlan, last: float) -> tuple[float, ...]:
    """When each look's events are expected; `last` where they never all are."""
    most = most_events(setting) * (1 - 1e-9)
    return tuple(calendar_time(setting, d) if d < most else last for d in plan.events)


def _entered(assumed: Assumptions, setting: Setting, month: float) -> float:
    """How many will have been randomised by then, the lost among them."""
    return float(setting.accrual.enrolled(month)) / (1 - assumed.lost.value)


def _mean(months: tuple[float, ...], stopped: tuple[float, ...]) -> float:
    return sum(month * chance for month, chance in zip(months, stopped, strict=True))

"""One invented value, drawn as the plan says."""

import math
from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import accumulate

from equipoise.design.rehearsal.chance import Chance
from equipoise.design.rehearsal.plan_values import ValuePlan
from equipoise.study.kinds.several import NONE

__all__ = ["pick", "rounded", "value_drawn"]


def pick(weights: Mapping[str, Decimal], chance: Chance) -> str:
    """One of the codes, each as likely as its weight."""
    codes = list(weights)
    shares = list(accumulate(float(weight) for weight in weights.values()))
    place = chance.random() * shares[-1]
    return codes[min(bisect_right(shares, place), len(codes) - 1)]


def value_drawn(plan: ValuePlan, on: date, chance: Chance) -> str:
    if plan.always is not None:
        return plan.always
    if plan.choice:
        return pick(plan.choice, chance)
    if plan.several:
        drawn = [code for code, share in plan.several.items() if chance.random() < float(share)]
        return ",".join(sorted(drawn)) or NONE
    if plan.yes is not None:
        return "yes" if chance.random() < float(plan.yes) else "no"
    if plan.days_before is not None:
        low, high = plan.days_before
        return (on - timedelta(days=chance.whole(low, high))).isoformat()
    if plan.normal is not None:
        mean, spread = map(float, plan.normal)
        return rounded(mean + spread * chance.normal(), plan)
    if plan.lognormal is not None:
        median, sigma = map(float, plan.lognormal)
        return rounded(median * math.exp(sigma * chance.normal()), plan)
    raise ValueError("a value plan needs one way of answering")


def rounded(number: float, plan: ValuePlan) -> str:
    step = Decimal(1).scaleb(-plan.decimals)
    value = Decimal(repr(number)).quantize(step, rounding=ROUND_HALF_EVEN)
    if plan.least is not None:
        value = max(value, plan.least)
    if plan.most is not None:
        value = min(value, plan.most)
    return f"{value:f}"

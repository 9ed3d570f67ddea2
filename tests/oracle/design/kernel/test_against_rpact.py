"""Simulated power and duration against rpact 3.3.4's own simulation (vectors/make_rpact.R).

rpact counts in continuous time, the kernel in whole days; both accrue evenly and allocate in turn.
"""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from equipoise.design.kernel.laws import Changed, DailyPiecewise
from equipoise.design.kernel.scenario import Arm, DailyAccrual, Look, Scenario
from equipoise.design.kernel.schemes import InTurn
from equipoise.design.kernel.simulate import simulate

RPACT_TRIALS, OUR_TRIALS = 10_000, 60_000
CASES = json.loads((Path(__file__).parent / "vectors" / "rpact_power.json").read_text())
CONTROL = DailyPiecewise(rates=(math.log(2) / 730,))
DELAYS = {"delayed": 180.0, "late": 365.0}


def a_name(case: dict) -> str:
    return f"{case['world']} {case['design']} {case['ratio']}"


def a_scenario(case: dict) -> Scenario:
    """The same design. A yearly drop-out probability p is a hazard of -log(1 - p) / 365 a day."""
    delay, ratio = DELAYS.get(case["world"]), case["ratio"]
    treated = (
        Changed(base=CONTROL, ratios=(1.0, ratio), starts=(0.0, delay))
        if delay
        else Changed(base=CONTROL, ratios=(ratio,))
    )
    drops = [None, None]
    if case["world"] == "drop_out":
        drops = [DailyPiecewise(rates=(-math.log(1 - p) / 365,)) for p in (0.03, 0.06)]
    looks = zip(case["events"], case["efficacy"], [*case["futility"], -math.inf], strict=True)
    return Scenario(
        subjects=306,
        accrual=DailyAccrual(rates=(306 / (600 if case["world"] == "short_accrual" else 1461),)),
        control=Arm(event=CONTROL, drop_out=drops[0]),
        experimental=Arm(event=treated, drop_out=drops[1]),
        looks=tuple(Look(events=k, efficacy=up, futility=low) for k, up, low in looks),
        scheme=InTurn(ratio=(2, 1) if case["world"] == "two_to_one" else (1, 1)),
        hazard_ratio=None,
    )


def error(p: float) -> float:
    """The Monte-Carlo error of the difference of two simulated probabilities."""
    p = min(max(p, 1e-4), 1 - 1e-4)
    return math.sqrt(p * (1 - p) * (1 / RPACT_TRIALS + 1 / OUR_TRIALS))


def day_error(scenario: Scenario) -> float:
    """The Monte-Carlo error of the difference of two mean days, by 2,000 trials in full."""
    details = simulate(scenario, 2000, seed=2, details=True).details
    assert details is not None
    stops = np.nanmax(details.day, axis=1)
    return float(stops.std() * math.sqrt(1 / RPACT_TRIALS + 1 / OUR_TRIALS))


def _in_every_run() -> list[str]:
    """The names of one case of each world and design; the ratios are those of all."""
    groups: dict[tuple[str, str], list[dict]] = {}
    for case in CASES:
        groups.setdefault((case["world"], case["design"]), []).append(case)
    return [a_name(group[n % len(group)]) for n, group in enumerate(groups.values())]


IN_EVERY_RUN = _in_every_run()


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=name, marks=() if name in IN_EVERY_RUN else pytest.mark.slow)
        for case in CASES
        for name in [a_name(case)]
    ],
)
def test_power_by_look_and_duration_are_rpacts(case):
    """Power within 3 Monte-Carlo errors; the share of each look and the mean day within 4.

    The day may be one more besides: whole days round up.
    """
    scenario = a_scenario(case)
    result = simulate(scenario, OUR_TRIALS, seed=1)
    assert abs(result.power - case["power"]) <= 3 * error(case["power"])
    for look, share in zip(result.looks, case["early"], strict=True):
        ours = look.stopped_for_efficacy / OUR_TRIALS
        assert abs(ours - share) <= 4 * error(share)
    assert abs(result.expected_day - case["duration"]) <= 4 * day_error(scenario) + 1


def test_there_are_enough_cases():
    assert len(CASES) >= 50
    assert len(IN_EVERY_RUN) == 18
    assert {case["ratio"] for case in CASES if a_name(case) in IN_EVERY_RUN} == {
        case["ratio"] for case in CASES
    }

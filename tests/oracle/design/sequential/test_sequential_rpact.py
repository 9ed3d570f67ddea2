"""Our designs against rpact 3.3.4: `rpact_cases.json` and, with their scripts, two larger sets."""

import math

import pytest

from equipoise.design.sequential.conditional import conditional_power
from equipoise.design.sequential.hazard import (
    event_information,
    events_for,
    ratio_interval,
    ratio_of,
    with_events,
)
from equipoise.design.sequential.inference import adjusted, repeated_intervals, repeated_p_values
from equipoise.design.sequential.plan import SequentialDesign
from tests.oracle.design.sequential.vectors import apart, cases, listed, rpact_design

DESIGNS = cases("rpact_designs")
PUBLISHED = cases("rpact_cases")
ANALYSES = cases("rpact_analyses")


def kind_of(case: dict) -> tuple[str, int, int, bool | None]:
    """The family, the number of looks, one side or two, futility that binds or does not."""
    asked = case["arguments"]
    looks, binding = len(asked["informationRates"]), asked.get("bindingFutility")
    return asked["typeOfDesign"], looks, asked["sided"], binding


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(list({kind_of(case): case for case in DESIGNS}.values()), id="of each kind"),
        pytest.param(DESIGNS, id="all", marks=pytest.mark.slow),
    ],
)
def designs(request: pytest.FixtureRequest) -> list[tuple[SequentialDesign, dict]]:
    """The designs of the larger set, ours beside rpact's."""
    return [(rpact_design(case["arguments"]), case) for case in request.param]


def named(prefix: str) -> list[dict]:
    return [case for case in PUBLISHED if case["id"].startswith(prefix)]


@pytest.mark.parametrize("case", named("gsd"), ids=lambda case: case["id"])
def test_a_published_design_agrees_with_rpact_to_a_millionth(case):
    plan, found = rpact_design(case["inputs"]), case["result"]
    size = found["characteristics"]
    assert apart(plan.upper, found["criticalValues"]) < 1e-7
    assert apart(plan.nominal, found["stageLevels"]) < 1e-6
    assert apart(plan.alpha_spent, found["alphaSpent"]) < 1e-6
    assert apart([plan.drift**2], size["shift"]) < 1e-7
    assert apart([plan.inflation], size["inflationFactor"]) < 1e-7
    if "futilityBounds" in found:
        assert apart(plan.lower, found["futilityBounds"]) < 1e-7
        assert apart(plan.beta_spent, found["betaSpent"]) < 1e-7
    if len(plan.fractions) > 1:
        assert apart(plan.under(plan.drift).efficacy, size["rejectionProbabilities"]) < 1e-7
        for share, name in ((0.0, "0"), (0.5, "01"), (1.0, "1")):
            expected = plan.expected_information(share * plan.drift)
            assert apart([expected], size[f"averageSampleNumber{name}"]) < 1e-7


def test_every_family_look_count_and_sidedness_agrees_with_rpact(designs):
    """Where a look spends below 2e-5 of alpha, the difference is rpact's own tolerance of 1e-8."""
    for plan, case in designs:
        words = case["arguments"]
        spent = [0.0, *plan.alpha_spent]
        for look, (got, expected) in enumerate(
            zip(plan.upper, listed(case["criticalValues"]), strict=True)
        ):
            close = 1e-6 if spent[look + 1] - spent[look] > 2e-5 else 2e-4
            assert abs(got - expected) < close * expected, (words, look)
        assert apart([plan.drift**2], case["shift"]) < 1e-6, words
        assert apart([plan.inflation], case["inflationFactor"]) < 1e-6, words
        if case["asn"]:
            effects = (0.0, plan.drift / 2, plan.drift)
            got = [plan.expected_information(effect) for effect in effects]
            assert apart(got, case["asn"]) < 1e-6, words


def test_stopping_probabilities_agree_with_rpact(designs):
    for plan, case in designs:
        seen = plan.under(plan.drift)
        pairs = zip(seen.efficacy, seen.harm, strict=True)
        both = case["arguments"].get("twoSidedPower", False)
        got = [good + bad if both else good for good, bad in pairs]
        differences = zip(got, case["rejectionProbabilities"], strict=True)
        assert max(abs(g - e) for g, e in differences) < 5e-7, case["arguments"]


def test_futility_bounds_agree_with_rpact_binding_or_not(designs):
    met = 0
    for plan, case in designs:
        if plan.lower:
            met += 1
            assert apart(plan.lower, case["futilityBounds"]) < 1e-6, case["arguments"]
    assert met > len(designs) / 7


@pytest.mark.parametrize("case", named("ssgs"), ids=lambda case: case["id"])
def test_events_and_hazard_ratios_at_the_bounds_agree_with_rpact(case):
    found = case["result"]
    plan = events_for(rpact_design(case["inputs"]["design"]), 0.68)
    assert apart([plan.max_events], found["maxNumberOfEvents"]) < 1e-6
    assert apart(plan.events, found["eventsPerStage"]) < 1e-6
    assert apart(plan.efficacy_ratios, found["criticalValuesEffectScale"]) < 1e-6
    assert apart(plan.under(0.68).efficacy, found["rejectPerStage"]) < 1e-6
    for ratio, name in ((1.0, "0"), (math.sqrt(0.68), "01"), (0.68, "1")):
        assert apart([plan.expected_events(ratio)], found[f"expectedEventsH{name}"]) < 1e-6


@pytest.mark.parametrize("case", named("pwgs"), ids=lambda case: case["id"])
def test_power_with_given_events_agrees_with_rpact(case):
    found = case["result"]
    plan = with_events(rpact_design(case["inputs"]["design"]), 210)
    assert apart(plan.under(0.68).efficacy, found["rejectPerStage"]) < 1e-6
    assert apart([plan.under(0.68).power], found["overallReject"]) < 1e-6
    assert apart([plan.expected_events(0.68)], found["expectedNumberOfEvents"]) < 1e-6
    assert apart(plan.efficacy_ratios, found["criticalValuesEffectScale"]) < 1e-6


def test_published_analyses_agree_with_rpact():
    """One trial stops at the first of two looks, one goes on to the end."""
    first, last = (case["result"] for case in named("an_"))
    plan = rpact_design(named("an_")[0]["inputs"]["design"])
    information = event_information(210)
    early, late = adjusted(plan, 1, 3.1, information), adjusted(plan, 2, 2.6, information)
    for got, found, look in ((early, first, 0), (late, last, 1)):
        interval = ratio_interval(got)
        assert apart([got.p_value], found["finalPValues"][look]) < 1e-6
        assert apart([interval.low], found["finalConfidenceIntervalLowerBounds"][look]) < 1e-5
        assert apart([interval.high], found["finalConfidenceIntervalUpperBounds"][look]) < 1e-5
        assert apart([ratio_of(got.estimate)], found["medianUnbiasedEstimates"][look]) < 1e-5


@pytest.mark.parametrize("case", ANALYSES, ids=lambda case: f"{case['design']}{case['z']}")
def test_inference_agrees_with_rpact(case):
    """rpact stops its own search for a repeated p-value at 1e-6, and never goes beyond 0.5."""
    plan, zs = rpact_design(case["design"]), case["z"]
    information = event_information(200)
    intervals = [ratio_interval(found) for found in repeated_intervals(plan, zs, information)]
    assert apart([interval.low for interval in intervals], case["rciLower"]) < 1e-6
    assert apart([interval.high for interval in intervals], case["rciUpper"]) < 1e-6
    for got, expected in zip(repeated_p_values(plan, zs), case["repeatedP"], strict=True):
        assert abs(min(got, 0.5) - expected) < 2e-6
    if case["stopped"]:
        final = adjusted(plan, len(zs), zs[-1], information)
        interval = ratio_interval(final)
        assert apart([final.p_value], case["finalP"]) < 1e-5
        assert apart([interval.low], case["finalLower"]) < 1e-5
        assert apart([interval.high], case["finalUpper"]) < 1e-5
        assert apart([ratio_of(final.estimate)], case["median"]) < 1e-5


def test_the_conditional_type_one_error_agrees_with_rpact_for_one_sided_designs():
    """For two-sided ones rpact 3.3.4 mirrors the shifted bound and gives about twice the value."""
    for case in ANALYSES:
        plan = rpact_design(case["design"])
        if plan.sided == 1:
            for look, z in enumerate(case["z"][: len(plan.fractions) - 1], start=1):
                got = conditional_power(plan, look, z, drift=0.0)
                assert apart([got.power], case["crp"][look - 1]) < 1e-6

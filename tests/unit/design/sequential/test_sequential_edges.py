"""What holds for every group-sequential design, at the edges of what can be asked."""

import math

import numpy as np
import pytest

from equipoise.design.problems import BadDesign
from equipoise.design.sequential.boundaries import Bounds
from equipoise.design.sequential.conditional import Prior, conditional_power, predictive_power
from equipoise.design.sequential.hazard import events_for, with_events
from equipoise.design.sequential.inference import (
    adjusted,
    overrunning,
    repeated,
    repeated_intervals,
    repeated_p_values,
)
from equipoise.design.sequential.ordering import more_extreme
from equipoise.design.sequential.plan import SequentialDesign, sequential_design
from equipoise.design.sequential.power import characteristics
from equipoise.design.sequential.replan import replanned
from equipoise.design.sequential.spending import (
    FixedFutility,
    HaybittlePeto,
    HwangShihDeCani,
    KimDeMets,
    LanDeMetsPocock,
    OBrienFleming,
    Pocock,
    UserSpending,
    WangTsiatis,
)


def a_design(**changes) -> SequentialDesign:
    settings = {"fractions": (0.4, 0.7, 1), "alpha": 0.025, "power": 0.8}
    return sequential_design(**{**settings, **changes})


TWO_SIDED = a_design(alpha=0.05, sided=2, futility=LanDeMetsPocock(), binding=True)
DESIGNS = (
    a_design(),
    a_design(futility=HwangShihDeCani(-2), binding=True),
    a_design(efficacy=Pocock(), futility=FixedFutility((-0.3, 0.4)), binding=True),
    a_design(alpha=0.05, sided=2, efficacy=WangTsiatis(0.3)),
    TWO_SIDED,
)


@pytest.mark.parametrize("plan", DESIGNS, ids=lambda plan: f"{plan.efficacy.name}, {plan.sided}")
def test_a_better_result_has_a_smaller_p_value_and_limits_invert_it(plan):
    for look in (1, 2, 3):
        tails = [more_extreme(plan, look, z, 0.0, plan.binding) for z in np.linspace(-4, 4, 33)]
        assert all(a >= b - 1e-13 for a, b in zip(tails, tails[1:], strict=False)), look
        found = adjusted(plan, look, 1.3)
        ends = (found.interval.low, found.estimate, found.interval.high)
        side = plan.alpha / plan.sided
        for drift, wanted in zip(ends, (side, 0.5, 1 - side), strict=True):
            tail = more_extreme(plan, look, 1.3, drift, plan.binding)
            assert tail == pytest.approx(wanted, abs=1e-10), (look, drift)


@pytest.mark.parametrize("plan", DESIGNS, ids=lambda plan: f"{plan.efficacy.name}, {plan.sided}")
def test_the_p_value_of_a_trial_that_just_stops_is_the_alpha_spent(plan):
    for look, bound in enumerate(plan.upper, start=1):
        spent = plan.alpha_spent[look - 1]
        assert adjusted(plan, look, bound).p_value == pytest.approx(spent, abs=1e-11)
    assert repeated_p_values(plan, plan.upper) == pytest.approx((plan.alpha,) * 3, abs=1e-9)


def test_a_two_sided_p_value_counts_both_sides_at_the_first_look_too():
    """2(1 - Phi(2.742)) = 0.006107; rpact 3.3.4 gives 0.003053 at the first look."""
    plan = a_design(alpha=0.05, sided=2, efficacy=Pocock())
    assert adjusted(plan, 1, 2.742).p_value == pytest.approx(0.00610663, abs=1e-8)


def test_a_two_sided_design_that_stops_in_the_middle_treats_both_sides_alike():
    """Stopping for futility with Z above 0 lies between every result below 0 and all above it."""
    for look, z in ((1, 0.05), (1, 3.5), (2, 0.6), (2, 2.9), (3, 0.4), (3, 2.1)):
        good, bad = adjusted(TWO_SIDED, look, z), adjusted(TWO_SIDED, look, -z)
        assert bad.p_value == pytest.approx(good.p_value, abs=1e-12)
        assert bad.interval.low == pytest.approx(-good.interval.high, abs=1e-9)
        assert bad.estimate == pytest.approx(-good.estimate, abs=1e-9)


def test_the_stage_wise_p_value_of_a_two_sided_design_is_uniform_without_effect():
    """200,000 trials drawn anew: as many p-values lie below x as x says, within 4.5 errors."""
    plan, draws = TWO_SIDED, np.random.default_rng(11).standard_normal((200_000, 3))
    steps = np.sqrt(np.diff((0.0, *plan.fractions)))
    z = np.cumsum(draws * steps, axis=1) / np.sqrt(plan.fractions)
    p_values = np.full(len(z), np.nan)
    for look in (1, 2, 3):
        size, going = np.abs(z[:, look - 1]), np.isnan(p_values)
        futile = size < (*plan.lower, math.inf)[look - 1]
        ends = going & ((size >= plan.upper[look - 1]) | futile)
        grid = np.linspace(0, 6, 400)
        told = [adjusted_p(plan, look, at) for at in grid]
        p_values[ends] = np.interp(size[ends], grid, told)
    for level in (0.01, 0.05, 0.2, 0.5, 0.8):
        error = math.sqrt(level * (1 - level) / len(z))
        assert abs(np.mean(p_values <= level) - level) < 4.5 * error + 2e-4, level


def adjusted_p(plan: SequentialDesign, look: int, z: float) -> float:
    return min(1.0, 2 * more_extreme(plan, look, float(z), 0.0, True))


@pytest.mark.parametrize("family", [OBrienFleming(), Pocock(), KimDeMets(2), HwangShihDeCani(-4)])
def test_a_replanned_trial_rejects_just_when_its_repeated_p_value_is_alpha(family):
    plan = a_design(efficacy=family)
    for fractions, used in (
        ((0.35, 0.8, 1), ()),
        ((0.4, 0.7, 0.92), ()),
        ((0.45, 0.7, 1.15), (plan.upper[0] + 0.1,)),
    ):
        now = replanned(plan, fractions, used)
        p_values = repeated_p_values(now, now.upper)
        assert p_values == pytest.approx((0.025,) * 3, abs=1e-8), (fractions, used)


def test_a_trial_replanned_twice_at_the_same_looks_is_replanned_once():
    """Beta is the plan's, not what is left of it after running short."""
    plan = a_design(futility=KimDeMets(1))
    once = replanned(plan, (0.3, 0.75, 0.9))
    twice = replanned(once, (0.3, 0.75, 0.9))
    assert once.power < plan.power
    assert twice.lower == pytest.approx(once.lower, abs=1e-9)
    assert twice.beta == once.beta == pytest.approx(0.2)


def test_a_repeated_p_value_is_the_smallest_where_binding_futility_leaves_little_to_spend():
    plan = sequential_design(
        fractions=(0.98268, 1),
        alpha=0.0693,
        power=0.6,
        futility=LanDeMetsPocock(),
        binding=True,
    )
    assert repeated_p_values(plan, plan.upper) == pytest.approx((0.0693, 0.0693), abs=1e-9)


def test_results_far_out_get_an_answer_too():
    for plan in (DESIGNS[0], TWO_SIDED):
        for z in (-1e6, -40.0, 40.0, 1e6):
            found = adjusted(plan, 2, z)
            assert 0 <= found.p_value <= 1
            assert found.interval.low <= found.estimate <= found.interval.high


def test_repeated_inference_and_predictive_power_are_results_that_print_and_remake_themselves():
    plan = a_design()
    for answer in (
        repeated(plan, (1.2, 2.4), information=50),
        predictive_power(plan, 1, 1.2),
        predictive_power(plan, 1, 1.2, Prior(mean=2, sd=1)),
    ):
        made: dict = {}
        exec(answer.code(), made)  # noqa: S102 - the code an answer prints is meant to be run
        assert made["answer"] == answer
        for label, cells in answer.rows():
            assert label in answer.html()
            assert all(cell in answer.text() and cell in answer.latex() for cell in cells)
    both = repeated(plan, (1.2, 2.4))
    assert both.p_values == repeated_p_values(plan, (1.2, 2.4))
    assert both.intervals == repeated_intervals(plan, (1.2, 2.4))
    assert both.sequential == min(both.p_values)


SPOILED = (math.nan, math.inf, -math.inf, 1e300, 10**400, "x", "", None, [], {}, 1j)


@pytest.mark.parametrize("value", SPOILED, ids=repr)
def test_what_is_no_number_gets_a_sentence_wherever_it_is_given(value):
    plan = a_design()
    questions = [
        lambda: a_design(alpha=value),
        lambda: a_design(power=value),
        lambda: a_design(sided=value),
        lambda: a_design(fractions=(0.5, value)),
        lambda: a_design(fractions=(value, 1)),
        lambda: a_design(efficacy=KimDeMets(value)),
        lambda: a_design(efficacy=WangTsiatis(value)),
        lambda: a_design(efficacy=HwangShihDeCani(value)),
        lambda: a_design(efficacy=UserSpending(at=(value, 1), spent_by=(0.01, 0.025))),
        lambda: a_design(efficacy=UserSpending(at=(0.5, 1), spent_by=(value, 0.025))),
        lambda: conditional_power(plan, value, 1.0),
        lambda: conditional_power(plan, 1, value),
        lambda: predictive_power(plan, 1, value),
        lambda: predictive_power(plan, 1, 1.0, Prior(mean=value, sd=1)),
        lambda: predictive_power(plan, 1, 1.0, Prior(mean=0, sd=value)),
        lambda: adjusted(plan, value, 1.0),
        lambda: adjusted(plan, 1, value),
        lambda: adjusted(plan, 1, 1.0, value),
        lambda: overrunning(plan, 1, 3.0, value),
        lambda: overrunning(plan, value, 3.0, 0.6),
        lambda: repeated(plan, (value,)),
        lambda: events_for(plan, value),
        lambda: events_for(plan, 0.7, value),
        lambda: with_events(plan, value),
        lambda: with_events(plan, 200).under(value),
        lambda: replanned(plan, (0.5, value)),
        lambda: plan.under(value),
    ]
    if value is not None:
        questions += [lambda: conditional_power(plan, 1, 1.0, value)]
        questions += [lambda: predictive_power(plan, 1, 1.0, value)]
    if value != math.inf:
        questions += [lambda: a_design(efficacy=HaybittlePeto(value))]
        questions += [lambda: replanned(plan, (0.5, 1), (value,))]
    if value != -math.inf:
        questions += [lambda: a_design(futility=FixedFutility((value, 0.0)))]
    for question in questions:
        with pytest.raises(BadDesign):
            question()


def test_what_is_no_rule_and_no_series_gets_a_sentence():
    plan = a_design()
    for question, words in (
        (lambda: a_design(efficacy="OF"), "no rule for efficacy"),
        (lambda: a_design(efficacy=FixedFutility((0, 0))), "no rule for efficacy"),
        (lambda: a_design(futility=Pocock()), "no rule for futility"),
        (lambda: a_design(futility=FixedFutility(3)), "name them as a list"),
        (lambda: a_design(efficacy=UserSpending(at=3, spent_by=4)), "two lists"),
        (lambda: a_design(fractions="0.5, 1"), "name them as a list"),
        (lambda: a_design(fractions=0.5), "name them as a list"),
        (lambda: a_design(fractions=(1e-9, 1)), "a look lies from 1e-06"),
        (lambda: a_design(power=1 - 1e-15), "no trial is that sure"),
        (lambda: replanned(plan, (0.5, 1), 2.5), "name the bounds as a list"),
        (lambda: repeated(plan, 2.5), "list one for each"),
        (lambda: with_events(plan, 0.5), "1 event or more"),
        (lambda: conditional_power(plan, True, 1.0), "interim looks"),
        (lambda: conditional_power(plan, 1.5, 1.0), "interim looks"),
        (lambda: characteristics((0.5, 1), Bounds((2.0,)), 1, 1.0), "bound for each look"),
        (lambda: characteristics((0.5, 1), Bounds((2.0, math.nan)), 1, 1.0), "bound for each look"),
    ):
        with pytest.raises(BadDesign, match=words):
            question()


def test_looks_may_come_as_an_array():
    assert a_design(fractions=np.array([0.4, 0.7, 1])) == a_design()

"""What survival analysis refuses, and what it says where nothing can be estimated."""

import math

import numpy as np
import pytest

from equipoise.analysis.cox import NoFiniteEstimate, cox
from equipoise.analysis.follow_up import FollowUp, Unusable
from equipoise.analysis.logrank import log_rank
from equipoise.analysis.probability import chi_square_tail, two_sided
from equipoise.analysis.restricted_mean import mean_difference, restricted_mean
from equipoise.analysis.survival import (
    at_risk_on,
    kaplan_meier,
    median,
    median_follow_up,
    quantile,
    survival_at,
)


def test_times_that_are_not_whole_days_are_refused_even_when_they_look_whole():
    with pytest.raises(Unusable, match="whole numbers are needed, not float64"):
        FollowUp([1.0, 2.0], [True, False])
    with pytest.raises(Unusable, match="whole numbers are needed"):
        FollowUp(["1", "2"], [True, False])


def test_every_problem_with_a_follow_up_is_told_at_once():
    with pytest.raises(Unusable) as refused:
        FollowUp([3, -1, 2], [2, 0])
    assert len(refused.value.problems) == 3
    assert refused.value.problems[0].startswith("days[1]: -1 is before the start")


def test_results_cannot_be_changed():
    given = np.array([1, 2, 3])
    curve = kaplan_meier(FollowUp(given, [1, 0, 1]))
    with pytest.raises(ValueError, match="read-only"):
        curve.survival[0] = 0.5
    given[0] = 7  # the follow-up has its own copy
    assert curve.days[0] == 1


def test_a_hand_sum_six_participants():
    """Deaths on days 2, 4, 4; censored on 3, 4 and 6: S = 5/6, then 5/6 x 2/4 = 5/12."""
    curve = kaplan_meier(FollowUp([2, 3, 4, 4, 4, 6], [1, 0, 1, 1, 0, 0]))
    assert curve.survival == pytest.approx([5 / 6, 5 / 6, 5 / 12, 5 / 12])
    assert curve.at_risk.tolist() == [6, 5, 4, 1]
    assert at_risk_on(curve, [0, 2, 3, 4, 5, 6, 7]) == (6, 6, 5, 4, 1, 1, 0)
    assert restricted_mean(curve, 6).days == pytest.approx(2 + 2 * 5 / 6 + 2 * 5 / 12)


def test_survival_beyond_the_last_follow_up_is_not_known_unless_all_have_died():
    assert survival_at(kaplan_meier(FollowUp([2, 5], [1, 0])), 6) is None
    everyone = survival_at(kaplan_meier(FollowUp([2, 5], [1, 1])), 6)
    assert everyone is not None
    assert everyone.survival == 0
    assert math.isnan(everyone.lower)


def test_before_the_first_day_everyone_is_alive():
    start = survival_at(kaplan_meier(FollowUp([2, 5], [1, 0])), 1)
    assert start is not None
    assert (start.survival, start.lower, start.upper) == (1, 1, 1)


def test_nobody_at_all_gives_an_empty_curve_and_no_median():
    curve = kaplan_meier(FollowUp([], []))
    assert curve.subjects == 0
    assert median(curve).days is None
    assert survival_at(curve, 0) is None
    assert at_risk_on(curve, [0, 30]) == (0, 0)
    assert median_follow_up(FollowUp([], [])).days is None
    with pytest.raises(Unusable, match="nobody is followed, so there is no mean"):
        restricted_mean(curve, 30)


def test_a_curve_flat_at_one_half_has_its_median_midway():
    flat = kaplan_meier(FollowUp([1, 2, 8, 11], [1, 1, 1, 1]))
    assert median(flat).days == 5
    level = kaplan_meier(FollowUp([1, 2, 8, 11], [1, 1, 0, 0]))
    assert median(level).days == 2


def test_a_restricted_mean_says_when_its_horizon_lies_beyond_the_follow_up():
    alive = kaplan_meier(FollowUp([2, 5], [1, 0]))
    assert not restricted_mean(alive, 5).beyond_follow_up
    assert restricted_mean(alive, 6).beyond_follow_up
    assert not restricted_mean(kaplan_meier(FollowUp([2, 5], [1, 1])), 6).beyond_follow_up


def test_the_variance_of_a_restricted_mean_is_that_of_its_sampling():
    """Without censoring it is the variance of min(T, horizon), over n: 2 participants, 2 days."""
    found = restricted_mean(kaplan_meier(FollowUp([2, 4], [1, 1])), 10)
    assert (found.days, found.variance) == (3, 1 / 2)


def test_what_cannot_be_asked_is_refused_with_the_value():
    curve = kaplan_meier(FollowUp([2, 5], [1, 0]))
    with pytest.raises(Unusable, match="proportion: 1.5"):
        quantile(curve, 1.5)
    with pytest.raises(Unusable, match="day: -1"):
        survival_at(curve, -1)
    with pytest.raises(Unusable, match="horizon: 2.5"):
        restricted_mean(curve, 2.5)  # type: ignore[arg-type]
    with pytest.raises(Unusable, match="horizon: 3 and 4 days differ"):
        mean_difference(restricted_mean(curve, 3), restricted_mean(curve, 4))
    with pytest.raises(Unusable, match="interval: 'plain'"):
        kaplan_meier(FollowUp([2], [1]), "plain")  # type: ignore[arg-type]
    with pytest.raises(Unusable, match="confidence: 95"):
        kaplan_meier(FollowUp([2], [1]), confidence=95)


def test_a_log_rank_test_without_events_compares_nothing():
    found = log_rank(FollowUp([2, 5, 7], [0, 0, 0]), ["a", "b", "a"])
    assert found.observed == (0, 0)
    assert found.degrees == 0
    assert math.isnan(found.p)
    assert math.isnan(found.z)


def test_groups_that_never_meet_in_a_stratum_are_not_compared_and_cost_no_degree_of_freedom():
    """By hand: b and c meet in one stratum alone; expected b 1/3 + 1/2, variance 2/9 + 1/4."""
    followed = FollowUp([365, 14, 194, 302, 81], [1, 1, 1, 1, 1])
    found = log_rank(followed, ["a", "c", "b", "c", "b"], strata=[2, 1, 1, 1, 3])
    assert found.degrees == 1
    assert found.chi_square == pytest.approx((1 - 5 / 6) ** 2 / (2 / 9 + 1 / 4), rel=1e-12)
    alone = log_rank(FollowUp([9, 4, 12], [1, 1, 1]), ["a", "b", "c"], strata=[1, 1, 2])
    assert (alone.degrees, alone.chi_square) == (1, pytest.approx(1.0))


def test_a_log_rank_test_needs_two_groups_and_a_label_for_each():
    with pytest.raises(Unusable, match="at least two are needed") as refused:
        log_rank(FollowUp([2, 5], [1, 1]), ["a"], strata=[1, 2, 3])
    assert len(refused.value.problems) == 3
    with pytest.raises(Unusable, match="needs two groups, there are 3"):
        _ = log_rank(FollowUp([2, 5, 6], [1, 1, 1]), ["a", "b", "c"]).z


def test_the_log_rank_test_does_not_depend_on_the_names_of_the_groups_or_the_order():
    days, events = np.arange(1, 21), np.tile([1, 1, 0, 1], 5)
    arm = np.array(["a", "b", "b", "a", "a"] * 4)
    one = log_rank(FollowUp(days, events), arm)
    other = log_rank(FollowUp(days[::-1], events[::-1]), np.where(arm == "a", "z", "b")[::-1])
    assert other.chi_square == pytest.approx(one.chi_square, rel=1e-12)
    assert other.z == pytest.approx(-one.z, rel=1e-12)


def test_a_group_without_events_has_no_finite_hazard_ratio():
    days, events = [5, 8, 12, 20, 7, 9, 15, 22], [1, 1, 0, 1, 0, 0, 0, 0]
    with pytest.raises(NoFiniteEstimate, match="arm: the hazard ratio is zero or infinite"):
        cox(FollowUp(days, events), {"arm": [0, 0, 0, 0, 1, 1, 1, 1]})
    with pytest.raises(NoFiniteEstimate, match="marker"):
        cox(FollowUp([1, 2, 3, 4], [1, 1, 1, 1]), {"marker": [4, 3, 2, 1]})


def test_a_cox_model_refuses_what_it_cannot_fit_with_every_reason():
    four = FollowUp([1, 2, 3, 4], [1, 1, 0, 1])
    with pytest.raises(Unusable) as refused:
        cox(FollowUp([1, 2, 3], [0, 0, 0]), {"age": [1, math.nan, 3], "arm": [0, 1]})
    assert len(refused.value.problems) == 3
    with pytest.raises(Unusable, match="age: is the same for all"):
        cox(four, {"age": [50, 50, 50, 50], "arm": [0, 1, 1, 0]})
    with pytest.raises(Unusable, match="one follows from the others"):
        cox(four, {"one": [0, 1, 1, 0], "other": [5, 3, 3, 5]})
    with pytest.raises(Unusable, match="at least one is needed"):
        cox(four, {})
    with pytest.raises(Unusable, match="ties: 'exact'"):
        cox(four, {"arm": [0, 1, 1, 0]}, "exact")  # type: ignore[arg-type]


def test_the_unit_of_a_covariate_only_scales_its_coefficient():
    days, events = np.arange(1, 13), np.tile([1, 0, 1], 4)
    age = np.array([61, 70, 45, 66, 52, 71, 58, 49, 63, 77, 68, 55])
    years = cox(FollowUp(days, events), {"age": age}).effects[0]
    tiny = cox(FollowUp(days, events), {"age": age * 1e6 + 1e9}).effects[0]
    assert tiny.coefficient * 1e6 == pytest.approx(years.coefficient, rel=1e-9)
    assert tiny.z == pytest.approx(years.z, rel=1e-9)


@pytest.mark.parametrize(
    ("value", "degrees", "tail"),
    [
        # pchisq(value, degrees, lower.tail = FALSE) in R 4.2.2
        (3.841458820694124, 1, 0.05),
        (5.991464547107979, 2, 0.05),
        (7.814727903251179, 3, 0.05),
        (18.307038053275146, 10, 0.05),
        (19.675137572682495, 11, 0.05),
        (60.0, 5, 1.2154569777183e-11),
        (0.5, 4, 0.973500978839256),
    ],
)
def test_the_chi_square_tail_is_that_of_the_tables(value, degrees, tail):
    assert chi_square_tail(value, degrees) == pytest.approx(tail, rel=1e-10, abs=0)


def test_tail_probabilities_at_their_ends():
    assert chi_square_tail(0, 3) == 1
    assert two_sided(0) == 1
    assert two_sided(-1.959963984540054) == pytest.approx(0.05, rel=1e-12)
    with pytest.raises(ValueError, match="degrees"):
        chi_square_tail(1, 0)

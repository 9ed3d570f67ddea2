"""What is missing is told, with counts, and is never a group, a mean or a number."""

import math
from decimal import Decimal

import numpy as np
import polars as pl
import pytest

from equipoise.analysis.cox import cox
from equipoise.analysis.follow_up import FollowUp, Unusable
from equipoise.analysis.logrank import log_rank
from equipoise.analysis.restricted_mean import restricted_mean
from equipoise.analysis.survival import kaplan_meier
from equipoise.analysis.weighted_logrank import max_combo, weighted_log_rank

DAYS, EVENTS = [5, 8, 12, 20, 21, 30], [1, 0, 1, 1, 0, 1]
SIX = FollowUp(DAYS, EVENTS)
ARMS = ["a", "b", "a", "b", "a", "b"]
MISSING = [
    ["a", None, "a", "b", None, "b"],
    ["a", "", "a", "b", " ", "b"],
    [0.0, math.nan, 0.0, 1.0, float("nan"), 1.0],
    np.array([0.0, np.nan, 0.0, 1.0, np.nan, 1.0]),
    pl.Series([1, None, 1, 2, None, 2]),
    pl.Series(["a", None, "a", "b", None, "b"]),
    [("a", 1), ("a", None), ("a", 1), ("b", 1), (None, 1), ("b", 1)],
    [1, Decimal("NaN"), 1, 2, np.datetime64("NaT"), 2],
]


@pytest.mark.parametrize("labels", MISSING, ids=lambda labels: type(labels).__name__)
def test_a_missing_arm_or_stratum_is_no_group_of_its_own(labels):
    says = r"2 of 6 are missing \(rows 2, 5\)"
    with pytest.raises(Unusable, match=f"groups: {says}"):
        log_rank(SIX, labels)
    with pytest.raises(Unusable, match=f"strata: {says}"):
        log_rank(SIX, ARMS, labels)
    with pytest.raises(Unusable, match=f"groups: {says}"):
        max_combo(SIX, labels)
    with pytest.raises(Unusable, match=f"strata: {says}"):
        weighted_log_rank(SIX, ARMS, strata=labels)
    with pytest.raises(Unusable, match=f"strata: {says}"):
        cox(SIX, {"arm": [0, 1, 0, 1, 0, 1]}, strata=labels)


def test_labels_of_two_kinds_are_refused_for_they_may_be_one_group():
    with pytest.raises(Unusable, match="groups: labels of one kind are needed, not int, str"):
        log_rank(SIX, [1, "1", 1, "1", 1, "1"])


@pytest.mark.parametrize(
    ("days", "events", "says"),
    [
        ([5, None, 7], [1, 0, 1], r"days: 1 of 3 is missing \(row 2\)"),
        ([5, math.nan, 7], [1, 0, 1], r"days: 1 of 3 is missing \(row 2\)"),
        (pl.Series([5, None, None]), [1, 0, 1], r"days: 2 of 3 are missing \(rows 2, 3\)"),
        (np.ma.array([5, 6, 7], mask=[0, 0, 1]), [1, 0, 1], r"days: 1 of 3 is missing \(row 3\)"),
        ([5, 6, 7], [1, None, 1], r"events: 1 of 3 is missing \(row 2\)"),
        ([None] * 9, [None] * 9, r"days: 9 of 9 are missing \(rows 1, 2, 3, 4, 5, …\)"),
    ],
)
def test_a_day_or_an_event_that_is_missing_is_told_with_its_row(days, events, says):
    with pytest.raises(Unusable, match=says):
        FollowUp(days, events)


@pytest.mark.parametrize(
    ("column", "says"),
    [
        ([0, None, 0, 1, None, 1], r"x: 2 of 6 are missing \(rows 2, 5\)"),
        ([0, math.nan, 0, 1, 0, 1], r"x: 1 of 6 is missing \(row 2\)"),
        (pl.Series([0, None, 0, 1, None, 1]), r"x: 2 of 6 are missing"),
        (np.ma.array([0, 1, 0, 1, 0, 1], mask=[1, 0, 0, 0, 0, 0]), r"x: 1 of 6 is missing"),
        (ARMS, "x: numbers are needed, not 'a'"),
        ([0, math.inf, 0, 1, 0, 1], "x: 1 of 6 are infinite"),
        ([0, 1], "x: 2 values for 6 participants"),
        (None, "x: 0 values for 6 participants"),
        ([0.1] * 6, "x: is the same for all"),
        ([1e-5] * 6, "x: is the same for all"),
        ([1e300] * 6, "x: is the same for all"),
    ],
)
def test_a_covariate_that_is_no_number_for_each_is_refused_in_words(column, says):
    with pytest.raises(Unusable, match=says):
        cox(SIX, {"x": column})


def test_there_is_no_mean_of_nobody_and_so_no_difference_from_it():
    with pytest.raises(Unusable, match="nobody is followed"):
        restricted_mean(kaplan_meier(FollowUp([], [])), 365)


@pytest.mark.parametrize("unit", [1e-300, 1e-150, 1e-5, 1e5, 1e150, 1e300])
def test_a_covariate_in_a_very_small_or_large_unit_gives_the_same_test(unit: float):
    arm, x = [0, 1] * 6, (1, 5, 2, 2, 4, 3, 5, 1, 2, 4, 3, 1)
    twelve = FollowUp([5, 8, 12, 20, 21, 30, 7, 9, 14, 16, 25, 6], [1, 0, 1] * 4)
    plain = cox(twelve, {"arm": arm, "x": x})
    found = cox(twelve, {"arm": arm, "x": [unit * one for one in x]})
    for one, other in zip(plain.effects, found.effects, strict=True):
        assert other.z == pytest.approx(one.z, rel=1e-9)
        assert other.p == pytest.approx(one.p, rel=1e-9)
    assert found.effects[0].coefficient == pytest.approx(plain.effects[0].coefficient, rel=1e-9)
    assert found.effects[1].coefficient * unit == pytest.approx(
        plain.effects[1].coefficient, rel=1e-9
    )
    assert found.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-12)

"""Minimisation on cases small enough to work out by hand."""

from fractions import Fraction
from itertools import pairwise
from math import sqrt

import pytest

from equipoise.conduct.choice import Unsound
from equipoise.conduct.imbalance import imbalance
from equipoise.conduct.minimisation import Counts, Placed, minimise, probabilities
from equipoise.conduct.random_source import RandomSource

RANDOM_SOURCE = RandomSource(bytes(range(32)))
EVEN = {"A": 1, "B": 1}
WEIGHTS = {"centre": Fraction(1), "side": Fraction(1)}


def placed(arm, centre, side):
    return Placed(arm=arm, strata={"centre": centre, "side": side})


def choose(history, strata, **others):
    settings = {"arms": EVEN, "factors": WEIGHTS, "p": Fraction(4, 5), "measure": "range"}
    settings |= {"draw": RANDOM_SOURCE.draw("allocation", 1)} | others
    return minimise(history=history, strata=strata, **settings)


HISTORY = [
    placed("A", "north", "left"),
    placed("A", "north", "right"),
    placed("B", "south", "left"),
    placed("A", "south", "left"),
]


def test_the_arm_that_leaves_the_least_imbalance_is_favoured():
    """A worked table: north has A 2, B 0; left has A 2, B 1.

    Giving A: |3 - 0| + |3 - 1| = 5. Giving B: |2 - 1| + |2 - 2| = 1.
    """
    choice = choose(HISTORY, {"centre": "north", "side": "left"})
    assert choice.imbalance == {"A": 5, "B": 1}
    assert choice.favoured == ("B",)
    assert choice.probabilities == {"A": Fraction(1, 5), "B": Fraction(4, 5)}


def test_a_weight_counts_a_factor_so_many_times():
    weights = {"centre": Fraction(2), "side": Fraction(1, 3)}
    choice = choose(HISTORY, {"centre": "north", "side": "left"}, factors=weights)
    assert choice.imbalance == {"A": 6 + Fraction(2, 3), "B": 2}


def test_counts_are_divided_by_the_ratio():
    """Two A and one B at 2:1: giving A makes 3/2 against 1, giving B 1 against 2."""
    history = [placed("A", "n", "l"), placed("A", "n", "l"), placed("B", "n", "l")]
    choice = choose(
        history, {"centre": "n"}, arms={"A": 2, "B": 1}, factors={"centre": Fraction(1)}
    )
    assert choice.imbalance == {"A": Fraction(1, 2), "B": 1}
    assert choice.favoured == ("A",)


def test_the_first_subject_is_drawn_by_the_ratio_alone():
    first = choose([], {"centre": "n", "side": "l"})
    assert first.favoured == ("A", "B")
    assert first.probabilities == {"A": Fraction(1, 2), "B": Fraction(1, 2)}


def test_chances_at_two_to_one_are_those_of_han():
    """p = 4/5 for the small arm B; for A: 1 - (1 - 4/5) · (3 - 2)/(3 - 1) = 9/10."""
    arms = {"A": 2, "B": 1}
    assert probabilities(arms, ["B"], Fraction(4, 5)) == {"A": Fraction(1, 5), "B": Fraction(4, 5)}
    assert probabilities(arms, ["A"], Fraction(4, 5)) == {
        "A": Fraction(9, 10),
        "B": Fraction(1, 10),
    }


def test_tied_arms_share_by_the_ratio():
    arms = {"A": 2, "B": 1, "C": 1}
    assert probabilities(arms, ["A", "B", "C"], Fraction(3, 4)) == {
        "A": Fraction(1, 2),
        "B": Fraction(1, 4),
        "C": Fraction(1, 4),
    }
    # By chance alone with L = (1/4) · 4/3 = 1/3; else A two thirds and B one third.
    assert probabilities(arms, ["A", "B"], Fraction(3, 4)) == {
        "A": Fraction(1, 3) * Fraction(1, 2) + Fraction(2, 3) * Fraction(2, 3),
        "B": Fraction(1, 3) * Fraction(1, 4) + Fraction(2, 3) * Fraction(1, 3),
        "C": Fraction(1, 3) * Fraction(1, 4),
    }


def test_with_p_at_its_lowest_balance_has_no_say():
    arms = {"A": 3, "B": 2, "C": 1}
    assert probabilities(arms, ["C"], Fraction(1, 6)) == {
        "A": Fraction(1, 2),
        "B": Fraction(1, 3),
        "C": Fraction(1, 6),
    }


def test_with_p_of_one_only_the_favoured_arm_can_come():
    assert probabilities({"A": 2, "B": 1}, ["A"], Fraction(1)) == {"A": 1, "B": 0}


def test_each_measure_on_counts_of_five_two_and_two():
    """Mean 3, squares 4 + 1 + 1 = 6, so variance 3; pairs 3 + 3 + 0 = 6 over 2 · 9."""
    counts, ratio = [5, 2, 2], [1, 1, 1]
    assert imbalance(counts, ratio, "range").rounded == 3
    assert imbalance(counts, ratio, "variance").rounded == 3
    assert imbalance(counts, ratio, "sd").rounded == Fraction(1732050807569, 10**12)
    assert imbalance(counts, ratio, "marginal balance").rounded == Fraction(1, 3)


def test_equal_sums_of_different_square_roots_tie_exactly():
    """√8 = √2 + √2, which no rounding to decimals could promise."""
    sd = imbalance([5, 1], [1, 1], "sd")  # √8
    half = imbalance([3, 1], [1, 1], "sd")  # √2
    assert half + half == sd
    assert not half + half < sd
    assert not sd < half + half


def test_square_roots_that_agree_in_many_digits_are_still_told_apart():
    """n·√2 against the nearest fraction below it (Pell: 1 + 2·y² = x²), far past any double."""
    x, y = 1, 0
    for _ in range(60):
        x, y = 3 * x + 4 * y, 2 * x + 3 * y
    root = imbalance([3, 1], [1, 1], "sd").times(Fraction(y))  # y·√2, a hair below x
    fraction = imbalance([1, 0], [1, 1], "range").times(Fraction(x))
    assert float(root.rounded) == float(x)
    assert root < fraction
    assert not fraction < root


def test_square_roots_are_ordered_as_doubles_order_them():
    numbers = [2, 3, 8, 12, 45, 1800, 99991, 2 * 99991**2, 1009 * 1013]
    # The standard deviation of two counts that differ by d is d/√2.
    in_order = [imbalance([d, 0], [1, 1], "sd") for d in sorted(numbers)]
    assert all(one < other for one, other in pairwise(in_order))
    for d in numbers:
        shown = float(imbalance([d, 0], [1, 1], "sd").rounded)
        assert shown == pytest.approx(d / sqrt(2), rel=1e-12)


def test_counting_one_at_a_time_is_counting_the_history():
    counts = Counts()
    for one in HISTORY:
        counts.add(one.strata, one.arm)
    strata = {"centre": "south", "side": "left"}
    assert choose(counts, strata) == choose(HISTORY, strata)
    assert counts.arms == {"A": 3, "B": 1}


def test_a_mended_factor_counts_from_then_on_and_the_arm_stays():
    counts = Counts(HISTORY)
    counts.correct("B", was=HISTORY[2].strata, now={"centre": "north", "side": "left"})
    assert counts.within("centre", "north") == {"A": 2, "B": 1}
    assert counts.within("centre", "south") == {"A": 1, "B": 0}
    assert counts.within("side", "left") == {"A": 2, "B": 1}
    assert counts.arms == {"A": 3, "B": 1}


def test_the_order_in_which_arms_and_factors_are_listed_does_not_matter():
    strata = {"centre": "south", "side": "left"}
    arms, backwards = {"A": 2, "B": 1, "C": 1}, {"C": 1, "B": 1, "A": 2}
    for n in range(50):
        draw = RANDOM_SOURCE.draw("order", n)
        one = choose(HISTORY, strata, arms=arms, draw=draw)
        other = choose(
            HISTORY,
            strata,
            arms=backwards,
            factors=dict(reversed(WEIGHTS.items())),
            draw=draw,
        )
        assert one == other


def test_every_reason_against_is_given_at_once():
    with pytest.raises(Unsound) as refusal:
        minimise(
            arms={"A": 0},
            factors={"centre": Fraction(0), "side": Fraction(1)},
            history=[placed("Z", "n", "l")],
            strata={"centre": "n"},
            p=Fraction(3, 2),
            measure="guess",
            draw=RANDOM_SOURCE.draw("x"),
        )
    for expected in (
        "arm 'A' has ratio 0",
        "there are 1 arms",
        "arm 'Z', which is not one of A",
        "factor 'centre' has weight 0",
        "no level of factor 'side'",
        "no measure named 'guess'",
        "p is 3/2",
    ):
        assert expected in str(refusal.value)
    assert len(refusal.value.problems) == 7


def test_p_below_the_share_of_the_smallest_arm_is_refused():
    with pytest.raises(Unsound, match="from 1/2 to 1 would do"):
        choose([], {"centre": "n", "side": "l"}, p=Fraction(2, 5))


def test_the_record_has_exact_fractions_as_text():
    choice = choose(HISTORY, {"centre": "north", "side": "left"})
    assert choice.record() == {
        "arm": choice.arm,
        "probabilities": {"A": "1/5", "B": "4/5"},
        "draw": RANDOM_SOURCE.draw("allocation", 1).hex,
        "imbalance": {"A": "5", "B": "1"},
        "favoured": ["B"],
    }


def test_the_arm_can_be_checked_from_the_record_alone():
    """The chances over one denominator, the arms in alphabetical order, the draw modulo it."""
    for n in range(50):
        draw = RANDOM_SOURCE.draw("allocation", n)
        choice = choose(HISTORY, {"centre": "north", "side": "left"}, draw=draw)
        assert choice.arm == "ABBBB"[int(choice.draw, 16) % 5]

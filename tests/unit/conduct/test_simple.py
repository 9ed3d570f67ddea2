"""Complete randomisation and the big stick, by hand."""

from fractions import Fraction

import pytest

from equipoise.conduct.choice import Unsound, picked
from equipoise.conduct.random_source import RandomSource
from equipoise.conduct.simple import big_stick, complete

DRAW = RandomSource(bytes(range(32))).draw("allocation", 1)
EVEN = {"A": 1, "B": 1}


def test_complete_randomisation_draws_by_the_ratio():
    assert complete({"A": 2, "B": 1}, DRAW).probabilities == {
        "A": Fraction(2, 3),
        "B": Fraction(1, 3),
    }


def test_the_big_stick_is_a_fair_coin_until_an_arm_is_too_far_ahead():
    table = {(0, 0): "1/2", (2, 0): "1/2", (3, 0): "0", (0, 3): "1", (7, 4): "0", (6, 4): "1/2"}
    for (a, b), chance in table.items():
        choice = big_stick(EVEN, {"A": a, "B": b}, limit=3, draw=DRAW)
        assert choice.probabilities["A"] == Fraction(chance), (a, b)


def test_past_the_limit_the_stick_still_points_back():
    """Back-up allocations may have passed the limit; nothing is refused."""
    choice = big_stick(EVEN, {"A": 9, "B": 1}, limit=3, draw=DRAW)
    assert choice.arm == "B"
    assert choice.imbalance == {"A": 9, "B": 7}


def test_three_arms_leave_out_only_those_too_far_ahead():
    choice = big_stick({"A": 1, "B": 1, "C": 1}, {"A": 2, "B": 1, "C": 0}, limit=2, draw=DRAW)
    assert choice.favoured == ("B", "C")
    assert choice.probabilities == {"A": 0, "B": Fraction(1, 2), "C": Fraction(1, 2)}


def test_every_reason_against_is_given_at_once():
    with pytest.raises(Unsound) as refusal:
        big_stick({"A": 1}, {"Z": 1}, limit=0, draw=DRAW)
    assert len(refusal.value.problems) == 3
    with pytest.raises(Unsound):
        complete({"A": 1, "B": -1}, DRAW)


def test_the_draw_names_a_slot_with_the_arms_in_alphabetical_order():
    """One slot for A and three for B: the draw ends on 0x17, which is 3 modulo 4."""
    assert DRAW.hex.endswith("17")
    for order in ("AB", "BA"):
        chances = {arm: Fraction({"A": 1, "B": 3}[arm], 4) for arm in order}
        assert picked(chances, DRAW) == "B"
    other = {arm: Fraction({"A": 3, "B": 1}[arm], 4) for arm in "BA"}
    assert picked(other, DRAW) == "B"
    with pytest.raises(Unsound, match="sum to 0"):
        picked({"A": Fraction(0), "B": Fraction(0)}, DRAW)

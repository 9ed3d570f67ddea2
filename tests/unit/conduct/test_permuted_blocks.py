"""Permuted blocks on cases small enough to work out by hand."""

from fractions import Fraction

import pytest

from equipoise.conduct.choice import Unsound
from equipoise.conduct.permuted_blocks import Block, block_choice, running_block
from equipoise.conduct.random_source import RandomSource

RANDOM_SOURCE = RandomSource(bytes(range(32)))
EVEN = {"A": 1, "B": 1}


def draw_size(index):
    return RANDOM_SOURCE.draw("block size", "north", index)


def choose(history, arms=EVEN, sizes=(4,)):
    return block_choice(
        arms, sizes, history, draw_size, RANDOM_SOURCE.draw("allocation", len(history))
    )


def test_an_arm_is_drawn_by_what_is_left_of_the_block():
    assert choose([]).probabilities == {"A": Fraction(1, 2), "B": Fraction(1, 2)}
    assert choose(["A"]).probabilities == {"A": Fraction(1, 3), "B": Fraction(2, 3)}
    assert choose(["A", "B", "A"]).probabilities == {"A": 0, "B": 1}
    assert choose(["A", "B", "A", "B"]).probabilities == choose([]).probabilities


def test_a_block_holds_the_ratio():
    three = {"A": 2, "B": 1, "C": 1}
    assert choose(["A", "A"], three, (8,)).probabilities == {
        "A": Fraction(1, 3),
        "B": Fraction(1, 3),
        "C": Fraction(1, 3),
    }


def test_each_block_draws_its_own_size():
    sizes = [2, 4, 6]
    start = 0
    seen = set()
    for index in range(40):
        size = sizes[draw_size(index).below(3)]
        assert running_block(sizes, start, draw_size) == Block(index, start, size)
        assert running_block(sizes, start + size - 1, draw_size) == Block(index, start, size)
        start += size
        seen.add(size)
    assert seen == {2, 4, 6}


def test_the_order_in_which_sizes_and_arms_are_listed_does_not_matter():
    history = ["A", "B", "B"]
    one = choose(history, {"A": 1, "B": 1}, (2, 4, 6))
    assert one == choose(history, {"B": 1, "A": 1}, (6, 2, 4, 2))


def test_the_record_of_a_choice_from_blocks_is_the_arm_alone():
    """Its chances would give the size of the running block away, and the draw would help."""
    choice = choose(["A"])
    assert choice.record() == {"arm": choice.arm}


def test_a_back_up_allocation_that_breaks_a_block_does_not_stop_it():
    """Three A in a block of four, one of them from an envelope: the last place is B's."""
    assert choose(["A", "A", "A"]).probabilities == {"A": 0, "B": 1}
    assert choose(["A", "A", "A", "A"]).probabilities == choose([]).probabilities


def test_every_reason_against_is_given_at_once():
    with pytest.raises(Unsound) as refusal:
        choose(["A", "Z"], sizes=(3, 4, 0))
    assert refusal.value.problems == (
        "block size 3 is not a multiple of 2, the sum of the ratio",
        "block size 0 is not a multiple of 2, the sum of the ratio",
        "the history has arm 'Z', which is not one of A, B",
    )
    with pytest.raises(Unsound, match="no block size"):
        choose([], sizes=())
    with pytest.raises(Unsound, match="two or more"):
        choose([], arms={})

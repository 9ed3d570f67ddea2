"""Kleene's tables, all of them."""

from itertools import product

import pytest

from equipoise.logic.truth import Truth, all_of, any_of

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
TABLE = """
    a b | and or
    T T | T   T
    T F | F   T
    T U | U   T
    F T | F   T
    F F | F   F
    F U | F   U
    U T | U   T
    U F | F   U
    U U | U   U
"""
LETTER = {"T": T, "F": F, "U": U}


def test_and_and_or_follow_kleenes_tables():
    rows = TABLE.strip().splitlines()[1:]
    assert len(rows) == 9
    for row in rows:
        a, b, both, either = (LETTER[letter] for letter in row.replace("|", " ").split())
        assert (a & b) is both, row
        assert (a | b) is either, row


def test_not_turns_yes_and_no_and_leaves_the_unknown():
    assert [~truth for truth in (T, F, U)] == [F, T, U]


@pytest.mark.parametrize("length", range(4))
def test_all_of_and_any_of_are_and_and_or_repeated(length):
    for truths in product(Truth, repeat=length):
        both, either = T, F
        for truth in truths:
            both, either = both & truth, either | truth
        assert all_of(*truths) is both
        assert any_of(*truths) is either


def test_de_morgan_holds_for_three_values():
    for a, b in product(Truth, repeat=2):
        assert ~(a & b) is (~a | ~b)


@pytest.mark.parametrize("truth", Truth)
def test_a_truth_cannot_stand_in_an_if(truth):
    with pytest.raises(TypeError, match="is Truth.TRUE"):
        bool(truth)


def test_a_blank_answer_is_not_known():
    assert [Truth.of(answer) for answer in (True, False, None)] == [T, F, U]
    assert [truth.known for truth in (T, F, U)] == [True, True, False]

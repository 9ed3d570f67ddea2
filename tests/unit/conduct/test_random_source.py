"""Draws from a sealed seed: the same again from the same seed, and nothing told of the others.

The expected digests were made with OpenSSL's command line, as shown in
docs/explanation/randomisation.md.
"""

import copy
import pickle
from fractions import Fraction

import pytest

from equipoise.conduct.random_source import Draw, RandomSource, WeakSeed, commitment

SEED = bytes(range(32))


def test_a_draw_is_the_one_openssl_makes_from_the_same_seed_and_path():
    openssl = "65f61705c2d705d940c675e6af686f219cf31bf3317f5932faaaaad3da6f3717"
    assert RandomSource(SEED).draw("allocation", 1).hex == openssl


def test_a_commitment_is_the_one_openssl_makes():
    openssl = "ff691d51b05c4bdf345e535ccb09b56d51da3669d760e8314d9926e8037cd303"
    assert commitment(SEED) == RandomSource(SEED).commitment == openssl


def test_the_same_seed_and_path_give_the_same_draw():
    one, other = RandomSource(SEED).draw("panel", "x", 3), RandomSource(SEED).draw("panel", "x", 3)
    assert one.hex == other.hex
    assert one.below(1000) == one.below(1000) == other.below(1000)
    assert one.shuffled("abcdef") == other.shuffled("abcdef")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("1",), (1,)),
        (("a", "bc"), ("ab", "c")),
        (("a", "b"), ("a1:b",)),
        (("as1:b",), ("a", "b")),
        (("",), ("", "")),
        ((12,), (1, 2)),
        ((-1,), (1,)),
    ],
)
def test_different_paths_are_different_draws(one, other):
    assert RandomSource(SEED).draw(*one).hex != RandomSource(SEED).draw(*other).hex


def test_one_bit_of_the_seed_changes_about_half_the_bits_of_a_draw():
    drawn = int(RandomSource(SEED).draw("allocation", 1).hex, 16)
    for bit in range(256):
        seed = (int.from_bytes(SEED, "big") ^ (1 << bit)).to_bytes(32, "big")
        changed = int(RandomSource(seed).draw("allocation", 1).hex, 16) ^ drawn
        # 128 expected, standard deviation 8; 256 trials stay within 5 of them.
        assert 88 <= changed.bit_count() <= 168


def test_a_number_below_n_is_the_recorded_draw_modulo_n():
    draw = RandomSource(SEED).draw("allocation", 5)
    assert draw.below(10) == int(draw.hex, 16) % 10


def test_numbers_at_the_ragged_end_are_drawn_again():
    """Below 2**255 + 1 nearly half of all first numbers fall outside the fair part."""
    n = 2**255 + 1
    draws = [RandomSource(SEED).draw("wide", i) for i in range(200)]
    again = [draw for draw in draws if int(draw.hex, 16) >= n]
    assert 60 <= len(again) <= 140
    assert all(draw.below(n) < n for draw in draws)
    assert all(draw.below(n) != int(draw.hex, 16) % n for draw in again)


def test_below_one_is_nought_and_the_bounds_are_kept():
    draw = RandomSource(SEED).draw("x")
    assert draw.below(1) == 0
    assert draw.below(2**256) == int(draw.hex, 16)
    for n in (0, -1, 2**256 + 1):
        with pytest.raises(ValueError, match="cannot draw"):
            draw.below(n)


def test_a_fraction_is_the_first_64_bits():
    draw = RandomSource(SEED).draw("allocation", 1)
    assert draw.fraction == Fraction(0x65F61705C2D705D9, 2**64)


def test_a_shuffle_keeps_every_item_once():
    assert sorted(RandomSource(SEED).draw("s").shuffled(range(100))) == list(range(100))
    assert RandomSource(SEED).draw("s").shuffled([]) == ()


def test_a_short_seed_is_refused_and_not_shown():
    for refuse in (RandomSource, commitment):
        with pytest.raises(WeakSeed) as refusal:
            refuse(b"secret word")
        assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("step", [True, 1.5, None, b"x"])
def test_a_path_is_made_of_text_and_whole_numbers(step):
    with pytest.raises(TypeError):
        RandomSource(SEED).draw("allocation", step)
    with pytest.raises(ValueError, match="path"):
        RandomSource(SEED).draw()


def test_luck_and_draws_never_show_or_give_away_the_seed():
    seed = b"a seed that is easily recognised!"
    random_source = RandomSource(seed)
    draw = random_source.draw("allocation", 1)
    for shown in (
        repr(random_source),
        str(random_source),
        f"{random_source}",
        repr(draw),
        str(draw),
    ):
        assert "recognised" not in shown
        assert seed.hex() not in shown
    assert not hasattr(random_source, "__dict__")
    for secret in (random_source, draw):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            with pytest.raises(TypeError, match="not written down"):
                pickle.dumps(secret, protocol)
        with pytest.raises(TypeError, match="not written down"):
            copy.deepcopy(secret)
    assert isinstance(draw, Draw)
    assert all(getattr(draw, slot) != seed for slot in Draw.__slots__)

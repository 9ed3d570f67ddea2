"""What holds of randomisation whatever the arms, the factors, the history and the seed.

Bounds for chi-square are the 0.999 quantiles from R's qchisq; seeds are fixed, so these tests give
the same answer each time.
"""

from collections import Counter
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as some

from equipoise.conduct.imbalance import MEASURES, imbalance
from equipoise.conduct.minimisation import Counts, Placed, minimise, probabilities
from equipoise.conduct.permuted_blocks import block_choice, running_block
from equipoise.conduct.random_source import RandomSource
from equipoise.conduct.simple import big_stick, complete

QCHISQ_999 = {1: 10.828, 2: 13.816, 9: 27.878, 23: 49.729, 35: 66.619}
RANDOM_SOURCE = RandomSource(b"a fixed seed for tests, never one for a trial")

seeds = some.binary(min_size=32, max_size=48)
ratios = some.dictionaries(some.sampled_from("ABCD"), some.integers(1, 4), min_size=2, max_size=4)
weights = some.fractions(Fraction(1, 10), 10, max_denominator=10)


def chi_square(counts, expected):
    return sum((counts[key] - expected[key]) ** 2 / expected[key] for key in expected)


@some.composite
def minimisations(draw):
    arms = draw(ratios)
    factors = draw(some.dictionaries(some.sampled_from("xyz"), weights, min_size=1))
    strata = some.fixed_dictionaries({factor: some.sampled_from("12") for factor in factors})
    placed = some.builds(Placed, strata=strata, arm=some.sampled_from(sorted(arms)))
    lowest = Fraction(min(arms.values()), sum(arms.values()))
    return {
        "arms": arms,
        "factors": factors,
        "history": draw(some.lists(placed, max_size=20)),
        "strata": draw(strata),
        "p": draw(some.fractions(lowest, 1, max_denominator=100)),
        "measure": draw(some.sampled_from(MEASURES)),
    }


@given(minimisations(), seeds)
def test_the_chances_of_minimisation_sum_to_one_and_a_replay_gives_the_same(trial, seed):
    choice = minimise(**trial, draw=RandomSource(seed).draw("allocation", 1))
    assert sum(choice.probabilities.values()) == 1
    assert all(0 <= chance <= 1 for chance in choice.probabilities.values())
    assert choice.probabilities[choice.arm] > 0
    assert choice == minimise(**trial, draw=RandomSource(seed).draw("allocation", 1))
    counts = Counts(trial["history"])
    assert choice == minimise(
        **trial | {"history": counts}, draw=RandomSource(seed).draw("allocation", 1)
    )


@given(minimisations())
def test_a_favoured_arm_is_never_drawn_less_often_than_by_the_ratio(trial):
    choice = minimise(**trial, draw=RANDOM_SOURCE.draw("any"))
    whole = sum(trial["arms"].values())
    for arm, share in trial["arms"].items():
        if arm not in choice.favoured:
            assert choice.probabilities[arm] <= Fraction(share, whole)
    assert sum(choice.probabilities[arm] for arm in choice.favoured) >= Fraction(
        sum(trial["arms"][arm] for arm in choice.favoured), whole
    )


@given(minimisations(), some.permutations("ABCD"))
def test_the_order_of_the_history_does_not_matter(trial, order):
    backwards = list(reversed(trial["history"]))
    draw = RANDOM_SOURCE.draw("order", "".join(order))
    assert minimise(**trial, draw=draw) == minimise(**trial | {"history": backwards}, draw=draw)


@given(ratios, some.data())
def test_the_chances_average_to_the_ratio_when_each_arm_is_favoured_as_often_as_its_share(
    arms, data
):
    """Han, Enas and McEntegart: what makes the target ratio hold."""
    whole = sum(arms.values())
    p = data.draw(some.fractions(Fraction(min(arms.values()), whole), 1, max_denominator=50))
    by_favoured = {arm: probabilities(arms, [arm], p) for arm in arms}
    for arm, share in arms.items():
        mean = sum(Fraction(arms[first], whole) * by_favoured[first][arm] for first in arms)
        assert mean == Fraction(share, whole)


@given(some.lists(some.tuples(some.integers(0, 30), some.integers(1, 4)), min_size=2, max_size=5))
def test_imbalance_is_nought_only_when_the_counts_hold_the_ratio(pairs):
    counts, ratio = [count for count, _ in pairs], [share for _, share in pairs]
    even = len({Fraction(count, share) for count, share in pairs}) == 1
    for measure in MEASURES:
        assert (imbalance(counts, ratio, measure).rounded == 0) == even


def blocked(random_source, arms, sizes, subjects, stratum="north"):
    history = []
    for n in range(subjects):
        choice = block_choice(
            arms,
            sizes,
            history,
            lambda index: random_source.draw("block size", stratum, index),
            random_source.draw("allocation", stratum, n),
        )
        assert sum(choice.probabilities.values()) == 1
        history.append(choice.arm)
    return history


@given(seeds, ratios, some.sets(some.integers(1, 3), min_size=1))
def test_every_block_holds_the_ratio_when_it_ends(seed, arms, rounds):
    random_source, whole = RandomSource(seed), sum(arms.values())
    sizes = [whole * times for times in rounds]
    history = blocked(random_source, arms, sizes, 40)
    start = 0
    while True:
        block = running_block(sizes, start, lambda i: random_source.draw("block size", "north", i))
        if start + block.size > len(history):
            break
        inside = Counter(history[start : start + block.size])
        assert inside == {arm: share * block.size // whole for arm, share in arms.items()}
        start += block.size
    assert history == blocked(RandomSource(seed), arms, sizes, 40)


@given(seeds, some.integers(1, 4))
def test_the_big_stick_never_lets_two_arms_differ_by_more_than_its_limit(seed, limit):
    random_source, counts = RandomSource(seed), Counter()
    for n in range(60):
        counts[
            big_stick({"A": 1, "B": 1, "C": 1}, counts, limit, random_source.draw("s", n)).arm
        ] += 1
        assert max(counts[arm] for arm in "ABC") - min(counts[arm] for arm in "ABC") <= limit


@given(seeds, some.integers(0, 255), some.integers(1, 2**256))
def test_another_bit_in_the_seed_is_another_draw(seed, bit, n):
    first = int.from_bytes(seed[:32], "big") ^ (1 << bit)
    other = first.to_bytes(32, "big") + seed[32:]
    assert RandomSource(seed).draw("a", n).hex != RandomSource(other).draw("a", n).hex
    assert RandomSource(seed).commitment != RandomSource(other).commitment
    assert 0 <= RandomSource(seed).draw("a", n).below(n) < n


def test_draws_are_uniform():
    """20,000 draws below 10 and of fractions, and 24,000 shuffles of four items."""
    below = Counter(RANDOM_SOURCE.draw("below", n).below(10) for n in range(20_000))
    tenth = Counter(int(RANDOM_SOURCE.draw("tenth", n).fraction * 10) for n in range(20_000))
    orders = Counter(RANDOM_SOURCE.draw("order", n).shuffled("abcd") for n in range(24_000))
    assert chi_square(below, dict.fromkeys(range(10), 2000)) < QCHISQ_999[9]
    assert chi_square(tenth, dict.fromkeys(range(10), 2000)) < QCHISQ_999[9]
    assert len(orders) == 24
    assert chi_square(orders, dict.fromkeys(orders, 1000)) < QCHISQ_999[23]


def test_a_draw_tells_nothing_of_the_next_one():
    """All 36 pairs of dice from neighbouring paths are equally frequent."""
    pairs = Counter(
        (RANDOM_SOURCE.draw("dice", 2 * n).below(6), RANDOM_SOURCE.draw("dice", 2 * n + 1).below(6))
        for n in range(18_000)
    )
    assert len(pairs) == 36
    assert chi_square(pairs, dict.fromkeys(pairs, 500)) < QCHISQ_999[35]


def test_a_favoured_arm_is_drawn_with_chance_p():
    history = Counts([Placed(strata={"x": "1"}, arm="B")])
    drawn = Counter(
        minimise(
            {"A": 1, "B": 1, "C": 2},
            {"x": Fraction(1)},
            history,
            {"x": "1"},
            Fraction(4, 5),
            "range",
            RANDOM_SOURCE.draw("p", n),
        ).arm
        for n in range(10_000)
    )
    # After A: 1, 1, 0 (range 1); after B: 0, 2, 0 (2); after C: 0, 1, 1/2 (1). A and C tie, and
    # share as 1 to 2. With L = (1/5) · 4/3 = 4/15: A 1/15 + 11/45, B 1/15, C 2/15 + 22/45.
    expected = {"A": 10_000 * 14 / 45, "B": 10_000 * 3 / 45, "C": 10_000 * 28 / 45}
    assert chi_square(drawn, expected) < QCHISQ_999[2]


def test_complete_randomisation_holds_the_ratio_in_the_long_run():
    arms = {"A": 3, "B": 2, "C": 1}
    drawn = Counter(complete(arms, RANDOM_SOURCE.draw("complete", n)).arm for n in range(12_000))
    assert chi_square(drawn, {"A": 6000, "B": 4000, "C": 2000}) < QCHISQ_999[2]


def test_the_first_place_of_a_stratum_is_fair_whatever_the_block_sizes():
    firsts = Counter(
        blocked(RANDOM_SOURCE, {"A": 1, "B": 1}, [2, 4, 6], 1, stratum=f"stratum {n}")[0]
        for n in range(4000)
    )
    assert chi_square(firsts, {"A": 2000, "B": 2000}) < QCHISQ_999[1]


def minimised(trial, subjects, arms):
    counts = Counts()
    for n in range(subjects):
        strata = {
            "centre": str(RANDOM_SOURCE.draw("centre", trial, n).below(8)),
            "side": str(RANDOM_SOURCE.draw("side", trial, n).below(2)),
        }
        factors = {"centre": Fraction(1), "side": Fraction(1)}
        draw = RANDOM_SOURCE.draw("allocation", trial, n)
        arm = minimise(arms, factors, counts, strata, Fraction(4, 5), "range", draw).arm
        counts.add(strata, arm)
    return counts


def test_minimisation_holds_an_unequal_ratio_and_every_margin():
    """Twenty trials of 306 at 2:1, eight centres: 204 expected on A."""
    trials = [minimised(trial, 306, {"A": 2, "B": 1}) for trial in range(20)]
    on_a = [counts.arms["A"] for counts in trials]
    assert abs(sum(on_a) / 20 - 204) < 1
    assert all(abs(number - 204) <= 10 for number in on_a)
    for counts in trials:
        for level in "01":
            within = counts.within("side", level)
            assert abs(within["A"] / 2 - within["B"]) <= 8


def test_minimisation_balances_better_than_chance():
    """306 subjects at 1:1; chance alone would differ by 17.5 in the standard deviation."""
    for trial in range(10):
        counts = minimised(f"even {trial}", 306, {"A": 1, "B": 1})
        assert abs(counts.arms["A"] - counts.arms["B"]) <= 10

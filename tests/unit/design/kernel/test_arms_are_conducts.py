"""The kernel gives arms as the trial does: replayed subject by subject with `equipoise.conduct`."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from equipoise.conduct.imbalance import MEASURES
from equipoise.conduct.minimisation import Counts, probabilities, scores
from equipoise.conduct.permuted_blocks import block_choice
from equipoise.conduct.random_source import Draw
from equipoise.conduct.simple import big_stick
from equipoise.design.kernel import philox
from equipoise.design.kernel.scenario import DailyAccrual, Scenario
from equipoise.design.kernel.schemes import BigStick, Blocks, Minimisation, Scheme
from equipoise.design.kernel.simulate import redo
from tests.oracle.design.kernel import reference
from tests.unit.design.kernel.scenarios import FACTORS, a_scenario

SEED = 11
LEVELS = [(str(a), str(b)) for a in range(3) for b in range(2)]  # of the factors, by stratum
RATIOS = ((1, 1), (2, 1), (1, 3), (3, 2))


def a_scenario_with(scheme: Scheme) -> Scenario:
    accrual = DailyAccrual(rates=(0.3,), spacing="random")
    return replace(a_scenario(), accrual=accrual, factors=FACTORS, scheme=scheme)


def drawn(scenario: Scenario, trial: int) -> Iterator[tuple[dict[str, str], str, float]]:
    """Each subject's strata, arm, and the chance that its word stands for."""
    found = redo(scenario, SEED, trial)
    words = reference.words(SEED, trial, philox.ARM, scenario.subjects)
    for stratum, experimental, word in zip(found.stratum, found.experimental, words, strict=True):
        strata = dict(zip(("centre", "sidedness"), LEVELS[stratum], strict=True))
        yield strata, "B" if experimental else "A", word / 2.0**32


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("ratio", RATIOS)
def test_minimisation_is_conducts_at_any_ratio_and_measure(ratio, measure):
    scheme = Minimisation(probability=0.75, weights=(1, 2), measure=measure, ratio=ratio)
    arms = {"A": ratio[1], "B": ratio[0]}
    weights = {"centre": Fraction(1), "sidedness": Fraction(2)}
    for trial in range(2):
        counts = Counts()
        for strata, arm, word in drawn(a_scenario_with(scheme), trial):
            score = scores(arms, weights, counts, strata, measure)
            favoured = [name for name in arms if score[name] == min(score.values())]
            chance = probabilities(arms, favoured, Fraction(3, 4))["B"]
            assert (arm == "B") == (word < chance), (strata, score)
            counts.add(strata, arm)


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("limit", (1, 3))
def test_the_big_stick_is_conducts_at_any_ratio(ratio, limit):
    arms, counts = {"A": ratio[1], "B": ratio[0]}, {"A": 0, "B": 0}
    for _, arm, word in drawn(a_scenario_with(BigStick(limit=limit, ratio=ratio)), 3):
        chance = big_stick(arms, counts, limit, Draw(bytes(32))).probabilities["B"]
        assert (arm == "B") == (word < chance), counts
        counts[arm] += 1


@pytest.mark.parametrize("ratio", RATIOS)
def test_blocks_are_conducts_at_any_ratio(ratio):
    """Within each stratum; blocks of one size, for the size is a draw of its own."""
    arms, given = {"A": ratio[1], "B": ratio[0]}, defaultdict(list)
    size, draw = 2 * sum(ratio), Draw(bytes(32))
    for strata, arm, word in drawn(a_scenario_with(Blocks(sizes=(size,), ratio=ratio)), 4):
        before = given[tuple(strata.values())]
        chances = block_choice(arms, (size,), before, lambda _: draw, draw).probabilities
        assert (arm == "B") == (word < chances["B"]), before
        before.append(arm)

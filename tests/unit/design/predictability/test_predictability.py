"""Methods of randomisation compared: exact chances, known results, and what is printed.

The chances of every method are held against `equipoise.conduct` on the same histories, and the
share of right guesses against Blackwell and Hodges (1957), Soares and Wu (1983), Efron (1971).
"""

import math
import runpy
from fractions import Fraction
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from equipoise.cli import main
from equipoise.conduct.minimisation import Counts, minimise
from equipoise.conduct.permuted_blocks import block_choice
from equipoise.conduct.simple import big_stick, complete
from equipoise.design.figures.randomisation import randomisation_figure
from equipoise.design.predictability.choice import randomisation_choice
from equipoise.design.predictability.compare import (
    Simulated,
    measured,
    method_of,
    simulated_trial,
    usual_methods,
)
from equipoise.design.predictability.methods import (
    MEASURES,
    BigStick,
    Blocks,
    Complete,
    Minimisation,
)
from equipoise.design.predictability.population import Factor, Population, population_of
from equipoise.design.problems import BadDesign
from tests.oracle.design.predictability.known import (
    biased_coin_success,
    big_stick_success,
    block_guesses,
)
from tests.support import carried_study

PUMP_IT = Path(__file__).parents[4] / "studies" / "pump-it"
STUDY = carried_study("pump-it")


class Told:
    """A draw that says what it is told; its digits do not matter."""

    hex = "0" * 64

    def __init__(self, index: int = 0) -> None:
        self.index = index

    def below(self, n: int) -> int:
        return min(self.index, n - 1)


def told_size(sizes: list[int], block: int) -> Told:
    return Told(sizes[block])


def a_population(ratios=(1, 1), subjects=120) -> Population:
    arms = tuple("ABCD"[: len(ratios)])
    return Population(
        subjects=subjects,
        arms=arms,
        ratios=ratios,
        factors=(
            Factor(name="site", levels=("1", "2", "3"), shares=(0.5, 0.3, 0.2)),
            Factor(name="sex", levels=("f", "m"), shares=(0.4, 0.6), weight=2),
        ),
        centre="site",
        balanced=("site", "sex"),
    )


def one_sequence(subjects: int) -> Population:
    """Everyone alike, at one centre."""
    only = Factor(name="site", levels=("1",), shares=(1.0,))
    return Population(
        subjects=subjects,
        arms=("A", "B"),
        ratios=(1, 1),
        factors=(only,),
        centre="site",
        balanced=("site",),
    )


def histories(population: Population, method, trial: int):
    """Each subject in turn: strata, those before with their arms, and the chances simulated."""
    run: Simulated = simulated_trial(population, method, seed=11, trial=trial)
    names = [factor.name for factor in population.factors]
    before = []
    for levels, chances, arm in zip(run.levels, run.chances, run.arms, strict=True):
        strata = {
            name: population.factors[k].levels[level]
            for k, (name, level) in enumerate(zip(names, levels, strict=True))
        }
        yield strata, before, dict(zip(population.arms, chances, strict=True))
        before.append((strata, population.arms[arm]))


def same(ours, theirs) -> bool:
    return all(ours[arm] == pytest.approx(float(theirs[arm]), abs=1e-12) for arm in theirs)


@pytest.mark.parametrize("ratios", [(1, 1), (2, 1), (1, 2, 3)])
@pytest.mark.parametrize("measure", MEASURES)
def test_minimisation_gives_the_chances_of_the_trial_itself(ratios, measure):
    population = a_population(ratios)
    arms = dict(zip(population.arms, ratios, strict=True))
    weights = {factor.name: Fraction(factor.weight) for factor in population.factors}
    for trial in range(2):
        counts = Counts()
        told = None
        for strata, before, ours in histories(population, Minimisation(0.8, measure), trial):
            if told is not None:
                counts.add(*before[-1])
            told = minimise(arms, weights, counts, strata, Fraction("0.8"), measure, Told())
            assert same(ours, told.probabilities)


@pytest.mark.parametrize("ratios", [(1, 1), (2, 1), (1, 2, 3)])
def test_the_plain_methods_give_the_chances_of_the_trial_itself(ratios):
    population = a_population(ratios)
    arms = dict(zip(population.arms, ratios, strict=True))
    for trial in range(3):
        for _, before, ours in histories(population, BigStick(2), trial):
            counts = {arm: sum(given == arm for _, given in before) for arm in arms}
            assert same(ours, big_stick(arms, counts, 2, Told()).probabilities)
        for _, _, ours in histories(population, Complete(), trial):
            assert same(ours, complete(arms, Told()).probabilities)


@pytest.mark.parametrize("ratios", [(1, 1), (2, 1), (1, 2, 3)])
def test_blocks_give_the_chances_of_the_trial_itself(ratios):
    """The block sizes are those that the simulation drew, stratum by stratum."""
    population, whole = a_population(ratios), sum(ratios)
    arms, sizes = dict(zip(population.arms, ratios, strict=True)), (whole, 2 * whole, 3 * whole)
    for trial in range(3):
        draws = simulated_trial(population, Blocks(sizes), seed=11, trial=trial).draws[:, -1]
        drawn: dict[tuple, list[int]] = {}
        places: dict[tuple, int] = {}
        for n, (strata, before, ours) in enumerate(histories(population, Blocks(sizes), trial)):
            here = tuple(strata.values())
            if places.get(here, 0) == 0:
                drawn.setdefault(here, []).append(int(draws[n] * len(sizes)))
                places[here] = sizes[drawn[here][-1]]
            places[here] -= 1
            history = [arm for earlier, arm in before if tuple(earlier.values()) == here]
            theirs = block_choice(arms, sizes, history, partial(told_size, drawn[here]), Told())
            assert same(ours, theirs.probabilities)


def test_a_trial_can_be_looked_at_again_alone():
    population = a_population()
    alone = simulated_trial(population, Minimisation(0.8), seed=3, trial=777)
    again = simulated_trial(population, Minimisation(0.8), seed=3, trial=777)
    other = simulated_trial(population, Minimisation(0.8), seed=3, trial=778)
    assert np.array_equal(alone.arms, again.arms)
    assert not np.array_equal(alone.arms, other.arms)


def test_every_method_meets_the_same_people():
    population = a_population()
    runs = [simulated_trial(population, method, 3, 5) for method in usual_methods(population)]
    assert all(np.array_equal(run.levels, runs[0].levels) for run in runs)


@pytest.mark.parametrize("size", [2, 4, 6, 8])
def test_a_block_is_guessed_as_blackwell_and_hodges_say(size):
    """1957: size/2 + (2^size / C(size, size/2) - 1)/2, so 1.5 of 2, 2.83 of 4, 4.1 of 6."""
    population = one_sequence(size * 30)
    (found,) = measured(population, [Blocks((size,))], 1000, 5)
    expected = block_guesses(size) / size
    assert found.by_trial.mean == pytest.approx(expected, abs=0.005)
    # The guesser who knows the size does no better: the arm that is behind is the likelier one.
    assert found.knowing.mean == pytest.approx(expected, abs=0.005)


def test_the_formula_of_a_block_is_the_sum_over_its_orders():
    """Counted by hand: 2 of a block of 2 are guessed 1.5 times, of 4 guessed 17/6 times."""
    assert block_guesses(2) == 1.5
    assert block_guesses(4) == pytest.approx(17 / 6)
    assert block_guesses(6) == pytest.approx(3 + (64 / 20 - 1) / 2)


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_the_big_stick_is_guessed_as_its_walk_says(limit):
    (found,) = measured(one_sequence(2000), [BigStick(limit)], 200, 5)
    assert found.by_trial.mean == pytest.approx(big_stick_success(limit), abs=0.004)
    assert found.overall.most <= limit


@pytest.mark.parametrize("p", [2 / 3, 0.8, 0.9])
def test_minimisation_of_people_who_are_all_alike_is_efrons_coin(p):
    """Efron 1971: with p = 2/3 the guesser is right 62.5 % of the time in the long run."""
    (found,) = measured(one_sequence(2000), [Minimisation(p)], 200, 5)
    assert found.by_trial.mean == pytest.approx(biased_coin_success(p), abs=0.004)


def test_efrons_coin_of_two_thirds():
    assert biased_coin_success(2 / 3) == pytest.approx(0.625)


def test_nobody_guesses_complete_randomisation():
    (found,) = measured(one_sequence(400), [Complete()], 1000, 5)
    assert found.by_trial.mean == pytest.approx(0.5, abs=0.003)
    assert found.knowing.mean == 0.5
    # The mean of |A - B| is sqrt(2 n / pi).
    assert found.overall.mean == pytest.approx(math.sqrt(2 * 400 / math.pi), rel=0.06)


def test_knowing_all_is_never_worse_than_any_other_guess():
    population = a_population()
    for found in measured(population, usual_methods(population), 300, 5):
        others = (found.by_centre.mean, found.by_stratum.mean, found.by_trial.mean)
        assert found.knowing.mean >= max(others) - 0.01, found.method.label


def test_a_surer_favoured_arm_is_more_even_and_easier_to_guess():
    population = population_of(STUDY)
    loose, sure = measured(population, [Minimisation(0.7), Minimisation(0.95)], 300, 5)
    assert sure.level.mean < loose.level.mean
    assert sure.best > loose.best
    assert sure.excess > loose.excess > 0


def test_the_population_is_the_studys_own():
    population = population_of(STUDY, {"panel": ((0.8, 0.2), "assumed: told")})
    assert population.subjects == 306
    assert population.arms == ("A", "B")
    assert [factor.name for factor in population.factors] == ["panel", "molecular-side", "site"]
    assert population.centre == "site"
    assert len(population.factors[2].levels) == len(STUDY.sites)
    assert population.factors[0].shares == (0.8, 0.2)
    assert method_of(STUDY) == Minimisation(0.8)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--share", "panel=0.5,0.6"], "do not add to 1"),
        (["--share", "panel=1"], "as many shares"),
        (["--share", "panel=lots"], "no shares"),
        (["--share", "colour=0.5,0.5"], "no such factor"),
        (["--trials", "0"], "number of trials"),
        (["--participants", "1"], "cannot be simulated"),
    ],
)
def test_a_question_that_does_not_stand_gets_a_sentence(words, told, capsys):
    assert main(["design", "randomisation", str(PUMP_IT), *words]) == 1
    assert told in capsys.readouterr().err


def test_methods_that_do_not_fit_the_ratio_are_refused():
    population = a_population((2, 1))
    for method in (Blocks((4,)), Blocks(()), Blocks((3,), by=("x",)), BigStick(0), Minimisation(2)):
        with pytest.raises(BadDesign):
            measured(population, [method], 10, 1)


def an_answer():
    population = population_of(STUDY, subjects=60)
    return randomisation_choice(population, usual_methods(population), method_of(STUDY), 40, 3)


def test_the_answer_prints_and_its_code_makes_it_again(tmp_path):
    answer = an_answer()
    script = tmp_path / "answer.py"
    script.write_text(answer.code(), encoding="utf-8")
    assert runpy.run_path(str(script))["answer"] == answer
    for found in answer.methods:
        assert answer.label_of(found) in answer.text()
    assert "minimisation 0.80 (the study&#x27;s own)" in answer.html()
    assert answer.latex().count(r"\begin{tabular}") == 3


def test_the_picture_has_a_point_and_a_label_for_each_method():
    answer = an_answer()
    drawn = randomisation_figure(answer)
    root = ElementTree.fromstring(drawn.svg)
    space = "{http://www.w3.org/2000/svg}"
    points = [e for e in root.iter(f"{space}circle") if e.get("class") == "method"]
    labels = [e.text for e in root.iter(f"{space}text") if e.get("class") == "label"]
    assert len(points) == len(labels) == len(answer.methods) == len(drawn.table.rows)
    assert any("the study's own" in (label or "") for label in labels)
    assert "style=" not in drawn.svg


def test_the_command_writes_the_picture(tmp_path, capsys):
    picture = tmp_path / "r" / "methods.svg"
    words = ["--trials", "20", "--participants", "40", "--svg", str(picture)]
    assert main(["design", "randomisation", str(PUMP_IT), *words]) == 0
    assert "Predictability" in capsys.readouterr().out
    assert picture.read_text(encoding="utf-8").startswith("<svg")

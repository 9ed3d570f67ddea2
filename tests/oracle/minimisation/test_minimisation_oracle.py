"""Minimisation against R written independently, and against the published package smallerize.

How the vectors were made stands in the two scripts beside this file. Their scores and chances are
doubles with 12 significant digits; which arms are favoured must agree exactly.
"""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from equipoise.conduct.choice import Choice
from equipoise.conduct.minimisation import Placed, minimise, probabilities
from equipoise.conduct.random_source import RandomSource

HERE = Path(__file__).parent
FROM_R = json.loads((HERE / "vectors_r.json").read_text())
FROM_SMALLERIZE = json.loads((HERE / "vectors_smallerize.json").read_text())
RANDOM_SOURCE = RandomSource(bytes(range(32)))


def by_factor(levels: Any) -> dict[str, str]:
    return {f"factor {i}": str(level) for i, level in enumerate(levels)}


def arms_of(vector: dict[str, Any]) -> dict[str, int]:
    return {str(arm): int(share) for arm, share in enumerate(vector["ratio"], start=1)}


def ours(number: int, vector: dict[str, Any]) -> Choice:
    return minimise(
        arms=arms_of(vector),
        factors={f"factor {i}": Fraction(w) for i, w in enumerate(vector["weights"])},
        history=[Placed(arm=s[0], strata=by_factor(s[1:])) for s in vector["history"].split()],
        strata=by_factor(vector["strata"]),
        p=Fraction(vector["p"]),
        measure=vector["measure"],
        draw=RANDOM_SOURCE.draw("oracle", number),
    )


def theirs(values: list[float]) -> Any:
    return pytest.approx(dict(enumerate(values, start=1)), rel=1e-10, abs=1e-10)


def as_floats(values: Any) -> dict[int, float]:
    return {int(arm): float(value) for arm, value in values.items()}


def test_scores_favoured_arms_and_chances_are_those_of_r():
    for number, vector in enumerate(FROM_R):
        choice = ours(number, vector)
        assert as_floats(choice.imbalance) == theirs(vector["scores"]), vector
        assert [int(arm) for arm in choice.favoured] == vector["favoured"], vector
        assert as_floats(choice.probabilities) == theirs(vector["chances"]), vector


def test_scores_favoured_arms_and_chances_are_those_of_smallerize_at_equal_ratios():
    for number, vector in enumerate(FROM_SMALLERIZE["whole"]):
        choice = ours(number, vector)
        assert as_floats(choice.imbalance) == theirs(vector["scores"]), vector
        assert [int(arm) for arm in choice.favoured] == vector["favoured"], vector
        if vector["chances"] is not None:
            assert as_floats(choice.probabilities) == theirs(vector["chances"]), vector


def test_chances_are_those_of_smallerize_at_any_ratio():
    for vector in FROM_SMALLERIZE["chances"]:
        chances = probabilities(arms_of(vector), [str(vector["favoured"])], Fraction(vector["p"]))
        assert as_floats(chances) == theirs(vector["chances"]), vector


def test_the_vectors_cover_every_measure_ties_unequal_ratios_and_two_to_four_arms():
    assert len(FROM_R) >= 1000
    for measure in ("range", "sd", "variance", "marginal balance"):
        some = [vector for vector in FROM_R if vector["measure"] == measure]
        assert {len(vector["ratio"]) for vector in some} == {2, 3, 4}
        assert sum(len(vector["favoured"]) > 1 for vector in some) >= 20
        assert sum(len(set(vector["ratio"])) > 1 for vector in some) >= 100

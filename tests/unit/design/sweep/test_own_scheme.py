"""The study's own way to give out arms, in the whole numbers that the kernel simulates."""

import shutil
from pathlib import Path

import pytest

from equipoise.cli.design import run as ask_design
from equipoise.conduct.random_source import Draw
from equipoise.conduct.simple import big_stick
from equipoise.design.kernel.schemes import BigStick, Blocks, Simple
from equipoise.design.own_scheme import own_scheme
from equipoise.design.problems import BadDesign
from equipoise.design.sweep.from_study import start_of
from equipoise.study.model import Study
from tests.support import carried_study

STUDIES = Path(__file__).parents[4] / "studies"
PUMP_IT = carried_study("pump-it")


def study_of(experimental: int, control: int, **how: object) -> Study:
    """PUMP-IT with other shares of its arms, and another way to give them out."""
    share = {True: experimental, False: control}
    arms = tuple(
        arm.model_copy(update={"ratio": share[arm.kind == "experimental"]}) for arm in PUMP_IT.arms
    )
    design = {name: figure for name, figure in PUMP_IT.design.items() if name != "ratio"}
    drawn = PUMP_IT.randomisation.model_copy(update=how)
    return PUMP_IT.model_copy(update={"arms": arms, "design": design, "randomisation": drawn})


def farthest(arms: dict[str, int], tolerated: int) -> int:
    """How far conduct's big stick lets one arm get ahead of the other."""
    ahead = 0
    while True:
        counts = {"a": ahead, "b": 0}
        choice = big_stick(arms, counts, tolerated, Draw(bytes(32)))
        if "a" not in (choice.favoured or ()):
            return ahead
        ahead += 1


def test_the_big_stick_is_simulated_with_the_arms_own_whole_numbers():
    found = own_scheme(study_of(2, 2, method="big-stick", tolerated=3), 1.0)
    assert found.scheme == BigStick(limit=3, ratio=(2, 2))
    assert farthest({"a": 2, "b": 2}, 3) == 6 and farthest({"a": 1, "b": 1}, 3) == 3


def test_shares_beyond_the_kernels_keep_the_big_sticks_limit():
    found = own_scheme(study_of(2000, 2000, method="big-stick", tolerated=1), 1.0)
    assert found.scheme == BigStick(limit=2000, ratio=(1, 1))


def test_a_share_that_cannot_be_simulated_is_refused():
    with pytest.raises(BadDesign, match=r"arms: a share above 1000 cannot be simulated"):
        own_scheme(study_of(1001, 1000, method="simple"), 1001 / 1000)


@pytest.mark.parametrize("shares", [(1, 25), (23, 22), (1, 45), (45, 1), (1, 300), (7, 3)])
def test_the_studys_own_ratio_is_simulated_exactly(shares):
    study = study_of(*shares, method="simple")
    found = own_scheme(study, shares[0] / shares[1])
    assert found.scheme == Simple(ratio=shares) and found.otherwise == ""
    assert start_of(study).settings.ratio == f"{shares[0]}:{shares[1]}"


@pytest.mark.parametrize(
    ("ratio", "shares"),
    [(0.333, (1, 3)), (1.5, (3, 2)), (1 / 45, (1, 45)), (100.0, (100, 1)), (0.01, (1, 100))],
)
def test_another_ratio_is_the_nearest_of_whole_numbers_up_to_a_hundred(ratio, shares):
    found = own_scheme(study_of(1, 1, method="simple"), ratio)
    assert found.scheme == Simple(ratio=shares) and found.otherwise == ""


def test_a_ratio_that_is_only_nearly_simulated_says_so():
    found = own_scheme(study_of(1, 1, method="simple"), 70.7)
    assert found.scheme == Simple(ratio=(71, 1))
    assert found.otherwise == "A ratio of 70.7 was simulated as 71:1."


@pytest.mark.parametrize("ratio", [0.0, -1.0, 0.009, 101.0, float("inf"), float("nan")])
def test_a_ratio_of_no_small_whole_numbers_is_refused(ratio):
    with pytest.raises(BadDesign, match=r"Ask for one from 1:100 to 100:1\."):
        own_scheme(study_of(1, 1, method="simple"), ratio)


def test_blocks_of_two_are_never_put_in_place_of_the_studys_own():
    found = own_scheme(study_of(2, 1, method="blocks", block_sizes=(3, 9)), 1.0)
    assert found.scheme == Blocks(sizes=(4, 6))
    assert found.otherwise == "Blocks of 4 and 6 were simulated: the study's own cannot hold 1:1."


def test_the_command_line_says_where_it_draws_otherwise_than_the_study(tmp_path, capsys):
    folder = tmp_path / "study"
    shutil.copytree(STUDIES / "pump-it", folder)
    file = folder / "study.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count("favoured: 0.80") == 1
    file.write_text(text.replace("favoured: 0.80", "favoured: 0.40"), encoding="utf-8")
    words = ["sweep", str(folder), "--set", "participants=60", "--error", "0.05", "--no-report"]
    words += ["--most", "1000", "--out", str(tmp_path / "out")]
    assert ask_design(words) == 0
    assert "A favoured arm had a chance of 0.5, not of 0.40.\n" in capsys.readouterr().err

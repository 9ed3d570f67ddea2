"""The pages on the design of PUMP-IT hold the numbers that the commands print, and no others."""

import re
from pathlib import Path

import pytest

from equipoise.design.answer.sheet import markdown_of
from equipoise.design.figures.randomisation import randomisation_figure
from equipoise.design.predictability.choice import randomisation_choice
from equipoise.design.predictability.compare import method_of, usual_methods
from equipoise.design.predictability.population import population_of
from equipoise.design.predictability.shares import rehearsed_shares, told_shares
from equipoise.design.report.tables import characteristics
from equipoise.design.report.tables import markdown_of as markdown_table
from equipoise.design.sweep.from_study import start_of
from equipoise.design.sweep.question import Sweep
from equipoise.design.sweep.question_text import read, read_yaml
from equipoise.design.sweep.run import Found, run_sweep
from equipoise.design.sweep.workers import threads
from equipoise.logic.days import DAYS_PER_MONTH
from tests.unit.design.study.pump_it import ANSWER, STUDY

ROOT = Path(__file__).parents[4]
PUMP_IT = ROOT / "studies" / "pump-it"
README = (PUMP_IT / "README.md").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "explanation" / "design-of-pump-it.md").read_text(encoding="utf-8")
SECTION = README.partition("## What 306 participants can show")[2].partition("\n## ")[0]
IN_README = (
    "Assumptions",
    "Without an interim look",
    "Under other assumptions",
    "What the interim look costs",
    "Other rules at the same look",
)


@pytest.mark.parametrize("title", IN_README)
def test_the_readme_has_the_tables_as_the_command_prints_them(title: str) -> None:
    (part,) = (part for part in ANSWER.parts() if part.title == title)
    assert markdown_of(part) in SECTION


def test_the_readme_has_no_other_table() -> None:
    assert re.findall(r"^\*\*(.+)\*\*$", SECTION, re.MULTILINE) == list(IN_README)


def test_the_sentences_of_the_readme_say_the_same() -> None:
    said = " ".join(SECTION.split())
    late = {each.what: each.trial for each in ANSWER.what_if}["no effect in the first 6 months"]
    entered = ANSWER.looks_by_rule[0].entered[0]
    for sentence in (
        f"{ANSWER.planned.events:.0f} deaths are expected",
        f"hazard ratio of {ANSWER.planned.hazard_ratio:.2f} would be shown with a power of "
        f"{100 * ANSWER.planned.power:.0f} %",
        f"80 % is a hazard ratio of {ANSWER.smallest.hazard_ratio:.2f}",
        f"no effect in the first six months the power is {100 * late.power:.0f} %",
        f"by then {entered:.0f} of the 306 participants are in",
    ):
        assert sentence in said


def test_the_page_has_every_table_as_the_command_prints_it() -> None:
    for part in ANSWER.parts():
        assert markdown_of(part) in PAGE, part.title


def test_the_sentences_of_the_page_say_the_same() -> None:
    said = " ".join(PAGE.split())
    changed = {each.what: 100 * each.trial.power for each in ANSWER.what_if}
    base = changed["as assumed"]
    look = ANSWER.looks_by_rule[0]
    futile = ANSWER.looks_by_rule[-1]
    assert round(base - changed["a tenth fewer participants"]) == 4
    assert "cost four points of power" in said
    assert round(base - changed["no effect in the first 6 months"]) == 18
    assert "falls by eighteen points" in said
    assert round(base - changed["twice as many on experimental"]) == 5
    assert "cost five points" in said
    assert 100 * look.power_lost == pytest.approx(0.25, abs=0.05)
    assert f"when {look.entered[0]:.0f} of the 306 are in" in said
    assert f"an estimate below {look.plan.efficacy_ratios[0]:.2f}" in said
    assert look.expected_months_null - futile.expected_months_null == pytest.approx(18, abs=1)
    assert 100 * futile.power_lost == pytest.approx(0.5, abs=0.05)


MILLION = README.partition("## The same design, simulated a million times")[2].partition("\n## ")[0]


def the_sweep(most: int) -> Sweep:
    said = read_yaml((PUMP_IT / "sweep.yaml").read_text(encoding="utf-8"), "sweep.yaml")
    return read({**said, "most": most}, start_of(STUDY).settings)


def swept(sweep: Sweep, folder: Path) -> tuple[Found, ...]:
    with threads(2) as workers:
        return run_sweep(sweep, folder, workers)


def test_the_first_of_the_million_trials_are_as_the_readme_says(tmp_path: Path) -> None:
    """Within four Monte-Carlo errors of what all of them gave."""
    told = [line.split(" | ") for line in MILLION.splitlines() if line.startswith("| ")][2:]
    found = swept(the_sweep(20_000), tmp_path)
    assert len(told) == len(found) == 4
    for row, one in zip(told, found, strict=True):
        share = float((row[3] if row[3] != "–" else row[4]).rstrip("%")) / 100
        rounding = 0.0005 if share > 0.1 else 0.00005
        assert abs(one.result.power - share) < 4 * one.result.standard_error + rounding, row
        assert one.result.expected_day / DAYS_PER_MONTH == pytest.approx(float(row[6]), abs=0.4)
        assert one.result.expected_events == pytest.approx(float(row[7]), abs=1.5)


@pytest.mark.slow
def test_the_readme_has_the_million_trials_as_the_command_prints_them(tmp_path: Path) -> None:
    sweep = the_sweep(1_000_000)
    assert markdown_table(characteristics(sweep, swept(sweep, tmp_path))) in MILLION


@pytest.mark.slow
def test_the_page_and_its_picture_show_the_randomisation_as_simulated() -> None:
    shares = {
        **rehearsed_shares(STUDY, PUMP_IT),
        **told_shares(["molecular-side=0.64,0.36"]),
    }
    population = population_of(STUDY, shares)
    answer = randomisation_choice(
        population, usual_methods(population), method_of(STUDY), trials=2000, seed=7
    )
    for part in answer.parts():
        assert markdown_of(part) in PAGE, part.title
    picture = ROOT / "docs" / "explanation" / "design-of-pump-it.svg"
    assert picture.read_text(encoding="utf-8") == randomisation_figure(answer).svg + "\n"

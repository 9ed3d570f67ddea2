"""Every result of a sequential design prints as text, HTML and LaTeX, and remakes itself."""

import math
import runpy
from pathlib import Path

import pytest

from equipoise.design.results import Answer, source
from equipoise.design.sequential.conditional import conditional_power
from equipoise.design.sequential.hazard import events_for, ratio_interval, with_events
from equipoise.design.sequential.inference import adjusted, overrunning
from equipoise.design.sequential.plan import sequential_design
from equipoise.design.sequential.replan import replanned
from equipoise.design.sequential.spending import (
    FixedFutility,
    HaybittlePeto,
    HwangShihDeCani,
    KimDeMets,
    OBrienFleming,
    UserSpending,
)

PLAN = sequential_design(fractions=(0.5, 1), alpha=0.025, power=0.8)
BOUNDED = sequential_design(
    fractions=[0.4, 0.7, 1],
    alpha=0.05,
    power=0.9,
    sided=2,
    efficacy=OBrienFleming(),
    futility=KimDeMets(2),
)
OPEN = sequential_design(
    fractions=(0.3, 0.6, 1),
    alpha=0.025,
    power=0.8,
    efficacy=HaybittlePeto(),
    futility=FixedFutility((-math.inf, 0.0)),
)
TABLE = UserSpending(at=(0.5, 1.0), spent_by=(0.01, 0.025))
ANSWERS: tuple[Answer, ...] = (
    PLAN,
    BOUNDED,
    OPEN,
    sequential_design(fractions=(0.5, 1), alpha=0.025, power=0.8, efficacy=TABLE),
    PLAN.under(1.0),
    BOUNDED.under(0.0, heed_futility=False),
    events_for(BOUNDED, 0.7, ratio=2.0),
    with_events(PLAN, 223),
    with_events(PLAN, 223).under(0.8),
    conditional_power(PLAN, 1, 1.2),
    conditional_power(BOUNDED, 2, 1.2, 0.0),
    adjusted(PLAN, 1, 3.1),
    overrunning(PLAN, 1, 2.9, 0.6),
    replanned(PLAN, (0.45, 1.1)),
    replanned(
        sequential_design(fractions=(0.5, 1), alpha=0.025, power=0.8, efficacy=HwangShihDeCani(-4)),
        (0.6, 1),
        (2.5,),
    ),
)


@pytest.mark.parametrize("number", range(len(ANSWERS)))
def test_the_code_of_a_result_makes_the_same_result_again(number: int, tmp_path: Path) -> None:
    answer = ANSWERS[number]
    script = tmp_path / "answer.py"
    script.write_text(answer.code(), encoding="utf-8")
    again = runpy.run_path(str(script))["answer"]
    assert again == answer
    assert again.code() == answer.code() != ""


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: type(answer).__name__)
def test_the_same_figures_stand_in_text_html_and_latex(answer: Answer) -> None:
    for label, cells in answer.rows():
        assert label in answer.text()
        for cell in cells:
            assert cell in answer.text()
    assert answer.html().startswith(f"<table><caption>{answer.title}</caption>")
    assert answer.latex().count(r"\\") == len(answer.rows()) + 1


def test_an_interval_prints_too() -> None:
    interval = ratio_interval(adjusted(PLAN, 1, 3.1, information=50))
    assert interval.text().splitlines()[0] == "Confidence interval"
    assert 0 < interval.low < interval.high < 1


def test_how_an_answer_was_made_is_no_part_of_it() -> None:
    assert "made_by" not in source(PLAN, set())
    assert sequential_design(fractions=[0.5, 1.0], alpha=0.025, power=0.8) == PLAN


def test_an_infinite_bound_is_written_so_that_python_reads_it() -> None:
    written = source((math.inf, -math.inf), set())
    assert written == '(float("inf"), float("-inf"))'

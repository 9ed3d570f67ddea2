"""An answer prints as text, HTML and LaTeX, and prints the code that makes it again."""

import runpy
from pathlib import Path

import pytest

from equipoise.design import logrank, nonproportional, two_arms
from equipoise.design.accrual import Accrual, Setting, expected_events, proportional, uniform
from equipoise.design.exact_shares import exact_power
from equipoise.design.hazards import Cured, Weibull, dropout_of, from_median
from equipoise.design.means import Means
from equipoise.design.milestone import Milestone
from equipoise.design.proportions import Proportions
from equipoise.design.results import Answer, latex_escaped
from equipoise.design.rmst import RestrictedMeans
from equipoise.design.two_arms import TwoArmTest

CONTROL = from_median(24)
SETTING = proportional(
    control=CONTROL,
    hazard_ratio=0.7,
    accrual=Accrual((2, 7), (6, 42)),
    ratio=2,
    dropout=dropout_of(0.05, by=12),
)
MIXED = Setting(
    control=Cured(0.1, CONTROL), treatment=Cured(0.3, Weibull(0.02, 1.2)), accrual=uniform(306, 48)
)


def answers() -> list[Answer]:
    return [
        logrank.events_needed(hazard_ratio=0.65),
        logrank.power_of_events(events=200, hazard_ratio=0.65),
        logrank.detectable_with_events(events=200, test=TwoArmTest(ratio=2)),
        logrank.sample_size(SETTING, duration=84, test=TwoArmTest(method="lachin-foulkes")),
        logrank.power(SETTING, events=120),
        logrank.duration(SETTING, test=TwoArmTest(power=0.5)),
        logrank.accrual_needed(SETTING, follow_up=24),
        logrank.detectable_ratio(SETTING, duration=84),
        expected_events(SETTING, (12, 24)),
        nonproportional.average_hazard_ratio(MIXED, (24, 60)),
        nonproportional.sample_size(MIXED, duration=84),
        two_arms.sample_size(RestrictedMeans(setting=SETTING, horizon=36, duration=84)),
        two_arms.sample_size(Milestone(setting=SETTING, milestone=36, duration=84)),
        two_arms.sample_size(Proportions(control=0.3, treatment=0.45)),
        exact_power(subjects_control=20, subjects_treatment=20, control=0.3, treatment=0.6),
        two_arms.sample_size(Means(difference=5, spread=20)),
    ]


def test_the_code_of_an_answer_makes_the_same_answer_again(tmp_path: Path) -> None:
    for number, answer in enumerate(answers()):
        script = tmp_path / f"answer_{number}.py"
        script.write_text(answer.code(), encoding="utf-8")
        again = runpy.run_path(str(script))["answer"]
        assert again == answer
        assert again.code() == answer.code()


def test_the_same_figures_stand_in_text_html_and_latex() -> None:
    for answer in answers():
        for label, cells in answer.rows():
            for cell in cells:
                assert cell in answer.text()
                assert f"<td>{cell}</td>" in answer.html()
            assert label in answer.text()
        assert answer.latex().count("&") >= len(answer.rows())


def test_text_reads_as_a_table_with_a_title() -> None:
    lines = logrank.events_needed(hazard_ratio=0.65).text().splitlines()
    assert lines[0] == "Log-rank test: events, power and hazard ratio"
    assert lines[1].split() == ["Events", "169.18"]
    assert lines[2].split() == ["Power", "0.8"]


def test_marks_are_escaped_in_latex_and_html() -> None:
    ours = two_arms.sample_size(Proportions(control=0.3, treatment=0.45))
    assert r"\begin{tabular}{lr}" in ours.latex()
    assert "<caption>Trial of two proportions</caption>" in ours.html()
    assert ours._repr_html_() == ours.html()
    assert ours._repr_latex_() == ours.latex()


def test_every_mark_that_latex_takes_as_a_command_is_written_out() -> None:
    assert latex_escaped(r"a\b {x}^2 ~ 5 % & #1 $ _ <>") == (
        r"a\textbackslash b \{x\}\textasciicircum 2 \textasciitilde  5 \% \& \#1 \$ \_ "
        r"\textless \textgreater "
    )


def test_participants_are_rounded_up_in_each_arm() -> None:
    ours = logrank.sample_size(SETTING, duration=84)
    control, treatment = ours.whole_subjects
    assert 0 <= control - ours.subjects_control < 1
    assert 0 <= treatment - ours.subjects_treatment < 1
    assert ours.subjects_treatment == pytest.approx(2 * ours.subjects_control)
    exact = two_arms.sample_size(
        Means(difference=1, spread=1), TwoArmTest(method="z", power=0.8, alpha=0.05)
    )
    assert exact.whole_subjects == (16, 16)

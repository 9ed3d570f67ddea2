"""The answer for a study: from its own figures, each with its provenance, or a sentence.

Numbers we did not compute: two looks, two-sided 5 %, in Jennison & Turnbull (2000): O'Brien-Fleming
C = 1.977 (table 2.3; the first bound is 1.977 * sqrt(2) = 2.796), Pocock C = 2.178 (table 2.1), and
the inflation at a power of 80 %, 1.008 and 1.110 (tables 2.4 and 2.2).
"""

import runpy
from pathlib import Path

import pytest

from equipoise.cli import main
from equipoise.design.answer.assumed import assumptions_of
from equipoise.design.answer.interim import read_interim
from equipoise.design.problems import BadDesign
from equipoise.design.sequential.spending import LanDeMetsOBrienFleming, OBrienFleming, Pocock
from equipoise.design.study_design import study_design
from tests.unit.design.study.pump_it import ANSWER, STUDY

PUMP_IT = Path(__file__).parents[4] / "studies" / "pump-it"


def test_the_figures_are_those_of_the_study_file_with_their_provenance() -> None:
    told = dict(assumptions_of(STUDY).listed())
    assert told["Participants"].value == 306
    assert not told["Participants"].unverified
    assert told["Hazard ratio"].provenance.endswith("[unverified]")
    assert told["Lost to follow-up"].value == pytest.approx(0.05)


def test_the_events_are_those_that_the_study_file_expects() -> None:
    """The file's own figures, for a hazard ratio of two thirds: 191 needed, 223 expected."""
    two_thirds = study_design(assumptions_of(STUDY, {"hazard_ratio": "0.6667"}))
    for name, ours in (
        ("events_needed", two_thirds.needed.events),
        ("events_expected", two_thirds.planned.events),
    ):
        assert ours == pytest.approx(float(str(STUDY.design[name].value)), abs=0.5), name


def test_the_interim_look_costs_what_the_textbook_says() -> None:
    named = {look.rule: look for look in ANSWER.looks_by_rule}
    classic = named["O'Brien-Fleming"]
    assert classic.plan.design.upper == pytest.approx((2.797, 1.977), abs=0.001)
    assert classic.plan.design.inflation == pytest.approx(1.008, abs=0.001)
    assert named["Pocock"].plan.design.upper == pytest.approx((2.178, 2.178), abs=0.001)
    assert named["Pocock"].plan.design.inflation == pytest.approx(1.110, abs=0.001)


def test_a_look_costs_power_and_saves_time() -> None:
    for look in (*ANSWER.looks_by_rule, *ANSWER.looks_by_share):
        assert 0 < look.power_lost < 0.05, look.rule
        assert look.expected_months < ANSWER.planned.duration
        assert look.months[-1] == pytest.approx(ANSWER.planned.duration)
        assert look.entered[0] <= 306 + 1e-9


def test_other_lengths_change_events_and_power_as_they_should() -> None:
    changed = {each.what: each.trial for each in ANSWER.what_if}
    base = changed["as assumed"].power
    assert changed["nobody lost"].power > changed["lost at a constant rate"].power > base
    assert changed["no effect in the first 6 months"].power < base - 0.1
    assert changed["twice as many on experimental"].power < base


def test_every_table_says_what_it_rests_on() -> None:
    for part in ANSWER.parts()[1:]:
        assert "Rests on" in part.note, part.title
        assert "[unverified]" in part.note, part.title


def test_the_code_of_the_answer_makes_it_again(tmp_path: Path) -> None:
    script = tmp_path / "answer.py"
    script.write_text(ANSWER.code(), encoding="utf-8")
    assert runpy.run_path(str(script))["answer"] == ANSWER


def test_the_same_cells_stand_in_text_html_and_latex() -> None:
    text, page, latex = ANSWER.text(), ANSWER.html(), ANSWER.latex()
    for part in ANSWER.parts():
        assert part.title in text
        for row in part.rows:
            assert all(cell in text for cell in row)
    assert page.count("<table>") == latex.count(r"\begin{tabular}") == len(ANSWER.parts())
    assert page.count('<th scope="row">') == len(ANSWER.rows())


@pytest.mark.parametrize(
    ("words", "rule", "shares"),
    [
        ("one O'Brien-Fleming look at half of the events", OBrienFleming(), (0.5,)),
        ("Pocock looks at 1/3 and 2/3 of the events", Pocock(), (1 / 3, 2 / 3)),
        ("Lan-DeMets look at 60 % of the events", LanDeMetsOBrienFleming(), (0.6,)),
        ("O'Brien-Fleming type spending at two thirds", LanDeMetsOBrienFleming(), (2 / 3,)),
    ],
)
def test_a_look_is_read_from_its_words(words: str, rule: object, shares: tuple[float]) -> None:
    read = read_interim(words)
    assert read is not None
    assert read.rule == rule
    assert read.shares == pytest.approx(shares)


def test_no_look_is_no_table() -> None:
    plain = study_design(assumptions_of(STUDY, {"interim": "none"}))
    assert plain.looks_by_rule == ()
    assert len(plain.parts()) == 4


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ("hazard_ratio=1", "no benefit"),
        ("hazard_ratio=0", "above 0"),
        ("accrual=-3", "length of accrual"),
        ("power=0.01", "above the size"),
        ("alpha=2", "between 0 and 1"),
        ("lost=100", "no share"),
        ("participants=many", "no number"),
        ("hazard_ratio=nan", "no number"),
        ("hazard_ratio=sNaN", "no number"),
        ("control_median=inf", "no number"),
        ("ratio=2:1", "not the ratio of the arms"),
        ("interim=whenever", "names no rule"),
        ("interim=Pocock at 60 % and 40 %", "ascending"),
        ("interim=Pocock at 33,3 %", "a comma between digits"),
        ("nonsense=3", "no such figure"),
    ],
)
def test_a_bad_design_gets_a_sentence_and_exit_1(
    change: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["design", str(PUMP_IT), "--set", change]) == 1
    told = capsys.readouterr()
    assert word in told.err
    assert told.out == ""


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(BadDesign) as wrong:
        assumptions_of(STUDY, {"participants": "x", "interim": "y", "ratio": "z"})
    assert len(wrong.value.problems) == 4


@pytest.mark.parametrize(("form", "mark"), [("--html", "<table>"), ("--latex", r"\begin{tabular}"),
                                            ("--code", "answer = study_design(")])  # fmt: skip
def test_the_command_prints_every_form(
    form: str, mark: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["design", str(PUMP_IT), form]) == 0
    assert mark in capsys.readouterr().out

"""What is asked of a sweep: read whole, or refused with every reason."""

from decimal import Decimal

import pytest

from equipoise.cli import main
from equipoise.design.kernel.schemes import BigStick, Blocks, Minimisation, Simple
from equipoise.design.sweep import words
from equipoise.design.sweep.from_study import otherwise, start_of
from equipoise.design.sweep.question import BadSweep
from equipoise.design.sweep.question_text import read, read_yaml
from equipoise.design.sweep.settings import Settings, scenario_of
from equipoise.logic.days import DAYS_PER_MONTH
from tests.support import carried_study


def refused(said: dict) -> str:
    with pytest.raises(BadSweep) as caught:
        read(said).points()
    return str(caught.value)


def test_a_grid_has_a_point_for_each_combination_the_last_axis_fastest():
    sweep = read({"vary": {"hazard_ratio": [0.6, 0.7], "delay": [0, 3, 6]}})
    points = sweep.points()
    assert [point.number for point in points] == list(range(6))
    assert [tuple(point.values.values()) for point in points[:4]] == [
        (0.6, 0.0), (0.6, 3.0), (0.6, 6.0), (0.7, 0.0),
    ]  # fmt: skip


def test_values_are_listed_or_run_in_steps():
    assert words.many("0.6,0.7") == [0.6, 0.7]
    assert words.many("0.5..0.8/0.1") == [0.5, 0.6, 0.7, 0.8]
    assert words.many("blocks,in turn") == ["blocks", "in turn"]


def test_one_value_is_a_number_a_word_yes_or_no_or_nothing():
    said = ("7", "0.5", "1e-3", "2:1", "in turn", "yes", "False", "none", "", "0.5+1", "1e+3", "[")
    meant = [7, 0.5, 0.001, "2:1", "in turn", True, False, None, None, [0.5, 1.0], 1000.0, "["]
    assert [words.one(word) for word in said] == meant
    assert words.many("1,0.5+1") == [1, [0.5, 1.0]]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0..1e12/1e-9", "more than 10,000 values"),
        ("0..inf/1", "no range such as"),
        ("nan..2/1", "no range such as"),
        ("a..b", "no range such as"),
        ("1..0/0.1", "rises by steps above 0"),
        ("0..1/0", "rises by steps above 0"),
    ],
)
def test_a_range_that_cannot_be_counted_through_is_refused(typed, sentence):
    with pytest.raises(BadSweep, match=sentence):
        words.many(typed)


def test_how_much_work_a_sweep_can_be_is_known_before_it_begins_in_whole_parts():
    assert read({"vary": {"delay": [0, 6]}, "error": 0.01}).trials_at_most == 2 * 10_000
    assert read({"error": 0.003, "most": 200_000}).trials_at_most == 30_000
    assert read({"error": 0.1, "most": 20_000_000}).trials_at_most == 20_000
    assert read({"vary": {"delay": [0, 6]}, "error": 0.01, "most": 900}).trials_at_most == 1800
    assert read({"error": 1e-200, "most": 5}).trials_at_most == 5


def test_a_file_says_what_is_fixed_and_what_varies():
    text = """
    title: One or two looks
    error: 0.01
    fixed: {events: 100, ratio: 2:1, scheme: simple}
    vary:
      looks: [[1], [0.5, 1]]
    """
    sweep = read(read_yaml(text, "sweep.yaml"))
    assert [len(point.scenario.looks) for point in sweep.points()] == [1, 2]
    assert sweep.points()[1].scenario.looks[0].events == 50
    assert sweep.points()[1].scenario.scheme.ratio == (2, 1)


def test_everything_wrong_with_a_question_is_said_at_once():
    said = refused(
        {
            "fixed": {"hazard_ration": 0.7, "participants": 30.5},
            "vary": {"delay": [1, 1], "test": [3]},
            "error": 2,
            "seed": -1,
            "cluster": "yes",
        }
    )
    for sentence in (
        "fixed.hazard_ration: there is no such setting; did you mean hazard_ratio?",
        "fixed.participants: it is a whole number, not 30.5",
        "vary.delay: a value stands there twice",
        "vary.test: it is a word, not 3",
        "error: the wanted Monte-Carlo error lies between 0 and 0.5, not 2",
        "seed: a seed is a whole number",
        "cluster: there is no such setting",
    ):
        assert sentence in said


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"most": 10**9}, "1,000,000,000 trials of one design are refused"),
        ({"error": 1e-7, "most": 10**8, "vary": {"delay": list(range(300))}}, "hours of one core"),
        (  # parts of 100,000 trials: 11 of them at each of 9,900 points
            {
                "error": 0.0004999,
                "most": 10**8,
                "vary": {"tau": [*range(99)], "ramp": [*range(100)]},
            },
            "may need 10,890,000,000 trials",
        ),
        ({"fixed": [1]}, "fixed: it gives settings by their names, not"),
        ({"fixed": {"participants": 10**400}}, "fixed.participants"),
        ({"title": 5}, "title: it is text, not 5"),
        ({"title": "a" * 201}, "title: 201 characters are too many"),
        ({"fixed": {"accrual": -3}}, "accrual: -3.0 months are no length of accrual"),
        ({"fixed": {"hazard_ratio": -1}}, "hazard ratio must be a number of at least zero"),
        ({"fixed": {"events": 0}}, "a look cannot be taken at 0 events"),
        ({"fixed": {"events": 400}}, "400 events cannot come from 306 subjects"),
        ({"fixed": {"events": 100, "looks": [0.9, 0.5, 1]}}, "0.5"),
        ({"fixed": {"looks": [0.5, 1]}}, "interim looks are fractions of events"),
        ({"fixed": {"alpha": 0}}, "alpha"),
        ({"fixed": {"sided": 3}}, "sided"),
        ({"fixed": {"cured": 0.6}}, "there is no median"),
        ({"fixed": {"drop_out": 1}}, "a yearly share lies from 0 to below 1"),
        ({"fixed": {"scheme": "dice"}}, "'dice' is none of blocks"),
        ({"fixed": {"test": "t"}}, "'t' is none of log-rank"),
        ({"fixed": {"ratio": "2-1"}}, "no ratio such as 1:1"),
        ({"fixed": {"ramp": 70}}, "do not fit"),
        ({"fixed": {"spending": "all"}}, "'all' is none of"),
        ({"vary": {"factors": [1]}}, "vary.factors: there is no such setting"),
        ({"fixed": {"delay": 3}, "vary": {"delay": [3]}}, "it cannot both be fixed and vary"),
    ],
)
def test_a_bad_design_gets_a_sentence(said, sentence):
    assert sentence in refused(said)


def test_impossible_points_are_named_by_their_values():
    said = refused({"vary": {"accrual": [10, -1], "events": [100, 500]}})
    assert "accrual = 10.0, events = 500: 500 events" in said
    assert "accrual = -1.0, events = 100" in said


def test_the_control_median_is_that_of_the_whole_arm():
    """Half of the arm has had the event at the median, whatever the shape and the share cured."""
    for changed in ({}, {"shape": 0.7}, {"cured": 0.3}, {"cured": 0.2, "shape": 1.4}):
        settings = Settings(**changed)
        law = scenario_of(settings).control.event
        import numpy as np

        assert law.survival(np.array([24 * DAYS_PER_MONTH]))[0] == pytest.approx(0.5, abs=1e-12)


def test_accrual_brings_everyone_in_within_its_months():
    for ramp in (0.0, 12.0):
        accrual = scenario_of(Settings(accrual=40, ramp=ramp)).accrual
        ends = [*accrual.starts[1:], 40 * DAYS_PER_MONTH]
        entered = sum(
            rate * (end - start)
            for rate, start, end in zip(accrual.rates, accrual.starts, ends, strict=True)
        )
        assert entered == pytest.approx(306)


def test_minimisation_without_factors_minds_the_overall_balance():
    assert scenario_of(Settings(scheme="minimisation")).scheme == Minimisation(
        probability=0.8, overall=1
    )


PUMP_IT = carried_study("pump-it")


def test_a_sweep_of_a_study_starts_from_the_studys_own_scheme():
    scenario = scenario_of(start_of(PUMP_IT).settings)
    assert scenario.scheme == Minimisation(probability=0.8, weights=(1, 1, 1), ratio=(1, 1))
    assert [factor.name for factor in scenario.factors] == ["panel", "molecular-side", "site"]


@pytest.mark.parametrize(
    ("how", "scheme"),
    [
        ({"method": "blocks", "block_sizes": (6, 4)}, Blocks(sizes=(4, 6))),
        ({"method": "big-stick", "tolerated": 5}, BigStick(limit=5)),
        ({"method": "simple"}, Simple()),
        (
            {"measure": "marginal balance", "favoured": Decimal("0.7")},
            Minimisation(probability=0.7, weights=(1, 1, 1), measure="marginal balance"),
        ),
    ],
)
def test_every_way_that_a_study_may_draw_is_simulated(how, scheme):
    drawn = PUMP_IT.randomisation.model_copy(update=how)
    study = PUMP_IT.model_copy(update={"randomisation": drawn})
    assert scenario_of(start_of(study).settings).scheme == scheme


def drawn_by(**how: object):
    drawn = PUMP_IT.randomisation.model_copy(update=how)
    return PUMP_IT.model_copy(update={"randomisation": drawn})


def test_a_sweep_tells_where_it_draws_otherwise_than_the_study():
    start = start_of(drawn_by(favoured=Decimal("0.4"), measure="variance"))
    assert (start.settings.probability, start.settings.measure) == (0.5, "variance")
    told = otherwise(start, read({}, start.settings))
    assert told == {"probability": "A favoured arm had a chance of 0.5, not of 0.4."}
    assert otherwise(start, read({"fixed": {"probability": 0.7}}, start.settings)) == {}
    assert otherwise(start, read({"vary": {"probability": [0.5, 0.7]}}, start.settings)) == {}


@pytest.mark.parametrize("asked", [{"fixed": {"ratio": "2:1"}}, {"vary": {"ratio": ["2:1"]}}])
def test_the_studys_blocks_make_room_for_another_ratio_and_that_is_told(asked):
    start = start_of(drawn_by(method="blocks", block_sizes=(4, 6)))
    sweep = read(asked, start.settings)
    assert sweep.points()[0].scenario.scheme == Blocks(sizes=(3, 6), ratio=(2, 1))
    assert otherwise(start, sweep)["block_sizes"] == (
        "The study's own blocks of 4 and 6 cannot hold 2:1: each ratio has blocks of once and "
        "twice its sum, 1:1 of 4 and 6."
    )


def test_the_studys_blocks_stay_where_they_hold_every_ratio_asked():
    start = start_of(drawn_by(method="blocks", block_sizes=(12, 24)))
    sweep = read({"vary": {"ratio": ["1:1", "2:1", "3:1"]}}, start.settings)
    assert {point.scenario.scheme.sizes for point in sweep.points()} == {(12, 24)}
    assert otherwise(start, sweep) == {}


def test_blocks_that_are_asked_for_must_hold_the_ratio():
    start = start_of(drawn_by(method="blocks", block_sizes=(4, 6)))
    asked = {"fixed": {"ratio": "2:1", "block_sizes": [4]}}
    with pytest.raises(BadSweep, match="a block of 4 cannot hold the ratio 2:1"):
        read(asked, start.settings).points()


def test_a_ratio_that_is_none_is_refused_whatever_the_studys_blocks():
    start = start_of(drawn_by(method="blocks", block_sizes=(4, 6)))
    for said in ("two to one", "0:0"):
        with pytest.raises(BadSweep, match="ratio"):
            read({"fixed": {"ratio": said}}, start.settings).points()


def test_minimisation_and_the_big_stick_take_any_ratio():
    fixed = {"ratio": "2:1", "weights": [2, 1], "measure": "variance", "block_sizes": 6}
    scheme = (
        read({"fixed": fixed | {"scheme": "big stick", "limit": 4}}).points()[0].scenario.scheme
    )
    assert scheme == BigStick(limit=4, ratio=(2, 1))
    scheme = read({"fixed": fixed | {"scheme": "blocks"}}).points()[0].scenario.scheme
    assert scheme == Blocks(sizes=(6,), ratio=(2, 1))
    said = refused({"fixed": {"weights": [1.5], "measure": "length", "scheme": "minimisation"}})
    assert "fixed.weights: it is a whole number, not 1.5" in said


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (["--vary", "hazard_ratio=0,7"], "is this 0.7, or are these several values"),
        (["--vary", "shape=1,5"], "is this 1.5, or are these several values"),
        (["--vary", "looks=0,5+1"], "is this 0.5+1, or are these several values"),
        (["--vary", "hazard_ratio=0,0.7"], "at 0 nobody would ever have the event"),
        (["--set", "early_ratio=0", "--set", "delay=3"], "at 0 nobody would ever have the event"),
        (["--set", "alpha=0,05"], "it is a number, not '0,05'"),
    ],
)
def test_a_comma_of_two_meanings_and_a_ratio_of_nothing_are_refused_in_words(
    tmp_path, capsys, asked, says
):
    assert main(["design", "sweep", "--most", "100", "--out", str(tmp_path / "out"), *asked]) == 1
    assert says in capsys.readouterr().err


def test_a_list_of_whole_numbers_needs_no_point():
    assert words.many("200,306") == [200, 306]
    assert words.many("18.0,24", decimals=True) == [18.0, 24]

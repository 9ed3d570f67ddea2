"""The design page: a question is an address, and every answer says on what it rests."""

import re

import pytest
from django.test import Client

from equipoise.web import adopted
from equipoise.web.design import simulation as design_simulation

pytestmark = pytest.mark.django_db

PARTIAL = {"HX-Request": "true"}


def text_of(address: str, **headers: str) -> str:
    return Client(headers=headers).get(address).content.decode().replace("\N{NO-BREAK SPACE}", " ")


def changed(address: str) -> str:
    return text_of(address, **PARTIAL)


def test_the_study_files_own_design_stands_in_the_fields_and_is_answered():
    page = text_of("/design/")
    assert "What 306 participants can show" in page
    assert re.search(r'name="hazard_ratio"[^>]*value="0.67"', page)
    assert "84.7 %" in page  # 223 events, one O'Brien-Fleming look: rpact's 0.8466
    assert "<dt>events at the end</dt><dd>223</dd>" in page


def test_every_assumption_shows_where_it_comes_from_and_whether_it_is_confirmed():
    page = text_of("/design/")
    assert "enrolment, estimated" in page
    assert page.count("unverified</span>") >= 9
    assert "near both groups of CAIRO5" in page


def test_what_was_changed_is_marked_as_given_on_the_page():
    page = text_of("/design/?hazard_ratio=0.6")
    assert "given on this page" in page and "<strong>0.6</strong>" in page


def test_with_htmx_only_what_changes_is_sent():
    part = changed("/design/?hazard_ratio=0.6&rule=none")
    assert "<html" not in part and "eq-header" not in part
    assert "<dt>power</dt><dd>96.5 %</dd>" in part  # Schoenfeld: 218 events, HR 0.60


def test_what_changes_brings_its_figure_whatever_the_looks():
    assert "<svg" in changed("/design/?looks=20;40;60;80&hazard_ratio=0.66")


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("hazard_ratio", "1", "no benefit to show"),
        ("hazard_ratio", "many", "Give a number"),
        ("accrual", "-3", "Give a number from 1 to 600, not -3"),
        ("participants", "1000000000", "Give a number from 10 to 10000"),
        ("participants", "30.5", "whole number"),
        ("power", "0.05", "Ask for a power above alpha"),
        ("alpha", "nan", "Give a number"),
        ("looks", "60; 40", "in order"),
        ("looks", "10; 20; 30; 40; 50", "at most 4"),
        ("looks", "33,67", "Put semicolons between the looks"),
        ("hazard_ratio", "0_7", "Give a number"),
        ("looks", "100", "between 5 and 95 %"),
        ("ratio", "7:0", "Choose one of the list"),
    ],
)
def test_a_bad_design_gets_a_sentence_beside_its_field_and_nothing_typed_is_lost(
    field, typed, sentence
):
    answer = Client().get("/design/", {"alpha": "0.2"} | {field: typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    place = re.search(rf'id="{field}-error"[^>]*>(.*?)</p>', page, re.S)
    assert place and sentence in place[1]
    if field != "ratio":
        assert re.search(rf'name="{field}"[^>]*value="{re.escape(typed)}"', page)
    assert f'href="#{field}"' in page


def test_no_numbers_stand_beside_a_design_that_cannot_be():
    part = changed("/design/?hazard_ratio=1")
    assert "No numbers yet" in part and "<svg" not in part


def test_a_power_that_is_never_reached_is_said_so():
    part = changed("/design/?participants=40&hazard_ratio=0.9")
    assert "<dt>month they are reached</dt><dd>never</dd>" in part


def test_a_design_that_shows_no_hazard_ratio_at_all_has_a_dash():
    part = changed("/design/?participants=10&follow_up=0&accrual=1&rule=none")
    assert "–</dd>" in part


def test_the_bounds_come_with_their_table():
    part = changed("/design/?rule=obrien-fleming&looks=50")
    assert "2.797" in part and "1.977" in part  # rpact: O'Brien-Fleming, two looks, 5 % two-sided
    assert "Bounds at each look" in part
    assert "Bounds at each look" not in changed("/design/?rule=none")


def test_simulation_agrees_with_the_formula_within_its_own_error():
    seen = _simulated("/design/?simulate=yes&rule=none&lost=0&follow_up=30")
    power, alpha = seen["Power"], seen["False positives, without effect"]
    assert abs(power[0] - power[1]) < 4 * power[2] + 1  # Schoenfeld is itself an approximation
    assert abs(alpha[0] - alpha[1]) < 4 * alpha[2]


def test_the_same_question_is_simulated_to_the_same_numbers():
    address = "/design/?simulate=yes&participants=100"
    first = _simulated(address)
    design_simulation._simulated.cache_clear()
    assert _simulated(address) == first


def test_the_work_of_a_simulation_is_bounded():
    part = changed("/design/?simulate=yes&participants=10000")
    trials = re.search(r"(\d[\d\s]*) trials of", part)
    assert trials and int(re.sub(r"\D", "", trials[1])) * 10_000 <= 12_000_000


def _drawn_by(monkeypatch, **how: object) -> None:
    """The installation's study, with another way to give out arms."""
    study = adopted.study()
    drawn = study.randomisation.model_copy(update=how)
    other = study.model_copy(update={"randomisation": drawn})
    monkeypatch.setattr(adopted, "study", lambda: other)


def test_a_simulation_says_where_it_draws_otherwise_than_the_study(monkeypatch):
    address = "/design/?simulate=yes&participants=100&ratio=2:1"
    assert "The same question gives the same numbers again.</p>" in changed(address)
    _drawn_by(monkeypatch, method="blocks", block_sizes=(4, 6))
    part = changed(address)
    assert "permuted blocks" in part
    said = "Blocks of 3 and 6 were simulated: the study&#39;s own cannot hold 2:1."
    assert f'again. <span lang="en">{said}</span></p>' in part


def test_a_ratio_that_cannot_be_simulated_gets_its_sentence(monkeypatch):
    study = adopted.study()
    shares = {True: 1001, False: 1000}
    arms = [
        one.model_copy(update={"ratio": shares[one.kind == "experimental"]}) for one in study.arms
    ]
    design = {name: figure for name, figure in study.design.items() if name != "ratio"}
    other = study.model_copy(update={"arms": tuple(arms), "design": design})
    monkeypatch.setattr(adopted, "study", lambda: other)
    part = changed("/design/?simulate=yes&participants=100")
    assert '<p class="eq-note" lang="en">arms: a share above 1000 cannot be simulated' in part


def test_whoever_comes_while_another_simulates_is_told_so(monkeypatch):
    monkeypatch.setattr(design_simulation, "PATIENCE", 0.01)
    with design_simulation._ONE:
        part = changed("/design/?simulate=yes&hazard_ratio=0.71")
    assert "Another simulation is running" in part


def test_dutch_readers_read_and_type_a_decimal_comma():
    page = text_of("/design/?hazard_ratio=0,6&rule=none", **{"Accept-Language": "nl"})
    assert re.search(r'name="hazard_ratio"[^>]*value="0,6"', page)
    assert "96,5 %" in page and "96.5 %" not in page


def test_nothing_is_inline_so_that_the_content_policy_holds():
    page = text_of("/design/?simulate=yes")
    assert " style=" not in page and "<style" not in page and " onclick=" not in page


def test_a_link_keeps_the_whole_design():
    part = changed("/design/?hazard_ratio=0.6&sided=1&looks=33;67&futility=yes")
    link = re.search(r'href="/design/(\?[^"]+)"', part)
    again = text_of("/design/" + link[1].replace("&amp;", "&"))
    assert 'value="33;67"' in again and '<option value="1" selected>' in again


def _simulated(address: str) -> dict[str, tuple[float, ...]]:
    """Each row of the simulation's table: by formula, simulated, error (in points)."""
    part = changed(address)
    rows = re.findall(
        r'<th scope="row">([^<]+)</th><td class="eq-num">([\d.]+) %</td>'
        r'<td class="eq-num">([\d.]+) %</td><td class="eq-num">([\d.]+) points</td>',
        part,
    )
    return {name: tuple(map(float, numbers)) for name, *numbers in rows}

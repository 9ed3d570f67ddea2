"""Checks of a form as a whole, and checks that look back on earlier copies of their form."""

import pytest

from equipoise.conduct import trial
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.queries import AnswerQuery, queries
from equipoise.conduct.trial import ACTS
from equipoise.study.check import consistency
from equipoise.study.forms import code_of
from equipoise.study.places import Places
from tests.support import DAY, MOVED, Trial, a_stamp, a_study, a_trial, days

APART = "systolic > diastolic + 10 mm[Hg]"
FELL = "systolic >= 0.8 * previous.systolic"
BASE = "systolic <= 1.5 * first.systolic"
CHECK = "item.soft-check"


def because(text: str) -> dict[str, str]:
    return {"en": text, "nl": text}


def a_text(that: str = APART, soft: bool = True, item: str = "", item_soft: bool = True):
    """First steps, with a check of the form on pressure and one of its first item."""
    plain = a_study().model_dump(exclude={"digest"})
    for role in plain["roles"]:
        role["may"] = (*role["may"], "query.answer")
    pressure = next(form for form in plain["forms"] if form["id"] == "pressure")
    if that:
        pressure["checks"] = [{"that": that, "because": because("Together"), "soft": soft}]
    if item:
        rule = {"that": item, "because": because("Looking back"), "soft": item_soft}
        pressure["items"][0]["checks"] = [rule]
    return a_study(**plain)


def measured(visit: str = "screening", why: str = "", reason: str = "", **values: str) -> SaveForm:
    moved = dict(MOVED) if visit != "screening" else {}
    confirmed = {**moved, CHECK: {code_of(APART): why, "systolic": why}} if why else moved
    return SaveForm(form="pressure", visit=visit, values=values, confirmed=confirmed, reason=reason)


def asked(made: Trial, who: str) -> list[tuple[str, str, str]]:
    found = queries(made.study, made.subject(who))
    return [(one.visit, one.item, one.state) for one in found]


def test_a_check_of_a_form_asks_at_a_place_of_its_own_and_takes_a_reason_there():
    made = a_trial(a_text())
    who = made.enter()
    (refusal,) = made.refusals(measured(systolic="100", diastolic="95"), who)
    assert (refusal.code, refusal.where) == (CHECK, code_of(APART))
    made.do(measured(systolic="100", diastolic="95", why="measured twice"), who)
    assert asked(made, who) == [("screening", "", "answered")]
    made.do(measured(systolic="120", reason="misread"), who)
    assert asked(made, who) == [("screening", "", "right")]
    kept = made.subject(who).forms.records["pressure@screening#1"].saves[0]
    assert kept.checks == {code_of(APART): [APART]}


def test_a_hard_check_of_a_form_refuses_and_one_of_which_half_is_open_does_not():
    made = a_trial(a_text(soft=False))
    who = made.enter()
    made.do(measured(systolic="100"), who)
    assert made.codes(measured(diastolic="95"), who) == ["item.check"]
    made.do(measured(diastolic="80"), who)
    assert asked(made, who) == []


def test_a_hard_check_names_the_numbers_that_it_compared_each_with_its_time():
    made = a_trial(a_text("", item=f"{FELL} and {BASE}", item_soft=False))
    who = made.randomised(systolic="150")
    (refusal,) = made.refusals(measured("weeks.1", systolic="110"), who, on=DAY + days(28))
    assert refusal.because == (
        "Looking back (Systolic blood pressure 150 mm[Hg] the first time,"
        " Systolic blood pressure 150 mm[Hg] the time before and"
        " Systolic blood pressure 110 mm[Hg])"
    )


def test_a_check_looks_back_on_the_copy_before_and_on_the_first():
    made = a_trial(a_text("", item=FELL))
    who = made.randomised(systolic="150")
    assert made.codes(measured("weeks.1", systolic="110"), who, on=DAY + days(28)) == [CHECK]
    made.do(measured("weeks.1", systolic="125"), who, on=DAY + days(28))
    made.do(measured("weeks.2", systolic="105"), who, on=DAY + days(56))
    first = a_trial(a_text("", item=BASE))
    who = first.randomised(systolic="130")
    first.do(measured("weeks.1", systolic="190"), who, on=DAY + days(28))
    assert first.codes(measured("weeks.2", systolic="198"), who, on=DAY + days(56)) == [CHECK]


def test_a_copy_that_is_later_in_time_is_not_looked_back_on_whenever_it_was_entered():
    made = a_trial(a_text("", item=FELL))
    who = made.randomised(systolic="150")
    made.do(measured("weeks.2", systolic="125"), who, on=DAY + days(56))
    made.do(measured("weeks.1", systolic="124"), who, on=DAY + days(28))
    assert asked(made, who) == []
    made.do(measured("weeks.1", systolic="160", reason="misread"), who, on=DAY + days(28))
    assert asked(made, who) == [("weeks.2", "systolic", "open")], "it opens where it is failed"


def test_when_the_earlier_copy_is_corrected_the_query_opens_and_an_answer_holds_until_then():
    made = a_trial(a_text("", item=FELL))
    who = made.randomised(systolic="150")
    made.do(measured("weeks.1", systolic="125"), who, on=DAY + days(28))
    made.do(measured(systolic="170", reason="misread"), who)
    assert asked(made, who) == [("weeks.1", "systolic", "open")]
    (query,) = queries(made.study, made.subject(who))
    made.do(AnswerQuery(query=query.key, text="it is so"), who, on=DAY + days(29))
    assert asked(made, who) == [("weeks.1", "systolic", "answered")]
    made.do(measured(systolic="180", reason="misread"), who)
    assert asked(made, who) == [("weeks.1", "systolic", "again")]
    made.do(measured(systolic="140", reason="misread"), who)
    assert asked(made, who) == [("weeks.1", "systolic", "right")]


def test_a_reason_given_of_an_earlier_copy_that_was_corrected_meanwhile_is_no_answer():
    made = a_trial(a_text("", item=FELL))
    who = made.randomised(systolic="150")
    seen = made.subject(who).seq
    made.do(measured(systolic="140", reason="misread"), who)
    act = measured("weeks.1", systolic="105", why="of this person")
    stamp = a_stamp(on=DAY + days(28))
    found = trial.try_out(
        made.study, made.ledger, act, stamp, subject_id=who, folds=made.folds, seen=seen
    )
    assert [one.code for one in found] == [CHECK]


WRONG = {
    "previous.birth_date < today": "it is asked on 'person'",
    "systolic < previous.sistolic": "did you mean 'systolic'?",
    "systolic < previous.diastolic": "",
    "first.medicines is known": "it is asked on 'person'",
}


@pytest.mark.parametrize("that", WRONG)
def test_what_a_check_cannot_look_back_on_is_told_when_the_study_is_loaded(that: str):
    found = consistency(a_text(that), Places(), ACTS.keys())
    assert [WRONG[that] in one.message for one in found] == ([True] if WRONG[that] else [])


def test_a_criterion_looks_back_on_nothing_and_a_form_that_is_filled_once_has_no_copy_before_it():
    plain = a_study().model_dump(exclude={"digest"})
    plain["criteria"]["inclusion"][0]["when"] = "previous.systolic < 150 mm[Hg]"
    person = next(form for form in plain["forms"] if form["id"] == "person")
    person["checks"] = [{"that": "birth_date == previous.birth_date", "because": because("Same")}]
    told = [one.message for one in consistency(a_study(**plain), Places(), ACTS.keys())]
    assert any("only a check looks back" in one for one in told)
    assert any("'person' is filled once" in one for one in told)

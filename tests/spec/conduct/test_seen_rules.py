"""Two people at one form: a save names what it saw, and nobody's answer is replaced unseen."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.conduct import trial
from equipoise.conduct.act import Refused
from equipoise.conduct.forms import SaveForm
from tests.sampled import examples
from tests.support import DAY, Trial, a_stamp, a_study, a_trial, person, pressure


def save(made: Trial, someone: str, act: SaveForm, seen: int, by: str = "doctor-01", days: int = 0):
    on = DAY - timedelta(days=days)
    stamp = a_stamp(by, on)
    known = {"subject_id": someone, "folds": made.folds, "seen": seen}
    return trial.perform(made.study, made.ledger, act, stamp, **known)


def answers(reason: str = "put right", **values: str) -> SaveForm:
    return SaveForm(form="pressure", visit="screening", values=values, reason=reason)


@pytest.fixture
def made() -> Trial:
    return a_trial()


def test_two_who_answer_different_questions_are_both_kept(made):
    someone = made.enter()
    made.do(pressure(systolic="140"), someone)
    seen = made.subject(someone).seq
    save(made, someone, answers(systolic="150"), seen, "assistant-01")
    save(made, someone, answers(diastolic="90"), seen)
    record = made.subject(someone).forms.records["pressure@screening#1"]
    assert (record.now("systolic"), record.now("diastolic")) == ("150", "90")


def test_the_same_question_is_shown_and_asked_and_saved_once_it_was_seen(made):
    someone = made.enter()
    made.do(pressure(systolic="140"), someone)
    seen = made.subject(someone).seq
    save(made, someone, answers(systolic="150"), seen, "assistant-01")
    with pytest.raises(Refused) as refused:
        save(made, someone, answers(systolic="160"), seen)
    [told] = refused.value.refusals
    assert (told.code, told.where) == ("form.changed-meanwhile", "systolic")
    assert "150 mm[Hg]" in told.because
    save(made, someone, answers(systolic="150"), seen)  # the same answer is no quarrel
    save(made, someone, answers(systolic="160"), made.subject(someone).seq)
    assert made.subject(someone).forms.records["pressure@screening#1"].now("systolic") == "160"


def test_why_a_value_is_right_answers_no_question_about_a_value_that_changed_meanwhile():
    """What the check reads stands on another form, and somebody else changed it there."""
    forms = [form.model_dump() for form in a_study().forms]
    because = {"en": "High for this age", "nl": "Hoog voor deze leeftijd"}
    rule = {"that": "systolic < 150 or birth_date < 1960-01-01", "because": because, "soft": True}
    forms[1]["items"][0]["checks"] = [rule]
    made = a_trial(a_study(forms=forms))
    someone = made.enter()
    made.do(person(birth_date="1990"), someone)
    seen = made.subject(someone).seq
    why = {"item.soft-check": {"systolic": "they are young, and were measured twice"}}
    act = msgspec.structs.replace(answers(systolic="160"), confirmed=why)
    changed = SaveForm(form="person", visit="screening", values={"birth_date": "1961"}, reason="x")
    save(made, someone, changed, seen, "assistant-01")
    with pytest.raises(Refused) as refused:
        save(made, someone, act, seen)
    assert [one.code for one in refused.value.refusals] == ["item.soft-check"]
    save(made, someone, act, made.subject(someone).seq)


def told_meanwhile(made: Trial, first: SaveForm, then: SaveForm) -> str:
    someone = made.enter()
    save(made, someone, first, made.subject(someone).seq, "assistant-01")
    with pytest.raises(Refused) as refused:
        save(made, someone, then, 1)
    return " ".join(one.because for one in refused.value.refusals)


def test_what_was_recorded_meanwhile_is_told_as_people_write_it(made):
    """A day as a day, and a value that is only known to lie below one with its unit."""
    assert "<150 mm[Hg]" in told_meanwhile(made, answers(systolic="<150"), answers(systolic="160"))
    born = (person(birth_date="1970-05-17"), person(birth_date="1970-05-18"))
    assert "17 May 1970" in told_meanwhile(made, *born)


@pytest.mark.parametrize("seen", [-1, 99])
def test_what_nobody_has_seen_yet_is_no_leave_to_replace_it(made, seen):
    someone = made.enter()
    made.do(pressure(systolic="140"), someone)
    with pytest.raises(Refused) as refused:
        save(made, someone, answers(systolic="160"), seen)
    assert "form.never-seen" in [one.code for one in refused.value.refusals]


def test_a_form_that_was_dated_otherwise_meanwhile_is_asked(made):
    someone = made.enter()
    made.do(pressure(systolic="140"), someone)
    seen = made.subject(someone).seq
    save(made, someone, answers(systolic="150"), seen, "assistant-01", days=3)
    with pytest.raises(Refused) as refused:
        save(made, someone, answers(diastolic="90"), seen)
    assert [one.where for one in refused.value.refusals] == ["happened"]


ITEMS = ("systolic", "diastolic")
SAVES = st.lists(
    st.tuples(
        st.sampled_from(["doctor-01", "assistant-01"]),
        st.fixed_dictionaries(
            {},
            optional={
                "systolic": st.integers(120, 159).map(str),
                "diastolic": st.integers(60, 99).map(str),
            },
        ),
        st.booleans(),
    ),
    max_size=8,
)


@settings(max_examples=examples(60), deadline=None)
@given(SAVES)
def test_no_history_of_saves_changes_an_answer_that_its_author_had_not_seen(saves):
    """Each person looks now and then, and saves what they type upon what they last saw."""
    made = a_trial()
    someone = made.enter()
    made.do(pressure(systolic="140", diastolic="90"), someone)
    looked = {name: dict(_now(made, someone)) for name in ("doctor-01", "assistant-01")}
    seen = dict.fromkeys(looked, made.subject(someone).seq)
    for by, typed, looks in saves:
        if looks:
            looked[by], seen[by] = dict(_now(made, someone)), made.subject(someone).seq
        before = dict(_now(made, someone))
        try:
            save(made, someone, answers(**typed), seen[by], by)
        except Refused as refused:
            for one in refused.refusals:
                assert one.code == "form.changed-meanwhile"
                assert before[one.where] != typed[one.where]
            assert dict(_now(made, someone)) == before
            continue
        after = dict(_now(made, someone))
        for item in ITEMS:
            if after[item] != before[item]:
                assert after[item] == typed[item] and before[item] == looked[by][item]


def _now(made: Trial, someone: str):
    record = made.subject(someone).forms.records["pressure@screening#1"]
    return ((item, record.now(item)) for item in ITEMS)

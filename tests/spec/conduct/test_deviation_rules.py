"""Deviations follow from what is recorded: of which day each is, and when it became known."""

from decimal import Decimal

import msgspec
import pytest

from equipoise.conduct.act import Refused
from equipoise.conduct.consent import WithdrawConsent
from equipoise.conduct.deviations import deviations
from equipoise.conduct.follow_up import RecordDeath
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.not_done import SayNotDone
from equipoise.conduct.randomisation import MarkDraw
from equipoise.conduct.screening import Register
from equipoise.conduct.voiding import VoidEntry
from equipoise.study.reason import ENGLISH, Amount
from tests.support import DAY, MOVED, a_study, a_trial, days, noon, pressure


def begun():
    made = a_trial()
    return made, made.randomised()


def found(made, subject_id, on=DAY, but="other-stratum"):
    """What is told, but for the strata, which some answers of here change too."""
    told = deviations(made.study, made.subject(subject_id), on)
    return [(one.kind, one.on, one.known_on) for one in told if one.kind != but]


def corrected(systolic, **more):
    values = {"systolic": systolic}
    return SaveForm(form="pressure", visit="screening", values=values, reason="misread", **more)


def test_who_was_eligible_and_is_held_to_the_days_of_the_study_deviates_in_nothing():
    made, subject_id = begun()
    assert found(made, subject_id) == []


def test_a_questionnaire_of_a_day_after_it_was_withdrawn_from_deviates_when_that_is_told():
    forms = [form.model_dump() for form in a_study().forms]
    for form in forms:
        form["questionnaire"] = form["id"] == "cups"
    made = a_trial(a_study(forms=forms))
    who, told = made.randomised(), noon(DAY + days(20))
    cups = SaveForm(form="cups", visit="weeks.1", values={"cups_a_day": "2"}, confirmed=MOVED)
    made.do(cups, who, on=DAY + days(9))
    made.do(pressure("weeks.1"), who, on=DAY + days(9))
    before = noon(DAY + days(12))
    made.do(WithdrawConsent(scope="contact"), who, on=DAY + days(8), at=before)
    withdraw = WithdrawConsent(scope="questionnaires")
    made.do(withdraw, who, on=DAY + days(9), at=told)
    assert "after-withdrawal" not in [kind for kind, _, _ in found(made, who, DAY + days(21))]
    made.do(VoidEntry(entry=made.subject(who).seq, reason="misheard"), who, at=told)
    made.do(withdraw, who, on=DAY + days(8), at=told)
    after = [one for one in found(made, who, DAY + days(21)) if one[0] == "after-withdrawal"]
    assert after == [("after-withdrawal", DAY + days(9), DAY + days(20))]
    made.do(WithdrawConsent(scope="everything"), who, on=DAY + days(8), at=told)
    told = [one for one in found(made, who, DAY + days(21)) if one[0] == "after-withdrawal"]
    assert len(told) == 2, "each form once: both are of a day after they left"


def test_who_is_not_registered_cannot_deviate():
    made = a_trial()
    subject_id = made.enter()
    assert found(made, subject_id, DAY + days(300)) == []


def test_what_is_put_right_after_the_draw_so_that_a_criterion_fails_is_known_from_that_entry():
    made, subject_id = begun()
    made.do(corrected("142"), subject_id, at=noon(DAY + days(5)))
    assert found(made, subject_id) == []
    made.do(corrected("190"), subject_id, at=noon(DAY + days(9)))
    made.do(corrected("191"), subject_id, at=noon(DAY + days(20)))
    ((kind, of, known),) = found(made, subject_id)
    assert (kind, of, known) == ("ineligible", DAY, DAY + days(9))
    told, stratum = deviations(made.study, made.subject(subject_id), DAY)
    assert (told.by, stratum.kind) == ("doctor-01", "other-stratum")
    criterion = told.what.values["criterion"]["en"]
    assert criterion == next(c.text["en"] for _, c in made.study.criteria.leaves() if c.id == "I2")


def test_a_date_that_is_put_right_so_that_a_criterion_fails_is_a_deviation_too():
    for when in (DAY - days(30), DAY + days(1)):
        made, subject_id = begun()
        act = SaveForm(form="pressure", visit="screening", values={}, reason="mistyped date")
        made.do(act, subject_id, by="assistant-01", on=when, at=noon(DAY + days(9)))
        made.do(corrected("141"), subject_id, on=when, at=noon(DAY + days(12)))
        told = deviations(made.study, made.subject(subject_id), DAY)
        assert ("ineligible", DAY, DAY + days(9), "assistant-01") in [
            (one.kind, one.on, one.known_on, one.by) for one in told
        ]


def test_a_factor_that_is_put_right_after_the_draw_is_told_with_what_was_drawn_under():
    made, subject_id = begun()
    made.do(corrected("146"), subject_id, at=noon(DAY + days(5)))
    made.do(corrected("147"), subject_id, at=noon(DAY + days(9)))
    (told,) = deviations(made.study, made.subject(subject_id), DAY)
    assert (told.kind, told.on, told.known_on) == ("other-stratum", DAY, DAY + days(5))
    assert ENGLISH.written(told.what) == (
        "Blood pressure group: 145 mmHg or higher, by what was recorded since; "
        "drawn as below 145 mmHg"
    )


def test_a_factor_is_that_of_the_text_it_was_drawn_under():
    made, subject_id = begun()
    drawn = made.study
    derived = [one.model_dump() for one in drawn.derived]
    derived[0]["formula"] = derived[0]["formula"].replace("145", "135")
    made.study = a_study(derived=derived).knowing({drawn.digest: drawn}.get)
    made.do(corrected("141"), subject_id, at=noon(DAY + days(5)), study=drawn)
    assert found(made, subject_id, but="") == []


def test_a_withdrawal_that_is_told_later_shows_what_was_done_after_it():
    made = a_trial()
    subject_id = made.eligible(on=DAY - days(10))
    made.do(Register(), subject_id)
    made.do(made.draw(subject_id), subject_id)
    made.do(pressure("weeks.1"), subject_id, on=DAY + days(28))
    left = WithdrawConsent(scope="everything")
    made.do(left, subject_id, on=DAY - days(5), at=noon(DAY + days(40)))
    told = deviations(made.study, made.subject(subject_id), DAY + days(40))
    assert {(one.kind, one.on, one.known_on) for one in told} == {
        ("after-withdrawal", DAY, DAY + days(40)),
        ("after-withdrawal", DAY + days(28), DAY + days(40)),
    }
    assert sorted(ENGLISH.written(one.what) for one in told) == [
        "Four-weekly visit 1 (Blood pressure) of 30 Mar 2026: the participant had left "
        "on 25 Feb 2026",
        "randomised on 2 Mar 2026; consent had been withdrawn on 25 Feb 2026",
        "registered on 2 Mar 2026; consent had been withdrawn on 25 Feb 2026",
    ]


def test_once_it_is_right_again_there_is_no_deviation():
    made, subject_id = begun()
    made.do(corrected("190"), subject_id, at=noon(DAY + days(9)))
    made.do(corrected("140"), subject_id, at=noon(DAY + days(10)))
    assert found(made, subject_id) == []


def test_what_is_measured_after_registration_makes_nobody_ineligible():
    made, subject_id = begun()
    on = DAY + days(28)
    made.do(pressure("weeks.1", systolic="190"), subject_id, on=on)
    made.do(SaveForm(form="cups", visit="weeks.1", values={"cups_a_day": "1"}), subject_id, on=on)
    assert found(made, subject_id, on) == []


def test_a_value_that_is_taken_back_or_voided_leaves_the_criterion_not_known():
    made, subject_id = begun()
    made.do(corrected(""), subject_id, at=noon(DAY + days(2)))
    assert found(made, subject_id) == [("ineligible", DAY, DAY + days(2))]
    other = made.randomised()
    saved = next(e for e in made.ledger.entries(other) if '"systolic"' in e.payload)
    made.do(VoidEntry(entry=saved.seq, reason="of someone else"), other, on=DAY + days(3))
    assert found(made, other) == [("ineligible", DAY, DAY + days(3))]


def test_the_criteria_are_those_of_the_text_under_which_the_participant_was_registered():
    made, subject_id = begun()
    made.do(corrected("150"), subject_id, at=noon(DAY + days(2)))
    stricter = made.study.model_dump()["criteria"]
    stricter["inclusion"][1]["when"] = "systolic < 130 mm[Hg]"
    later = a_study(criteria=stricter).knowing({made.study.digest: made.study}.get)
    told = deviations(later, made.subject(subject_id), DAY)
    assert [one.kind for one in told] == ["other-stratum"]


def test_a_form_dated_outside_the_window_of_its_visit_says_by_how_many_days():
    made, subject_id = begun()
    on = DAY + days(231)
    plain = msgspec.structs.replace(pressure("weeks.1"), confirmed={})
    assert made.codes(plain, subject_id, on=on) == ["form.outside-window"]
    made.do(pressure("weeks.1"), subject_id, on=on)
    told = deviations(made.study, made.subject(subject_id), on)
    (outside,) = [one for one in told if one.kind == "outside-window"]
    assert (outside.on, outside.known_on, outside.visit) == (on, on, "weeks.1")
    assert outside.what.values["days"] == Amount(Decimal(200), "d")
    assert outside.what.values["last"] == DAY + days(31)


def test_no_amendment_makes_late_what_was_in_time():
    made, subject_id = begun()
    made.do(pressure("weeks.1"), subject_id, on=DAY + days(28))
    visits = [visit.model_dump() for visit in made.study.visits]
    visits[1]["day"] = 56
    later = a_study(visits=visits).knowing({made.study.digest: made.study}.get)
    assert deviations(later, made.subject(subject_id), DAY + days(29)) == []


def test_who_redated_a_form_out_of_its_window_is_told_and_since_when():
    made, subject_id = begun()
    made.do(pressure("weeks.1"), subject_id, on=DAY + days(28))
    act = SaveForm(form="pressure", visit="weeks.1", values={}, reason="mistyped date")
    assert made.codes(act, subject_id, on=DAY + days(20)) == ["form.outside-window"]
    act = msgspec.structs.replace(act, confirmed=MOVED)
    made.do(act, subject_id, by="assistant-01", on=DAY + days(20), at=noon(DAY + days(30)))
    (told,) = deviations(made.study, made.subject(subject_id), DAY + days(31))
    assert (told.known_on, told.by) == (DAY + days(30), "assistant-01")


def test_a_form_outside_its_window_is_told_of_the_visit_with_its_number():
    made, subject_id = begun()
    plain = msgspec.structs.replace(pressure("weeks.1"), confirmed={})
    name = made.study.visit_of["weeks"].label["en"]
    with pytest.raises(Refused, match=f"the window of {name} 1, "):
        made.do(plain, subject_id, on=DAY + days(231))


def test_a_form_that_is_called_as_its_visit_is_named_once_in_a_deviation():
    forms = [form.model_dump() for form in a_study().forms]
    visits = [visit.model_dump() for visit in a_study().visits]
    title = next(form["title"] for form in forms if form["id"] == "pressure")
    for visit in visits:
        if visit["id"] == "weeks":
            visit |= {"forms": ("pressure",), "label": title}
    made = a_trial(a_study(forms=forms, visits=visits))
    subject_id, on = made.randomised(), DAY + days(32)
    (late,) = deviations(made.study, made.subject(subject_id), on)
    said = f"{title['en']} 1 was to be filled in by {ENGLISH.day(late.on)}"
    assert ENGLISH.written(late.what) == said


def test_a_visit_that_nobody_filled_in_is_late_from_the_day_after_its_window():
    made, subject_id = begun()
    assert found(made, subject_id, DAY + days(31)) == []
    late = ("late", DAY + days(31), DAY + days(32))
    assert found(made, subject_id, DAY + days(32)) == [late]


def test_what_was_not_done_is_told_with_its_reason_until_it_is_done():
    made, subject_id = begun()
    on = DAY + days(40)
    said = SayNotDone(visit="weeks.1", why="other", reason="the kettle broke")
    made.do(said, subject_id, on=on)
    told = deviations(made.study, made.subject(subject_id), on)
    assert [(one.kind, one.form, one.known_on) for one in told] == [("not-done", "pressure", on)]
    assert len(told[0].what.values["place"].values["forms"]) == 2
    assert told[0].what.values["reason"] == "the kettle broke"
    made.do(pressure("weeks.1"), subject_id, on=DAY + days(28), at=noon(on))
    assert found(made, subject_id, on) == [("not-done", DAY + days(31), on)]


def test_a_draw_in_error_is_a_deviation_of_the_day_of_the_draw():
    made, subject_id = begun()
    made.do(MarkDraw(reason="was never eligible"), subject_id, on=DAY + days(7))
    assert found(made, subject_id) == [("drawn-in-error", DAY, DAY + days(7))]


def test_nobody_deviates_by_dying_before_a_visit():
    made, subject_id = begun()
    made.do(RecordDeath(cause="other"), subject_id, on=DAY + days(10))
    assert found(made, subject_id, DAY + days(300)) == []


def test_the_last_known_comes_first():
    made, subject_id = begun()
    made.do(MarkDraw(reason="never eligible"), subject_id, on=DAY + days(7))
    known = [known for _, _, known in found(made, subject_id, DAY + days(100))]
    assert known == sorted(known, reverse=True) and len(known) == 4

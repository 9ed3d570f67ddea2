"""Who is screened again is linked to the number they had before; who was drawn never is."""

import pytest

from equipoise.conduct import trial
from equipoise.conduct.consent import GiveConsent, WithdrawConsent
from equipoise.conduct.follow_up import RecordDeath
from equipoise.conduct.randomisation import MarkDraw
from equipoise.conduct.screened_before import ScreenAgain
from equipoise.conduct.screening import FailScreening
from equipoise.conduct.voiding import VoidEntry
from tests.support import DAY, a_stamp, a_trial, days, noon

LATER = DAY + days(30)


@pytest.fixture
def made():
    return a_trial()


def failed(made, site="01"):
    subject_id = made.enter(site)
    made.do(FailScreening(note="moved"), subject_id)
    return subject_id


def withdrew(made, scope="everything"):
    subject_id = made.enter()
    made.do(GiveConsent(version="1"), subject_id)
    made.do(WithdrawConsent(scope=scope), subject_id)
    return subject_id


def void(made, subject_id, kind):
    entries = [entry for entry in made.ledger.entries(subject_id) if entry.kind == kind]
    return VoidEntry(entry=entries[-1].seq, reason="another person")


def test_who_failed_or_withdrew_comes_again_under_a_number_that_is_linked(made):
    for earlier in (failed(made), failed(made, "02"), withdrew(made), withdrew(made, "treatment")):
        again = made.enter(on=LATER)
        made.do(ScreenAgain(earlier=f" {earlier} "), again, on=LATER)
        assert made.subject(again).screening.again_of == earlier


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("the one of May", "again.number"),
        ("", "again.number"),
        ("study", "again.number"),
        ("PIT-01-0001", "again.number"),
        ("TEA-99-0001", "again.number"),
        ("TEA-01-\u0660\u0660\u0660\u0661", "again.number"),
        ("TEA-01-0001", "again.itself"),
        ("TEA-02-0001", "again.nobody"),
    ],
)
def test_what_is_no_earlier_number_is_refused(made, number, code):
    assert made.codes(ScreenAgain(earlier=number), made.enter()) == [code]


def test_who_is_not_out_before_the_draw_is_not_screened_again_and_no_more_is_told(made):
    drawn, marked, left = made.randomised(), made.randomised(), made.randomised()
    made.do(WithdrawConsent(scope="everything"), left)
    made.do(MarkDraw(reason="never eligible"), marked)
    partly = withdrew(made, "questionnaires")
    again = made.enter(on=LATER)
    for earlier in (drawn, marked, left, partly, made.enter(), made.registered()):
        (refusal,) = made.refusals(ScreenAgain(earlier=earlier), again, on=LATER)
        assert refusal.code == "again.not-ended"


def test_the_earlier_one_entered_earlier(made):
    first, second = failed(made), failed(made)
    assert made.codes(ScreenAgain(earlier=second), first) == ["again.later"]
    made.do(ScreenAgain(earlier=first), second)


def test_who_came_again_comes_once_more_by_the_number_they_had_last(made):
    """Else who was drawn under the second number could come again by the first."""
    first, second, third = failed(made), made.enter(on=LATER), made.enter(on=LATER + days(1))
    made.do(ScreenAgain(earlier=first), second, on=LATER)
    act, on = ScreenAgain(earlier=first), LATER + days(2)
    assert made.codes(act, third, on=on) == ["again.taken"]
    made.do(FailScreening(note="moved"), second, on=on)
    assert made.codes(act, third, on=on) == ["again.taken"]
    made.do(ScreenAgain(earlier=second), third, on=on)


def test_a_link_is_made_once_and_may_be_found_in_error(made):
    first, other, again = failed(made), failed(made), made.enter(on=LATER)
    made.do(ScreenAgain(earlier=first), again, on=LATER)
    assert made.codes(ScreenAgain(earlier=other), again, on=LATER) == ["again.linked"]
    made.do(void(made, again, "screening.again"), again, on=LATER)
    made.do(ScreenAgain(earlier=other), again, on=LATER)
    assert made.subject(again).screening.again_of == other


def test_it_may_be_found_after_their_death_and_only_of_who_is_there(made):
    first, again = failed(made), made.randomised(on=LATER)
    made.do(RecordDeath(cause="other"), again, on=LATER)
    made.do(ScreenAgain(earlier=first), again, on=LATER + days(3))
    assert "subject.unknown" in made.codes(ScreenAgain(earlier=first), "TEA-01-0099")


def test_whoever_may_enter_screening_may_say_so_at_that_hospital_and_nobody_else(made):
    first, again = failed(made), made.enter(on=LATER)
    for person in ("doctor-02", "office-1"):
        act = ScreenAgain(earlier=first)
        assert made.codes(act, again, by=person, on=LATER) == ["role.may-not"]
    made.do(ScreenAgain(earlier=first), again, by="assistant-01", on=LATER)


@pytest.mark.parametrize(
    ("ended", "kind"), [(failed, "screening.fail"), (withdrew, "consent.withdraw")]
)
def test_what_ended_the_earlier_one_stands_while_somebody_is_linked_to_it(made, ended, kind):
    first, again = ended(made), made.enter(on=LATER)
    made.do(ScreenAgain(earlier=first), again, on=LATER)
    assert made.codes(void(made, first, kind), first, on=LATER) == ["void.screened-again"]
    made.do(void(made, again, "screening.again"), again, on=LATER)
    made.do(void(made, first, kind), first, on=LATER)


def test_a_failure_is_put_right_by_another_while_somebody_is_linked_to_it(made):
    first, again = failed(made), made.enter(on=LATER)
    made.do(ScreenAgain(earlier=first), again, on=LATER)
    act, stamp = FailScreening(criteria=["I2"]), a_stamp("doctor-01", DAY, noon(LATER))
    how = {"subject_id": first}
    trial.replace(made.study, made.ledger, void(made, first, act.kind), act, stamp, **how)
    assert made.subject(first).screening.failure.criteria == ["I2"]


def test_the_earlier_ones_stream_is_held_while_it_is_judged(made):
    act = ScreenAgain(earlier="TEA-01-0001")
    assert trial.streams_of(act, "TEA-02-0001") == ("TEA-02-0001", "TEA-01-0001")
    for typed in ("*", "TEA\x00-0001", "study"):
        assert trial.streams_of(ScreenAgain(earlier=typed), "TEA-02-0001") == ("TEA-02-0001",)

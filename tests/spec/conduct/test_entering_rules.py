"""Screening and registration: a number, a reason, and every criterion on its day."""

import pytest

from equipoise.conduct import eligibility, trial
from equipoise.conduct.act import Refused
from equipoise.conduct.consent import GiveConsent
from equipoise.conduct.follow_up import RecordDeath
from equipoise.conduct.screening import EnterScreening, FailScreening, Register
from equipoise.conduct.status import status
from equipoise.logic.truth import Truth
from tests.support import DAY, a_panel_study, a_study, a_trial, days, person, pressure


def test_numbers_run_from_one_at_each_site():
    made = a_trial()
    assert [made.enter(), made.enter(), made.enter("02"), made.enter()] == [
        "TEA-01-0001",
        "TEA-01-0002",
        "TEA-02-0001",
        "TEA-01-0003",
    ]


@pytest.mark.parametrize(
    "number",
    ["TEA-02-0001", "TEA-01-1", "TEA-01-", "TEA-01-００01", "TEA-01-²²²²", "TEA-01-0001x", "study",
     "allocation", "PIT-01-0001", "TEA-01-9999999", ""],
)  # fmt: skip
def test_a_number_is_of_its_site_and_four_digits(number):
    made = a_trial()
    assert "screening.number" in made.codes(EnterScreening(site="01"), number)


def test_a_number_is_given_out_once():
    made = a_trial()
    subject_id = made.enter()
    assert made.codes(EnterScreening(site="01"), subject_id) == ["screening.number-taken"]


def test_the_next_number_is_not_led_astray_by_a_site_whose_code_begins_the_same():
    sites = [
        {"id": "01", "name": "One", "source": "assumed: x"},
        {"id": "01-A", "name": "One A", "source": "assumed: x"},
    ]
    made = a_trial(a_study(sites=sites))
    assert [made.enter("01-A"), made.enter("01")] == ["TEA-01-A-0001", "TEA-01-0001"]


def test_a_site_that_is_not_open_takes_nobody_and_is_named_in_the_refusal():
    made = a_trial(a_study(sites=[s.model_dump() for s in a_study().sites]))
    with pytest.raises(Refused) as refused:
        made.do(EnterScreening(site="09"), "TEA-09-0001", by="doctor-01")
    assert "site.not-open" in {r.code for r in refused.value.refusals}


def test_screening_fails_with_a_criterion_of_the_study_or_a_reason():
    made = a_trial()
    subject_id = made.enter()
    assert made.codes(FailScreening(), subject_id) == ["screening.no-reason"]
    assert made.codes(FailScreening(note="  "), subject_id) == ["screening.no-reason"]
    assert made.codes(FailScreening(criteria=["I9"]), subject_id) == ["screening.no-criterion"]
    made.do(FailScreening(criteria=["I2"]), subject_id)
    assert status(made.subject(subject_id)) == "screen failure"
    assert made.codes(FailScreening(criteria=["I2"]), subject_id) == ["screening.failed-before"]


def test_whoever_failed_screening_is_not_registered_and_comes_again_under_a_new_number():
    made = a_trial()
    subject_id = made.eligible()
    made.do(FailScreening(note="moved away"), subject_id)
    assert made.codes(Register(), subject_id) == ["registration.failed"]
    again = made.registered(on=DAY + days(30))
    assert again != subject_id
    assert status(made.subject(again)) == "registered"


def test_registration_names_everything_that_does_not_stand_yet():
    made = a_trial()
    subject_id = made.enter()
    refusals = made.refusals(Register(), subject_id)
    assert [(r.code, r.where) for r in refusals] == [
        ("consent.none", "consent"),
        ("criterion.unknown", "I1"),
        ("criterion.unknown", "I2"),
        ("criterion.unknown", "I3"),
        ("criterion.unknown", "E1"),
        ("criterion.unknown", "E2"),
    ]
    made.do(GiveConsent(version="1"), subject_id)
    made.do(person(medicines=[{"medicine": "a", "lowers_pressure": "yes"}]), subject_id)
    made.do(pressure(systolic="160"), subject_id)
    refusals = made.refusals(Register(), subject_id)
    assert [(r.code, r.where) for r in refusals] == [
        ("criterion.not-met", "I2"),
        ("criterion.not-met", "E1"),
    ]


def test_a_window_counts_from_the_day_of_registration():
    """At most 14 days before: the fourteenth day still counts, the fifteenth does not."""
    for late, met in ((0, True), (14, True), (15, False)):
        made = a_trial()
        subject_id = made.eligible()
        if met:
            made.do(Register(), subject_id, on=DAY + days(late))
        else:
            found = made.refusals(Register(), subject_id, on=DAY + days(late))
            assert [(r.code, r.where) for r in found] == [("criterion.unknown", "I2")]


def test_registration_fixes_the_windows():
    made = a_trial()
    subject_id = made.registered()
    later = DAY + days(60)
    lines = eligibility.checklist(made.study, made.subject(subject_id), later)
    assert eligibility.verdict(lines) is Truth.TRUE
    assert made.codes(Register(), subject_id, on=later) == ["registration.before"]


def test_the_checklist_tells_the_day_on_which_an_answer_goes_out_of_date():
    made = a_trial()
    subject = made.subject(made.eligible())
    lines = {line.criterion.id: line for line in eligibility.checklist(made.study, subject, DAY)}
    assert lines["I2"].changes_on == DAY + days(15)
    assert lines["E1"].changes_on is None
    assert lines["E2"].judged
    assert not lines["I1"].judged


def test_a_panel_that_concluded_later_does_not_let_someone_in_on_an_earlier_day():
    made = a_trial(a_panel_study())
    subject_id = made.eligible(on=DAY)
    found = made.codes(Register(), subject_id, on=DAY - days(1))
    assert "panel.no-conclusion" in found


def test_nobody_who_died_is_registered_on_any_day():
    for on in (DAY, DAY + days(1), DAY + days(2)):
        made = a_trial()
        subject_id = made.eligible()
        made.do(RecordDeath(cause="other"), subject_id, on=DAY + days(1))
        assert made.codes(Register(), subject_id, on=on) == ["subject.died"], on


def test_participants_are_listed_by_number_and_the_streams_of_the_trial_are_not_among_them():
    made = a_trial()
    numbers = [made.enter(), made.randomised()]
    assert trial.subject_ids(made.ledger) == numbers

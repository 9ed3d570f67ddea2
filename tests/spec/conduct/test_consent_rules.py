"""Consent: for a version that stands, once; and what withdrawal ends."""

from datetime import date

import pytest

from equipoise.conduct.consent import SCOPES, GiveConsent, WithdrawConsent
from equipoise.conduct.follow_up import RecordAlive, RecordDeath
from equipoise.conduct.panel import AskPanel
from equipoise.conduct.screening import Register
from equipoise.conduct.status import status
from equipoise.conduct.words import asks
from tests.support import (
    DAY,
    a_panel_study,
    a_study,
    a_subject,
    a_trial,
    days,
    person,
    pressure,
    rows,
)


def test_consent_is_given_for_a_version_that_exists_from_its_first_day():
    made = a_trial()
    subject_id = made.enter()
    assert made.codes(GiveConsent(version="2"), subject_id) == ["consent.unknown-version"]
    too_early = made.refusals(GiveConsent(version="1"), subject_id, on=date(2026, 1, 4))
    assert [r.code for r in too_early] == ["consent.before-version"]
    assert too_early[0].where == "happened"
    made.do(GiveConsent(version="1"), subject_id, on=date(2026, 1, 5), at=None)


def test_a_version_is_signed_once():
    made = a_trial()
    subject_id = made.enter()
    made.do(GiveConsent(version="1"), subject_id)
    assert made.codes(GiveConsent(version="1"), subject_id) == ["consent.given-before"]


def test_consent_counts_from_the_day_it_was_signed_and_not_from_the_day_it_was_recorded():
    made = a_trial()
    subject_id = made.enter()
    made.do(GiveConsent(version="1"), subject_id, on=DAY - days(3))
    assert made.subject(subject_id).consent_on == DAY - days(3)


def test_only_a_consent_that_was_given_can_be_withdrawn_and_not_before_it():
    made = a_trial()
    subject_id = made.enter()
    withdraw = WithdrawConsent(scope="everything")
    assert made.codes(withdraw, subject_id) == ["consent.none"]
    made.do(GiveConsent(version="1"), subject_id)
    early = made.codes(withdraw, subject_id, on=DAY - days(1))
    assert early == ["consent.withdrawn-too-early"]
    made.do(withdraw, subject_id)


def test_what_was_withdrawn_is_not_withdrawn_again_and_everything_covers_the_rest():
    table = """
        first      | then       | refused
        -----------+------------+--------
        treatment  | treatment  | yes
        treatment  | follow-up  |
        treatment  | everything |
        follow-up  | everything |
        everything | everything | yes
        everything | treatment  | yes
        everything | follow-up  | yes
    """
    for row in rows(table):
        made = a_trial()
        subject_id = made.randomised()
        made.do(WithdrawConsent(scope=row["first"]), subject_id)
        then = WithdrawConsent(scope=row["then"])
        if row["refused"]:
            assert made.codes(then, subject_id) == ["consent.withdrawn-before"], row
        else:
            made.do(then, subject_id)


@pytest.mark.parametrize("scope", ["treatment", "follow-up", "everything"])
def test_nobody_who_withdrew_is_registered(scope):
    made = a_trial()
    subject_id = made.eligible()
    made.do(WithdrawConsent(scope=scope), subject_id)
    assert "consent.withdrawn" in made.codes(Register(), subject_id)


PUBLIC, SILENT = {"vital_status": True}, {"vital_status": False}


@pytest.mark.parametrize("said", [None, PUBLIC, SILENT], ids=["nothing", "public", "silent"])
def test_after_withdrawal_only_what_was_found_until_then_and_what_the_study_says_of_life(said):
    """A life can be told where a death can, and a death cannot where a life cannot."""
    table = """
        scope      | day after | form | life or death
        -----------+-----------+------+--------------
        treatment  | 1         | yes  | yes
        follow-up  | 0         | yes  | yes
        follow-up  | 1         |      | public
        everything | 0         | yes  | yes
        everything | 1         |      | public
    """
    consent = a_study().consent.model_dump()
    rule = {**said, "source": "assumed: for tests"} if said else None
    study = a_study(consent={**consent, "after_withdrawal": rule})
    for row in rows(table):
        for act in (pressure("weeks.1"), RecordAlive(), RecordDeath(cause="other")):
            made = a_trial(study)
            subject_id = made.randomised()
            made.do(WithdrawConsent(scope=row["scope"]), subject_id)
            on = DAY + days(int(row["day after"]))
            allowed = row["form" if act.kind == "forms.save" else "life or death"]
            if allowed == "yes" or (allowed == "public" and said is not SILENT):
                made.do(act, subject_id, by="doctor-01", on=on)
            else:
                told = made.codes(act, subject_id, by="doctor-01", on=on)
                assert told == ["consent.withdrawn"], (row, act.kind)


@pytest.mark.parametrize("scope", ["treatment", "follow-up", "everything"])
def test_who_withdrew_before_the_draw_is_put_to_no_panel_and_not_drawn(scope):
    made = a_trial(a_panel_study())
    subject_id = made.registered()
    made.do(WithdrawConsent(scope=scope), subject_id)
    for act in (AskPanel(scan_on=DAY), made.draw(subject_id)):
        assert "consent.withdrawn" in made.codes(act, subject_id)


def test_treatment_withdrawn_after_the_draw_leaves_the_panel_and_follow_up_open():
    made = a_trial(a_panel_study())
    subject_id = made.randomised()
    made.do(WithdrawConsent(scope="treatment"), subject_id)
    made.do(AskPanel(scan_on=DAY), subject_id)
    made.do(WithdrawConsent(scope="follow-up"), subject_id)
    assert "consent.withdrawn" in made.codes(AskPanel(scan_on=DAY), subject_id)


def test_whoever_withdrew_everything_cannot_sign_again():
    made = a_trial()
    subject_id = made.enter()
    made.do(GiveConsent(version="1"), subject_id)
    made.do(WithdrawConsent(scope="everything"), subject_id)
    assert "consent.withdrawn" in made.codes(GiveConsent(version="1"), subject_id)


def test_what_someone_is_asked_before_consent_stays_with_their_screening():
    subject = a_subject(person())
    assert (subject.consent_on, status(subject)) == (None, "in screening")


def a_study_with_questionnaire():
    forms = [form.model_dump() for form in a_study().forms]
    return a_study(forms=[{**one, "questionnaire": one["id"] == "pressure"} for one in forms])


def test_who_withdrew_from_a_part_stays_in_the_trial_and_enters_it():
    for scope in ("questionnaires", "contact", "further-use"):
        made = a_trial()
        subject_id = made.enter()
        made.do(GiveConsent(version="1"), subject_id)
        made.do(WithdrawConsent(scope=scope), subject_id)
        subject = made.subject(subject_id)
        assert subject.left_on is None and not subject.is_out and status(subject) == "in screening"
        assert "consent.withdrawn" not in made.codes(Register(), subject_id)
        made.do(WithdrawConsent(scope="everything"), subject_id)
        assert made.codes(WithdrawConsent(scope=scope), subject_id) == ["consent.withdrawn-before"]


def test_who_withdrew_from_questionnaires_fills_none_of_a_later_day_and_is_asked_none():
    made = a_trial(a_study_with_questionnaire())
    subject_id = made.enter()
    made.do(GiveConsent(version="1"), subject_id)
    made.do(WithdrawConsent(scope="questionnaires"), subject_id, on=DAY + days(1))
    later = made.codes(pressure(), subject_id, on=DAY + days(2))
    assert later == ["consent.no-questionnaire"]
    made.do(pressure(), subject_id, on=DAY + days(1))


def test_what_was_withdrawn_is_not_offered_again():
    made = a_trial()
    who = made.eligible()
    fits = asks(WithdrawConsent)["scope"].fits
    assert fits and list(fits(made.study, made.subject(who))) == list(SCOPES)
    made.do(WithdrawConsent(scope="questionnaires"), who)
    offered = list(fits(made.study, made.subject(who)))
    assert offered == [scope for scope in SCOPES if scope != "questionnaires"]
    for scope in offered:
        assert not made.tried(WithdrawConsent(scope=scope), who), scope
    made.do(WithdrawConsent(scope="everything"), who)
    assert not WithdrawConsent.offered(made.study, made.subject(who))

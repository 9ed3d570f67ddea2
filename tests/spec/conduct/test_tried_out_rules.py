"""Trying an act out: what `perform` would have against it is found, and nothing is done.

That both find the same is held wherever a test asks why an act is refused (`tests/support.py`).
"""

from equipoise.conduct.consent import GiveConsent, WithdrawConsent
from equipoise.conduct.follow_up import RecordDeath
from tests.support import DAY, a_trial, days


def test_what_may_be_done_has_nothing_against_it_and_is_not_done_by_being_tried():
    made = a_trial()
    subject_id = made.enter()
    before = list(made.ledger.everything())
    assert made.tried(GiveConsent(version="1"), subject_id) == ()
    assert list(made.ledger.everything()) == before
    assert made.subject(subject_id).consent_on is None


def test_of_an_act_that_is_not_made_yet_what_is_against_all_of_its_kind_is_found():
    made = a_trial()
    subject_id = made.eligible()
    made.do(RecordDeath(cause="unknown"), subject_id)
    later = {"on": DAY + days(1), "at": None}
    assert [r.code for r in made.tried(WithdrawConsent, subject_id, **later)] == ["subject.died"]
    by_nobody = made.tried(WithdrawConsent, subject_id, by="nobody", **later)
    assert [r.code for r in by_nobody] == ["role.may-not", "subject.died"]

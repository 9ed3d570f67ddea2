"""What was given too late, too often, too much, or without a standing check is a deviation."""

import pytest

from equipoise.conduct.consent import WithdrawConsent
from equipoise.conduct.deviations import deviations
from equipoise.conduct.follow_up import RecordDeath
from equipoise.conduct.locks import LockParticipant
from equipoise.conduct.treatment import GiveDose, ReleasePreparation
from equipoise.conduct.voiding import VoidEntry
from tests.spec.conduct.treatment.test_treatment_rules import PART, WEEKLY
from tests.support import DAY, a_study, days
from tests.treated import check_of, in_arm, planned, two_schedules

NURSE, DOCTOR, PHARMACIST = "assistant-01", "doctor-01", "pharmacist-01"


@pytest.fixture
def made():
    return two_schedules()


@pytest.fixture
def someone(made) -> str:
    return in_arm(made, "infusion")


def checked(made, someone: str) -> int:
    """A plan of the first cycle that the pharmacist checked; the entry of the check."""
    plan = planned(made, someone, WEEKLY)
    return made.do(check_of(made, someone, plan), someone, by=PHARMACIST).seq


def give(made, someone: str, text: str = "145", on=DAY, **fields):
    act = GiveDose(regimen=WEEKLY, cycle=1, doses={PART: text}, **fields)
    return made.do(act, someone, by=NURSE, on=on)


def amiss(made, someone: str, on=DAY) -> list[str]:
    """How the sentences of its deviations begin, without the names in them."""
    found = deviations(made.study, made.subject(someone), on)
    return [one.what.phrase.sentence for one in found if one.kind == "dose"]


def test_a_dose_after_the_withdrawal_of_treatment_is_one_though_its_plan_was_checked(made, someone):
    checked(made, someone)
    made.do(WithdrawConsent(scope="treatment"), someone, by=DOCTOR, on=DAY + days(1))
    give(made, someone, on=DAY + days(1))
    assert not any("agrees to no more" in text for text in amiss(made, someone, DAY + days(1)))
    other = in_arm(made, "infusion")
    checked(made, other)
    made.do(WithdrawConsent(scope="everything"), other, by=DOCTOR, on=DAY + days(1))
    give(made, other, on=DAY + days(2))
    assert any("agrees to no more" in text for text in amiss(made, other, DAY + days(2)))


@pytest.mark.parametrize("grade", ["freeze", "lock"])
def test_a_dose_that_was_given_is_recorded_whatever_is_closed(grade):
    roles = [role.model_dump() for role in a_study("two-schedules").roles]
    roles = [{**one, "may": (*one["may"], "lock.participant")} for one in roles]
    made = two_schedules(roles=roles)
    someone = in_arm(made, "infusion")
    left = dict.fromkeys(("forms", "signatures"), "later") if grade == "lock" else {}
    lock = LockParticipant(grade=grade, reason="review", exceptions=left)
    made.do(lock, someone, by=DOCTOR)
    give(made, someone, on=DAY + days(1))
    assert any("without a plan" in text for text in amiss(made, someone, DAY + days(1)))


def test_a_dose_that_is_recorded_twice_is_one(made, someone):
    """It counts twice in every total, whether it was given so or typed so."""
    checked(made, someone)
    give(made, someone)
    assert amiss(made, someone) == []
    give(made, someone, on=DAY + days(1))
    assert any("once more in this cycle" in text for text in amiss(made, someone, DAY + days(1)))


def test_more_than_planned_is_one_though_it_was_given_in_part(made, someone):
    checked(made, someone)
    give(made, someone, "100", partly=[PART], reasons={PART: "stopped"})
    assert amiss(made, someone) == []
    other = in_arm(made, "infusion")
    checked(made, other)
    give(made, other, "1450", partly=[PART], reasons={PART: "stopped"})
    assert len(amiss(made, other)) == 1


def test_a_check_of_a_later_day_was_none_when_the_dose_was_given(made, someone):
    plan = planned(made, someone, WEEKLY)
    made.do(check_of(made, someone, plan), someone, by=PHARMACIST, on=DAY + days(1))
    act = GiveDose(regimen=WEEKLY, cycle=1, doses={PART: "145"})
    made.do(act, someone, by=NURSE, on=DAY)
    assert any("before a second person" in text for text in amiss(made, someone))


def test_a_check_is_not_voided_under_what_was_released_by_it(made, someone):
    seq = checked(made, someone)
    plan = made.subject(someone).treatment.plans[0].seq
    right = ReleasePreparation(plan=plan, lots={PART: "A1"}, expiries={PART: "2027-03-31"})
    made.do(right, someone, by=PHARMACIST)
    void = VoidEntry(entry=seq, reason="not mine")
    assert made.codes(void, someone, by=PHARMACIST) == ["void.release-rests"]


def test_nobody_is_given_a_dose_after_their_death(made, someone):
    made.do(RecordDeath(cause="disease"), someone, by=DOCTOR, on=DAY + days(1))
    act = GiveDose(regimen=WEEKLY, cycle=1, doses={PART: "145"})
    assert made.codes(act, someone, by=NURSE, on=DAY + days(2)) == ["subject.died"]
    made.do(act, someone, by=NURSE, on=DAY + days(1))

"""A trial that goes on from a copy gives no number and makes no draw that was made before."""

import msgspec
import pytest

from equipoise.conduct.act import Copy
from equipoise.conduct.follow_up import RecordAlive
from equipoise.conduct.meaning import faults_of_meaning
from equipoise.conduct.replay import replay
from equipoise.conduct.restored import SayRestored
from equipoise.conduct.screening import EnterScreening, FailScreening
from equipoise.ledger import MemoryLedger
from tests.support import DAY, SEED, Trial, a_trial, noon

STATED = SayRestored(numbers="01 0030\n02 7", last_draw=5, because="from paper, at both hospitals")


def restored(made: Trial) -> Trial:
    """The same trial as a copy of it goes on, in another place."""
    ledger = MemoryLedger.of(made.ledger.everything())
    head = ledger.head("study")
    assert head
    return Trial(made.study, ledger, copy_of=Copy(ends=noon(DAY), study_seq=head.seq))


@pytest.fixture
def made() -> Trial:
    """Three were drawn and one is registered; then a copy of it was put back."""
    before = a_trial()
    for _ in range(3):
        before.randomised()
    before.registered()
    return restored(before)


def stated(made: Trial) -> Trial:
    made.do(STATED, by="office-1")
    return made


def test_a_restored_trial_enters_nobody_and_draws_nobody_until_the_numbers_are_stated(made):
    waiting = "TEA-01-0004"
    assert made.codes(EnterScreening(site="01"), "TEA-01-0005") == ["restored.numbers-unknown"]
    assert made.codes(made.draw(waiting), waiting) == ["restored.numbers-unknown"]
    stated(made)
    assert made.enter() == "TEA-01-0031"
    assert made.enter("02") == "TEA-02-0008"
    made.do(made.draw(waiting), waiting)
    assert made.subject(waiting).randomisation.allocation.number == 6


def test_what_gives_no_number_is_recorded_meanwhile(made):
    made.do(FailScreening(note="chose coffee"), "TEA-01-0004")
    made.do(RecordAlive(), "TEA-01-0001")


def test_a_number_that_was_stated_is_never_given_again(made):
    stated(made)
    for number in ("TEA-01-0005", "TEA-01-0030"):
        assert made.codes(EnterScreening(site="01"), number) == ["screening.number-taken"]
    made.do(EnterScreening(site="01"), "TEA-01-0031")


def test_the_office_states_it_once_for_every_hospital_that_is_open_and_after_what_is_recorded(made):
    def codes(**changed):
        return made.codes(msgspec.structs.replace(STATED, **changed), by="office-1")

    assert made.codes(STATED, by="doctor-01") == ["role.may-not"]
    assert codes(because=" ") == ["restored.no-reason"]
    assert codes(numbers="01 30") == ["restored.not-said"]
    assert codes(numbers="01 30\n02 seven") == ["restored.no-line", "restored.not-said"]
    assert codes(numbers="01 30\n02 7\n99 1") == ["restored.no-site"]
    assert codes(last_draw=2) == ["restored.draw-known"]
    stated(made)
    assert codes() == ["restored.not-a-copy"]
    assert a_trial().codes(STATED, by="office-1") == ["restored.not-a-copy"]


def test_a_copy_of_what_was_restored_once_waits_again_when_it_is_restored(made):
    again = restored(stated(made))
    assert again.codes(EnterScreening(site="01"), "TEA-01-0031") == ["restored.numbers-unknown"]


def test_draws_after_a_gap_that_was_stated_follow_from_the_seed_and_have_no_fault(made):
    waiting = "TEA-01-0004"
    stated(made)
    made.do(made.draw(waiting), waiting)
    made.randomised("02")
    entries = list(made.ledger.everything())
    ordered = [e for name in ("study", "allocation") for e in entries if e.stream == name]
    assert [draw.number for draw in made.folds.trial_state().draws] == [1, 2, 3, 6, 7]
    assert replay(ordered, SEED, {made.study.digest: made.study}) == (5, [])
    assert faults_of_meaning(entries, {made.study.digest: made.study}) == []
    unstated = [e for e in entries if e.kind != SayRestored.kind]
    assert "draw-number" in {fault.code for fault in faults_of_meaning(unstated)}

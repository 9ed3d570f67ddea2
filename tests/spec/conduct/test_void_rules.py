"""What was recorded in error is voided with a reason; both stand, and nothing rests on nothing."""

import msgspec
import pytest

from equipoise.analysis.frames import subjects_as_of
from equipoise.conduct import trial
from equipoise.conduct.act import Refused
from equipoise.conduct.consent import GiveConsent, WithdrawConsent
from equipoise.conduct.follow_up import (
    RecordAlive,
    RecordDeath,
    RecordProgression,
    RecordResection,
)
from equipoise.conduct.panel import AskPanel, CastVote, Conclude
from equipoise.conduct.randomisation import MarkDraw
from equipoise.conduct.screening import FailScreening, Register
from equipoise.conduct.status import status
from equipoise.conduct.voiding import VoidEntry
from equipoise.ledger import verify
from tests.support import DAY, a_panel_study, a_stamp, a_trial, days, noon, pressure


@pytest.fixture
def made():
    return a_trial(a_panel_study())


def last(made, subject_id, kind):
    """The number of the last entry of a kind."""
    entries = made.ledger.entries(subject_id)
    return max(entry.seq for entry in entries if entry.kind == kind)


def void(made, subject_id, kind, **told):
    return VoidEntry(entry=last(made, subject_id, kind), reason="the wrong person", **told)


def codes(made, subject_id, kind, **how):
    return made.codes(void(made, subject_id, kind), subject_id, **how)


def replace(made, subject_id, act, on=DAY, by="doctor-01"):
    return trial.replace(
        made.study,
        made.ledger,
        void(made, subject_id, act.kind),
        act,
        a_stamp(by, on, noon(DAY + days(90))),
        subject_id=subject_id,
    )


def test_a_voided_entry_stands_and_nothing_follows_from_it(made):
    drawn = made.randomised()
    before = made.subject(drawn)
    alive, shown = before.last_known_alive(made.study), status(before)
    entry = made.do(RecordDeath(cause="other"), drawn, on=DAY + days(5))
    assert status(made.subject(drawn)) == "died"
    voiding = made.do(void(made, drawn, "event.death"), drawn, by="doctor-01", on=DAY + days(9))
    after = made.subject(drawn)
    assert after.follow_up.death is None
    assert (after.last_known_alive(made.study), status(after)) == (alive, shown)
    (voided,) = after.voiding.voided
    assert (voided.entry, voided.voids, voided.reason) == (
        entry.seq,
        "event.death",
        "the wrong person",
    )
    assert (voided.by, voided.seq) == ("doctor-01", voiding.seq)
    kinds = [e.kind for e in made.ledger.entries(drawn)]
    assert kinds[-2:] == ["event.death", "entry.void"]
    assert verify(made.ledger.everything()) == []


def test_before_it_was_voided_it_counted(made):
    """A cut as of a day before the void holds what was believed then."""
    drawn = made.randomised()
    made.do(RecordDeath(cause="other"), drawn, on=DAY + days(5))
    made.do(void(made, drawn, "event.death"), drawn, on=DAY + days(9))
    (then,) = subjects_as_of(made.ledger, noon(DAY + days(8)))
    (now,) = subjects_as_of(made.ledger)
    assert then.follow_up.death and not now.follow_up.death


@pytest.mark.parametrize(
    "act",
    [
        RecordAlive(),
        RecordProgression(place="liver"),
        RecordResection(residual="R0"),
        RecordDeath(cause="other"),
        WithdrawConsent(scope="everything"),
        pressure("weeks.1"),
        MarkDraw(reason="never eligible"),
    ],
    ids=lambda act: act.kind,
)
def test_what_nothing_rests_on_is_voided_as_if_it_had_never_been(made, act):
    drawn = made.randomised()
    before = made.subject(drawn)
    frozen = {name: repr(getattr(before, name)) for name in before.__struct_fields__}
    made.do(act, drawn, by="doctor-01", on=DAY + days(3))
    made.do(void(made, drawn, act.kind), drawn, by="doctor-01", on=DAY + days(4))
    after = made.subject(drawn)
    changed = {n for n in frozen if repr(getattr(after, n)) != frozen[n]}
    assert changed == {"seq", "voiding"}
    assert codes(made, drawn, act.kind, by="doctor-01", on=DAY + days(4)) == ["void.before"]


def test_a_form_goes_back_to_what_stood_before(made):
    subject_id = made.enter()
    made.do(pressure(systolic="140"), subject_id)
    wrong = pressure(systolic="190")
    made.do(msgspec.structs.replace(wrong, reason="read again"), subject_id)
    made.do(void(made, subject_id, "forms.save"), subject_id)
    assert made.subject(subject_id).forms.records["pressure@screening#1"].now("systolic") == "140"


def test_a_consent_on_which_a_registration_rests_is_not_voided(made):
    subject_id = made.registered()
    found = codes(made, subject_id, "consent.give", by="doctor-01")
    assert "void.registration-rests" in found and "void.question-rests" in found
    made.do(void(made, subject_id, "registration.register"), subject_id, by="doctor-01")
    assert made.subject(subject_id).screening.registered is None
    assert codes(made, subject_id, "consent.give", by="doctor-01") == ["void.question-rests"]


def test_a_registration_after_a_draw_and_the_draw_itself_are_not_voided(made):
    drawn = made.randomised()
    assert codes(made, drawn, "registration.register", by="doctor-01") == ["void.draw-rests"]
    draw = VoidEntry(entry=1, reason="drawn in error", named_stream="allocation")
    assert made.codes(draw, drawn, by="doctor-01") == ["void.draw"]
    office = VoidEntry(entry=2, reason="not them", named_stream="study")
    assert made.codes(office, drawn, by="doctor-01") == ["void.elsewhere"]


def test_a_draw_in_error_is_marked_and_the_allocation_stands(made):
    drawn, other = made.randomised(), made.registered()
    arm = made.subject(drawn).randomisation.allocation
    made.do(MarkDraw(reason="never eligible"), drawn, on=DAY + days(2))
    after = made.subject(drawn)
    assert (
        after.randomisation.allocation == arm
        and after.randomisation.draw_error.reason == "never eligible"
    )
    assert made.codes(MarkDraw(reason="again"), drawn) == ["randomisation.marked-before"]
    assert made.codes(MarkDraw(reason="x"), other) == ["randomisation.not-drawn"]
    assert made.codes(MarkDraw(reason=" "), drawn) == [
        "randomisation.marked-before",
        "randomisation.no-reason",
    ]


def test_a_void_says_why_and_names_an_entry_of_this_participant_that_is_no_void(made):
    one, other = made.enter(), made.enter()
    made.do(GiveConsent(version="1"), one)
    consent = last(made, one, "consent.give")
    blank = VoidEntry(entry=consent, reason="  ")
    assert made.codes(blank, one) == ["void.no-reason"]
    for number in (0, -1, 99, 2**80):
        with pytest.raises((Refused, OverflowError)) as refused:
            made.do(VoidEntry(entry=number, reason="x"), one, by="doctor-01")
        assert isinstance(refused.value, Refused)
    elsewhere = VoidEntry(entry=consent, reason="x", named_stream=one)
    assert made.codes(elsewhere, other, by="doctor-01") == ["void.no-entry"]
    assert codes(made, one, "screening.enter", by="doctor-01") == ["void.number-stands"]
    made.do(void(made, one, "consent.give"), one)
    assert codes(made, one, "entry.void", by="doctor-01") == ["void.of-a-void"]


def test_who_may_not_record_it_may_not_void_it(made):
    drawn = made.randomised()
    made.do(RecordDeath(cause="other"), drawn)
    assert codes(made, drawn, "event.death", by="assistant-01") == ["role.may-not"]
    assert codes(made, drawn, "event.death", by="doctor-02") == ["role.may-not"]
    made.do(void(made, drawn, "event.death"), drawn, by="doctor-01")


def test_a_vote_is_voided_by_its_reader_while_others_are_awaited(made):
    subject_id = made.enter()
    made.do(GiveConsent(version="1"), subject_id)
    made.do(AskPanel(scan_on=DAY), subject_id)
    first, second, third = made.subject(subject_id).panel.reviews[-1].drawn[:3]
    made.do(CastVote(category="yes"), subject_id, by=first)
    assert codes(made, subject_id, "panel.ask", by="doctor-01") == ["void.votes-rest"]
    assert codes(made, subject_id, "panel.vote", by=second) == ["void.others-vote"]
    made.do(void(made, subject_id, "panel.vote"), subject_id, by=first)
    assert made.subject(subject_id).panel.reviews[-1].votes == []
    for reader in (first, second, third):
        made.do(CastVote(category="no"), subject_id, by=reader)
    assert codes(made, subject_id, "panel.vote", by=third) == ["void.votes-open"]
    made.do(Conclude(category="no"), subject_id)
    assert codes(made, subject_id, "panel.vote", by=third) == ["void.conclusion-rests"]


def test_a_conclusion_is_voided_until_a_registration_or_another_question_rests_on_it(made):
    subject_id = made.eligible()
    made.do(void(made, subject_id, "panel.conclude"), subject_id, by="chair-1")
    made.do(Conclude(category="yes"), subject_id)
    made.do(Register(), subject_id)
    found = codes(made, subject_id, "panel.conclude", by="chair-1")
    assert found == ["void.registration-rests"]
    other = made.eligible()
    made.do(AskPanel(scan_on=DAY), other)
    assert codes(made, other, "panel.conclude", by="chair-1") == ["void.later-question"]


def test_a_question_that_was_voided_does_not_lend_its_draw_to_the_next(made):
    subject_id, plain = made.enter(), a_trial(a_panel_study())
    made.do(GiveConsent(version="1"), subject_id)
    asked = made.do(AskPanel(scan_on=DAY), subject_id)
    made.do(void(made, subject_id, "panel.ask"), subject_id)
    again = made.do(AskPanel(scan_on=DAY), subject_id)
    assert again.payload != asked.payload
    assert plain.enter() == subject_id


def test_what_was_voided_may_be_done_again(made):
    subject_id = made.enter()
    made.do(GiveConsent(version="1"), subject_id)
    made.do(void(made, subject_id, "consent.give"), subject_id)
    made.do(GiveConsent(version="1"), subject_id, on=DAY + days(1))
    assert made.subject(subject_id).consent_on == DAY + days(1)
    made.do(FailScreening(note="moved"), subject_id, on=DAY + days(1))
    made.do(void(made, subject_id, "screening.fail"), subject_id, on=DAY + days(1))
    assert status(made.subject(subject_id)) == "in screening"


def test_a_replacement_is_a_void_and_a_new_act_or_neither(made):
    drawn = made.randomised()
    made.do(RecordDeath(cause="other"), drawn, on=DAY + days(5))
    first, second = replace(made, drawn, RecordDeath(cause="disease"), DAY + days(6))
    assert (first.kind, second.kind) == ("entry.void", "event.death")
    after = made.subject(drawn)
    assert (after.follow_up.death.on, after.follow_up.death.cause) == (DAY + days(6), "disease")
    before = list(made.ledger.everything())
    with pytest.raises(Refused) as refused:
        replace(made, drawn, RecordDeath(cause="disease"), DAY + days(600))
    assert {r.code for r in refused.value.refusals} == {"time.future"}
    assert list(made.ledger.everything()) == before
    assert made.subject(drawn).follow_up.death == after.follow_up.death


def test_a_replacement_is_judged_with_the_new_act_in_its_place(made):
    """A consent on a wrong day is put right after the registration, if the new day carries it."""
    drawn = made.randomised(on=DAY)
    replace(made, drawn, GiveConsent(version="1"), DAY - days(3))
    assert made.subject(drawn).consent_on == DAY - days(3)
    with pytest.raises(Refused) as refused:
        replace(made, drawn, GiveConsent(version="1"), DAY + days(3))
    assert "void.registration-rests" in {r.code for r in refused.value.refusals}
    with pytest.raises(Refused) as refused:
        replace(made, drawn, Register(), DAY - days(1))
    assert {r.code for r in refused.value.refusals} == {"void.draw-rests"}


def test_only_an_act_of_the_same_kind_is_put_in_its_place(made):
    drawn = made.randomised()
    made.do(RecordAlive(), drawn, on=DAY + days(5))
    alive = void(made, drawn, "contact.alive")
    stamp = a_stamp("doctor-01", DAY + days(5))
    with pytest.raises(Refused) as refused:
        act = RecordDeath(cause="other")
        trial.replace(made.study, made.ledger, alive, act, stamp, subject_id=drawn)
    assert {r.code for r in refused.value.refusals} == {"void.other-kind"}

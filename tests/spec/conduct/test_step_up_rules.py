"""Before which acts someone proves once more who they are: by themselves, or as the study asks."""

from datetime import UTC, datetime, time

import pytest

from equipoise.conduct import trial
from equipoise.conduct.act import Refused, Stamp
from equipoise.conduct.administration import AdoptAmendment, EndRole, GiveRole
from equipoise.conduct.affected import effects
from equipoise.conduct.chapters import ACTS
from equipoise.conduct.consent import GiveConsent
from equipoise.conduct.differences import differences
from equipoise.conduct.how import PLAINLY, How
from equipoise.conduct.panel import AskPanel, CastVote, Conclude
from equipoise.conduct.proofs_asked import proofs_asked
from equipoise.conduct.screening import FailScreening
from equipoise.conduct.voiding import VoidEntry
from equipoise.study.check import UNPROVED, consistency
from equipoise.study.places import Places
from equipoise.study.reason import ENGLISH
from tests.support import DAY, Trial, a_panel_study, a_study, a_trial

PROVED = How(meaning="I mean it", shown="0" * 64)
KEY = How(key="1")
BOTH = How(key="1", meaning="I mean it", shown="0" * 64)


def at_an_entry_point(
    made: Trial, act, subject_id: str = "", how: How = PLAINLY, by: str = ""
) -> list[str]:
    """The codes with which an act is refused that comes through a door; none when it is done."""
    stamp = Stamp(
        by=by or made.actor(act, subject_id),
        at=datetime.combine(DAY, time(13), tzinfo=UTC),
        happened=DAY,
        how=how,
        live=True,
    )
    told = {"subject_id": subject_id, "random_source": made.random_source, "folds": made.folds}
    try:
        trial.perform(made.study, made.ledger, act, stamp, **told)
    except Refused as refused:
        return [refusal.code for refusal in refused.refusals]
    return []


CONSENT = GiveConsent(version="1")


@pytest.mark.parametrize(
    ("how", "refused"),
    [(PLAINLY, ["step-up.needed"]), (KEY, ["step-up.by-key"]), (PROVED, []), (BOTH, [])],
)
def test_an_act_that_the_study_names_asks_for_a_password_at_every_door(how, refused):
    made = a_trial(a_study(step_up=("consent.give",)))
    assert at_an_entry_point(made, CONSENT, made.enter(), how) == refused
    other = a_trial()
    assert at_an_entry_point(other, CONSENT, other.enter(), PLAINLY) == []


def test_what_takes_an_entry_back_asks_what_the_entry_asked():
    made = a_trial(a_study(step_up=("consent.give",)))
    one = made.enter()
    seq = made.do(CONSENT, one).seq
    void = VoidEntry(entry=seq, reason="another participant's form")
    assert at_an_entry_point(made, void, one) == ["step-up.needed"]
    assert at_an_entry_point(made, void, one, PROVED) == []


def test_no_password_is_asked_before_what_can_never_be_taken_back():
    """Else it would seem that the draw could be, with one."""
    made = a_trial(a_study(step_up=("role.give",)))
    one = made.randomised()
    role = made.do(GiveRole(person="doctor-09", role="doctor", site="01")).seq
    for named, stream, refused in (
        (1, "allocation", "void.draw"),
        (role, "study", "void.elsewhere"),
    ):
        void = VoidEntry(entry=named, reason="the wrong woman", named_stream=stream)
        for how in (PLAINLY, KEY):
            assert at_an_entry_point(made, void, one, how, by="doctor-01") == [refused]


def test_a_rehearsal_has_nobody_to_ask():
    made = a_trial(a_study(step_up=("consent.give",)))
    made.do(CONSENT, made.enter())


def test_who_opens_the_sealed_votes_proves_who_they_are():
    made = a_trial(a_panel_study())
    one = made.enter()
    made.do(CONSENT, one)
    made.do(AskPanel(scan_on=DAY), one)
    for _ in range(made.study.panel.first):
        made.do(CastVote(category="yes"), one)
    assert at_an_entry_point(made, Conclude(category="yes"), one) == ["step-up.needed"]
    assert at_an_entry_point(made, Conclude(category="yes"), one, PROVED) == []


def test_the_text_that_holds_and_the_new_one_decide_whether_an_adoption_asks_it():
    """Otherwise an open session would first adopt a text that asks nobody anything."""
    for before, now in (((), ("study.amend",)), (("study.amend",), ())):
        made, new = a_trial(a_study(step_up=before)), a_study(step_up=now, version="9")
        new = new.knowing(lambda digest, old=made.study: old if digest == old.digest else None)
        made.study = new
        act = AdoptAmendment(version="9", digest=new.digest, because="a reason")
        assert at_an_entry_point(made, act, by="office-1") == ["step-up.needed"], before
        assert at_an_entry_point(made, act, how=PROVED, by="office-1") == []


def test_the_check_names_acts_that_are_unknown_or_done_by_nobody_with_a_password():
    study = a_study(step_up=("consent.give", "consent.gave", *UNPROVED))
    told = [problem.message for problem in consistency(study, Places(), ACTS)]
    assert any("consent.gave" in one and "consent.give" in one for one in told)
    assert all(any(repr(kind) in one for one in told) for kind in UNPROVED) and len(told) == 3
    by_rule = {kind for kind, act in ACTS.items() if act.by_trial}
    assert {"study.open", *by_rule} == set(UNPROVED)


def test_an_amendment_tells_whom_it_asks_for_a_password_and_whom_no_longer():
    before, now = a_study(step_up=("screening.fail",)), a_study(step_up=("consent.give",))
    made = a_trial(before)
    found = {
        ENGLISH.written(one.wording): one.whom
        for one in proofs_asked(before, now, made.folds.trial_state())
    }
    asked = "Give their password once more before: Consent signed"
    assert [one.startswith("Are no longer asked") for one in found] == [False, True]
    for words, act in ((asked, CONSENT), ([*found][1], FailScreening)):
        able = [p for p in made.folds.trial_state().people if may(made, p, act.kind)]
        assert list(found[words]) == able and able
    said = [ENGLISH.written(one.wording) for one in differences(before, now)]
    assert sum("asks for a password once more before" in one for one in said) == 2
    always = a_study(step_up=("randomisation.randomise",))
    assert not list(proofs_asked(a_study(), always, made.folds.trial_state()))


def may(made: Trial, person: str, kind: str) -> bool:
    roles = made.folds.trial_state().people[person].roles
    return any(kind in made.study.role_of[held.role].may for held in roles)


def test_no_amendment_lets_one_person_hold_both_of_two_roles_that_exclude_each_other():
    roles = [role.model_dump() for role in a_study().roles]
    apart = [
        role | ({"excludes": ["assistant"]} if role["id"] == "doctor" else {}) for role in roles
    ]
    made = a_trial()
    made.do(GiveRole(person="doctor-01", role="assistant", site="02"), by="office-1")
    old, new = made.study, a_study(roles=apart, version="9")
    new = new.knowing(lambda digest: old if digest == old.digest else None)
    act = AdoptAmendment(version="9", digest=new.digest, because="a reason")
    refused = made.refusals(act, by="office-1", study=new)
    assert [refusal.code for refusal in refused] == ["study.both-held"]
    assert "doctor-01" in refused[0].because and "assistant" in refused[0].because
    end = EndRole(person="doctor-01", role="assistant", site="02")
    made.do(end, by="office-1")
    told = [
        ENGLISH.written(e.wording) for e in effects(old, new, [], made.folds.trial_state(), DAY)
    ]
    assert any("held before" in one for one in told)
    made.do(act, by="office-1", study=new)

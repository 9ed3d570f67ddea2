"""Review and signature: over exactly what was shown, and never over anything else."""

import msgspec

from equipoise.analysis.frames import frame, tables
from equipoise.conduct import trial
from equipoise.conduct.chapters import course
from equipoise.conduct.consent import WithdrawConsent
from equipoise.conduct.digests import digest_of_form, digest_of_subject
from equipoise.conduct.follow_up import RecordAlive
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.how import How
from equipoise.conduct.screening import Register
from equipoise.conduct.signatures import (
    ReviewForm,
    SignForm,
    SignParticipant,
    holds,
    is_reviewed,
    is_signed,
)
from equipoise.conduct.voiding import VoidEntry
from equipoise.study.sections.signing import Signing
from tests.support import DAY, a_stamp, a_study, a_trial, days, noon

PLACE = ("pressure", "screening", 1)
FORM = {"form": "pressure", "visit": "screening"}
KINDS = ("review.form", "signature.form", "signature.participant", "entry.void")


def made_with(**rules):
    plain = a_study().model_dump(exclude={"digest"})
    for role in plain["roles"]:
        role["may"] = (*role["may"], *KINDS)
    rules = {"sign": "every", "source": "assumed: for tests", **rules}
    made = a_trial(a_study(**plain | {"signing": rules}))
    return made, made.eligible()


def digest(made, who):
    return digest_of_form(made.subject(who).forms.records["pressure@screening#1"])


def change(name, value):
    return SaveForm(**FORM, values={name: value}, reason="misread")


def signed(**rules):
    made, who = made_with(**rules)
    entry = made.do(SignForm(**FORM, digest=digest(made, who)), who)
    return made, who, entry


def test_a_signature_holds_over_what_was_signed_and_falls_when_any_value_changes():
    made, who, _ = signed()
    assert is_signed(made.subject(who), PLACE)
    made.do(change("diastolic", "84"), who)
    assert not is_signed(made.subject(who), PLACE)
    assert [one.state for one in holds(made.subject(who))] == ["fallen"]
    made.do(SignForm(**FORM, digest=digest(made, who)), who)
    assert [one.state for one in holds(made.subject(who))] == ["fallen", "holds"]


def test_a_signature_falls_with_a_voided_save_and_with_another_day_of_the_form():
    made, who, entry = signed()
    made.do(change("diastolic", ""), who)
    assert not is_signed(made.subject(who), PLACE)
    made.do(VoidEntry(entry=made.subject(who).seq, reason="of another"), who, by="doctor-01")
    assert is_signed(made.subject(who), PLACE)
    made.do(SaveForm(**FORM, values={}, reason="misread"), who, on=DAY + days(1))
    assert not is_signed(made.subject(who), PLACE)
    made.do(VoidEntry(entry=entry.seq - 1, reason="of another"), who, by="doctor-01")
    assert not is_signed(made.subject(who), PLACE)


def test_what_changed_after_it_was_shown_is_neither_signed_nor_reviewed():
    made, who = made_with()
    before = digest(made, who)
    made.do(change("diastolic", "84"), who)
    for act in (SignForm, ReviewForm):
        assert made.codes(act(**FORM, digest=before), who) == ["signature.changed-meanwhile"]
    whole = digest_of_subject(made.subject(who))
    made.do(change("diastolic", "85"), who)
    assert made.codes(SignParticipant(digest=whole), who) == ["signature.changed-meanwhile"]


def test_a_signature_of_the_whole_participant_is_over_forms_consents_and_events():
    made, who = made_with()
    made.do(SignParticipant(digest=digest_of_subject(made.subject(who))), who)
    assert is_signed(made.subject(who), PLACE)
    left = made.do(WithdrawConsent(scope="treatment"), who)
    assert not is_signed(made.subject(who), PLACE)
    told = [one for one in course(made.study, made.subject(who)) if one.act is SignParticipant]
    assert told[0].more == ("Fallen: the data were changed since",)
    made.do(VoidEntry(entry=left.seq, reason="of another"), who, by="doctor-01")
    assert is_signed(made.subject(who), PLACE)


def test_a_signature_of_the_whole_participant_falls_with_whatever_is_shown_beside_forms():
    made, who = made_with()
    for act in (Register(), RecordAlive()):
        made.do(SignParticipant(digest=digest_of_subject(made.subject(who))), who)
        made.do(act, who)
        assert not is_signed(made.subject(who), PLACE), act.kind
    made.do(SignParticipant(digest=digest_of_subject(made.subject(who))), who)
    made.do(made.draw(who), who)
    assert not is_signed(made.subject(who), PLACE)


def test_a_form_that_is_reviewed_first_is_signed_only_as_it_was_reviewed():
    made, who = made_with(review=["pressure"], review_first=True)
    sign = SignForm(**FORM, digest=digest(made, who))
    assert made.codes(sign, who) == ["signature.review-first"]
    made.do(ReviewForm(**FORM, digest=digest(made, who)), who)
    assert is_reviewed(made.subject(who), PLACE)
    made.do(change("diastolic", "84"), who)
    assert not is_reviewed(made.subject(who), PLACE)
    assert made.codes(SignForm(**FORM, digest=digest(made, who)), who) == ["signature.review-first"]
    made.do(ReviewForm(**FORM, digest=digest(made, who)), who)
    made.do(SignForm(**FORM, digest=digest(made, who)), who)
    again = ReviewForm(**FORM, digest=digest(made, who))
    assert made.codes(again, who) == ["review.already"]


def test_nobody_signs_twice_what_did_not_change_and_another_may_sign_too():
    made, who, entry = signed()
    again = SignForm(**FORM, digest=digest(made, who))
    assert made.codes(again, who, by=entry.by) == ["signature.already"]
    made.do(again, who, by="assistant-01")
    assert [one.signed.by for one in holds(made.subject(who))] == [entry.by, "assistant-01"]


def test_a_signature_tells_who_when_its_meaning_and_of_what_also_once_it_has_fallen():
    made, who, entry = signed()
    made.do(change("diastolic", "84"), who)
    (row,) = frame(tables()["signatures"], [made.subject(who)], made.study).to_dicts()
    assert (row["by"], row["on"], row["state"]) == (entry.by, DAY, "fallen")
    assert row["meaning"].startswith("I have reviewed what stands on this form")
    assert len(row["digest"]) == 64


def test_who_signs_at_a_page_has_what_they_said_they_meant_kept():
    made, who = made_with()
    act = SignForm(**FORM, digest=digest(made, who))
    assert act.step_up and act.words.meaning
    stamp = msgspec.structs.replace(a_stamp(), live=True)
    refused = trial.try_out(made.study, made.ledger, act, stamp, subject_id=who)
    assert [one.code for one in refused] == ["step-up.needed"]
    how = How(meaning="ik sta ervoor in", shown="0" * 64)
    stamp = msgspec.structs.replace(stamp, how=how)
    trial.perform(made.study, made.ledger, act, stamp, subject_id=who, folds=made.folds)
    assert made.subject(who).signatures.signatures[0].meaning == "ik sta ervoor in"


def test_a_form_that_was_not_begun_is_not_signed():
    made, who = made_with()
    act = SignForm(form="cups", visit="weeks.1", digest="")
    assert made.codes(act, who) == ["signature.no-form"]


def test_rules_that_nobody_could_follow_are_told_with_each_place():
    wrong = Signing(review=(), sign=("nothing",), review_first=True, source="assumed: x")
    found = dict(wrong.strangers(a_study()))
    assert found[("sign", 0)] == "no form named 'nothing'"
    assert found[("sign",)] == "no role may do 'signature.form', so that nobody could"
    assert found[("review_first",)] == "no form is reviewed, so that none could ever be signed"


def test_nobody_signs_or_reviews_of_a_day_before():
    """A signature is over what stands when it is put; another day would tell what never was."""
    made, who = made_with()
    for act in (SignForm, ReviewForm):
        given = act(**FORM, digest=digest(made, who))
        assert made.codes(given, who, on=DAY, at=noon(DAY + days(1))) == ["time.now-only"]

"""The trial office: opening, roles, sites, amendments; and who may do what."""

import pytest

from equipoise.conduct import trial
from equipoise.conduct.administration import (
    AdoptAmendment,
    CloseAccrual,
    EndRole,
    GiveRole,
    OpenSite,
    OpenTrial,
)
from equipoise.conduct.authorisation import LIKE, UNLESS_NAMED
from equipoise.conduct.random_source import commitment
from equipoise.conduct.screening import EnterScreening, Register
from tests.support import DAY, SEED, Trial, a_study, a_trial, days, person, pressure

OPEN = OpenTrial(version="1.0", digest=a_study().digest, seed_commitment=commitment(SEED))


def test_nothing_is_done_before_the_trial_is_open():
    made = Trial(a_study())
    assert made.codes(OpenSite(site="01"), by="office-1") == ["role.may-not", "study.not-open"]
    enter = EnterScreening(site="01")
    assert "study.not-open" in made.codes(enter, "TEA-01-0001", by="office-1")


def test_the_trial_opens_once_with_its_own_text_and_a_commitment_to_the_seed():
    made = Trial(a_study())
    for fields, code in (
        ({"digest": "0" * 64}, "study.other-text"),
        ({"version": "9"}, "study.other-text"),
        ({"seed_commitment": "x" * 64}, "study.no-commitment"),
        ({"seed_commitment": "ab"}, "study.no-commitment"),
    ):
        told = {"version": "1.0", "digest": OPEN.digest, "seed_commitment": OPEN.seed_commitment}
        assert made.codes(OpenTrial(**{**told, **fields}), by="office-1") == [code]
    made.do(OPEN, by="office-1")
    assert "study.open-already" in made.codes(OPEN, by="office-1")


@pytest.mark.parametrize("by", ["jan@example.org", "Jan Jansen", "x" * 65, "a\nb"])
def test_whoever_opens_the_trial_is_named_by_an_id(by):
    made = Trial(a_study())
    assert "role.no-person" in made.codes(OPEN, by=by)


def test_only_who_opened_the_trial_gives_the_first_role_and_it_can_give_others():
    made = Trial(a_study())
    made.do(OPEN, by="office-1")
    first = GiveRole(person="someone-else", role="office")
    assert made.codes(first, by="someone-else") == ["role.may-not"]
    lame = GiveRole(person="office-1", role="doctor", site="01")
    assert made.codes(lame, by="office-1") == ["role.first"]
    enter = EnterScreening(site="01")
    assert "role.may-not" in made.codes(enter, "TEA-01-0001", by="office-1")
    made.do(GiveRole(person="office-1", role="office"), by="office-1")


def test_somebody_must_remain_who_can_give_roles():
    made = a_trial()
    end = EndRole(person="office-1", role="office")
    assert made.codes(end) == ["role.last"]
    made.do(GiveRole(person="office-2", role="office"))
    made.do(end, by="office-1")
    assert made.codes(GiveRole(person="x", role="office"), by="office-1") == ["role.may-not"]


def test_a_role_is_of_the_study_at_a_site_of_the_study_and_held_by_an_id():
    made = a_trial()
    for fields, codes in (
        ({"role": "nurse"}, ["role.unknown"]),
        ({"role": "doctor"}, ["role.needs-site"]),
        ({"role": "doctor", "site": "09"}, ["site.unknown"]),
        ({"role": "office", "person": "a@b.nl"}, ["role.no-person"]),
        ({"role": "office", "person": "Jan Jansen"}, ["role.no-person"]),
        ({"role": "office", "person": ""}, ["role.no-person"]),
        ({"role": "office", "person": "office-1"}, ["role.held-already"]),
    ):
        assert made.codes(GiveRole(**{"person": "p-1", **fields})) == codes, fields
    assert made.codes(EndRole(person="p-1", role="office")) == ["role.not-held"]


def test_people_act_at_their_own_site_only_and_no_longer_than_their_role():
    made = a_trial()
    there = made.enter("02")
    refusals = made.refusals(person(), there, by="doctor-01")
    assert [(r.code, r.because) for r in refusals] == [
        ("role.may-not", "your role does not allow this at Demonstration practice Kopjeswoude")
    ]
    nobody = made.refusals(person(), there, by="visitor")
    assert [r.because for r in nobody] == ["you have no role in this trial"]
    made.do(person(), there, by="doctor-02")
    made.do(EndRole(person="doctor-02", role="doctor", site="02"))
    gone = made.refusals(pressure(), there, by="doctor-02")
    assert [r.because for r in gone] == ["you have no role in this trial"]
    # What they did stays theirs.
    assert made.subject(there).forms.records["person@screening#1"].values["tea_unwise"][0].by == (
        "doctor-02"
    )


def test_deny_is_the_rule_every_role_does_what_the_study_file_lists_and_nothing_else():
    made = a_trial()
    trial_state = made.folds.trial_state()
    for role in made.study.roles:
        who = "office-1" if role.scope == "trial" else f"{role.id}-01"
        for kind in trial.ACTS:
            for site in ("01", "02", ""):
                here = role.scope == "trial" or site == "01"
                # Texts of before it do not name it: who may do the one may do the other.
                listed = {**LIKE, **UNLESS_NAMED}.get(kind, kind)
                expected = listed in role.may and here
                assert trial.may(made.study, trial_state, who, kind, site) is expected


def test_a_site_bound_role_does_not_reach_another_site_by_naming_a_participant_of_its_own():
    roles = [role.model_dump() for role in a_study().roles]
    roles[1]["may"] = (*roles[1]["may"], "role.give")
    made = a_trial(a_study(roles=roles))
    own = made.enter("01")
    act = GiveRole(person="friend", role="assistant", site="02")
    assert made.codes(act, own, by="doctor-01") == ["role.may-not"]
    made.do(GiveRole(person="friend", role="assistant", site="01"), by="doctor-01")


def test_a_site_opens_once_and_accrual_closes_once_with_a_reason():
    made = a_trial()
    refusals = made.refusals(OpenSite(site="01"))
    assert [r.because for r in refusals] == ["Demonstration practice Theeveld is open already"]
    assert made.codes(OpenSite(site="77")) == ["site.unknown"]
    assert made.codes(CloseAccrual(because=" ")) == ["study.no-reason"]
    made.do(CloseAccrual(because="enough"))
    assert made.codes(CloseAccrual(because="enough")) == ["study.closed-already"]


def amended(**blocks):
    return a_study(version="1.1", **blocks)


def adopt(study, because="a clearer text", **stated):
    return AdoptAmendment(version=study.version, digest=study.digest, because=because, **stated)


def test_a_study_text_that_was_not_adopted_runs_nothing():
    made = a_trial()
    subject_id = made.enter()
    new = amended()
    for act, who in ((person(), "doctor-01"), (OpenSite(site="01"), "office-1")):
        refusals = made.refusals(act, subject_id, by=who, study=new)
        assert "study.not-adopted" in {r.code for r in refusals}
    assert "version 1.0" in refusals[0].because


def test_an_amendment_is_adopted_under_the_new_text_and_from_then_on_the_old_runs_nothing():
    made = a_trial()
    subject_id = made.enter()
    new = amended().knowing({made.study.digest: made.study}.get)
    assert made.codes(adopt(new), by="office-1") == ["study.other-text"]
    assert made.codes(adopt(new, ""), by="office-1", study=new) == ["study.no-reason"]
    assert "study.same-text" in made.codes(adopt(made.study), by="office-1")
    made.do(adopt(new), by="office-1", study=new)
    assert made.codes(person(), subject_id) == ["study.not-adopted"]
    entry = made.do(person(), subject_id, study=new)
    assert entry.study == new.digest
    trial_state = made.folds.trial_state()
    assert (trial_state.study_version, trial_state.study_digest) == ("1.1", new.digest)


def test_what_was_recorded_under_the_old_text_is_read_under_the_new():
    made = a_trial()
    subject_id = made.eligible()
    forms = [form.model_dump() for form in a_study().forms]
    forms[1]["items"] = forms[1]["items"][:1]  # the diastolic pressure is asked no longer
    new = amended(forms=forms)
    made.do(adopt(new, earlier_texts="lost"), by="office-1", study=new)
    made.study = new
    made.do(Register(), subject_id)
    made.do(made.draw(subject_id), subject_id)
    assert made.subject(subject_id).forms.records["pressure@screening#1"].values["diastolic"]
    wrong = made.codes(pressure("weeks.1"), subject_id, on=DAY + days(1))
    assert wrong == ["item.unknown"]

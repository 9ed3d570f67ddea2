"""What is recalled is confirmed by an act before any trial is run by it."""

import pytest

from equipoise.conduct import cases
from equipoise.conduct.act import Refused
from equipoise.conduct.administration import AdoptAmendment, GiveRole, OpenTrial
from equipoise.conduct.assumptions import ConfirmValue, TakeBackConfirmation
from equipoise.conduct.meaning import faults_of_meaning
from equipoise.conduct.random_source import commitment
from equipoise.conduct.unverified import Unverified, is_unverified, recalled
from equipoise.study.load import digest_of
from equipoise.study.model import Study
from equipoise.study.provenance import sourced
from tests.support import DAY, SEED, Trial, a_panel_study, a_study, a_trial

PANEL, OTHER = "panel", "Can this person drink green tea?"


def real(study=None, **blocks):
    """A study that does not say of itself that it is a demonstration."""
    whole = study or a_study()
    plain = whole.model_dump(exclude={"digest"})
    identity = {**plain["identity"], "demonstration": {}}
    made = Study.model_validate({**plain, **blocks, "identity": identity})
    return made.model_copy(update={"digest": digest_of(made)})


def a_recalling_study(**panel):
    return real(a_panel_study(**{"source": "recalled: practice of the panel", **panel}))


def opening(study):
    return OpenTrial(version=study.version, digest=study.digest, seed_commitment=commitment(SEED))


def confirming(study, path=PANEL, **told):
    value = study.sourced[path].digest
    return ConfirmValue(**{"path": path, "value": value, "document": "Protocol", **told})


def unconfirmed(made):
    return [one.path for one in recalled(made.study, made.folds.trial_state().assumptions)]


def adopting(study):
    return AdoptAmendment(version=study.version, digest=study.digest, because="so it is asked")


def test_no_trial_opens_with_a_recalled_value_until_it_is_confirmed():
    made = Trial(study := a_recalling_study())
    (refusal,) = made.refusals(opening(study), by="office-1")
    assert refusal.code == "assumption.unconfirmed"
    assert "what stands at panel ('Tea Panel') is recalled" in refusal.because
    assert "practice of the panel" in refusal.because
    entry = made.do(confirming(study, edition="4.0", page="31"), by="office-1")
    made.do(opening(study), by="office-1")
    assert unconfirmed(made) == []
    assert "Tea Panel" in entry.payload
    made.do(GiveRole(person="office-1", role="office"), by="office-1")
    assert made.codes(confirming(study), by="office-1") == ["assumption.confirmed-already"]
    assert faults_of_meaning(made.ledger.everything(), {study.digest: study}) == []


def test_invented_people_live_through_what_is_recalled():
    """A rehearsal, a worked case and a demonstration say so; and a text that says it of itself."""
    study = a_recalling_study()
    cases.an_open_trial(study, DAY)
    told = a_panel_study(source="recalled: practice")
    assert told.identity.demonstration
    Trial(told).do(opening(told), by="office-1")


def a_running_trial():
    """It runs, and what the panel is was confirmed."""
    before = real(a_panel_study())
    return a_trial(before), before


def test_an_amendment_with_a_recalled_value_waits_for_its_confirmation():
    made, before = a_running_trial()
    new = real(a_panel_study(source="recalled: a meeting", question=OTHER), version="2.0")
    texts = {before.digest: before, new.digest: new}
    known = new.knowing(texts.get)
    assert made.codes(adopting(new), by="office-1", study=known) == ["assumption.unconfirmed"]
    old = before.knowing(texts.get)
    act = confirming(new, text=new.digest)
    assert made.codes(act, by="office-1") == ["assumption.no-text"]
    assert made.codes(act, by="doctor-01", study=old) == ["role.may-not"]
    made.do(act, by="office-1", study=old)
    made.do(adopting(new), by="office-1", study=known)


def test_a_confirmation_lapses_where_the_text_says_otherwise_and_not_where_its_source_does():
    made = Trial(study := a_recalling_study())
    made.do(confirming(study), by="office-1")
    made.do(opening(study), by="office-1")
    made.study = a_recalling_study(source="recalled: practice, and a letter")
    assert unconfirmed(made) == []
    made.study = a_recalling_study(question=OTHER)
    assert unconfirmed(made) == [PANEL]
    assumptions = made.folds.trial_state().assumptions
    assert is_unverified(made.study, assumptions, f"{PANEL}.categories.yes")
    assert not is_unverified(made.study, assumptions, "randomisation")


def test_what_is_taken_back_waits_again_and_the_trial_goes_on():
    made = Trial(study := a_recalling_study())
    seq = made.do(confirming(study), by="office-1").seq
    made.do(opening(study), by="office-1")
    made.do(GiveRole(person="office-1", role="office"), by="office-1")
    back = TakeBackConfirmation(confirmation=seq, because="another edition")
    made.do(back, by="office-1")
    assert unconfirmed(made) == [PANEL]
    assert made.codes(back, by="office-1") == ["assumption.not-confirmed"]
    made.do(GiveRole(person="doctor-01", role="doctor", site="01"), by="office-1")
    made.do(confirming(study), by="office-1")
    assert unconfirmed(made) == []


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"document": " "}, "assumption.no-document"),
        ({"path": "panel.quorum"}, "assumption.no-value"),
        ({"value": "0" * 64}, "assumption.other-value"),
        ({"text": "0" * 64}, "assumption.no-text"),
    ],
)
def test_only_what_stands_there_is_confirmed_and_by_a_document(told, code):
    made = Trial(study := a_recalling_study())
    act = ConfirmValue(
        **{"path": PANEL, "value": study.sourced[PANEL].digest, "document": "Protocol", **told}
    )
    assert made.codes(act, by="office-1") == [code]


def test_what_needs_nobodys_word_is_not_confirmed():
    made = Trial(study := a_recalling_study(source="registry: record"))
    assert made.codes(confirming(study), by="office-1") == ["assumption.not-asked"]


def test_the_sponsors_own_role_confirms_where_the_text_has_one():
    """And else whoever may adopt an amendment, for older texts name it nowhere."""
    study = a_recalling_study()
    roles = [role.model_dump() for role in study.roles]
    roles.append(
        {"id": "sponsor", "label": "Sponsor", "scope": "trial", "may": ["assumption.confirm"]}
    )
    made = Trial(study := real(study, roles=roles))
    made.do(confirming(study), by="office-1")
    made.do(opening(study), by="office-1")
    made.do(GiveRole(person="office-1", role="office"), by="office-1")
    made.do(GiveRole(person="sponsor-1", role="sponsor"), by="office-1")
    assumed = next(one.path for one in sourced(study) if one.source.tag == "assumed")
    assert made.codes(confirming(study, assumed), by="office-1") == ["role.may-not"]
    made.do(confirming(study, assumed), by="sponsor-1")


def test_a_value_is_another_when_it_says_otherwise_and_not_when_what_has_its_own_source_does():
    study = a_panel_study(source="recalled: practice")
    digest = study.sourced["randomisation"].digest
    factors = [factor.model_dump() for factor in study.randomisation.factors]
    for factor in factors:
        factor["source"] = "public: elsewhere"
    plain = study.randomisation.model_dump()
    same = a_study(randomisation={**plain, "factors": factors, "source": "public: a paper"})
    assert same.sourced["randomisation"].digest == digest
    with pytest.raises(Refused):
        made = Trial(real(study))
        made.do(opening(made.study), by="office-1")


def test_what_names_a_recalled_table_or_rests_on_a_recalled_value_is_unverified_with_it():
    plain = a_study("pump-it").model_dump(by_alias=True)
    recalled_here = {"tag": "recalled", "where": "for tests"}
    for one in (*plain["derived"], *plain["tables"]):
        one["source"] = recalled_here
    study = Study.model_validate(plain)
    found = Unverified(study, Trial(study).folds.trial_state().assumptions)
    leaves = {one.id: one for _, one in study.criteria.leaves()}
    assert "mdrd" in leaves["I13h"].when
    assert found.uses(leaves["I13h"]) and not found.uses(leaves["I13a"])
    assert found.at("tables.fudr-alp.rows.2") and not found.at("panel")
    doses = study.treatment.part_of.values()
    assert any("bsa" in dose.dose for dose in doses)
    assert all(found.uses(dose) for dose in doses if "bsa" in dose.dose)
    drugs = study.treatment.drug_of
    assert found.uses(drugs["oxaliplatin"]) and not found.uses(drugs["irinotecan"])


def test_a_row_that_moves_down_stays_confirmed_and_one_that_says_otherwise_does_not():
    first, second, third = (
        {"registry": name, "number": f"{name}-1", "source": "recalled: for tests"} for name in "abc"
    )

    def of(*rows):
        plain = a_panel_study().model_dump(exclude={"digest"})
        plain["identity"] = {**plain["identity"], "registrations": rows, "demonstration": {}}
        made = Study.model_validate(plain)
        return made.model_copy(update={"digest": digest_of(made)})

    made = Trial(study := of(first, second))
    for n in (1, 2):
        made.do(confirming(study, f"identity.registrations.{n}"), by="office-1")
    made.study = of(third, first, {**second, "number": "other"})
    assert unconfirmed(made) == ["identity.registrations.1", "identity.registrations.3"]


def test_what_a_role_of_a_hospital_names_leaves_it_to_the_office():
    """It is of the whole trial: whoever works at a hospital could never do it."""
    plain = [role.model_dump() for role in a_study().roles]
    for role in (one for one in plain if one["scope"] == "site"):
        role["may"] = (*role["may"], "assumption.confirm")
    made = a_trial(study := a_study(roles=plain))
    assumed = next(one.path for one in sourced(study) if one.source.tag == "assumed")
    made.do(confirming(study, assumed), by="office-1")

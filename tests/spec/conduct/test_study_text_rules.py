"""The study text in the ledger: recorded by the trial, known by its digest, read in its place."""

import json
from pathlib import Path

import pytest

from equipoise.conduct.administration import AdoptAmendment, GiveRole
from equipoise.conduct.authorisation import TRIAL
from equipoise.conduct.cases import run
from equipoise.conduct.consent import GiveConsent
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.replay import replay
from equipoise.conduct.screening import Register
from equipoise.conduct.study_text import RecordText, recorded, recording, text_at
from equipoise.ledger import MemoryLedger, verify
from equipoise.study.bundle import FORMAT, Bundle, bundle_of
from equipoise.study.cases import load_cases
from equipoise.study.load import Invalid, load
from equipoise.study.model import Study
from equipoise.study.parts import made_of
from tests.before import copied, edited
from tests.support import SEED, STUDIES, a_trial, person, pressure


def text_of(made):
    return recording(made.study)


def test_a_study_is_the_same_read_from_its_folder_and_from_its_text():
    folder = STUDIES / "first-steps"
    bundle = bundle_of(folder)
    kept = Bundle(json.loads(json.dumps(dict(bundle.files))))
    assert load(kept) == load(folder) and load(kept).digest == load(folder).digest
    assert kept.digest == bundle.digest
    assert run(load(kept), load_cases(kept)) == []


def test_a_text_holds_what_says_what_should_happen_and_nothing_else():
    found = set(bundle_of(STUDIES / "first-steps").files)
    assert {"study.yaml", "rehearsal.yaml", "cases/eligibility.yaml"} <= found
    assert "README.md" not in found and "sweep.yaml" not in bundle_of(STUDIES / "pump-it").files


def test_every_letter_of_a_text_counts_for_its_own_digest_and_comments_not_for_the_studys(tmp_path):
    folder = copied(tmp_path / "study")
    before = load(folder)
    edited(folder, "study.yaml", "version:", "# a remark\nversion:")
    after = load(folder)
    assert after.digest == before.digest and after.text.digest != before.text.digest
    (folder / "study.yaml").write_bytes(
        (folder / "study.yaml").read_bytes().replace(b"\n", b"\r\n")
    )
    assert load(folder).digest == before.digest
    assert "\r\n" in load(folder).text.files["study.yaml"]


def test_the_trial_records_the_adopted_text_once_and_nobody_else_does():
    made = a_trial()
    assert made.codes(text_of(made), by="office-1") == ["role.may-not"]
    entry = made.do(text_of(made), by=TRIAL)
    assert made.folds.trial_state().study_text.recorded == {made.study.digest: entry.seq}
    assert made.codes(text_of(made), by=TRIAL) == ["text.recorded-already"]
    assert load(Bundle(text_at(entry).files)) == made.study


def test_nobody_has_the_id_of_the_trial():
    made = a_trial()
    for nobody in ("trial", "participant"):
        assert made.codes(GiveRole(person=nobody, role="office")) == ["role.no-person"]


def test_the_state_of_the_trial_never_holds_a_text():
    made = a_trial()
    made.do(text_of(made), by=TRIAL)
    assert "Hibiscus" not in repr(made.folds.trial_state())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"study": "0" * 64}, "text.not-adopted"),
        ({"digest": "0" * 64}, "text.other-digest"),
        ({"files": {"../etc/passwd": "x"}}, "text.no-path"),
        ({"files": {"study.yaml": "x" * 4_000_001}}, "text.too-large"),
    ],
)
def test_what_is_not_the_text_that_its_digests_name_is_not_recorded(change, code):
    made = a_trial()
    fields = {name: getattr(text_of(made), name) for name in RecordText.__struct_fields__}
    assert code in made.codes(RecordText(**{**fields, **change}), by=TRIAL)


def test_a_text_that_says_another_study_is_not_recorded_under_this_ones_digest(tmp_path):
    made, folder = a_trial(), copied(tmp_path / "study")
    fields = {name: getattr(recording(load(folder)), name) for name in RecordText.__struct_fields__}
    other = RecordText(**{**fields, "study": made.study.digest})
    assert made.codes(other, by=TRIAL) == ["text.other-study"]


def test_a_text_of_a_later_model_is_refused_in_words():
    with pytest.raises(Invalid, match="recorded for model 2; this version of Equipoise reads 1"):
        load(bundle_of(STUDIES / "first-steps"), 2)


def test_every_draw_is_made_again_from_the_ledger_alone_whatever_became_of_the_folder(tmp_path):
    """The folder was edited in place twice, and both times adopted."""
    folder = copied(tmp_path / "study")
    made = a_trial(load(folder))
    made.do(text_of(made), by=TRIAL)
    for n in range(6):
        drawn(made, str(n % 2 + 1).zfill(2))
    known = {}
    for version, sizes in (("1.1", "[4]"), ("1.2", "[8]")):
        edited(folder, "study.yaml", made.study.version, version)
        was = "[4, 8]" if version == "1.1" else "[4]"
        edited(folder, "study.yaml", f"block_sizes: {was}", f"block_sizes: {sizes}")
        known = {made.study.digest: made.study, **known}
        made.study = load(folder).knowing(known.get)
        adopting = AdoptAmendment(version=version, digest=made.study.digest, because="other blocks")
        made.do(adopting, by="office-1")
        made.do(text_of(made), by=TRIAL)
        for n in range(6):
            drawn(made, str(n % 2 + 1).zfill(2))
    alone = MemoryLedger.of(list(made.ledger.everything()))
    entries = [e for name in ("study", "allocation") for e in alone.entries(name)]
    assert replay(entries, SEED, recorded(entries)) == (18, [])
    assert verify(alone.everything()) == []
    # The folder as it stands now would do for the last six only.
    last = {made.study.digest: made.study}
    assert len(replay(entries, SEED, last)[1]) == 12


def drawn(made, site):
    subject_id = made.enter(site)
    made.do(GiveConsent(version="1"), subject_id)
    for form in (person(), pressure()):
        made.do(form, subject_id)
    laboratory = {"haematocrit": "44", "alt": "40", "alt.uln": "45"}
    made.do(SaveForm(form="laboratory", visit="screening", values=laboratory), subject_id)
    made.do(Register(), subject_id)
    made.do(made.draw(subject_id), subject_id)


def test_a_changed_default_needs_a_new_format_of_the_model():
    """A text that leaves a field out means what the default was when it was recorded.

    If this fails for a field that is kept here: old texts need the old default, so raise
    `bundle.FORMAT`, load texts of the old format with the old default, and pin the new ones beside
    it. A new field, which says nothing of old texts, is pinned when this file is next written.
    """
    pinned = Path(__file__).parent / f"defaults-{FORMAT}.json"
    kept, now = json.loads(pinned.read_text(encoding="utf-8")), defaults()
    assert {name: now.get(name, "gone") for name in kept} == kept


def defaults():
    """The default of every field of the model that a text may leave out.

    A text of the program is in the languages that there are catalogues of, English and Dutch here.
    """
    return {
        f"{thing.__name__}.{field}": repr(told.get_default(call_default_factory=True))
        for thing in made_of(Study)
        for field, told in thing.model_fields.items()
        if not told.is_required()
    }

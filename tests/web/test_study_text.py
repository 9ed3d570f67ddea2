"""An installation runs under the text in its ledger; those of before get theirs at first start."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from equipoise.cli import main
from equipoise.conduct.authorisation import TRIAL
from equipoise.conduct.forms import SaveForm
from equipoise.ledger import verify, write_export
from equipoise.study.load import load
from equipoise.web import adopted, home, people, read_model, write_service
from equipoise.web.store import DatabaseLedger
from equipoise.web.views.next_act import form_page
from tests import before
from tests.before import edited
from tests.support import MOVED

pytestmark = [pytest.mark.database]

NOW = datetime(2025, 7, 1, 10, tzinfo=UTC)


@pytest.fixture
def stand(db, fresh_home, tmp_path, monkeypatch, settings):
    """Put an installation of before here, in whichever database is tested; gives its folder."""
    settings.DEMO = False

    def put(name: str) -> Path:
        kept = before.unpacked(name, tmp_path / "before")
        shutil.copytree(kept / "secrets", tmp_path / "secrets", dirs_exist_ok=True)
        monkeypatch.setenv("EQUIPOISE_STUDY", str(kept.parent / "study"))
        monkeypatch.setattr(write_service, "now", lambda: NOW)
        home._secret.cache_clear()
        DatabaseLedger().take_in(before.the_ledger(name))
        read_model.forget()
        return kept.parent / "study"

    yield put
    home._secret.cache_clear()


def verified(tmp_path, *words):
    """What `equipoise verify --reveal` says of the export alone."""
    file, seed = tmp_path / "out.jsonl", tmp_path / "secrets" / "seed"
    write_export(DatabaseLedger(), file)
    return main(["verify", str(file), "--reveal", str(seed), *words])


def test_a_ledger_of_before_gets_its_text_at_the_first_start(stand, tmp_path, capsys):
    stand("home")
    assert verified(tmp_path) == 1
    assert adopted.make_known(NOW) == []
    last = list(DatabaseLedger().entries("study"))[-1]
    assert (last.kind, last.by) == ("study.text", TRIAL)
    assert adopted.make_known(NOW) == [] and DatabaseLedger().head("study").seq == last.seq
    assert verify(DatabaseLedger().everything()) == [] and verified(tmp_path) == 0
    assert "3 allocations drawn again from the revealed seed: 0 differ" in capsys.readouterr().out


def test_a_folder_that_is_not_the_adopted_text_is_refused_in_words(stand):
    folder = stand("home")
    edited(folder, "forms/laboratory.yaml", 'unit: "%"', 'unit: "10*-3"')
    (reason,) = adopted.make_known(NOW)
    assert "is not the text that the trial runs under (version 1.0" in reason
    assert "bring the folder as it was when that version was adopted" in reason
    with pytest.raises(adopted.TextMissing):
        adopted.study()
    assert DatabaseLedger().head("study").seq == before.the_ledger("home").head("study").seq


def test_once_it_is_recorded_the_folder_may_be_edited_or_gone_and_changes_nothing(stand, tmp_path):
    folder = stand("home")
    assert adopted.make_known(NOW) == []
    digest = adopted.study().digest
    edited(folder, "forms/laboratory.yaml", 'unit: "%"', 'unit: "10*-3"')
    values = {"haematocrit": "44"}
    saving = SaveForm(form="laboratory", visit="weeks.1", number=2, values=values, confirmed=MOVED)
    entry = write_service.perform(saving, "doctor-01", subject_id="TEA-01-0001")
    assert entry.study == digest and adopted.study().items["haematocrit"].unit == "%"
    shutil.rmtree(folder)
    assert adopted.study().digest == digest and adopted.make_known(NOW) == []
    assert verified(tmp_path) == 0


def test_pages_are_those_of_the_adopted_text(stand, client):
    folder = stand("home")
    adopted.make_known(NOW)
    edited(folder, "forms/laboratory.yaml", "en: Haematocrit", "en: Something else")
    account = people.make_account("doctor-01", "Daan", "", None)
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(form_page("TEA-01-0001", "laboratory", "screening"))
    assert page.status_code == 200
    assert "Haematocrit" in page.content.decode() and "Something else" not in page.content.decode()


def test_a_lost_text_is_brought_in_when_the_ledger_names_it(stand, tmp_path, capsys):
    stand("lost")
    assert adopted.make_known(NOW) == []
    assert verified(tmp_path) == 1
    assert "another study text" in capsys.readouterr().err
    other = before.copied(tmp_path / "other")
    edited(other, "study.yaml", "block_sizes: [4, 8]", "block_sizes: [8]")
    assert main(["study-text", str(other)]) == 1
    assert "no entry of this ledger was made under this study text" in capsys.readouterr().err
    assert main(["study-text", str(before.STUDY)]) == 0
    assert main(["study-text", str(before.STUDY)]) == 1
    assert verified(tmp_path) == 0
    assert adopted.study().under(load(before.STUDY).digest).items["haematocrit"].unit == "%"


def test_an_installation_of_before_is_amended(stand, ask):
    folder = stand("home")
    assert adopted.make_known(NOW) == []
    edited(folder, "study.yaml", 'version: "1.0"', 'version: "1.1"')
    edited(folder, "forms/laboratory.yaml", "en: Haematocrit", "en: Packed cell volume")
    new = home.proposal()
    asked = {
        "fields": {"version": "1.1", "digest": new.digest, "because": "the hospital's own word"}
    }
    answer = ask("office-1").post("/api/acts/study.amend", asked, "application/json")
    assert answer.status_code == 200, answer.content
    assert adopted.study().digest == new.digest
    assert adopted.study().under(load(before.STUDY).digest) is not None
    kinds = [entry.kind for entry in DatabaseLedger().entries("study")][-3:]
    assert kinds == ["study.text", "study.amend", "study.text"]
    assert verify(DatabaseLedger().everything()) == []


def test_an_amendment_that_can_not_be_read_is_refused_with_its_lines(stand, ask):
    folder = stand("home")
    assert adopted.make_known(NOW) == []
    edited(folder, "study.yaml", "method: blocks", "method: coin")
    asked = {"fields": {"version": "1.1", "digest": "0" * 64, "because": "so"}}
    answer = ask("office-1").post("/api/acts/study.amend", asked, "application/json")
    assert answer.status_code == 409 and "study.yaml" in answer.content.decode()
    assert adopted.study().version == "1.0"


@pytest.mark.parametrize(
    ("file", "was", "now", "says"),
    [
        ("cases/laboratory.yaml", "haematocrit: 31", "haematocrit: 29", "E3 is not met, not met"),
        ("forms/laboratory.yaml", 'unit: "%"', 'unit: "10*-3"', "was recorded in '%', not in"),
        ("study.yaml", "forms: [pressure, laboratory, cups]", "forms: [pulse]", "no form 'pulse'"),
    ],
)
def test_an_amendment_that_breaks_the_record_or_a_worked_case_is_refused(
    stand, ask, file, was, now, says
):
    folder = stand("home")
    assert adopted.make_known(NOW) == []
    edited(folder, "study.yaml", 'version: "1.0"', 'version: "1.1"')
    edited(folder, file, was, now)
    if file.startswith("forms"):
        edited(folder, file, "lowest: 10\n    highest: 70", "lowest: 100\n    highest: 700")
        for case in ("haematocrit: 31, alt: 40", "values: {haematocrit: 31"):
            if case in (folder / "cases/laboratory.yaml").read_text(encoding="utf-8"):
                edited(folder, "cases/laboratory.yaml", "haematocrit: 31", "haematocrit: 310")
                break
    asked = {"fields": {"version": "1.1", "digest": home.proposal().digest, "because": "so"}}
    answer = ask("office-1").post("/api/acts/study.amend", asked, "application/json")
    assert answer.status_code == 409 and says in answer.content.decode().replace("\\u0027", "'")
    assert adopted.study().version == "1.0"


def test_a_form_of_a_lost_text_says_that_the_unit_is_not_recorded(stand, client):
    stand("lost")
    adopted.make_known(NOW)
    account = people.make_account("doctor-01", "Daan", "", None)
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(form_page("TEA-01-0001", "laboratory", "screening")).content.decode()
    beside = page.split('name="haematocrit"')[1].split("</div>")[0:3]
    assert "unit not recorded" in "".join(beside) and "a new one is in ×10⁻³" in page
    came_after = client.get(form_page("TEA-01-0002", "laboratory", "screening")).content.decode()
    assert "unit not recorded" not in came_after


def test_the_audit_says_in_words_that_the_trial_itself_recorded_its_text(stand, client):
    stand("home")
    adopted.make_known(NOW)
    account = people.make_account("office-1", "Otto", "", None)
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "the trial itself" in client.get("/audit/").content.decode()
    client.cookies["django_language"] = "nl"
    assert "het onderzoek zelf" in client.get("/audit/").content.decode()


def test_a_page_that_is_read_is_of_one_study_text_and_what_records_asks_anew(monkeypatch, rf):
    asked = iter(range(9))
    monkeypatch.setattr(adopted, "_study_now", lambda: next(asked))
    answer = adopted.while_reading(lambda request: (adopted.study(), adopted.study()))
    assert answer(rf.get("/today/")) == (0, 0)
    assert answer(rf.get("/today/")) == (1, 1)
    assert answer(rf.post("/today/")) == (2, 3)
    assert adopted.study() == 4

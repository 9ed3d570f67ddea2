"""No page, list or act reads what another code, or another study text, has kept."""

import shutil
from itertools import product
from pathlib import Path

import pytest

from equipoise.conduct.administration import AdoptAmendment
from equipoise.conduct.folding import NotUnderstood
from equipoise.conduct.panel import CastVote
from equipoise.conduct.subject import FOLD
from equipoise.web import home, read_model, write_service
from equipoise.web.hosting import server
from equipoise.web.models import SubjectRow
from equipoise.web.store import DatabaseLedger
from tests import web_trial
from tests.before import edited

pytestmark = [pytest.mark.database]


@pytest.fixture
def number(db, fresh_home) -> str:
    """Someone whose panel is asked and who is in screening."""
    web_trial.open_house()
    return web_trial.asked().subject_id


def of_another_code(**columns: object) -> None:
    """Rows as a code of before left them: nothing in them can be trusted, not even its coding."""
    told = {"status": "died", "panel_open": False, "state": b"\xc1", **columns}
    SubjectRow.objects.update(**told)


OTHERS = ({"fold": FOLD - 1}, {"fold": FOLD + 1}, {"study": "5a" * 32})


PAGES = (
    ("doctor-01", "/participants/", "PIT-01-0001"),
    ("doctor-01", "/participants/?status=in+screening", "PIT-01-0001"),
    ("doctor-01", "/today/", "PIT-01-0001"),
    ("chair", "/panel/", "PIT-01-0001"),
    ("statistician", "/status/", "screened"),
)


def test_no_list_filters_counts_or_decodes_what_another_fold_has_kept(number, ask):
    for (person, address, expected), other in product(PAGES, OTHERS):
        of_another_code(**other)
        reply = web_trial.signed_in(person).get(address)
        assert reply.status_code == 200, address
        assert expected in reply.content.decode(), address
    of_another_code(fold=FOLD - 1)
    assert ask("doctor-01").get("/api/subjects").json()["subjects"][0]["status"] == "in screening"
    of_another_code(fold=FOLD - 1)
    assert write_service.folds().subject(number).site == "01"


def test_an_act_on_a_row_of_another_fold_leaves_a_row_of_this_one(number):
    of_another_code(fold=FOLD - 1)
    row = SubjectRow.objects.get()
    assert read_model.decoded(row).site == "01"
    reader = web_trial.open_readers(write_service.folds().subject(number))[0]
    write_service.perform(CastVote(category=web_trial.POTENTIALLY), reader, subject_id=number)
    row = SubjectRow.objects.get()
    assert row.fold == FOLD and len(read_model.decoded(row).panel.reviews[-1].votes) == 1


def test_a_server_that_starts_makes_the_rows_of_another_fold_again(number):
    of_another_code(fold=FOLD - 1)
    assert server.obstacles(demonstration=True) == []
    row = SubjectRow.objects.get()
    assert (row.fold, row.status, row.panel_open) == (FOLD, "in screening", True)


def test_a_server_does_not_start_on_what_it_cannot_fold(number, monkeypatch):
    of_another_code(fold=FOLD - 1)
    entry = next(iter(DatabaseLedger().entries(number)))

    def refuses(study, ledger, on):
        raise NotUnderstood(entry, "this version of Equipoise does not know it; use a later one")

    monkeypatch.setattr(read_model, "rebuild", refuses)
    (why,) = server.obstacles(demonstration=True)
    assert "this version" in why and number in why
    assert SubjectRow.objects.get().fold == FOLD - 1


def test_after_an_amendment_is_adopted_every_row_is_of_the_new_text(number, monkeypatch, tmp_path):
    folder = Path(shutil.copytree(home.study_folder(), tmp_path / "study"))
    monkeypatch.setenv("EQUIPOISE_STUDY", str(folder))
    edited(folder, "study.yaml", 'version: "1.0"', 'version: "9"')
    amended = home.proposal()
    act = AdoptAmendment(version="9", digest=amended.digest, because="another visit")
    write_service.perform(act, "office")
    reply = web_trial.signed_in("doctor-01").get("/participants/")
    assert number in reply.content.decode()
    assert set(SubjectRow.objects.values_list("study", flat=True)) == {amended.digest}

"""The office sees what was sent, what waits and what failed, and tries again; nobody else does."""

from datetime import timedelta

import pytest
from django.test import Client

from equipoise.web import write_service
from equipoise.web.jobs import kinds, table
from equipoise.web.jobs.reasons import REFUSED, UNNEEDED
from equipoise.web.jobs.table import Taken, ToDo
from equipoise.web.models import Job
from tests import web_trial

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _house() -> None:
    web_trial.open_house()


def office(language: str = "en") -> Client:
    return web_trial.signed_in("office", language)


def text_of(language: str = "en") -> str:
    answer = office(language).get("/mail/")
    assert answer.status_code == 200
    return answer.content.decode()


def a_mail(key: str, due: timedelta = timedelta()) -> Taken:
    """A mail to the nurse, taken by a runner."""
    payload = {"letter": "draw.done", "to": "nurse-01", "subject": "PIT-01-0007"}
    todo = ToDo(kind="mail.send", key=key, due=write_service.now() + due, payload=payload)
    table.write([todo], write_service.now())
    return table.take({"mail.send": timedelta(minutes=5)}, "x", write_service.now() + due)


def test_only_the_office_sees_the_mails_and_tries_again():
    job = a_mail("one")
    table.failed(job, REFUSED(code=550), write_service.now())
    for person_id, _, _ in web_trial.PEOPLE:
        client = web_trial.signed_in(person_id)
        assert client.get("/mail/").status_code == 404, person_id
        assert client.post(f"/mail/{job.id}/again/").status_code == 404, person_id
        assert "/mail/" not in client.get("/me/").content.decode()
    assert Job.objects.get(pk=job.id).failed_at
    assert Client().get("/mail/").status_code == 302


def test_what_was_refused_is_told_and_tried_again_from_the_page():
    job = a_mail("one")
    table.failed(job, REFUSED(code=550), write_service.now())
    text = text_of()
    assert "The mail server refused it for this address (code 550)" in text
    assert "PIT-01-0007" in text and "Nurse-01 Testduin" in text
    assert "De mailserver weigerde het voor dit adres (code 550)" in text_of("nl")
    assert office().get(f"/mail/{job.id}/again/").status_code == 405
    assert office().post(f"/mail/{job.id}/again/")["Location"] == "/mail/"
    row = Job.objects.get(pk=job.id)
    assert row.failed_at is None and row.attempts == 0
    assert "code 550" not in text_of()


def test_a_mail_that_nobody_needed_any_more_is_not_said_to_be_sent_without_a_word():
    table.done(a_mail("one"), write_service.now(), UNNEEDED())
    assert "Not needed any more" in text_of().partition('id="sent"')[2]


def test_without_a_server_the_page_says_that_nothing_is_sent(monkeypatch):
    monkeypatch.delenv("EQUIPOISE_SMTP_URL", raising=False)
    assert "no mail server is named" in text_of()
    assert "geen mailserver opgegeven" in text_of("nl")
    monkeypatch.setenv("EQUIPOISE_SMTP_URL", "smtp://127.0.0.1?from=a@example.org")
    assert "no mail server is named" not in text_of()


def test_the_page_says_when_nobody_does_the_jobs(monkeypatch):
    monkeypatch.setenv("EQUIPOISE_SMTP_URL", "smtp://127.0.0.1?from=a@example.org")
    a_mail("one", timedelta(minutes=-5))
    assert "nobody seems to do the jobs" not in text_of()
    a_mail("two", timedelta(minutes=-11))
    assert "nobody seems to do the jobs" in text_of()


def test_who_has_no_address_is_named():
    assert "Chair Testduin" in text_of().partition("People without an e-mail address")[2]


def test_what_is_done_by_night_shows_when_it_was_done_and_what_went_wrong(monkeypatch, tmp_path):
    monkeypatch.setenv("EQUIPOISE_COPIES", str(tmp_path))
    todo = ToDo(kind="backup.nightly", key="2026-11-28", due=write_service.now(), payload={})
    table.write([todo], write_service.now())
    lease = {"backup.nightly": kinds.KINDS["backup.nightly"].lease}
    job = table.take(lease, "x", write_service.now())
    table.failed(job, kinds.by_night.NO_COPY(), write_service.now())
    text = text_of().partition('id="jobs"')[2]
    assert "Copy of the installation" in text and "No copy was made" in text
    assert f"/mail/{job.id}/again/" in text


def test_a_row_that_cannot_be_read_does_not_stop_the_page():
    job = a_mail("one")
    Job.objects.filter(pk=job.id).update(payload="no json")
    assert "mail.send" in text_of()

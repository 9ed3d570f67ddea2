"""Mails: written with their cause, to the right people, sent once or known to be the same."""

import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.db import transaction
from django.test import Client
from django.utils.translation import override

from equipoise.conduct.administration import EndRole
from equipoise.conduct.panel import AskPanel, CastVote
from equipoise.conduct.subject import Subject
from equipoise.ledger.head_words import rows_of
from equipoise.ledger.tree_head import read_tree_head
from equipoise.web import adopted, people, write_service
from equipoise.web.jobs import by_night
from equipoise.web.jobs.reasons import wording
from equipoise.web.jobs.runner import run_due
from equipoise.web.mail import smtp
from equipoise.web.models import Account, Job
from equipoise.web.reader import HERE
from equipoise.web.witness import tree_store
from tests import web_trial
from tests.web.post_office import PostOffice, certificate, open_post_office

pytestmark = pytest.mark.django_db
SHUT = "smtp://127.0.0.1:1?from=trial@example.org"


@pytest.fixture(autouse=True)
def _house() -> Iterator[None]:
    """Everyone of the trial has an address."""
    web_trial.open_house()
    for account in Account.objects.all():
        address = f"{account.person_id}@example.org"
        name = people.Name(name=account.person_id.title(), email=address)
        Account.objects.filter(pk=account.pk).update(sealed=people._sealed(name))
    with override("en"):
        yield


def mails(letter: str = "") -> list[Job]:
    rows = Job.objects.filter(kind="mail.send", key__startswith=letter).order_by("id")
    return list(rows)


def to_whom(letter: str) -> set[str]:
    return {row.key.rpartition(":")[2] for row in mails(letter)}


def awaited(subject: Subject) -> set[str]:
    return set(subject.panel.reviews[-1].drawn[:3])


def test_the_readers_who_are_drawn_are_told_and_reminded_on_the_mornings_the_study_file_says(
    post_office: PostOffice, later
):
    subject = web_trial.asked()
    readers = awaited(subject)
    assert to_whom("panel.read") == to_whom("panel.remind") == readers
    mornings = sorted(
        {(row.due.date() - write_service.today()).days for row in mails("panel.remind")}
    )
    assert mornings == [5, 10, 14]
    run_due()
    assert set(post_office.to) == {f"{one}@example.org" for one in readers}
    assert all(subject.subject_id in mail["Subject"] for mail in post_office.arrived)
    later(days=6)
    run_due()
    assert len(post_office.arrived) == 6
    assert "still awaited" in post_office.arrived[-1].get_content()


def test_the_panels_room_tells_when_a_reminder_was_sent_and_not_when_one_should_have_been(
    monkeypatch, later
):
    subject = web_trial.asked()
    reader = subject.panel.reviews[-1].drawn[0]
    later(days=6)
    room = lambda: web_trial.signed_in(reader).get("/panel/").content.decode()  # noqa: E731
    assert "to be reminded since" in room() and "reminded on" not in room()
    with open_post_office() as office:
        monkeypatch.setenv("EQUIPOISE_SMTP_URL", office.url)
        run_due()
    assert "reminded on" in room() and "to be reminded since" not in room()
    assert "sent on" in web_trial.signed_in("chair").get("/panel/").content.decode()


def test_whoever_has_voted_is_not_reminded(post_office: PostOffice, later):
    subject = web_trial.voted(votes=1)
    run_due()
    sent = len(post_office.arrived)
    later(days=6)
    run_due()
    voter = subject.panel.reviews[-1].drawn[0]
    assert f"{voter}@example.org" not in post_office.to[sent:]
    assert len(post_office.to[sent:]) == 2


def test_the_next_readers_are_told_when_the_first_disagree_and_the_chair_when_all_have_voted():
    subject = web_trial.asked()
    drawn = subject.panel.reviews[-1].drawn
    for reader, category in zip(drawn[:3], ("resectable", *["unresectable"] * 2), strict=True):
        write_service.perform(
            CastVote(category=_category(category)), reader, subject_id=subject.subject_id
        )
    assert to_whom("panel.read") == set(drawn) and not mails("panel.conclude")
    for reader in drawn[3:]:
        write_service.perform(
            CastVote(category=_category("")), reader, subject_id=subject.subject_id
        )
    assert to_whom("panel.conclude") == {"chair"}


def _category(wanted: str) -> str:
    categories = [one.id for one in write_service.adopted.study().panel.categories]
    return categories[0] if wanted == "resectable" else categories[-1]


def test_a_draw_is_told_to_the_participants_own_hospital_and_never_says_the_arm(
    post_office: PostOffice,
):
    subject = web_trial.randomised()
    assert to_whom("draw.done") == {"nurse-01"}  # doctor-01 has drawn; doctor-02 works elsewhere
    run_due()
    mail = next(one for one in post_office.arrived if one["To"] == "nurse-01@example.org")
    text = mail.as_string()
    arm = subject.randomisation.allocation.arm
    assert subject.subject_id in text and f"/participants/{subject.subject_id}/" in text
    for hidden in (arm, "Testduin", "Nurse", "birth"):
        assert hidden not in mail.get_content() and hidden not in mail["Subject"]


def test_whoever_left_or_moved_before_it_was_sent_gets_nothing(post_office: PostOffice):
    web_trial.randomised()
    write_service.perform(EndRole(person="nurse-01", role="nurse", site="01"), "office")
    run_due()
    assert "nurse-01@example.org" not in post_office.to
    assert Job.objects.get(key__startswith="draw.done").done_at


def test_each_nights_head_is_mailed_once_to_the_roles_that_the_study_file_names(
    post_office: PostOffice, monkeypatch, tmp_path
):
    """In words, and as the note with its signature, as it can be put into a file and verified."""
    study = adopted.study()
    roles = tuple(r.model_copy(update={"heads_by_mail": r.id == "monitor"}) for r in study.roles)
    named = study.model_copy(update={"roles": roles})
    monkeypatch.setattr(adopted, "study", lambda: named)
    by_night.sign_head(None, write_service.now())
    assert to_whom("head.nightly") == {"monitor"}
    by_night.sign_head(None, write_service.now() + timedelta(days=1))  # nothing was recorded since
    run_due()
    [mail] = post_office.arrived
    text = mail.get_content().replace("\r\n", "\n")
    head = tree_store.head()
    known = read_tree_head(head.text)
    assert mail["Subject"] == f"PUMP-IT: head of the ledger, {known.size} entries"
    assert post_office.to == ["monitor@example.org"]
    assert "\n".join(" ".join(row) for row in rows_of(known)) in text and head.written in text
    web_trial.consented()
    by_night.sign_head(None, write_service.now() + timedelta(days=2))
    assert len(mails("head.nightly")) == 2


def test_nobody_is_mailed_a_head_whom_the_study_file_does_not_name():
    by_night.sign_head(None, write_service.now())
    assert tree_store.newest() and not mails()


def test_an_act_that_is_refused_or_taken_back_leaves_no_mail():
    subject = web_trial.filled()
    act = AskPanel(scan_on=write_service.today(), question="")
    with pytest.raises(RuntimeError), transaction.atomic():
        write_service.perform(act, "doctor-01", subject_id=subject.subject_id)
        assert mails()
        raise RuntimeError
    assert not mails()


def test_nobody_without_an_address_or_shut_out_is_written_to():
    Account.objects.all().update(sealed=b"")
    web_trial.randomised()
    assert not mails()


def test_without_a_mail_server_mails_wait_and_count_no_attempts(monkeypatch):
    monkeypatch.delenv("EQUIPOISE_SMTP_URL", raising=False)
    web_trial.asked()
    run_due()
    assert {row.attempts for row in mails()} == {0}


def test_a_mail_is_in_the_language_in_which_its_reader_last_signed_in(post_office: PostOffice):
    credentials = {"login": "nurse-01", "password": web_trial.PASSWORD}
    Client(headers={"Accept-Language": "nl"}).post("/accounts/login/", credentials)
    web_trial.randomised()
    run_due()
    assert "gerandomiseerd" in post_office.arrived[-1].get_content()


@pytest.fixture
def one_mail() -> Callable[[], Job]:
    """A mail that waits, alone."""
    web_trial.randomised()
    row = Job.objects.get(key__startswith="draw.done")
    Job.objects.exclude(pk=row.pk).delete()
    return lambda: Job.objects.get(pk=row.pk)


def test_a_server_that_asks_to_wait_is_asked_again_later(post_office: PostOffice, one_mail, later):
    post_office.answers = ["RCPT 451 busy", "452 full"]
    for minutes in (0, 2, 10):
        later(minutes=minutes)
        run_due()
    assert one_mail().done_at and one_mail().attempts == 3 and len(post_office.arrived) == 1


def test_an_address_that_is_refused_is_not_tried_again_and_the_office_is_told(
    post_office: PostOffice, one_mail
):
    post_office.answers = ["RCPT 550 <nurse-01@example.org> is unknown"]
    run_due()
    row = one_mail()
    assert row.failed_at and "550" in wording(row.error, HERE)
    assert "example.org" not in row.error + row.payload + row.key
    assert post_office.to == ["office@example.org"]
    assert "mail.send" in post_office.arrived[0].get_content()


def test_a_server_that_breaks_off_after_it_took_a_mail_gets_the_same_mail_again(
    post_office: PostOffice, one_mail, later
):
    post_office.answers = ["drop"]
    run_due()
    assert not one_mail().done_at
    later(minutes=2)
    run_due()
    first, second = post_office.arrived
    assert first["Message-ID"] == second["Message-ID"] and one_mail().done_at


def test_a_server_that_is_down_loses_no_mail(one_mail, monkeypatch, later):
    monkeypatch.setenv("EQUIPOISE_SMTP_URL", SHUT)
    run_due()
    assert "does not answer" in wording(one_mail().error, HERE)
    with open_post_office() as office:
        monkeypatch.setenv("EQUIPOISE_SMTP_URL", office.url)
        later(minutes=2)
        run_due()
        assert office.to == ["nurse-01@example.org"]


def test_a_server_that_never_comes_to_the_point_is_left(one_mail, monkeypatch):
    monkeypatch.setattr(smtp, "WHOLE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        monkeypatch.setenv("EQUIPOISE_SMTP_URL", f"smtp://127.0.0.1:{port}?from=t@example.org")
        Thread(target=_one_sign_at_a_time, args=(listening,), daemon=True).start()
        run_due()
    assert "does not answer" in wording(one_mail().error, HERE)


def _one_sign_at_a_time(listening: socket.socket) -> None:
    line, _ = listening.accept()
    try:
        while True:
            line.send(b"2")
            line.settimeout(0.01)
            try:
                if not line.recv(10):
                    return
            except TimeoutError:
                continue
    except OSError:
        return


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_what_is_said_to_a_server_elsewhere_is_encrypted(
    scheme: str, one_mail, monkeypatch, tmp_path: Path
):
    file = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with open_post_office(context, starttls=scheme == "smtp") as office:
        url = f"{scheme}://127.0.0.1:{office.port}?from=trial@example.org"
        monkeypatch.setenv("EQUIPOISE_SMTP_URL", url)
        run_due()
        assert not office.arrived and one_mail().error  # a certificate that nobody vouches for
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        Job.objects.update(due=write_service.now())
        run_due()
        assert office.to == ["nurse-01@example.org"]


def test_nothing_is_said_in_the_clear_to_a_server_elsewhere(
    post_office: PostOffice, one_mail, monkeypatch
):
    monkeypatch.setattr("equipoise.web.mail.server.LOOPBACK", ())
    run_due()
    assert not post_office.arrived and "encryption" in wording(one_mail().error, HERE)


def test_an_address_cannot_smuggle_a_line_into_a_mail(post_office: PostOffice, one_mail):
    account = Account.objects.get(person_id="nurse-01")
    for address in ("a@example.org\nBcc: b@example.org", "a@example.org, b@example.org", "a b@c"):
        account.sealed = people._sealed(people.Name(name="x", email=address))
        account.save()
        Job.objects.filter(pk=one_mail().pk).update(due=write_service.now(), failed_at=None)
        run_due()
        assert "no e-mail address" in wording(one_mail().error, HERE)
    assert not [one for one in post_office.to if not one.startswith("office@")]


def test_a_mail_that_waited_too_long_is_not_sent(post_office: PostOffice, one_mail, later):
    later(days=8)
    run_due()
    assert (
        "7 days" in wording(one_mail().error, HERE) and "nurse-01@example.org" not in post_office.to
    )


def test_an_address_of_a_mail_server_that_cannot_be_read_is_told(one_mail, monkeypatch):
    for url in (
        "mail.example.org",
        "smtp://host:99999?from=a@b.org",
        "smtp://host",
        "smtp://?from=a@b.c",
    ):
        monkeypatch.setenv("EQUIPOISE_SMTP_URL", url)
        Job.objects.update(due=write_service.now())
        run_due()
        assert "cannot be read" in wording(one_mail().error, HERE), url
    assert write_service.now() > one_mail().written_at

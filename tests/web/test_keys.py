"""Keys of programs: they end with password and roles, their owner sees them, and acts show them."""

import io
import sys
from datetime import timedelta

import msgspec
import pytest
from django.core.cache import cache
from django.test import Client

from equipoise.cli import person, token
from equipoise.conduct.administration import EndRole, GiveRole
from equipoise.conduct.folding import read
from equipoise.conduct.follow_up import RecordAlive
from equipoise.conduct.how import How, how_of
from equipoise.web import tokens, write_service
from equipoise.web.models import Account, Token
from tests import web_trial
from tests.web_trial import PASSWORD, signed_in

pytestmark = pytest.mark.django_db
OTHER = "nine quiet herons"


@pytest.fixture(autouse=True)
def _house() -> None:
    cache.clear()
    web_trial.open_house()


def a_key(person_id: str = "nurse-01", label: str = "a test") -> str:
    return tokens.make_token(Account.objects.get(person_id=person_id), label)


def opens(key: str) -> bool:
    headers = {"Authorization": f"Bearer {key}"}
    return Client(headers=headers).get("/api/subjects").status_code == 200


def alive_by_key(key: str, subject_id: str) -> dict[str, object]:
    client = Client(headers={"Authorization": f"Bearer {key}"})
    body = {"subject_id": subject_id}
    return client.post("/api/acts/contact.alive", body, content_type="application/json").json()


def test_keys_end_when_the_password_changes_on_the_page_and_at_the_command_line(monkeypatch):
    key, others = a_key(), a_key("doctor-01")
    typed = {"oldpassword": PASSWORD, "password1": OTHER, "password2": OTHER}
    assert opens(key)
    signed_in("nurse-01").post("/accounts/password/change/", typed)
    assert not opens(key) and opens(others)
    key = a_key()
    monkeypatch.setattr(sys, "stdin", io.StringIO("ten other herons"))
    assert person.run(["nurse-01"]) == 0
    assert not opens(key) and opens(others)


def test_keys_end_with_the_last_role_and_come_back_with_none():
    write_service.perform(GiveRole(person="nurse-01", role="data-manager", site="01"), "office")
    key = a_key()
    write_service.perform(EndRole(person="nurse-01", role="data-manager", site="01"), "office")
    assert opens(key)
    write_service.perform(EndRole(person="nurse-01", role="nurse", site="01"), "office")
    write_service.perform(GiveRole(person="nurse-01", role="nurse", site="01"), "office")
    assert not opens(key)


def test_a_role_that_is_not_ended_after_all_ends_no_key():
    key = a_key("office")
    page = signed_in("office").post("/people/office/trial-office/-/end/")
    assert page.status_code == 422 and opens(key)


def test_their_owner_sees_their_keys_and_ends_one_and_nobody_elses():
    first, second, others = a_key(label="nightly list"), a_key(), a_key("doctor-01", "the doctor's")
    client, numbers = signed_in("nurse-01"), dict(Token.objects.values_list("label", "pk"))
    text = client.get("/me/keys/").content.decode()
    assert "nightly list" in text and "never" in text and "the doctor" not in text
    assert opens(first)
    assert client.get("/me/keys/").content.decode().count("never") == 1
    client.post("/me/keys/", {"number": numbers["nightly list"]})
    client.post("/me/keys/", {"number": numbers["the doctor's"]})
    assert not opens(first) and opens(second) and opens(others)
    assert "ended" in client.get("/me/keys/").content.decode()
    assert [client.post("/me/keys/", {"number": n}).status_code for n in ("", "x", "9" * 40)] == [
        404
    ] * 3
    assert "/me/keys/" in client.get("/me/").content.decode()


def test_use_is_noted_to_the_hour(monkeypatch):
    key, now = a_key(), write_service.now()
    for minutes, noted in ((0, 0), (40, 0), (70, 70)):
        moment = now + timedelta(minutes=minutes)
        monkeypatch.setattr(write_service, "now", lambda at=moment: at)
        assert opens(key)
        assert Token.objects.get().last_used_at == now + timedelta(minutes=noted)


def test_what_a_key_records_is_marked_with_its_number_and_what_a_person_records_is_not():
    subject_id = web_trial.consented().subject_id
    key = a_key("doctor-01")
    number = str(Token.objects.get().pk)
    alive_by_key(key, subject_id)
    write_service.perform(RecordAlive(), "doctor-01", None, subject_id)
    by_key, by_hand = list(write_service.LEDGER.entries(subject_id))[-2:]
    assert how_of(by_key) == How(key=number) and how_of(by_hand) == How()
    assert by_hand.payload == msgspec.json.encode(read(by_hand), order="sorted").decode()
    audit = signed_in("doctor-01").get("/audit/").content.decode()
    assert audit.count(f"by key {number}") == 1
    client = Client(headers={"Authorization": f"Bearer {key}"})
    told = client.get(f"/api/subjects/{subject_id}/entries").json()
    assert [entry["how"] for entry in told[-2:]] == [{"key": number}, {}]
    assert "how" not in told[-2]["fields"]


def test_ended_keys_are_counted_once_at_the_command_line(capsys):
    a_key(), a_key()
    token.run(["nurse-01", "--end"])
    token.run(["nurse-01", "--end"])
    told = capsys.readouterr().out
    assert "2 keys" in told and "0 keys" in told

"""A second factor that a role asks for, one that is lost, and a name that is to be forgotten."""

import io
import re
import sys

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.test import Client

from equipoise.cli import person
from equipoise.conduct.act import Refused
from equipoise.conduct.administration import EndRole
from equipoise.conduct.how import how_of
from equipoise.conduct.persons import ErasePerson, ResetSecondFactor
from equipoise.web import adopted, people, tokens, write_service
from equipoise.web.models import Account
from tests import web_trial
from tests.web_trial import PASSWORD, PROVED, proof_on, signed_in

pytestmark = pytest.mark.django_db
RESET, ERASE = "/trial/reset-factor/nurse-01/", "/trial/erase/nurse-01/"


@pytest.fixture(autouse=True)
def _house() -> None:
    cache.clear()
    web_trial.open_house()


@pytest.fixture
def strict(monkeypatch):
    """The study, with nurses whose role asks for a second factor."""
    study = adopted.study()
    roles = tuple(
        role.model_copy(update={"second_factor": role.id == "nurse"}) for role in study.roles
    )
    asking = study.model_copy(update={"roles": roles})
    vars(asking).pop("role_of", None)
    monkeypatch.setattr(adopted, "study", lambda: asking)


def account_of(person_id: str) -> Account:
    return Account.objects.get(person_id=person_id)


def by_key(key: str) -> int:
    return Client(headers={"Authorization": f"Bearer {key}"}).get("/api/subjects").status_code


def posted(client: Client, address: str, because: str = "asked by telephone", **more: str):
    on = write_service.today()
    day = {"happened.day": on.day, "happened.month": on.month, "happened.year": on.year}
    typed = {"because": because, **day, **proof_on(client.get(address)), **more}
    return client.post(address, typed)


def test_whose_role_asks_for_a_second_factor_does_nothing_before_it_is_set_up(strict):
    nurse, key = signed_in("nurse-01"), tokens.make_token(account_of("nurse-01"), "a test")
    for address in ("/today/", "/participants/", "/me/", "/me/keys/"):
        assert nurse.get(address)["Location"] == "/accounts/2fa/", address
    assert by_key(key) == 403
    assert signed_in("doctor-01").get("/today/").status_code == 200
    TOTP.activate(account_of("nurse-01"), "JBSWY3DPEHPK3PXP")
    assert nurse.get("/today/").status_code == 200 and by_key(key) == 200


def test_who_gives_the_password_alone_is_not_in_and_is_led_to_set_it_up_after_a_sign_in(strict):
    client = Client()
    client.post("/accounts/login/", {"login": "nurse-01", "password": PASSWORD})
    assert client.get("/today/")["Location"] == "/accounts/2fa/"
    page = client.get("/accounts/2fa/totp/activate/", follow=True)
    assert page.request["PATH_INFO"] == "/accounts/reauthenticate/"
    assert "Your role asks for two-step sign-in" in page.content.decode()
    page = client.post("/accounts/reauthenticate/", {"password": PASSWORD}, follow=True)
    assert client.get("/accounts/2fa/totp/activate/").status_code == 200
    TOTP.activate(account_of("nurse-01"), "JBSWY3DPEHPK3PXP")
    again = Client()
    again.post("/accounts/login/", {"login": "nurse-01", "password": PASSWORD})
    assert again.get("/today/").status_code == 302


def test_a_second_factor_that_a_role_asks_for_cannot_be_taken_away(strict):
    from allauth.mfa.adapter import get_adapter

    for person_id, may in (("nurse-01", False), ("doctor-01", True)):
        TOTP.activate(account_of(person_id), "JBSWY3DPEHPK3PXP")
        factor = Authenticator.objects.get(user__person_id=person_id)
        assert get_adapter().can_delete_authenticator(factor) is may


def test_a_lost_second_factor_is_reset_by_the_office_with_a_reason_and_never_ones_own():
    nurse = account_of("nurse-01")
    TOTP.activate(nurse, "JBSWY3DPEHPK3PXP")
    TOTP.activate(account_of("office"), "JBSWY3DPEHPK3PXP")
    key, office = tokens.make_token(nurse, "a test"), signed_in("office")
    assert RESET in office.get("/people/").content.decode()
    assert "Nurse-01 Testduin" in office.get(RESET).content.decode()
    assert posted(office, RESET, because=" ").status_code == 422
    assert posted(office, RESET, proof="not mine").status_code == 422
    assert Authenticator.objects.filter(user=nurse).exists()
    assert posted(office, RESET)["Location"] == "/people/"
    assert not Authenticator.objects.filter(user=nurse).exists() and by_key(key) == 401
    assert posted(office, "/trial/reset-factor/office/").status_code == 422
    assert Authenticator.objects.filter(user__person_id="office").exists()
    entry = list(write_service.LEDGER.entries("study"))[-1]
    assert (entry.kind, entry.by) == ("person.reset-factor", "office") and how_of(entry).shown
    assert "asked by telephone" in entry.payload


def test_nobody_but_the_office_resets_or_erases():
    for person_id in ("nurse-01", "doctor-01", "monitor", "board", "chair"):
        client = signed_in(person_id)
        assert [client.get(a).status_code for a in (RESET, ERASE)] == [404, 404], person_id
        with pytest.raises(Refused):
            write_service.perform(
                ResetSecondFactor(person="doctor-02", because="x"), person_id, how=PROVED
            )


def test_a_name_is_erased_from_the_page_and_the_id_stands_where_it_stood():
    subject = web_trial.consented("nurse-01")
    office, doctor = signed_in("office"), signed_in("doctor-01")
    key = tokens.make_token(account_of("nurse-01"), "Testduin's laptop")
    assert ERASE not in office.get("/people/").content.decode()
    assert posted(office, ERASE).status_code == 422
    write_service.perform(EndRole(person="nurse-01", role="nurse", site="01"), "office")
    assert ERASE in office.get("/people/").content.decode()
    before = [entry.digest for entry in write_service.LEDGER.entries(subject.subject_id)]
    assert posted(office, ERASE)["Location"] == "/people/"
    assert [entry.digest for entry in write_service.LEDGER.entries(subject.subject_id)] == before
    account = account_of("nurse-01")
    assert not account.sealed and not account.is_active and by_key(key) == 401
    assert not account.tokens.exclude(label="").exists()
    for text in (
        office.get("/people/").content.decode(),
        office.get("/audit/").content.decode(),
        doctor.get("/audit/").content.decode(),
    ):
        assert "Nurse-01 Testduin" not in text and "nurse-01" in text
    credentials = {"login": "nurse-01", "password": PASSWORD}
    assert Client().post("/accounts/login/", credentials)["Location"] != "/today/"


def test_the_command_line_does_the_same_after_the_office_gave_its_password(monkeypatch, capsys):
    words = ["nurse-01", "--because", "left, and asked for it", "--by", "office"]
    monkeypatch.setattr(sys, "stdin", io.StringIO("not mine\n"))
    with pytest.raises(SystemExit):
        person.run([*words, "--reset-factor"])
    TOTP.activate(account_of("nurse-01"), "JBSWY3DPEHPK3PXP")
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
    assert person.run([*words, "--reset-factor"]) == 0
    assert not Authenticator.objects.exists()
    write_service.perform(EndRole(person="nurse-01", role="nurse", site="01"), "office")
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
    assert person.run([*words, "--erase"]) == 0
    assert people.names()["nurse-01"] == "nurse-01"
    assert not re.search("Testduin", capsys.readouterr().out)


def test_an_erased_person_may_not_be_erased_by_themselves_or_while_they_work():
    for act, by, code in (
        (ErasePerson(person="nurse-01", because="x"), "office", "person.holds-roles"),
        (ErasePerson(person="office", because="x"), "office", "person.own"),
        (ErasePerson(person="nobody", because="x"), "office", "person.unknown"),
    ):
        with pytest.raises(Refused) as refused:
            write_service.perform(act, by, how=PROVED)
        assert code in {refusal.code for refusal in refused.value.refusals}

"""Which passwords are taken, wherever one is set, and that nobody locks out another by guessing."""

import io
import sys

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as ours
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client

from equipoise.cli import person
from equipoise.web import bootstrap, passwords, people
from equipoise.web import settings as in_production
from equipoise.web.models import Account
from tests import web_trial
from tests.web_trial import PASSWORD, signed_in

pytestmark = pytest.mark.django_db
SIGN_IN, CHANGE = "/accounts/login/", "/accounts/password/change/"
GOOD = "nine quiet herons"


@pytest.fixture(autouse=True)
def _house() -> None:
    cache.clear()
    web_trial.open_house()


def someone() -> Account:
    account = people.make_account("nurse-01-1", "Iris Torenvalk", "iris@duinhof.example", PASSWORD)
    account.refresh_from_db()
    return account


def taken(password: str, account: Account | None = None) -> bool:
    try:
        validate_password(password, account)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    "password",
    [
        *("kqzvxwja", "nurse-01-1x", "fourteen signs", "passwordpassword", "a" * 40),
        *("nurse-01-1nurse-01-1", "Iris Torenvalk 2026", "iris@duinhof.example1"),
        *("torenvalk-TORENVALK-iris", "Nurse 01 1 Torenvalk!"),
    ],
)
def test_a_password_that_is_short_or_little_more_than_ones_own_names_is_refused(password):
    assert not taken(password, someone())


def test_length_alone_is_asked_and_no_sort_of_sign():
    account = someone()
    assert all(taken(p, account) for p in (GOOD, "vijftien tekens", "torenvalk eet witte muizen"))
    assert taken(bootstrap.DEMO_PASSWORD, account)


def test_beside_a_second_factor_eight_characters_do_but_none_that_are_common_or_ones_own():
    account = someone()
    Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert taken("kqzvxwja", account) and not taken("kqzvxwj", account)
    assert not taken("nurse-01-1x", account) and not taken("trustno1", account)
    assert not taken("abcabcabc", account)


def test_the_page_asks_the_same_and_says_what_it_asks():
    client = signed_in("nurse-01")
    assert "At least 15 characters" in client.get(CHANGE).content.decode()
    for password, status in (("kqzvxwja", 200), ("nurse-01-testduin", 200), (GOOD, 302)):
        typed = {"oldpassword": PASSWORD, "password1": password, "password2": password}
        assert client.post(CHANGE, typed).status_code == status, password
    assert Account.objects.get(person_id="nurse-01").check_password(GOOD)


@pytest.mark.parametrize("password", ["kqzvxwja", "office-9 meerkoet"])
def test_the_command_line_asks_the_same(monkeypatch, capsys, password):
    words = ["nurse-09", "--name", "Vera Meerkoet", "--role", "nurse", "--site", "01"]
    monkeypatch.setattr(sys, "stdin", io.StringIO(password.replace("office", "nurse")))
    with pytest.raises(SystemExit):
        person.run([*words, "--by", "office"])
    assert "password" in capsys.readouterr().err.lower()
    assert not Account.objects.filter(person_id="nurse-09").exists()


def test_whoever_gets_a_first_password_chooses_another_before_anything_else():
    account = Account.objects.get(person_id="nurse-01")
    passwords.give(account, GOOD, first=True)
    client = signed_in("nurse-01")
    assert client.get("/today/")["Location"] == client.get("/me/")["Location"] == CHANGE
    assert "Choose your own password first" in client.get(CHANGE).content.decode()
    other = {"oldpassword": GOOD, "password1": GOOD + "s", "password2": GOOD + "s"}
    assert client.post(CHANGE, other)["Location"] == "/me/"
    assert client.get("/today/").status_code == 200


def test_a_password_is_kept_by_a_hash_that_is_slow_on_purpose(settings):
    settings.PASSWORD_HASHERS = in_production.PASSWORD_HASHERS
    account = people.make_account("nurse-09", "Vera Meerkoet", "", PASSWORD)
    assert account.password.startswith("argon2$argon2id$")
    assert sign_in(Client(), PASSWORD, name="nurse-09")


def sign_in(client: Client, password: str, name: str = "nurse-01", address: str = "") -> bool:
    typed = {"login": name, "password": password}
    more = {"REMOTE_ADDR": address} if address else {}
    return client.post(SIGN_IN, typed, **more).status_code == 302


def test_who_guesses_is_stopped_and_locks_nobody_out_for_others():
    thief = "203.0.113.9"
    assert not any(sign_in(Client(), f"guess {n}", address=thief) for n in range(12))
    assert not sign_in(Client(), PASSWORD, address=thief)
    assert sign_in(Client(), PASSWORD, address="192.0.2.7")
    assert sign_in(Client(), PASSWORD, name="doctor-01", address=thief)


def test_a_name_that_is_tried_from_everywhere_still_opens_to_its_owner():
    for n in range(60):
        sign_in(Client(), f"guess {n}", address=f"203.0.113.{n}")
    assert sign_in(Client(), PASSWORD, address="192.0.2.7")
    thief = "203.0.113.200"
    assert [sign_in(Client(), text, address=thief) for text in ("a guess", PASSWORD)] == [False] * 2


def test_behind_one_address_with_the_thief_a_browser_that_is_known_still_opens():
    shared, own = "198.51.100.1", Client()
    assert sign_in(own, PASSWORD, address=shared)
    own.post("/accounts/logout/")
    for n in range(80):
        sign_in(Client(), f"guess {n}", address=shared)
    assert not sign_in(Client(), PASSWORD, address=shared)
    assert sign_in(own, PASSWORD, address=shared)


def test_a_known_browser_is_known_for_its_own_people_and_cannot_be_forged():
    client, thief = Client(), "203.0.113.9"
    assert sign_in(client, PASSWORD, name="doctor-02", address=thief)
    client.post("/accounts/logout/")
    assert (
        "doctor" not in client.cookies["known-to"].value and client.cookies["known-to"]["httponly"]
    )
    for n in range(6):
        sign_in(client, f"guess {n}", address=thief)
    assert not sign_in(client, PASSWORD, address=thief)
    client.cookies["known-to"] = client.cookies["known-to"].value[:-2] + "xx"
    assert not sign_in(client, PASSWORD, address=thief)


def test_no_limit_of_the_ready_made_sign_in_stops_a_whole_hospital():
    for name in ("nurse-01", "doctor-01", "doctor-02", "reader-1", "reader-2"):
        assert all(sign_in(Client(), PASSWORD, name=name) for _ in range(8)), name
    assert ours.ACCOUNT_RATE_LIMITS["login"] is None

"""The end of a sign-in: a page can ask how long is left, and asking is not being there."""

import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from equipoise.web import middleware
from equipoise.web.models import Account
from tests.web_trial import PASSWORD, open_house, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def nurse() -> Client:
    open_house()
    return signed_in("nurse-01")


def at(monkeypatch: pytest.MonkeyPatch, minutes: float, began: float = time.time()) -> None:
    monkeypatch.setattr(middleware.time, "time", lambda: began + minutes * 60)


def test_asking_how_long_is_left_does_not_keep_anyone_signed_in(nurse, monkeypatch):
    at(monkeypatch, 0)
    assert nurse.get("/me/").status_code == 200
    at(monkeypatch, 26)
    assert nurse.get("/session/").json()["left"] == 4 * 60
    at(monkeypatch, 31)
    assert nurse.get("/session/").json()["left"] == 0
    assert nurse.get("/me/").status_code == 302


def test_asking_for_more_time_gives_it_but_never_more_than_a_working_day(nurse, monkeypatch):
    at(monkeypatch, 0)
    nurse.get("/me/")
    at(monkeypatch, 26)
    assert nurse.post("/session/").json()["left"] == 30 * 60
    for minutes in range(50, 8 * 60 - 9, 20):
        at(monkeypatch, minutes)
        nurse.post("/session/")
    at(monkeypatch, 8 * 60 - 4)
    told = nurse.post("/session/").json()
    assert told["left"] == told["atMost"] == 4 * 60


def test_keeping_what_is_typed_shows_that_someone_is_there(nurse, monkeypatch):
    at(monkeypatch, 0)
    nurse.get("/me/")
    at(monkeypatch, 26)
    nurse.post("/new-participant/", {"draft-wish": "keep"})
    assert nurse.get("/session/").json()["left"] == 30 * 60


def test_whoever_is_not_signed_in_has_no_time_left_and_no_name(nurse):
    told = Client().get("/session/").json()
    assert told["mark"] == "" and told["left"] == 0 and told["token"]
    assert "nurse" not in nurse.get("/session/").content.decode()


def test_signing_in_on_the_page_itself_is_answered_so_that_the_page_can_stay(nurse):
    page, asks = Client(), {"X-Requested-With": "XMLHttpRequest"}
    known = {"login": "nurse-01", "password": PASSWORD}
    wrong = page.post("/accounts/login/", {**known, "password": "mistyped"}, headers=asks)
    assert wrong.status_code == 400 and wrong.json()["form"]["errors"]
    right = page.post("/accounts/login/", known, headers=asks)
    assert right.status_code == 200 and right.json()["location"] == "/today/"
    mine = nurse.get("/session/").json()["mark"]
    assert mine and page.get("/session/").json()["mark"] == mine


def test_a_second_step_is_named_to_the_page_that_stays(nurse):
    TOTP.activate(Account.objects.get(person_id="nurse-01"), "JBSWY3DPEHPK3PXP")
    page, asks = Client(), {"X-Requested-With": "XMLHttpRequest"}
    known = {"login": "nurse-01", "password": PASSWORD}
    first = page.post("/accounts/login/", known, headers=asks)
    assert first.json()["location"].startswith("/accounts/2fa/authenticate/")
    assert page.get("/session/").json()["mark"] == ""


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "Stay signed in when the browser is closed"),
        ("nl", "Ingelogd blijven als de browser wordt gesloten"),
    ],
)
def test_the_box_of_the_sign_in_page_says_what_it_does(nurse, language, says):
    page = Client(headers={"Accept-Language": language}).get("/accounts/login/").content.decode()
    assert says in page and "Remember Me" not in page and "Onthouden" not in page
    assert f"{middleware.IDLE // 60} minut" in page and "8 " in page


@pytest.mark.parametrize(("box", "outlives"), [({}, False), ({"remember": "on"}, True)])
def test_a_sign_in_outlives_the_browser_only_when_that_is_asked(nurse, box, outlives):
    asked = {"login": "nurse-01", "password": PASSWORD, **box}
    answer = Client().post("/accounts/login/", asked)
    assert answer.status_code == 302
    cookie = answer.cookies["sessionid"]
    assert cookie["max-age"] == (8 * 3600 if outlives else "")

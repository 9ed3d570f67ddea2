"""A forgotten password: by mail, told to nobody who asks, and on a page that opens once."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from equipoise.web import people
from equipoise.web.jobs.runner import run_due
from equipoise.web.models import Account, Job
from tests import web_trial
from tests.web.post_office import PostOffice

pytestmark = pytest.mark.django_db
NEW = "vier paarden zien een brug"


@pytest.fixture(autouse=True)
def _house(post_office: PostOffice) -> None:
    """A nurse of the trial has an address."""
    cache.clear()
    web_trial.open_house()
    sealed = people._sealed(people.Name(name="A nurse", email="nurse@example.org"))
    Account.objects.filter(person_id="nurse-01").update(sealed=sealed)


def asked(name: str, language: str = "en") -> str:
    client = Client(headers={"Accept-Language": language})
    return client.post("/password/", {"login": name}).content.decode()


def plain(text: str) -> str:
    """A page without what differs at each look."""
    return re.sub(r'(?:value|nonce)="[^"]*"', "", text)


def way_in(office: PostOffice) -> str:
    run_due()
    return re.search(r"http://\S+?(/password/\S+)", office.arrived[-1].get_content())[1]


def test_whoever_asks_hears_the_same_of_every_name():
    said = {plain(asked(name)) for name in ("nurse-01", "doctor-01", "nobody", "", "a\nb")}
    assert len(said) == 1
    assert Job.objects.filter(key__startswith="password.reset").count() == 1


def test_the_page_opens_once_and_the_new_password_opens_the_door(post_office: PostOffice):
    asked("nurse-01")
    page = way_in(post_office)
    assert post_office.to == ["nurse@example.org"]
    client = Client()
    assert client.get(page).status_code == 200
    assert client.post(page, {"password": NEW, "again": NEW})["Location"] == "/accounts/login/"
    credentials = {"login": "nurse-01", "password": NEW}
    assert client.post("/accounts/login/", credentials)["Location"] == "/today/"
    for again in (Client().get(page), Client().post(page, {"password": "x", "again": "x"})):
        assert again.status_code == 404
    old = {"login": "nurse-01", "password": web_trial.PASSWORD}
    assert Client().post("/accounts/login/", old).status_code == 200


def test_a_poor_password_and_two_that_differ_are_refused_and_the_page_stays_open(
    post_office: PostOffice,
):
    asked("nurse-01")
    page = way_in(post_office)
    answer = Client().post(page, {"password": "short", "again": "other"})
    text = answer.content.decode()
    assert answer.status_code == 422 and "same password twice" in text and "at least" in text
    assert Client().get(page).status_code == 200


def test_the_page_is_shut_by_a_sign_in_and_for_who_was_shut_out(post_office: PostOffice):
    asked("nurse-01")
    page = way_in(post_office)
    Account.objects.filter(person_id="nurse-01").update(is_active=False)
    assert Client().get(page).status_code == 404
    Account.objects.filter(person_id="nurse-01").update(is_active=True)
    credentials = {"login": "nurse-01", "password": web_trial.PASSWORD}
    Client().post("/accounts/login/", credentials)
    assert Client().get(page).status_code == 404
    assert Client().get("/password/zz/a-b/").status_code == 404


def test_one_mail_an_hour_whoever_asks_and_its_page_stands_in_no_row(post_office: PostOffice):
    for _ in range(3):
        asked("nurse-01")
    row = Job.objects.get(key__startswith="password.reset")
    way_in(post_office)
    assert len(post_office.arrived) == 1
    assert "/password/" not in row.payload + row.key and "example.org" not in row.payload + row.key


def test_the_sign_in_page_leads_there_only_where_mail_is_sent(monkeypatch):
    dutch = Client(headers={"Accept-Language": "nl"})
    assert "Wachtwoord vergeten?" in dutch.get("/accounts/login/").content.decode()
    monkeypatch.delenv("EQUIPOISE_SMTP_URL")
    text = Client().get("/accounts/login/").content.decode()
    assert "/password/" not in text and "no e-mail is sent" in text
    assert Client().get("/password/").status_code == 404

"""The trial office gives and ends roles and opens sites from pages; nobody else sees them."""

import re

import pytest
from django.test import Client

from equipoise.study.parts import say
from equipoise.web import adopted, people, write_service
from equipoise.web.models import Account
from tests import web_trial

pytestmark = pytest.mark.django_db
GIVE = "/people/give/"
NEW = {
    "person": "nurse-09",
    "name": "Iris Torenvalk",
    "email": "",
    "role": "nurse",
    "site": "01",
}


@pytest.fixture(autouse=True)
def _house() -> None:
    web_trial.open_house()


def office(language: str = "en") -> Client:
    return web_trial.signed_in("office", language)


def test_the_office_sees_everyone_by_name_with_their_roles():
    text = office().get("/people/").content.decode()
    for person_id in Account.objects.values_list("person_id", flat=True):
        assert people.names()[person_id] in text, person_id
    for role in adopted.study().roles:
        if any(held == role.id for _, held, _ in web_trial.PEOPLE):
            assert say(role.label, "en") in text


def test_only_those_who_give_roles_see_these_pages():
    for person_id, _, _ in web_trial.PEOPLE:
        client = web_trial.signed_in(person_id)
        pages = ("/people/", GIVE, "/people/nurse-01/nurse/01/end/", "/people/open/01/")
        assert [client.get(page).status_code for page in pages] == [404] * 4, person_id
        assert "/people/" not in client.get("/me/").content.decode()


def test_a_new_person_gets_a_role_and_a_first_password_that_opens_the_door():
    answer = office().post(GIVE, NEW)
    text = answer.content.decode()
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    password = re.search(r'First password</dt><dd class="eq-code">([^<]+)<', text)
    assert password
    client = Client()
    credentials = {"login": "nurse-09", "password": password[1]}
    assert client.post("/accounts/login/", credentials)["Location"] == "/today/"
    assert client.get("/today/")["Location"] == "/accounts/password/change/"
    assert "Iris Torenvalk" in client.get("/accounts/password/change/").content.decode()
    entries = [entry.payload for entry in write_service.LEDGER.everything()]
    assert not [payload for payload in entries if "Torenvalk" in payload]


def test_someone_known_gets_another_role_and_no_other_password():
    before = Account.objects.get(person_id="nurse-01").password
    answer = office().post(GIVE, {"known": "nurse-01", "role": "data-manager", "site": "01"})
    assert answer["Location"] == "/people/"
    assert write_service.folds().trial_state().people["nurse-01"].has("data-manager")
    assert Account.objects.get(person_id="nurse-01").password == before


def test_every_refusal_is_told_and_what_was_typed_stays():
    answer = office().post(GIVE, {**NEW, "person": "iris@example.org", "site": ""})
    text = answer.content.decode()
    assert answer.status_code == 422 and "Iris Torenvalk" in text
    assert "There are 2 problems" in text and "is held at a site" in text
    assert not Account.objects.filter(person_id="iris@example.org").exists()
    answer = office("nl").post(GIVE, {"known": "nurse-01", "role": "nurse", "site": "01"})
    assert "Deze persoon heeft deze rol al" in answer.content.decode()
    answer = office().post(GIVE, {"known": "nurse-01", "person": "nurse-09"})
    assert "not both" in answer.content.decode() and "Choose the role" in answer.content.decode()


def test_a_role_is_ended_after_it_is_read_back():
    page = "/people/nurse-01/nurse/01/end/"
    text = office().get(page).content.decode()
    assert "Nurse-01 Testduin" in text and "Research nurse" in text
    assert write_service.folds().trial_state().people["nurse-01"].roles
    assert office().post(page)["Location"] == "/people/"
    assert not write_service.folds().trial_state().people["nurse-01"].roles
    assert office().get(page).status_code == 404


def test_the_last_of_the_office_cannot_end_their_own_role():
    answer = office("nl").post("/people/office/trial-office/-/end/")
    assert answer.status_code == 422
    assert "Niemand zou nog rollen kunnen geven" in answer.content.decode()


def test_a_site_is_opened_once():
    answer = office().post("/people/open/01/")
    assert answer.status_code == 422 and "is open already" in answer.content.decode()
    assert office().get("/people/open/99/").status_code == 404


def test_a_site_that_takes_no_part_yet_is_opened_from_the_page(monkeypatch: pytest.MonkeyPatch):
    study = adopted.study()
    more = study.sites[0].model_copy(update={"id": "77", "name": "Testduin Hospital"})
    wider = study.model_copy(update={"sites": (*study.sites, more)})
    vars(wider).pop("site_of", None)  # kept from before the site was there
    monkeypatch.setattr(adopted, "study", lambda: wider)
    text = office().get("/people/").content.decode()
    assert "Not open" in text and "/people/open/77/" in text
    assert office().post("/people/open/77/")["Location"] == "/people/"
    assert "77" in write_service.folds().trial_state().sites

"""People sign in through their hospital's own provider: known by issuer and subject alone."""

import json

import pytest
from django.core.cache import cache
from django.test import Client

from equipoise.conduct.administration import EndRole
from equipoise.web import people, write_service
from equipoise.web.models import AccessFailures, AccessRow, Account
from tests import web_trial
from tests.web.hospital_house import (
    bound_to,
    came_back,
    name_providers,
    no_providers,
    query,
    sent_to,
)
from tests.web.hospital_provider import Browser, Providers
from tests.web_trial import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def hospitals(hospital_providers: Providers):
    cache.clear()
    web_trial.open_house()
    name_providers(duin=hospital_providers.duin, veen=hospital_providers.veen)
    yield hospital_providers
    no_providers()


def whose(client):
    number = client.session.get("_auth_user_id")
    return Account.objects.get(pk=number).person_id if number else ""


def test_whoever_is_bound_signs_in_and_it_is_noted(hospitals):
    bound_to("doctor-01", hospitals.duin)
    client = Client()
    shown = client.get("/accounts/login/").content.decode()
    assert "Sign in with Duin Hospital" in shown and "Sign in with Veen Hospital" in shown
    answer = came_back(client, sent_to(client, after="/participants/"))
    assert (
        answer["Location"] == "/participants/" and client.get("/participants/").status_code == 200
    )
    row = AccessRow.objects.get(kind="signed-in")
    assert row.person == "doctor-01" and json.loads(row.told)["issuer"] == hospitals.duin


def test_no_address_and_no_name_ever_stands_for_someone(hospitals):
    """The provider says that alice's address is verified; it is doctor-01's here, and her name."""
    account = Account.objects.get(person_id="doctor-01")
    account.sealed = people.new_account("x", "Alice", "alice@duin.example").sealed
    account.save()
    before, client = Account.objects.count(), Client()
    answer = came_back(client, sent_to(client))
    assert answer.status_code == 403 and not client.session.get("_auth_user_id")
    said = answer.content.decode()
    assert "is not known here" in said and hospitals.duin in said and "alice" not in said.lower()
    assert Account.objects.count() == before
    assert AccessFailures.objects.get(kind="hospital-sign-in-failed").who == "duin"
    assert not AccessRow.objects.filter(kind="signed-in").exists()


def test_nothing_but_issuer_and_subject_is_kept(hospitals):
    row = bound_to("doctor-01", hospitals.duin)
    client = Client()
    came_back(client, sent_to(client))
    row.refresh_from_db()
    assert row.extra_data == {} and (row.provider, row.uid) == (hospitals.duin, "1")
    kept = json.dumps(dict(client.session)) + "".join(
        AccessRow.objects.values_list("told", flat=True)
    )
    assert "duin.example" not in kept and "access_token" not in kept


def test_the_same_subject_of_another_issuer_is_another(hospitals):
    """Both providers have a subject 1, and sign with the same key."""
    bound_to("doctor-01", hospitals.duin)
    client = Client()
    answer = came_back(client, sent_to(client, "veen"))
    assert answer.status_code == 403 and hospitals.veen in answer.content.decode()
    bound_to("doctor-02", hospitals.veen)
    came_back(client, sent_to(client, "veen"))
    assert whose(client) == "doctor-02"


def test_whoever_is_locked_out_stays_so_and_whoever_has_no_role_sees_nothing(hospitals):
    bound_to("doctor-01", hospitals.duin)
    Account.objects.filter(person_id="doctor-01").update(is_active=False)
    client = Client()
    answer = came_back(client, sent_to(client))
    assert answer.status_code == 403 and "sign-in is closed" in answer.content.decode()
    Account.objects.filter(person_id="doctor-01").update(is_active=True)
    write_service.perform(EndRole(person="doctor-01", role="investigator", site="01"), "office")
    came_back(client, sent_to(client))
    assert "no role in this trial" in client.get("/me/").content.decode()
    assert (
        client.get("/participants/").status_code
        == signed_in("doctor-01").get("/participants/").status_code
    )


def test_what_comes_back_is_an_answer_to_this_browser_and_counts_once(hospitals):
    bound_to("doctor-01", hospitals.duin)
    client, other = Client(), Client()
    address = sent_to(client)
    back = Browser().answered(address, "alice").removeprefix("http://testserver")
    assert other.get(back).status_code == 403 and not whose(other)  # no question of that browser
    assert client.get(back)["Location"] == "/today/"
    client.logout()
    again = client.get(back)  # the same code and state
    assert again.status_code == 403 and not whose(client)
    # The code alone, with a question of the thief's own: PKCE and the provider refuse it.
    stolen = Browser().answered(sent_to(client), "alice")
    question = query(sent_to(other))["state"]
    code = query(stolen)["code"]
    answer = other.get(f"/sign-in/duin/answer/?code={code}&state={question}")
    assert answer.status_code == 403 and not whose(other)


def test_an_answer_of_one_provider_is_not_taken_at_the_door_of_another(hospitals):
    bound_to("doctor-01", hospitals.veen)
    client = Client()
    back = query(Browser().answered(sent_to(client, "duin"), "alice"))
    for state in (back["state"], query(sent_to(client, "veen"))["state"]):
        answer = client.get(f"/sign-in/veen/answer/?code={back['code']}&state={state}")
        assert answer.status_code == 403 and not whose(client)
    mixed = sent_to(client, "veen")
    came = query(Browser().answered(mixed, "alice"))
    told = f"/sign-in/veen/answer/?code={came['code']}&state={came['state']}&iss={hospitals.duin}"
    assert client.get(told).status_code == 403 and not whose(client)


def test_nobody_is_sent_elsewhere_after_signing_in(hospitals):
    bound_to("doctor-01", hospitals.duin)
    client = Client()
    for after in (
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "//evil.example",
    ):
        address = sent_to(client, after=after)
    assert "evil" not in json.dumps(dict(client.session))
    assert came_back(client, address)["Location"] == "/today/"


def test_a_link_cannot_begin_a_sign_in_and_no_form_may_leave_this_server(hospitals):
    client = Client()
    assert client.get("/sign-in/duin/").status_code == 405
    assert client.post("/sign-in/nowhere/").status_code == 404
    assert Client(enforce_csrf_checks=True).post("/sign-in/duin/").status_code == 403
    page = client.post("/sign-in/duin/")
    assert "form-action 'self'" in page["Content-Security-Policy"]
    asked = query(sent_to(client))
    assert asked["code_challenge_method"] == "S256" and len(asked["nonce"]) > 20
    assert asked["scope"] == "openid" and asked["response_type"] == "code"


def test_a_provider_that_is_away_is_said_in_words_and_passwords_still_open(hospitals):
    name_providers(duin="http://127.0.0.1:9", veen=hospitals.veen)
    client = Client()
    answer = client.post("/sign-in/duin/")
    assert answer.status_code == 502 and "does not answer" in answer.content.decode()
    typed = {"login": "doctor-01", "password": web_trial.PASSWORD}
    client.post("/accounts/login/", typed)
    assert whose(client) == "doctor-01"
    dutch = Client(headers={"Accept-Language": "nl"})
    assert "antwoordt niet" in dutch.post("/sign-in/duin/").content.decode()

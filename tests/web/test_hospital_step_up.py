"""Second factor, proof before grave acts, binding and unbinding, through a hospital's provider."""

import json
import re
import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client

from equipoise.conduct.administration import EndRole
from equipoise.conduct.allocation import strata_of
from equipoise.conduct.how import how_of
from equipoise.conduct.persons import ErasePerson
from equipoise.web import adopted, people, tokens, write_service
from equipoise.web.identity import stepped
from equipoise.web.models import AccessRow, Account
from tests import web_trial
from tests.web.hospital_house import (
    asked_at,
    bound_to,
    came_back,
    local,
    name_providers,
    no_providers,
    sent_to,
)
from tests.web.hospital_provider import Browser, Providers
from tests.web_trial import PASSWORD, PROVED, proof_on, signed_in

pytestmark = pytest.mark.django_db
MFA = {"second_factor": {"amr": ["mfa"], "acr": []}}


@pytest.fixture(autouse=True)
def hospitals(hospital_providers: Providers):
    cache.clear()
    web_trial.open_house()
    name_providers(duin=hospital_providers.duin, veen=hospital_providers.veen)
    yield hospital_providers
    no_providers()


def without_password(person):
    account = Account.objects.get(person_id=person)
    account.set_unusable_password()
    account.save()
    return account


def through_hospital(person="alice"):
    client = Client()
    came_back(client, sent_to(client), person)
    return client


def shown_on(page):
    return re.search(r'name="proof-shown" value="([0-9a-f]{64})"', page.content.decode())[1]


# --- the second factor ---


def test_the_code_is_asked_unless_the_operator_takes_what_the_provider_says_for_one(hospitals):
    account = Account.objects.get(person_id="doctor-01")
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    bound_to("doctor-01", hospitals.duin, "1")  # alice: the provider says nothing of a factor
    bound_to("doctor-02", hospitals.duin, "3")  # carol: it says mfa
    TOTP.activate(Account.objects.get(person_id="doctor-02"), "JBSWY3DPEHPK3PXP")
    table = (
        ("carol", {}, True),  # the provider says it, the operator does not take it
        ("carol", MFA, False),
        ("alice", MFA, True),  # the operator would take it, the provider does not say it
        ("carol", {"second_factor": {"amr": ["otp"]}}, True),
    )
    for person, config, asked in table:
        name_providers(duin={"issuer": hospitals.duin, **config})
        client = Client()
        answer = came_back(client, sent_to(client), person)
        assert (answer["Location"] == "/accounts/2fa/authenticate/") is asked, (person, config)
        assert bool(client.session.get("_auth_user_id")) is not asked, (person, config)
    # What the hospital said of one sign-in says nothing of another, by password.
    client = through_hospital("carol")
    client.post("/accounts/login/", {"login": "doctor-02", "password": PASSWORD})
    assert not client.session.get("_auth_user_id")


def test_a_role_that_asks_a_second_factor_is_content_with_the_hospitals(hospitals, monkeypatch):
    monkeypatch.setattr("equipoise.web.first_things.asks_second_factor", lambda viewer: True)
    bound_to("doctor-01", hospitals.duin, "3")
    assert through_hospital("carol").get("/today/")["Location"] == "/accounts/2fa/"
    name_providers(duin={"issuer": hospitals.duin, **MFA})
    assert through_hospital("carol").get("/today/").status_code == 200
    assert signed_in("doctor-01").get("/today/").status_code == 302


def test_without_a_password_nobody_sets_up_a_second_factor_in_a_stolen_session(hospitals):
    """allauth asks nothing of whoever has neither password nor code."""
    without_password("doctor-01")
    bound_to("doctor-01", hospitals.duin)
    client, page = through_hospital(), "/accounts/2fa/totp/activate/"
    assert "Prove it at Duin" in client.get("/accounts/2fa/webauthn/add/").content.decode()
    first = client.get(page)
    assert "Prove it at Duin Hospital" in first.content.decode()
    assert b'name="code"' not in first.content and b"data:image" not in first.content
    address = asked_at(client.post(page, {"prove-at": "duin", "proof-shown": shown_on(first)}))
    assert came_back(client, address)["Location"] == page
    assert b"authenticator" in client.get(page).content


def test_where_a_sign_in_has_ended_a_page_asks_what_its_reader_can_give(hospitals):
    """Whoever came through a hospital is led there; a password is asked of those who have one."""
    bound_to("doctor-01", hospitals.duin)

    def asks(client):
        page = client.get("/today/").content.decode()
        return [ask in page for ask in ('action="/sign-in/duin/"', 'id="eq-password"')]

    assert asks(signed_in("doctor-01")) == [False, True]
    assert asks(through_hospital()) == [True, True]
    without_password("doctor-01")
    assert asks(through_hospital()) == [True, False]


# --- proof before grave acts ---


def typed_on(subject, page, **more):
    strata = strata_of(adopted.study(), subject, write_service.today())
    factors = {f"factor.{name}": level for name, level in strata.items()}
    return {"number": subject.subject_id, **factors, "proof-shown": shown_on(page), **more}


def test_someone_without_a_password_draws_an_arm_once_their_hospital_asked_them_anew(hospitals):
    subject = web_trial.registered()
    without_password("doctor-01")
    bound_to("doctor-01", hospitals.duin)
    client, page = through_hospital(), f"/participants/{subject.subject_id}/randomise/"
    shown = client.get(page)
    assert 'name="proof"' not in shown.content.decode()
    assert client.post(page, typed_on(subject, shown)).status_code == 422
    address = asked_at(client.post(page, {**typed_on(subject, shown), "prove-at": "duin"}))
    assert "prompt=login" in address and "max_age=0" in address
    assert came_back(client, address)["Location"] == page
    assert web_trial.again(subject).randomisation.allocation is None  # coming back draws nothing
    proved = client.get(page)
    assert "You have just proved at Duin Hospital" in proved.content.decode()
    assert client.post(page, typed_on(subject, proved))["Location"].endswith("/randomised/")
    how = how_of(list(write_service.LEDGER.entries("allocation"))[-1])
    assert how.provider == hospitals.duin and how.shown == shown_on(proved)
    audit = signed_in("office").get("/audit/").content.decode()
    assert f"after proving who they are at {hospitals.duin}" in audit


def test_a_proof_holds_for_one_page_what_it_showed_once_and_not_for_long(hospitals, monkeypatch):
    one, other = web_trial.registered(), web_trial.registered()
    without_password("doctor-01")
    bound_to("doctor-01", hospitals.duin)
    client = through_hospital()
    here, there = (f"/participants/{s.subject_id}/randomise/" for s in (one, other))

    def prove(shown):
        came_back(client, asked_at(client.post(here, {"prove-at": "duin", "proof-shown": shown})))

    def draws(page, subject):
        return client.post(page, typed_on(subject, client.get(page))).status_code == 302

    prove("0" * 64)  # of something else that was shown
    assert not draws(here, one)
    prove(shown_on(client.get(here)))
    assert not draws(there, other)
    later = time.time() + stepped.GOOD_FOR + 1
    with monkeypatch.context() as patch:
        patch.setattr("equipoise.web.identity.stepped.time.time", lambda: later)
        assert not draws(here, one)
    assert draws(here, one) and "proved-at-hospital" not in client.session


def test_a_sign_in_of_before_or_of_someone_else_proves_nothing(hospitals):
    subject = web_trial.registered()
    without_password("doctor-01")
    bound_to("doctor-01", hospitals.duin, "1")
    bound_to("doctor-02", hospitals.duin, "2")
    client, page = through_hospital(), f"/participants/{subject.subject_id}/randomise/"

    def asked():
        return asked_at(
            client.post(page, {"prove-at": "duin", "proof-shown": shown_on(client.get(page))})
        )

    before = Browser()
    before.answered(asked(), "alice")
    address, later = asked().replace("prompt=login", "prompt="), int(time.time()) + 3600
    session = client.session  # as if the provider had asked them an hour before
    for state, _, _ in session["socialaccount_states"].values():
        state["asked_at"] = later
    session.save()
    answer = client.get(local(before.answered(address, "alice")))
    assert answer.status_code == 403 and "did not ask you anew" in answer.content.decode()
    assert "not your account" in came_back(client, asked(), "bob").content.decode()
    address = asked()
    back = local(Browser().answered(address, "alice"))
    client.force_login(Account.objects.get(person_id="doctor-02"), backend=BACKEND)
    assert client.get(back).status_code == 403
    assert "proved-at-hospital" not in client.session


BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


# --- binding ---


def test_people_bind_their_account_by_password_and_by_showing_it(hospitals):
    client, page = signed_in("doctor-01"), "/me/hospital/"
    shown = client.get(page)
    assert client.post(page, {"bind": "duin", "proof-shown": shown_on(shown)}).status_code == 422
    address = asked_at(client.post(page, {"bind": "duin", **proof_on(shown)}))
    in_place = {"X-Page-Stays": "yes"}  # a page that saves without leaving is told where to go
    told = client.post(page, {"bind": "duin", **proof_on(client.get(page))}, headers=in_place)
    assert told.status_code == 204 and told["X-Go-To"].startswith(hospitals.duin)
    assert "stands in the record" not in shown.content.decode()  # it is no act of the ledger
    assert client.post(page, proof_on(shown)).status_code == 302  # Enter chooses nothing
    assert "prompt=login" in address  # not whoever used this computer before
    assert came_back(client, address)["Location"] == page
    row = SocialAccount.objects.get()
    assert (row.user.person_id, row.provider, row.uid) == ("doctor-01", hospitals.duin, "1")
    noted = AccessRow.objects.get(kind="hospital-bound")
    assert json.loads(noted.told) == {"whose": "doctor-01", "issuer": hospitals.duin}
    assert hospitals.duin in client.get(page).content.decode()
    # Another person cannot bind the same account, nor they a second one there.
    other = signed_in("doctor-02")
    address = asked_at(other.post(page, {"bind": "duin", **proof_on(other.get(page))}))
    assert "someone else&#39;s" in came_back(other, address).content.decode()
    address = asked_at(client.post(page, {"bind": "duin", **proof_on(client.get(page))}))
    assert came_back(client, address, "bob").status_code == 403
    assert SocialAccount.objects.count() == 1


def test_ending_a_binding_ends_what_came_through_it(hospitals):
    bound_to("doctor-01", hospitals.duin)
    key = tokens.make_token(Account.objects.get(person_id="doctor-01"), "a test")
    inside, client = through_hospital(), signed_in("doctor-01")
    number, page = SocialAccount.objects.get().pk, "/me/hospital/"
    assert signed_in("doctor-02").post(page, {"unbind": number}).status_code == 422
    other = signed_in("doctor-02")
    other.post(page, {"unbind": number, **proof_on(other.get(page))})
    assert SocialAccount.objects.exists()
    assert client.post(page, {"unbind": number, **proof_on(client.get(page))}).status_code == 302
    assert not SocialAccount.objects.exists()
    assert AccessRow.objects.filter(kind="hospital-unbound").exists()
    assert inside.get("/today/")["Location"].startswith("/accounts/login/")
    assert client.get("/today/").status_code == 200
    assert (
        tokens.keys_of(Account.objects.get(person_id="doctor-01"))[0].ends_at <= write_service.now()
        and key
    )


def test_nobody_locks_themselves_out(hospitals):
    without_password("doctor-01")
    bound_to("doctor-01", hospitals.duin)
    client, page = through_hospital(), "/me/hospital/"
    asked = {"prove-at": "duin", "proof-shown": shown_on(client.get(page))}
    came_back(client, asked_at(client.post(page, asked)))
    number = SocialAccount.objects.get().pk
    answer = client.post(page, {"unbind": number, "proof-shown": shown_on(client.get(page))})
    assert answer.status_code == 422 and SocialAccount.objects.exists()


def test_the_office_writes_down_an_account_and_can_end_the_password(hospitals):
    client, page = signed_in("office"), "/people/doctor-01/hospital/"
    assert page in client.get("/people/").content.decode()
    typed = {"hospital": "duin", "subject": "1", "alone": "yes"}
    assert (
        client.post(page, {**typed, "proof-shown": shown_on(client.get(page))}).status_code == 422
    )
    mail = {**typed, "subject": "alice@duin.example", **proof_on(client.get(page))}
    assert client.post(page, mail).status_code == 422 and not SocialAccount.objects.exists()
    assert client.post(page, {**typed, **proof_on(client.get(page))}).status_code == 302
    assert not Account.objects.get(person_id="doctor-01").has_usable_password()
    row = AccessRow.objects.get(kind="hospital-bound")
    assert row.person == "office" and json.loads(row.told)["whose"] == "doctor-01"
    assert AccessRow.objects.filter(kind="password-ended", person="office").exists()
    inside = through_hospital()
    assert inside.get("/today/").status_code == 200
    again = {"hospital": "duin", "subject": "2", **proof_on(client.get(page))}
    assert client.post(page, again).status_code == 422
    number = SocialAccount.objects.get().pk
    client.post(page, {"unbind": number, **proof_on(client.get(page))})
    assert not SocialAccount.objects.exists() and inside.get("/today/").status_code == 302
    assert signed_in("doctor-02").get(page).status_code == 404
    assert client.get("/people/office/hospital/").status_code == 404


def test_a_first_password_that_nobody_was_given_does_not_stand_in_the_way(hospitals):
    bound_to("doctor-01", hospitals.duin)
    Account.objects.filter(person_id="doctor-01").update(first_password=True)
    assert through_hospital().get("/today/").status_code == 200


def test_with_the_name_goes_the_binding(hospitals):
    bound_to("doctor-01", hospitals.duin)
    write_service.perform(EndRole(person="doctor-01", role="investigator", site="01"), "office")
    write_service.perform(
        ErasePerson(person="doctor-01", because="they asked"), "office", how=PROVED
    )
    assert not SocialAccount.objects.exists() and people.names()["doctor-01"] == "doctor-01"
    client = Client()
    assert came_back(client, sent_to(client)).status_code == 403

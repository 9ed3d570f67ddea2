"""Security keys beside one-time codes: whose they are, and which of their answers are believed."""

import json
import re
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.test import Client

from equipoise.conduct.how import how_of
from equipoise.web import adopted, write_service
from equipoise.web.models import AccessFailures, AccessRow, Account
from equipoise.web.proof import PAGE_DIGEST
from tests import web_trial
from tests.soft_key import PRESENT, SoftKey
from tests.web_trial import PASSWORD, proof_on, signed_in

pytestmark = pytest.mark.django_db
HERE = "localhost:8123"
KEYS, ADD, SECOND = (
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/authenticate/",
)
REMOVE = "/accounts/2fa/webauthn/keys/{}/remove/"
AGAIN = "/accounts/reauthenticate/"


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


def at_home(person_id: str) -> Client:
    """Someone who has signed in at the address that their keys are bound to."""
    client = signed_in(person_id)
    client.defaults["HTTP_HOST"] = HERE
    return client


def asked_on(page) -> dict:
    (options,) = re.findall(r'data-options="([^"]+)"', page.content.decode())
    return json.loads(unescape(options))


def added(client: Client, key: SoftKey, name: str = "At the desk"):
    client.post(AGAIN, {"password": PASSWORD})
    return client.post(ADD, {"name": name, "credential": key.made(asked_on(client.get(ADD)))})


def after_the_password(person_id: str) -> Client:
    client = Client(headers={"host": HERE})
    client.post("/accounts/login/", {"login": person_id, "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get("/me/").status_code == 200


def keys_of(person_id: str):
    rows = Authenticator.objects.filter(user__person_id=person_id)
    return rows.filter(type=Authenticator.Type.WEBAUTHN).order_by("pk")


def test_a_key_is_added_signs_in_after_the_password_is_renamed_and_removed():
    client, desk, pocket = at_home("nurse-01"), SoftKey(1), SoftKey(2, counts=False)
    assert client.get(ADD)["Location"].startswith(AGAIN)
    assert added(client, desk)["Location"] == "/accounts/2fa/recovery-codes/"
    assert added(client, pocket, "In the pocket")["Location"] == "/accounts/2fa/"
    listed = client.get(KEYS).content.decode()
    assert "At the desk" in listed and "In the pocket" in listed
    for key in (desk, pocket, desk):
        again = after_the_password("nurse-01")
        assert not is_in(again)
        again.post(SECOND, {"credential": key.answer(asked_on(again.get(SECOND)))})
        assert is_in(again)
    first = keys_of("nurse-01")[0]
    client.post(f"/accounts/2fa/webauthn/keys/{first.pk}/edit/", {"name": "At the ward"})
    assert "At the ward" in client.get(KEYS).content.decode()
    other = at_home("nurse-01")
    assert other.get(REMOVE.format(first.pk))["Location"].startswith(AGAIN)
    assert other.post(REMOVE.format(first.pk)).status_code == 302
    assert keys_of("nurse-01").count() == 2
    client.post(REMOVE.format(first.pk))
    assert [row.wrap().name for row in keys_of("nurse-01")] == ["In the pocket"]
    another = at_home("doctor-01")
    another.post(AGAIN, {"password": PASSWORD})
    assert another.post(REMOVE.format(keys_of("nurse-01")[0].pk)).status_code == 404


def lies(client: Client, key: SoftKey, another: SoftKey) -> dict[str, str]:
    """Answers that are no proof, each to what is asked at this moment."""
    asked = asked_on(client.get(SECOND))
    older = {"publicKey": {**asked["publicKey"], "challenge": "AAAAAAAAAAAAAAAAAAAAAA"}}
    whole = json.loads(key.answer(asked))
    unsigned = {**whole, "response": {**whole["response"], "signature": "AAAA"}}
    cut = {**whole, "response": {**whole["response"], "authenticatorData": "AAAA"}}
    return {
        "another port": key.answer(asked, origin="http://localhost:9999"),
        "another name": key.answer(asked, origin="http://evil.example"),
        "a name under ours": key.answer(asked, origin="http://evil.localhost:8123"),
        "bound to another name": key.answer(asked, rp_id="evil.example"),
        "another question": key.answer(older),
        "another kind of answer": key.answer(asked, kind="webauthn.create"),
        "nobody touched it": key.answer(asked, flags=0),
        "another's key": another.answer(asked),
        "another's handle": key.answer(asked, handle=b"someone else"),
        "without a signature": json.dumps(unsigned),
        "cut off": json.dumps(cut),
        "a list": "[]",
        "nothing": "{}",
        "a number": "7",
        "no JSON": "{",
    }


def test_an_answer_from_elsewhere_of_another_or_without_its_signature_opens_nothing():
    key, another = SoftKey(1), SoftKey(2)
    added(at_home("nurse-01"), key)
    added(at_home("doctor-01"), another)
    client = after_the_password("nurse-01")
    for name in lies(client, key, another):
        cache.clear()
        answer = lies(client, key, another)[name]
        page = client.post(SECOND, {"credential": answer})
        assert page.status_code == 200 and not is_in(client), name
    assert "did not answer as it must" in lies_told(client, another)
    assert AccessFailures.objects.filter(who="nurse-01").exists()
    client.post(SECOND, {"credential": key.answer(asked_on(client.get(SECOND)))})
    assert is_in(client)


def lies_told(client: Client, another: SoftKey) -> str:
    cache.clear()
    answer = another.answer(asked_on(client.get(SECOND)))
    return client.post(SECOND, {"credential": answer}).content.decode()


def test_an_answer_counts_once():
    key = SoftKey(1, counts=False)
    added(at_home("nurse-01"), key)
    first, second = after_the_password("nurse-01"), after_the_password("nurse-01")
    asked = asked_on(first.get(SECOND))
    second.get(SECOND)
    # The very same question in two sessions, as of a session that was copied.
    session = second.session
    session["mfa.webauthn.state"] = first.session["mfa.webauthn.state"]
    session.save()
    answer = key.answer(asked)
    first.post(SECOND, {"credential": answer})
    second.post(SECOND, {"credential": answer})
    assert is_in(first) and not is_in(second)
    second.post(SECOND, {"credential": answer})
    assert not is_in(second)


@pytest.mark.parametrize("back", [0, 1])
def test_a_key_whose_counter_does_not_go_on_is_refused_and_the_office_sees_it(back):
    key = SoftKey(1)
    added(at_home("nurse-01"), key)
    client = after_the_password("nurse-01")
    client.post(SECOND, {"credential": key.answer(asked_on(client.get(SECOND)))})
    assert is_in(client)
    key.count -= 1 + back  # as a copy that was made before would count
    copied = after_the_password("nurse-01")
    copied.post(SECOND, {"credential": key.answer(asked_on(copied.get(SECOND)))})
    assert not is_in(copied)
    assert AccessRow.objects.filter(kind="security-key-behind", person="nurse-01").count() == 1
    assert "its counter did not go on" in signed_in("office").get("/access/").content.decode()


def test_no_key_is_added_that_is_anothers_already_or_was_asked_elsewhere():
    key, client = SoftKey(1), at_home("nurse-01")
    added(client, key)
    other = at_home("doctor-01")
    assert "somebody&#x27;s already" in added(other, key).content.decode()
    asked = asked_on(other.get(ADD))
    for origin in ("http://localhost:9999", "http://evil.localhost:8123", "https://evil.example"):
        other.post(ADD, {"name": "x", "credential": SoftKey(3).made(asked, origin)})
        asked = asked_on(other.get(ADD))
    made = SoftKey(3).made(asked)
    for answer in ("[]", "{}", "7", "{", made[:-40], made.replace("A", "B")):
        other.post(ADD, {"name": "x", "credential": answer})
    assert not keys_of("doctor-01").exists()
    other.post(ADD, {"name": "x", "credential": SoftKey(3).made(asked_on(other.get(ADD)))})
    other.post(ADD, {"name": "x", "credential": SoftKey(3).made(asked)})
    assert keys_of("doctor-01").count() == 1


def test_behind_tls_a_key_is_bound_to_the_name_that_people_typed_with_its_port(settings):
    settings.ALLOWED_HOSTS = ["trial.example.org", "localhost", "127.0.0.1"]
    client, key, tls = signed_in("nurse-01"), SoftKey(1), {"secure": True}
    client.defaults["HTTP_HOST"] = "trial.example.org:8443"
    client.post(AGAIN, {"password": PASSWORD}, **tls)
    asked = asked_on(client.get(ADD, **tls))
    assert asked["publicKey"]["rp"] == {"id": "trial.example.org", "name": "PUMP-IT"}
    assert "Testduin" not in json.dumps(asked)
    for origin, adds in (
        ("https://trial.example.org", False),
        ("http://trial.example.org:8443", False),
        ("https://trial.example.org:8443", True),
    ):
        made = key.made(asked_on(client.get(ADD, **tls)), origin)
        client.post(ADD, {"name": "x", "credential": made}, **tls)
        assert keys_of("nurse-01").exists() is adds, origin
    elsewhere = at_home("nurse-01")
    assert "for another address" in elsewhere.get(KEYS).content.decode()
    elsewhere.defaults["HTTP_HOST"] = "127.0.0.1:8123"
    elsewhere.post(AGAIN, {"password": PASSWORD})
    assert 'href="http://localhost:8123/accounts' in elsewhere.get(ADD).content.decode()


def drawing(client: Client, subject, key: SoftKey, **lies: object) -> dict[str, str]:
    """What is posted for the draw, with a key in place of the password."""
    address = f"/participants/{subject.subject_id}/randomise/"
    page = client.get(address)
    fields = re.findall(r'name="(factor\.[^"]+|key-asked)" value="([^"]*)"', page.content.decode())
    typed = {"number": subject.subject_id, **proof_on(page), **dict(fields), "proof": ""}
    return {**typed, "key-answer": key.answer(asked_on(page), **lies)}


def test_a_key_proves_once_more_who_draws_and_for_that_page_alone():
    key, other = SoftKey(1, counts=False), SoftKey(2)
    doctor = at_home("doctor-01")
    added(doctor, key)
    added(at_home("nurse-01"), other)
    first, second = web_trial.registered(), web_trial.registered()

    def draws(subject, typed) -> bool:
        cache.clear()
        doctor.post(f"/participants/{subject.subject_id}/randomise/", typed)
        return web_trial.again(subject).randomisation.allocation is not None

    of_second = drawing(doctor, second, key)
    typed = drawing(doctor, first, key)
    swapped = {name: of_second[name] for name in ("key-asked", "key-answer")}
    assert not draws(first, {**typed, **swapped})
    assert not draws(first, drawing(doctor, first, key, flags=PRESENT))
    assert not draws(first, drawing(doctor, first, other))
    assert not draws(first, {**typed, "key-asked": "nonsense"})
    assert draws(first, typed)
    assert not draws(second, {**of_second, "key-answer": typed["key-answer"]})
    how = how_of(list(write_service.LEDGER.entries("allocation"))[-1])
    assert how.shown == typed[PAGE_DIGEST] and "cannot be undone" in how.meaning
    assert draws(second, of_second)


def test_a_key_is_the_second_step_that_a_role_asks_for_and_the_last_one_stays(strict):
    nurse = at_home("nurse-01")
    assert nurse.get("/today/")["Location"] == "/accounts/2fa/"
    added(nurse, SoftKey(1))
    assert nurse.get("/today/").status_code == 200
    remove = REMOVE.format(keys_of("nurse-01")[0].pk)
    assert "Set up another way first" in nurse.get(remove).content.decode()
    assert nurse.post(remove).status_code == 422 and keys_of("nurse-01").exists()
    TOTP.activate(Account.objects.get(person_id="nurse-01"), "JBSWY3DPEHPK3PXP")
    assert nurse.post(remove).status_code == 302 and not keys_of("nurse-01").exists()


def test_the_office_resets_keys_too_and_what_its_own_key_answered_counts_once():
    key, office, reset = (
        SoftKey(9, counts=False),
        at_home("office"),
        "/trial/reset-factor/nurse-01/",
    )
    added(at_home("nurse-01"), SoftKey(1))
    added(office, key)
    on, page = write_service.today(), office.get(reset)
    day = {"happened.day": on.day, "happened.month": on.month, "happened.year": on.year}
    (token,) = re.findall(r'name="key-asked" value="([^"]+)"', page.content.decode())
    answered = {"key-asked": token, "key-answer": key.answer(asked_on(page))}
    typed = {"because": "by telephone", **day, **proof_on(page), "proof": "", **answered}
    assert office.post(reset, typed)["Location"] == "/people/"
    again = office.post(reset, typed)
    assert again.status_code == 422 and "did not answer as it must" in again.content.decode()
    assert not Authenticator.objects.filter(user__person_id="nurse-01").exists()
    assert list(write_service.LEDGER.entries("study"))[-1].kind == "person.reset-factor"
    assert is_in(after_the_password("nurse-01"))


def test_a_key_answers_once_more_before_the_second_step_is_changed():
    key = SoftKey(1)
    added(at_home("nurse-01"), key)
    nurse, again = (
        at_home("nurse-01"),
        "/accounts/2fa/webauthn/reauthenticate/?next=/accounts/2fa/totp/activate/",
    )
    for flags, passes in ((PRESENT, False), (PRESENT | 0x04, True)):
        page = nurse.get(again)
        (token,) = re.findall(r'name="key-asked" value="([^"]+)"', page.content.decode())
        answer = key.answer(asked_on(page), flags=flags)
        nurse.post(again, {"key-asked": token, "key-answer": answer})
        may = nurse.get("/accounts/2fa/totp/activate/").status_code == 200
        assert may is passes

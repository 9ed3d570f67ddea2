"""Who draws an arm, or opens results by arm, proves once more who they are; a program cannot."""

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client

from equipoise.conduct.act import Refused
from equipoise.conduct.allocation import strata_of
from equipoise.conduct.how import how_of
from equipoise.conduct.randomisation import Randomise
from equipoise.web import door, home, tokens
from equipoise.web.models import Account, Draft, OnceRow
from tests import web_trial
from tests.web_trial import PASSWORD, proof_on, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready():
    cache.clear()
    web_trial.open_house()
    subject = web_trial.registered()
    return subject, f"/participants/{subject.subject_id}/randomise/"


def typed_on(page, subject, **more):
    strata = strata_of(home.study(), subject, door.today())
    factors = {f"factor.{name}": level for name, level in strata.items()}
    return {"number": subject.subject_id, **factors, **proof_on(page), **more}


def drawn(subject):
    return web_trial.again(subject).allocation is not None


def test_the_draw_is_refused_without_the_password_at_every_door(ready):
    subject, address = ready
    act = Randomise(strata=strata_of(home.study(), subject, door.today()))
    with pytest.raises(Refused) as refused:
        door.perform(act, "doctor-01", None, subject.subject_id)
    assert [r.code for r in refused.value.refusals] == ["step-up.needed"]
    client = signed_in("doctor-01")
    page = client.get(address)
    for proof in ("", "not my password", f"{PASSWORD} "):
        answer = client.post(address, typed_on(page, subject, proof=proof))
        assert answer.status_code == 422 and not drawn(subject), proof
    assert client.post(address, typed_on(page, subject))["Location"].endswith("/randomised/")


def test_no_program_does_with_a_key_what_asks_for_a_password(ready):
    subject, _ = ready
    key = tokens.make_token(Account.objects.get(person_id="doctor-01"), "a test")
    strata = strata_of(home.study(), subject, door.today())
    body = {"subject_id": subject.subject_id, "fields": {"strata": strata}}
    answer = Client(headers={"Authorization": f"Bearer {key}"}).post(
        "/api/acts/randomisation.randomise", json.dumps(body), content_type="application/json"
    )
    assert answer.status_code == 409 and not drawn(subject)
    assert [r["code"] for r in json.loads(answer.content)["refusals"]] == ["step-up.by-key"]


def test_what_was_shown_and_meant_stands_in_the_entry_and_no_password_anywhere(ready):
    subject, address = ready
    client = signed_in("doctor-01")
    page = client.get(address)
    typed = typed_on(page, subject, once="a-key-of-the-page")
    client.post(address, {**typed, "draft": "keep"})
    client.post(address, typed)
    entry = list(door.LEDGER.entries("allocation"))[-1]
    how = how_of(entry)
    assert how.shown == proof_on(page)["shown"] and "cannot be undone" in how.meaning
    assert PASSWORD not in entry.payload and not how.key
    assert "after giving their password" in signed_in("office").get("/audit/").content.decode()
    # Neither what is kept to know a request again nor a draft could be used to try passwords.
    with_other = {**typed, "proof": "other"}
    digests = set(OnceRow.objects.values_list("digest", flat=True))
    assert client.post(address, with_other).status_code == 302 and len(digests) == 1
    assert not Draft.objects.exists()


def test_what_was_not_shown_is_not_signed(ready):
    subject, address = ready
    client = signed_in("doctor-01")
    typed = typed_on(client.get(address), subject, shown="0" * 64)
    answer = client.post(address, typed)
    assert answer.status_code == 422 and "read it again" in answer.content.decode()
    assert not drawn(subject)


def test_a_stolen_session_does_not_guess_the_password_for_long(ready):
    subject, address = ready
    client = signed_in("doctor-01")
    page = client.get(address)
    for n in range(6):
        client.post(address, typed_on(page, subject, proof=f"guess {n}"))
    assert client.post(address, typed_on(page, subject)).status_code == 422 and not drawn(subject)


def test_a_code_of_the_second_step_does_as_well(ready):
    subject, address = ready
    account = Account.objects.get(person_id="doctor-01")
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(account, secret)
    assert Authenticator.objects.filter(user=account).exists()
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret, counter))
    client = signed_in("doctor-01")
    page = client.get(address)
    assert "code of your app" in page.content.decode()
    client.post(address, typed_on(page, subject, proof=code))
    assert drawn(subject)

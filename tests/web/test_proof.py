"""Who does an act that asks it proves once more who they are, on every page, by every program."""

import html
import json
import re
from hashlib import sha256

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.core.cache import cache
from django.test import Client

from equipoise.conduct.act import Refused
from equipoise.conduct.allocation import strata_of
from equipoise.conduct.how import how_of
from equipoise.conduct.randomisation import Randomise
from equipoise.web import adopted, tokens, write_service
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
    strata = strata_of(adopted.study(), subject, write_service.today())
    factors = {f"factor.{name}": level for name, level in strata.items()}
    return {"number": subject.subject_id, **factors, **proof_on(page), **more}


def drawn(subject):
    return web_trial.again(subject).randomisation.allocation is not None


def test_the_draw_is_refused_without_the_password_at_every_door(ready):
    subject, address = ready
    act = Randomise(strata=strata_of(adopted.study(), subject, write_service.today()))
    with pytest.raises(Refused) as refused:
        write_service.perform(act, "doctor-01", None, subject.subject_id)
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
    strata = strata_of(adopted.study(), subject, write_service.today())
    body = {"subject_id": subject.subject_id, "fields": {"strata": strata}}
    answer = Client(headers={"Authorization": f"Bearer {key}"}).post(
        "/api/acts/randomisation.randomise", json.dumps(body), content_type="application/json"
    )
    assert answer.status_code == 409 and not drawn(subject)
    assert [r["code"] for r in json.loads(answer.content)["refusals"]] == ["step-up.by-key"]


def asked_by_program(kind, subject_id="", fields=None, person="doctor-01", once="", **more):
    key = tokens.make_token(Account.objects.get(person_id=person), "a test")
    headers = {"Authorization": f"Bearer {key}"} | ({"Idempotency-Key": once} if once else {})
    body = {"subject_id": subject_id, "fields": fields or {}, **more}
    client = Client(headers=headers)
    answer = client.post(f"/api/acts/{kind}", json.dumps(body), content_type="application/json")
    told = json.loads(answer.content)
    return [one["code"] for one in told.get("refusals", told.get("problems", []))]


def meant(kind, person="doctor-01"):
    key = tokens.make_token(Account.objects.get(person_id=person), "a test")
    told = Client(headers={"Authorization": f"Bearer {key}"}).get("/api/acts").json()
    return next(one for one in told if one["kind"] == kind)


def test_a_programs_owner_gives_the_password_beside_the_key_and_says_what_is_meant(ready):
    subject, _ = ready
    strata = strata_of(adopted.study(), subject, write_service.today())
    whom = "randomisation.randomise", subject.subject_id, {"strata": strata}
    told = meant("randomisation.randomise")
    assert told["asks_proof"] and "cannot be undone" in told["meaning"]
    good = {"password": PASSWORD, "meaning": told["meaning"]}
    for wrong, code in (
        (good | {"password": "no"}, "request.not-your-password"),
        (good | {"meaning": "whatever"}, "request.other-meaning"),
        ({"password": PASSWORD}, "act.missing"),
        ("a password", "act.malformed"),
    ):
        assert asked_by_program(*whom, proof=wrong) == [code] and not drawn(subject)
    assert asked_by_program(*whom, proof=good, once="a-key-of-mine") == []
    assert asked_by_program(*whom, proof=good | {"password": "x"}, once="a-key-of-mine") == [
        "request.not-your-password"
    ]
    entry = list(write_service.LEDGER.entries("allocation"))[-1]
    how = how_of(entry)
    assert drawn(subject) and how.key and how.meaning == told["meaning"] and len(how.shown) == 64
    assert PASSWORD not in entry.payload
    with_it = json.dumps({"subject_id": "", "fields": {}, "proof": good}).encode()
    digests = set(OnceRow.objects.values_list("digest", flat=True))
    assert digests and sha256(with_it).hexdigest() not in digests


@pytest.fixture
def asking(monkeypatch):
    """The study, which asks for a password before these acts."""

    def ask(*kinds):
        study = adopted.study().model_copy(update={"step_up": kinds})
        monkeypatch.setattr(adopted, "study", lambda: study)

    return ask


def day_of(name="happened"):
    on = write_service.today()
    return {f"{name}.day": on.day, f"{name}.month": on.month, f"{name}.year": on.year}


def pages(subject, fresh):
    """Each page that has a shape of its own: who, what, where, and what is typed."""
    number = subject.subject_id
    form = f"/participants/{fresh.subject_id}/form/laboratory/screening/1/"
    yield "doctor-01", "screening.enter", "/new-participant/", {"site": "01", **day_of()}
    yield (
        "doctor-01",
        "event.death",
        f"/participants/{number}/death/",
        {"cause": "cancer"} | day_of(),
    )
    yield "doctor-01", "visit.not-done", f"/participants/{number}/not-done/", {}
    yield "doctor-01", "forms.save", form, {"hb": "9.5", **day_of()}
    yield "office", "role.end", "/people/nurse-01/nurse/01/end/", {}
    yield "office", "role.give", "/people/give/", {"known": "nurse-01", "role": "statistician"}


def test_every_page_asks_what_the_study_asks(ready, asking):
    """An act by an open session that somebody left is refused, on every page that does acts."""
    told = [*pages(ready[0], web_trial.screened())]
    asking(*(kind for _, kind, _, _ in told))
    for person, kind, address, typed in told:
        client = signed_in(person)
        page = client.get(address)
        assert page.status_code == 200 and proof_on(page), (kind, address)
        before = len(list(write_service.LEDGER.everything()))
        answer = client.post(address, typed)
        said = html.unescape(answer.content.decode())
        assert answer.status_code == 422 and len(list(write_service.LEDGER.everything())) == before
        if kind not in ("visit.not-done", "event.death"):
            assert re.search("Give your password|not shown before", said), kind
            answer = client.post(address, {**typed, **proof_on(page)})
            assert answer.status_code in (200, 302), (kind, answer.content.decode()[:3000])
            assert len(list(write_service.LEDGER.everything())) == before + 1, kind
            _, newest = write_service.LEDGER.recent(1)[0]
            assert newest.kind == kind and how_of(newest).meaning, kind


def test_a_program_that_imports_is_asked_as_a_page_is(ready, asking):
    subject, _ = ready
    asking("contact.alive", "screening.enter")
    whom = "contact.alive", subject.subject_id, {}
    assert "step-up.by-key" in asked_by_program(*whom)
    proof = {"password": PASSWORD, "meaning": meant("contact.alive")["meaning"]}
    assert asked_by_program(*whom, proof=proof) == []
    key = tokens.make_token(Account.objects.get(person_id="doctor-01"), "a test")
    client = Client(headers={"Authorization": f"Bearer {key}"})
    for more, status in (({}, 409), ({"proof": proof}, 200)):
        body = json.dumps({"site": "01", **more})
        answer = client.post("/api/subjects", body, content_type="application/json")
        assert answer.status_code == status, answer.content


def test_what_was_shown_and_meant_stands_in_the_entry_and_no_password_anywhere(ready):
    subject, address = ready
    client = signed_in("doctor-01")
    page = client.get(address)
    typed = typed_on(page, subject, once="a-key-of-the-page")
    client.post(address, {**typed, "draft": "keep"})
    client.post(address, typed)
    entry = list(write_service.LEDGER.entries("allocation"))[-1]
    how = how_of(entry)
    assert how.shown == proof_on(page)["proof-shown"] and "cannot be undone" in how.meaning
    assert PASSWORD not in entry.payload and not how.key
    assert "after proving who they are" in signed_in("office").get("/audit/").content.decode()
    # Neither what is kept to know a request again nor a draft could be used to try passwords.
    with_other = {**typed, "proof": "other"}
    digests = set(OnceRow.objects.values_list("digest", flat=True))
    assert client.post(address, with_other).status_code == 302 and len(digests) == 1
    assert not Draft.objects.exists()


def test_what_was_not_shown_is_not_signed(ready):
    subject, address = ready
    client = signed_in("doctor-01")
    typed = typed_on(client.get(address), subject, **{"proof-shown": "0" * 64})
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


def test_a_code_of_the_second_step_does_as_well(ready, monkeypatch):
    subject, address = ready
    account = Account.objects.get(person_id="doctor-01")
    secret = "JBSWY3DPEHPK3PXP"
    auth.TOTP.activate(account, secret)
    assert Authenticator.objects.filter(user=account).exists()
    counter = next(auth.yield_hotp_counters_from_time())
    monkeypatch.setattr(auth, "yield_hotp_counters_from_time", lambda: iter([counter]))  # it lasts
    code = auth.format_hotp_value(auth.hotp_value(secret, counter))
    client = signed_in("doctor-01")
    page = client.get(address)
    assert "code of your app" in page.content.decode()
    client.post(address, typed_on(page, subject, proof=code))
    assert drawn(subject)

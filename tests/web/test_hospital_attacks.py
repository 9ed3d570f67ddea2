"""Whoever forges an answer of a hospital, or takes one that was for another, is not let in."""

import base64
import hmac
import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.cache import cache
from django.test import Client

from equipoise.web import home
from equipoise.web.identity.named import faults
from equipoise.web.models import AccessFailures, Account
from tests import web_trial
from tests.web.hospital_house import (
    bound_to,
    name_providers,
    no_providers,
    query,
    sent_to,
)
from tests.web.hospital_provider import CLIENT, SECRET
from tests.web.lying_provider import lying

pytestmark = pytest.mark.django_db
ANOTHER = rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def once():
    with lying() as liar:
        yield liar


@pytest.fixture
def liar(once):
    cache.clear()
    web_trial.open_house()
    name_providers(duin=once.issuer)
    bound_to("doctor-01", once.issuer)
    kept = dict(once.description), once.keys
    yield once
    once.description, once.keys = kept
    once.redirects, once.answer = {}, {}
    no_providers()


def claims(liar, number, **other):
    now = int(time.time())
    said = {
        "iss": liar.issuer,
        "sub": "1",
        "aud": CLIENT,
        "iat": now,
        "exp": now + 60,
        "nonce": number,
    } | other
    return {name: value for name, value in said.items() if value is not None}


def signed(liar, said, key=None, method="RS256", kid="one"):
    return jwt.encode(said, key or liar.key, method, headers={"kid": kid})


def by_public_key(liar, said):
    """Signed with what everybody has, as if it were a secret that the two of us share."""
    pem = liar.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    begun = signed(liar, said, "x" * 32, "HS256").rpartition(".")[0]
    mac = hmac.digest(pem, begun.encode(), "sha256")
    return f"{begun}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def let_in(client):
    number = client.session.get("_auth_user_id")
    return Account.objects.get(pk=number).person_id if number else ""


def answered(liar, make):
    """Sign in, where the provider answers with the token that `make` makes of the nonce."""
    client = Client()
    asked = query(sent_to(client))
    liar.says(make(asked["nonce"]))
    answer = client.get(f"/sign-in/duin/answer/?code=c&state={asked['state']}")
    return let_in(client), answer.status_code


def test_only_a_token_of_which_all_holds_is_believed(liar):
    now = int(time.time())
    forged = {
        "wrong issuer": {"iss": "https://evil.example"},
        "issuer with a slash more": {"iss": f"{liar.issuer}/"},
        "no issuer": {"iss": None},
        "other audience": {"aud": "another-client"},
        "no audience": {"aud": None},
        "for several, nobody named": {"aud": [CLIENT, "another-client"]},
        "asked for by another": {"aud": [CLIENT, "other"], "azp": "other"},
        "azp of another alone": {"azp": "other"},
        "expired": {"iat": now - 3600, "exp": now - 120},
        "no end": {"exp": None},
        "no beginning": {"iat": None},
        "of tomorrow": {"iat": now + 86_400, "exp": now + 90_000},
        "no subject": {"sub": None},
        "empty subject": {"sub": ""},
        "subject is a number": {"sub": 1},
        "subject without end": {"sub": "1" * 5000},
        "another question": {"nonce": "another"},
        "no question": {"nonce": None},
        "an empty question": {"nonce": ""},
    }
    assert answered(liar, lambda nonce: signed(liar, claims(liar, nonce))) == ("doctor-01", 302)
    let = [
        name
        for name, other in forged.items()
        if answered(liar, lambda n, other=other: signed(liar, claims(liar, n, **other)))
        != ("", 403)
    ]
    assert not let
    counted = AccessFailures.objects.filter(kind="hospital-sign-in-failed")
    assert sum(counted.values_list("count", flat=True)) == len(forged)


def test_only_a_signature_of_the_providers_own_key_is_believed(liar):
    forged = {
        "not signed": lambda n: jwt.encode(claims(liar, n), "", "none", headers={"kid": "one"}),
        "signed with our secret": lambda n: signed(liar, claims(liar, n), SECRET, "HS256"),
        "signed with the public key as a secret": lambda n: by_public_key(liar, claims(liar, n)),
        "another's key": lambda n: signed(liar, claims(liar, n), ANOTHER),
        "a key that is not there": lambda n: signed(liar, claims(liar, n), kid="two"),
        "another method than the key's": lambda n: signed(liar, claims(liar, n), method="RS512"),
        "cut off": lambda n: signed(liar, claims(liar, n)).rpartition(".")[0] + ".",
        "no token": lambda n: "",
        "no token at all": lambda n: "a.b.c",
    }
    let = [name for name, make in forged.items() if answered(liar, make) != ("", 403)]
    assert not let


def test_a_secret_among_the_providers_keys_signs_nothing(liar):
    liar.keys = {
        "keys": [{"kty": "oct", "kid": "one", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"}]
    }
    key = "secret-secret-secret-secret"
    assert answered(liar, lambda n: signed(liar, claims(liar, n), key, "HS256")) == ("", 403)


@pytest.mark.parametrize("answer", [None, [], "x", {"id_token": 7}, b"<html>", b"{" * 2_000_000])
def test_an_answer_of_any_shape_lets_nobody_in_and_breaks_nothing(liar, answer):
    client = Client()
    asked = query(sent_to(client))
    liar.answer = answer
    got = client.get(f"/sign-in/duin/answer/?code=c&state={asked['state']}")
    assert got.status_code in (403, 502) and not let_in(client)


def test_a_provider_that_calls_itself_otherwise_or_names_open_addresses_is_not_asked(liar):
    inside = "http://169.254.169.254/latest/meta-data/"
    for name, said in (
        ("issuer", "https://evil.example"),
        ("authorization_endpoint", "javascript:alert(1)"),
        ("authorization_endpoint", "http://login.example.org/"),
        ("token_endpoint", inside),
        ("jwks_uri", "file:///etc/passwd"),
        ("jwks_uri", None),
    ):
        kept, liar.description[name] = liar.description[name], said
        answer = Client().post("/sign-in/duin/")
        assert answer.status_code == 403 and b"http-equiv" not in answer.content, said
        liar.description[name] = kept


def test_no_redirect_of_a_provider_is_followed(liar):
    with lying() as elsewhere:
        elsewhere.keys = liar.keys
        liar.redirects = {"/keys": f"{elsewhere.issuer}/keys"}
        let, _ = answered(liar, lambda n: signed(liar, claims(liar, n)))
        assert not let and not elsewhere.asked


def test_what_the_operator_wrote_wrongly_is_said_and_not_used(liar):
    name_providers(
        duin={"issuer": "http://login.example.org"},
        veen={"issuer": liar.issuer, "secret_file": "nowhere"},
        duinoord={"issuer": "https://a.example", "colour": "blue"},
    )
    assert "colour" in faults()[0]
    name_providers(
        duin={"issuer": "http://login.example.org"},
        veen={"issuer": liar.issuer, "secret_file": "nowhere"},
    )
    said = "; ".join(faults())
    assert "https://" in said and "cannot be read" in said and SECRET not in said
    assert "Duin" not in Client().get("/accounts/login/").content.decode()
    name_providers(duin=liar.issuer, veen=liar.issuer)
    assert "two providers" in faults()[0]


def test_a_secret_that_others_can_read_is_not_used(liar):
    (home.folder() / "duin-secret").chmod(0o640)
    assert "chmod 600" in faults()[0]
    assert Client().post("/sign-in/duin/").status_code == 404

"""The pages of two-step sign-in are Dutch throughout in Dutch: nothing of the library's English."""

import json
import re
from functools import cache as once
from html import unescape
from pathlib import Path

import allauth
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.test import Client

from equipoise.web.models import Account
from tests import web_trial
from tests.soft_key import SoftKey
from tests.web_trial import PASSWORD, signed_in

pytestmark = pytest.mark.django_db
FACTOR = "/accounts/2fa/"
BEFORE = ("", "totp/activate/", "webauthn/", "webauthn/add/")
BESIDE = ("", "totp/deactivate/", "webauthn/", "webauthn/add/", "recovery-codes/")
BESIDE_TOO = (
    "recovery-codes/generate/",
    "webauthn/keys/{key}/edit/",
    "webauthn/keys/{key}/remove/",
)
OTHER_WAYS = (FACTOR + "reauthenticate/", FACTOR + "webauthn/reauthenticate/")
ONCE_MORE = ("/accounts/reauthenticate/", *OTHER_WAYS)
HERE, WRONG = "localhost:8123", ({"code": "0"}, {"credential": "{}"})
OUR_OWN = {"In de zak"}


def person(language: str) -> Client:
    client = signed_in("nurse-01", language)
    client.defaults["HTTP_HOST"] = HERE
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def both_set_up() -> int:
    account, key = Account.objects.get(person_id="nurse-01"), SoftKey()
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    client = person("en")
    text = client.get(FACTOR + "webauthn/add/").content.decode()
    (asked,) = re.findall(r'data-options="([^"]+)"', text)
    made = key.made(json.loads(unescape(asked)))
    client.post(FACTOR + "webauthn/add/", {"name": "In de zak", "credential": made})
    return Authenticator.objects.get(user=account, type=Authenticator.Type.WEBAUTHN).pk


def seen(language: str, addresses: list[str]) -> list[str]:
    """Every text of these pages, what was refused on them too."""
    client, texts = person(language), []
    for address in addresses:
        page = client.get(address)
        assert page.status_code == 200, address
        texts += _texts(page.content.decode())
    wrong = client.post(FACTOR + "totp/activate/", {"code": "0"}, follow=True)
    texts += _texts(wrong.content.decode())
    texts += _texts(client.post(ONCE_MORE[0], {"password": "x"}).content.decode())
    cache.clear()
    return texts + (_of_second_step(client, language) if ONCE_MORE[1] in addresses else [])


def _of_second_step(known: Client, language: str) -> list[str]:
    """What those see who have one, and give a wrong code or key."""
    client = Client(headers={"host": HERE, "accept-language": language})
    client.post("/accounts/login/", {"login": "nurse-01", "password": PASSWORD})
    step = FACTOR + "authenticate/"
    pages = [client.get(step), *(client.post(step, wrong) for wrong in WRONG)]
    pages += [known.post(ONCE_MORE[1], {"code": "0"}), known.post(ONCE_MORE[2], {})]
    return [text for page in pages for text in _texts(page.content.decode())]


def _texts(page: str) -> list[str]:
    (main,) = re.findall(r"<main.*?</main>", page, re.S)
    (title,) = re.findall(r"<title>(.*?) –", page, re.S)
    said = re.findall(r'(?:alt|data-label|data-none|data-done|title|placeholder)="([^"]*)"', main)
    found = [title, *said, *re.split(r"<[^>]+>", main)]
    plain = [" ".join(unescape(text).split()) for text in found]
    return [text for text in plain if re.search(r"[A-Za-z]{3}", text)]


@once
def librarys() -> set[str]:
    """What the library says in English, but for what is a single short word."""
    po = Path(allauth.__file__).parent / "locale/nl/LC_MESSAGES/django.po"
    said = re.findall(r'^msgid "(.+)"$', po.read_text("utf-8"), re.M)
    return {text for text in said if len(text) > 4}


@pytest.mark.parametrize("both", [False, True])
def test_in_dutch_no_page_of_two_step_sign_in_says_a_word_of_english(both):
    cache.clear()
    web_trial.open_house()
    key = both_set_up() if both else 0
    named = (*BESIDE, *BESIDE_TOO) if both else BEFORE
    addresses = [FACTOR + address.format(key=key) for address in named]
    addresses += ONCE_MORE if both else ONCE_MORE[:1]
    dutch, english = seen("nl", addresses), seen("en", addresses)
    assert len(dutch) > 30
    assert not (set(dutch) & set(english)) - OUR_OWN
    assert not set(dutch) & librarys()
    assert not [text for text in dutch if re.search(r"\b(je|jouw)\b", text, re.I)]

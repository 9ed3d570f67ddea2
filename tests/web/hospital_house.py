"""The trial, with the hospitals' providers named as an operator names them."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec
from allauth.socialaccount.models import SocialAccount
from django.http import HttpResponse
from django.test import Client

from equipoise.web import home
from equipoise.web.models import Account
from tests.web.hospital_provider import CLIENT, SECRET, Browser

__all__ = ["name_providers", "no_providers", "asked_at", "bound_to", "came_back", "sent_to"]

FILE, SECRET_FILE = "providers.yaml", "duin-secret"


def name_providers(folder: Path | None = None, **issuers: str | dict[str, object]) -> None:
    """Write the operator's file: of each provider its issuer, or more."""
    folder = folder or home.folder()
    secret = folder / SECRET_FILE
    secret.write_text(f"{SECRET}\n", encoding="utf-8")
    secret.chmod(0o600)
    listed = [
        {
            "id": name,
            "name": f"{name.title()} Hospital",
            "client": CLIENT,
            "secret_file": SECRET_FILE,
            **({"issuer": said} if isinstance(said, str) else said),
        }
        for name, said in issuers.items()
    ]
    (folder / FILE).write_bytes(msgspec.yaml.encode(listed))


def no_providers(folder: Path | None = None) -> None:
    """Nothing is left behind in the home."""
    for name in (FILE, SECRET_FILE):
        ((folder or home.folder()) / name).unlink(missing_ok=True)


def bound_to(person: str, issuer: str, subject: str = "1") -> SocialAccount:
    account = Account.objects.get(person_id=person)
    return SocialAccount.objects.create(user=account, provider=issuer, uid=subject, extra_data={})


def asked_at(page: HttpResponse) -> str:
    """Where a page of ours sends the browser on to."""
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.content.decode())
    assert found, page.content.decode()[:2000]
    return unescape(found[1])


def sent_to(client: Client, name: str = "duin", after: str = "") -> str:
    """They press the button of the sign-in page; where they are sent."""
    return asked_at(client.post(f"/sign-in/{name}/", {"next": after}))


def came_back(client: Client, address: str, person: str = "alice") -> HttpResponse:
    """They go to the provider, sign in there, and come back to us."""
    return client.get(local(Browser().answered(address, person)))


def local(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def query(address: str) -> dict[str, str]:
    return {name: said[0] for name, said in parse_qs(urlsplit(address).query).items()}

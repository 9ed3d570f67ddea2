"""A hospital's identity provider, real and of another maker: django-oauth-toolkit on loopback.

It signs people in on a page of its own, keeps them signed in, asks for PKCE, and signs its tokens.
One process answers on two ports: under each it calls itself by that port, so that the two are two
issuers with the same subjects and even the same key.

    python -m tests.web.hospital_provider FOLDER OURS     prints both addresses, and serves
"""

import json
import os
import re
import secrets
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import NamedTuple
from urllib.parse import urljoin
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import requests

CLIENT, SECRET, PASSWORD = "equipoise", "only-the-two-of-us-know", "a-password-at-the-hospital"
STAFF = {"alice": [], "bob": [], "carol": ["pwd", "mfa"]}
"""Who works there, and how the provider says that it has asked them; their subjects are 1, 2, 3."""
OURS = "http://testserver"


class Providers(NamedTuple):
    """Two issuers with the same people."""

    duin: str
    veen: str


class Browser:
    """The browser of someone of the hospital, at the provider's own pages."""

    def __init__(self) -> None:
        self.line = requests.Session()
        self.line.trust_env = False

    def answered(self, address: str, name: str) -> str:
        """Go where we were sent, sign in there if asked; where the provider sends us back."""
        asked = 0
        while True:
            answer = self.line.get(address, allow_redirects=False)
            if answer.status_code == 200 and 'name="username"' in answer.text and not asked:
                asked, answer = 1, self._sign_in(address, answer.text, name)
            if answer.status_code != 302:
                raise AssertionError(f"{answer.status_code} at {address}: {answer.text[:300]}")
            address = urljoin(address, answer.headers["Location"])
            if address.startswith(f"{OURS}/"):
                return address

    def _sign_in(self, address: str, page: str, name: str) -> requests.Response:
        key = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        typed = {"username": name, "password": PASSWORD, "csrfmiddlewaretoken": key and key[1]}
        headers = {"Referer": address}
        return self.line.post(address, data=typed, headers=headers, allow_redirects=False)


@contextmanager
def serving(folder: Path, ours: str = OURS) -> Iterator[Providers]:
    """Both of them, in a process of their own, for as long as is needed."""
    command = [sys.executable, "-m", "tests.web.hospital_provider", str(folder), ours]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        env=_surroundings(),
        cwd=Path(__file__).parents[2],
    ) as process:
        try:
            assert process.stdout is not None
            yield Providers(*json.loads(process.stdout.readline()))
        finally:
            process.kill()


def _surroundings() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if "DJANGO" not in name}
    return kept | {"OAUTHLIB_INSECURE_TRANSPORT": "1"}


# --- the provider's own process ---


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


def main(folder: Path, ours: str) -> None:
    """Set up, and serve until killed."""
    _set_up(folder)
    _people(ours)
    from django.core.wsgi import get_wsgi_application

    app = get_wsgi_application()
    made = [make_server("127.0.0.1", 0, app, _Server, _Quiet) for _ in range(2)]
    print(json.dumps([f"http://127.0.0.1:{one.server_port}/o" for one in made]), flush=True)
    for one in made[1:]:
        threading.Thread(target=one.serve_forever, daemon=True).start()
    made[0].serve_forever()


def _set_up(folder: Path) -> None:
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.configure(
        SECRET_KEY=secrets.token_hex(32),
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="tests.web.hospital_provider_pages",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "idp.db"}},
        MIGRATION_MODULES=dict.fromkeys(("auth", "contenttypes", "sessions", "oauth2_provider")),
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        SESSION_COOKIE_NAME="idp",
        CSRF_COOKIE_NAME="idp-key",
        LOGIN_URL="/login/",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": _key(),
            "OAUTH2_VALIDATOR_CLASS": "tests.web.hospital_provider_pages.Says",
            "SCOPES": {"openid": "who someone is"},
            "PKCE_REQUIRED": True,
        },
    )
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)


def _people(ours: str) -> None:
    from django.contrib.auth.models import User
    from oauth2_provider.models import Application

    for name in STAFF:
        User.objects.create_user(name, f"{name}@duin.example", PASSWORD)
    Application.objects.create(
        client_id=CLIENT,
        client_secret=SECRET,
        client_type="confidential",
        authorization_grant_type="authorization-code",
        redirect_uris=" ".join(f"{ours}/sign-in/{name}/answer/" for name in ("duin", "veen")),
        skip_authorization=True,
        algorithm="RS256",
    )


def _key() -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 2048)
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, *form).decode()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

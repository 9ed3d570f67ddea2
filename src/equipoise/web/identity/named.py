"""The identity providers that the operator has named: none, one, or one for each hospital.

They stand in `providers.yaml` in the home, or in the file that EQUIPOISE_PROVIDERS names. A secret
stands in a file of its own that only its owner can read, or in EQUIPOISE_SECRET_ and the provider's
id in capitals; never in the database and on no page.
"""

import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from django.core.exceptions import ImproperlyConfigured

from equipoise.web import home
from equipoise.web.jinja import say

__all__ = [
    "LONGEST_SUBJECT",
    "Provider",
    "SecondFactor",
    "faults",
    "file",
    "is_safe",
    "named",
    "of_issuer",
    "provider",
    "secret_files",
]

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
VARIABLE = "EQUIPOISE_PROVIDERS"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LONGEST_ISSUER, LONGEST_SUBJECT = 200, 191
_log = logging.getLogger(__name__)


class SecondFactor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the provider says when it has asked a second factor itself."""

    amr: tuple[str, ...] = ()
    acr: tuple[str, ...] = ()


class Provider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One identity provider, and by which name this installation is known to it."""

    id: str
    name: str | dict[str, str]
    issuer: str
    client: str
    secret_file: str = ""
    second_factor: SecondFactor = SecondFactor()

    @property
    def label(self) -> str:
        """The hospital, as this reader calls it."""
        return self.name if isinstance(self.name, str) else say(self.name)

    @property
    def secret(self) -> str:
        """What proves to the provider that it is we who ask.

        :raises ImproperlyConfigured: when there is none, or others can read it
        """
        variable = f"EQUIPOISE_SECRET_{self.id.upper().replace('-', '_')}"
        if not self.secret_file:
            if content := os.environ.get(variable, ""):
                return content
            raise ImproperlyConfigured(f"{self.id}: name a secret_file, or set {variable}")
        return _read_secret(self.id, home.folder() / self.secret_file)

    def asked_second_factor(self, amr: object, acr: object) -> bool:
        """Whether the provider says, in the words that the operator has named, that it asked one.

        What the operator has not named counts for nothing.
        """
        methods = amr if isinstance(amr, list) else []
        return acr in self.second_factor.acr or any(
            method in self.second_factor.amr for method in methods
        )


def named() -> tuple[Provider, ...]:
    """Those that can be used; of a file that cannot be read, none, and the log says why."""
    try:
        found = _read()
    except ImproperlyConfigured as error:
        _log.error("%s", error)
        return ()
    return tuple(one for one in found if not _wrong(one))


def provider(provider_id: str) -> Provider | None:
    """The provider with this id."""
    return next((one for one in named() if one.id == provider_id), None)


def of_issuer(issuer: str) -> Provider | None:
    """The provider that speaks under this name."""
    return next((one for one in named() if one.issuer == issuer), None)


def faults() -> list[str]:
    """What is wrong with what the operator has written, for `equipoise doctor`."""
    try:
        found = _read()
    except ImproperlyConfigured as error:
        return [str(error)]
    return [fault for one in found if (fault := _wrong(one))]


def secret_files() -> list[str]:
    """The files with a secret that are named, by their places in the home.

    :raises ImproperlyConfigured: when what the operator has written cannot be read
    """
    return [one.secret_file for one in _read() if one.secret_file]


def is_safe(address: object) -> bool:
    """Whether what is said to this address can be read by nobody on the way."""
    try:
        parts = urlsplit(address) if isinstance(address, str) else urlsplit("")
    except ValueError:  # such as a bracket that is never closed
        return False
    here = parts.scheme == "http" and parts.hostname in LOOPBACK
    return bool(parts.hostname) and (parts.scheme == "https" or here) and "@" not in parts.netloc


def file() -> Path:
    """Where they stand, or would."""
    return Path(os.environ.get(VARIABLE) or home.folder() / "providers.yaml")


def _read() -> list[Provider]:
    written = file()
    if not written.is_file():
        if os.environ.get(VARIABLE):
            raise ImproperlyConfigured(f"{VARIABLE} names {written}, and there is no such file")
        return []
    try:
        found = msgspec.yaml.decode(written.read_bytes(), type=list[Provider])
    except (OSError, msgspec.MsgspecError, ValueError) as error:
        raise ImproperlyConfigured(f"{written} does not name providers: {error}") from None
    for what in ("id", "issuer"):
        known = [getattr(one, what) for one in found]
        if twice := {text for text in known if known.count(text) > 1}:
            raise ImproperlyConfigured(f"{written}: two providers have the {what} {twice.pop()}")
    return found


def _wrong(one: Provider) -> str:
    return next(_faults_of(one), "")


def _faults_of(one: Provider) -> Iterator[str]:
    if not ID.fullmatch(one.id):
        yield f"{one.id}: an id has small letters, figures and hyphens"
    if not is_safe(one.issuer) or len(one.issuer) > LONGEST_ISSUER:
        yield f"{one.id}: {one.issuer} is no issuer: it begins with https://"
    if not one.client or not one.label:
        yield f"{one.id}: name the client and the hospital"
    try:
        _ = one.secret
    except ImproperlyConfigured as error:
        yield str(error)


def _read_secret(provider_id: str, file: Path) -> str:
    try:
        if file.stat().st_mode & 0o077:
            raise ImproperlyConfigured(f"{provider_id}: {file} can be read by others: chmod 600")
        content = file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"{provider_id}: the secret cannot be read: {error}") from None
    if not content:
        raise ImproperlyConfigured(f"{provider_id}: {file} is empty")
    return content

"""The mail server that mails are handed to: named by whoever keeps the installation, or by nobody.

`EQUIPOISE_SMTP_URL`, or the file `smtp-url` in the home, holds one line:
`smtp://user:password@mail.example.org:587?from=trial@example.org`. `smtp` begins in the clear and
must be offered encryption (STARTTLS) before anything is said; `smtps` is encrypted from the first
byte. Without encryption mail goes to this very machine only.
"""

import os
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from equipoise.web import home

__all__ = ["ADDRESS", "LOOPBACK", "MailServer", "is_named", "link", "named"]

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PORTS = {"smtp": 587, "smtps": 465}
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
NOT_READ = (
    "EQUIPOISE_SMTP_URL is no address of a mail server; it looks like "
    "smtp://user:password@mail.example.org:587?from=trial@example.org"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mails are handed in, by whom, and whose name they bear."""

    host: str
    port: int
    encrypted: bool
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def is_here(self) -> bool:
        """Whether nothing said to it leaves this machine."""
        return self.host in LOOPBACK


def is_named() -> bool:
    """Whether there is a mail server at all."""
    return bool(_written())


def named() -> MailServer:
    """The mail server.

    :raises ImproperlyConfigured: when it is written otherwise than it can be read
    """
    try:
        parts = urlsplit(_written())
        sender = dict(parse_qsl(parts.query)).get("from", "")
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise ImproperlyConfigured(NOT_READ) from None
    if not parts.hostname or not ADDRESS.fullmatch(sender):
        raise ImproperlyConfigured(NOT_READ)
    return MailServer(
        host=parts.hostname,
        port=port,
        encrypted=parts.scheme == "smtps",
        sender=sender,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def link(path: str) -> str:
    """The address of a page, as it stands in a mail."""
    scheme, host = "https" if settings.HTTPS else "http", settings.ALLOWED_HOSTS[0]
    return os.environ.get("EQUIPOISE_ADDRESS", f"{scheme}://{host}").rstrip("/") + path


def _written() -> str:
    if address := os.environ.get("EQUIPOISE_SMTP_URL", "").strip():
        return address
    file = home.folder() / "smtp-url"
    return file.read_text(encoding="utf-8").strip() if file.is_file() else ""

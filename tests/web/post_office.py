"""A real SMTP server on the loopback address, which takes mail, refuses it, or behaves badly."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class PostOffice:
    """What arrived; `answers` are what it says to the next mails, and then it takes them."""

    port: int = 0
    answers: list[str] = field(default_factory=list)
    arrived: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?from=trial@example.org"

    async def handle_RCPT(  # noqa: N802  (its name is aiosmtpd's)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answers and self.answers[0].startswith("RCPT "):
            return self.answers.pop(0).removeprefix("RCPT ")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "drop":  # it has taken the mail, and breaks off before it says so
            self._keep(envelope)
            server.transport.abort()
            return "250 OK"
        if answer.startswith("250"):
            self._keep(envelope)
        return answer

    def _keep(self, envelope: Envelope) -> None:
        self.to += envelope.rcpt_tos
        self.arrived.append(message_from_bytes(envelope.content, policy=policy.default))


@contextmanager
def open_post_office(
    tls: ssl.SSLContext | None = None, starttls: bool = False
) -> Iterator[PostOffice]:
    """The server, on a port of its own, until the block ends."""
    office, loop, ready = PostOffice(), asyncio.new_event_loop(), Event()
    inside = {"tls_context": tls, "require_starttls": True} if starttls else {}

    def serve() -> None:
        # In a thread from the start: a browser of other tests may hold this one's event loop.
        serving = loop.run_until_complete(
            loop.create_server(
                lambda: SMTP(office, loop=loop, hostname="post.example", **inside),
                "127.0.0.1",
                0,
                ssl=None if starttls else tls,
            )
        )
        office.port = serving.sockets[0].getsockname()[1]
        ready.set()
        loop.run_forever()
        serving.close()

    thread = Thread(target=serve, daemon=True)
    thread.start()
    ready.wait()
    try:
        yield office
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def post_office(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """One that takes the mails of this installation."""
    with open_post_office() as office:
        monkeypatch.setenv("EQUIPOISE_SMTP_URL", office.url)
        yield office


def certificate(folder: Path) -> Path:
    """A certificate for this machine, signed by itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return file

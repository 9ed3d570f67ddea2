"""Handing one mail to a server (RFC 5321), and what its answer means.

What a server says in words is not kept: it may hold the address. Its code is.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from threading import Timer

from equipoise.web.jobs.kind import Never, NotNow
from equipoise.web.jobs.reasons import NOT_DONE, REFUSED, REFUSED_SENDER, UNREACHED, UNSAFE
from equipoise.web.mail.server import MailServer

__all__ = ["hand_in"]

SILENCE, WHOLE = 20.0, 90.0  # seconds without a sign of life; seconds for all of it
FINAL = 500


def hand_in(server: MailServer, message: EmailMessage, address: str) -> None:
    """Send it to this address.

    :raises NotNow: when the server cannot take it now, or nobody knows whether it did
    :raises Never: when it will not take mail for this address
    """
    try:
        with _spoken_to(server) as line:
            line.send_message(message, from_addr=server.sender, to_addrs=[address])
    except smtplib.SMTPRecipientsRefused as refused:
        code = refused.recipients[address][0]
        raise _refused(code) from None
    except smtplib.SMTPNotSupportedError:
        raise NotNow(UNSAFE()) from None
    except (smtplib.SMTPSenderRefused, smtplib.SMTPAuthenticationError) as refused:
        code = refused.smtp_code
        reason = REFUSED_SENDER if code >= FINAL else NOT_DONE
        raise NotNow(reason(code=code)) from None
    except smtplib.SMTPDataError as refused:
        code = refused.smtp_code
        raise _refused(code) from None
    except smtplib.SMTPResponseException as refused:
        raise NotNow(NOT_DONE(code=refused.smtp_code)) from None
    except (smtplib.SMTPException, OSError):
        raise NotNow(UNREACHED()) from None


def _refused(code: int) -> NotNow:
    return Never(REFUSED(code=code)) if code >= FINAL else NotNow(NOT_DONE(code=code))


@contextmanager
def _spoken_to(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A line to the server, encrypted and signed in where it has to be."""
    trusted = ssl.create_default_context()
    line = (
        smtplib.SMTP_SSL(timeout=SILENCE, context=trusted)
        if server.encrypted
        else smtplib.SMTP(timeout=SILENCE)
    )
    # Whose certificate is asked for; smtplib tells it by the constructor alone.
    line._host = server.host  # type: ignore[attr-defined]  # of smtplib itself
    # Who answers one sign at a time would otherwise hold the runner for hours.
    end = Timer(WHOLE, _cut, [line])
    end.daemon = True
    end.start()
    try:
        line.connect(server.host, server.port)
        line.ehlo_or_helo_if_needed()
        if not server.encrypted and (not server.is_here or line.has_extn("starttls")):
            line.starttls(context=trusted)
        if server.user:
            line.login(server.user, server.password)
        yield line
    finally:
        end.cancel()
        with suppress(smtplib.SMTPException, OSError):
            line.quit()
        line.close()


def _cut(line: smtplib.SMTP) -> None:
    with suppress(OSError):
        if line.sock is not None:
            line.sock.shutdown(2)

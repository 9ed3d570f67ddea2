"""The job of sending one letter: to the address known now, in the language of who reads it."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext, override

from equipoise.web import adopted, home, people
from equipoise.web.jobs.kind import Never, NotNow, NotWanted
from equipoise.web.jobs.reasons import MISNAMED, NO_ADDRESS, TOO_OLD
from equipoise.web.jobs.table import Payload, Taken
from equipoise.web.mail import smtp
from equipoise.web.mail.letters import LETTERS, Letter
from equipoise.web.mail.outbox import who_gets
from equipoise.web.mail.server import ADDRESS, MailServer, link, named
from equipoise.web.models import Account

__all__ = ["message_id", "send", "written"]

OLDEST = timedelta(days=7)


def send(job: Taken, now: datetime) -> None:
    """Hand the letter to the mail server.

    :raises NotWanted: when its reader has left, moved, or done it meanwhile
    :raises NotNow: when it may be sent later
    :raises Never: when it will not be
    """
    payload = job.payload
    letter, person = LETTERS[payload["letter"]], payload["to"]
    if person not in who_gets(letter, payload):
        raise NotWanted
    account = Account.objects.filter(person_id=person).first()
    address = people.address_of(account) if account else ""
    if account is None or not ADDRESS.fullmatch(address):
        raise Never(NO_ADDRESS(person=person))
    if now - job.due > OLDEST:
        raise Never(TOO_OLD(days=OLDEST.days))
    try:
        server = named()
    except ImproperlyConfigured as error:
        raise NotNow(MISNAMED()) from error
    message = written(letter, payload, account.language, server)
    message["To"] = address
    message["Message-ID"] = message_id(job, server)
    message["Date"] = format_datetime(now)
    smtp.hand_in(server, message, address)


def written(letter: Letter, payload: Payload, language: str, server: MailServer) -> EmailMessage:
    """The letter in the reader's language, without its address."""
    with override(language):
        values = {**payload, "trial": adopted.study().identity.acronym}
        foot = gettext(
            "Sent by the server of %(trial)s. Do not answer: nobody reads what is sent back."
        )
        message = EmailMessage()
        message["Subject"] = gettext(letter.subject) % values
        message["From"] = server.sender
        message["Auto-Submitted"] = "auto-generated"
        parts = (gettext(letter.text) % values, link(letter.page(payload)), foot % values)
        message.set_content("\n\n".join(parts) + "\n")
    return message


def message_id(job: Taken, server: MailServer) -> str:
    """The same at each sending, so that a mail that comes twice is known to be one."""
    digest = sha256(home.folder().as_posix().encode() + b"\0" + job.key.encode()).hexdigest()
    return f"<{digest[:32]}@{server.sender.rpartition('@')[2]}>"

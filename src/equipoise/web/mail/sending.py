"""The job of sending one letter: to the address known now, in the language of who reads it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256

import msgspec
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import override

from equipoise.study.reason import Phrase, Wording
from equipoise.web import adopted, home, people
from equipoise.web.jobs.kind import Never, NotNow, NotWanted
from equipoise.web.jobs.reasons import MISNAMED, NO_ADDRESS, SHUT, TOO_OLD
from equipoise.web.jobs.table import Payload, Taken, joined, open_jobs
from equipoise.web.mail import smtp
from equipoise.web.mail.letters import LETTERS, Letter
from equipoise.web.mail.outbox import DAILY, SEND, who_gets
from equipoise.web.mail.server import ADDRESS, MailServer, link, named
from equipoise.web.models import Account
from equipoise.web.reader import HERE

__all__ = ["message_id", "send", "written"]

OLDEST = timedelta(days=7)
MOST = 100
"""How many letters go into one mail of a morning."""
FOOT = Phrase("Sent by the server of {trial}. Do not answer: nobody reads what is sent back.")
TODAY = Phrase("{trial}: {count} thing to look at", several="{trial}: {count} things to look at")


def send(job: Taken, now: datetime) -> None:
    """Hand the letter to the mail server.

    :raises NotWanted: when its reader has left, moved, or done it meanwhile
    :raises NotNow: when it may be sent later
    :raises Never: when it will not be
    """
    payload = job.payload
    letter, person = LETTERS[payload["letter"]], payload["to"]
    if person not in who_gets(letter, payload, now):
        raise NotWanted
    account = Account.objects.filter(person_id=person).first()
    if account is not None and not account.is_active:
        raise NotWanted(SHUT())
    beside = list(_of_this_morning(job, now)) if DAILY in payload else []
    address = people.address_of(account) if account else ""
    if account is None or not ADDRESS.fullmatch(address):
        raise Never(NO_ADDRESS(person=person))
    if now - job.due > OLDEST:
        raise Never(TOO_OLD(days=OLDEST.days))
    try:
        server = named()
    except ImproperlyConfigured as error:
        raise NotNow(MISNAMED()) from error
    message = written([payload, *beside], account.language, server)
    message["To"] = address
    message["Message-ID"] = message_id(job, server)
    message["Date"] = format_datetime(now)
    smtp.hand_in(server, message, address)


def _of_this_morning(job: Taken, now: datetime) -> Iterator[Payload]:
    """The other letters of this reader that go into the same mail; they are held with it."""
    person, found = job.payload["to"], {}
    rows = open_jobs([SEND]).filter(due=job.due, key__endswith=f":{person}").exclude(id=job.id)
    for row in rows.order_by("id")[: MOST - 1]:
        payload = msgspec.json.decode(row.payload, type=dict[str, str])
        letter = LETTERS.get(payload["letter"])
        if letter and DAILY in payload and person in who_gets(letter, payload, now):
            found[row.pk] = payload
    return (found[number] for number in joined(job, found, now))


def written(payloads: Sequence[Payload], language: str, server: MailServer) -> EmailMessage:
    """One letter, or those of a morning, in the reader's language and without an address."""
    with override(language):
        trial = adopted.study().identity.acronym
        foot = FOOT(trial=trial)
        letters = [
            (LETTERS[payload["letter"]], {**payload, "trial": trial}) for payload in payloads
        ]
        first, values = letters[0]
        heading = Wording(first.heading, values)
        if len(letters) > 1:
            heading = TODAY(trial=trial, count=len(letters))
        message = EmailMessage()
        message["Subject"] = HERE.written(heading)
        message["From"] = server.sender
        message["Auto-Submitted"] = "auto-generated"
        parts = [_text_and_link(letter, values) for letter, values in letters]
        message.set_content("\n\n".join((*parts, HERE.written(foot))) + "\n")
    return message


def _text_and_link(letter: Letter, values: Payload) -> str:
    return f"{HERE.filled(letter.text, values)}\n\n{link(letter.page(values))}"


def message_id(job: Taken, server: MailServer) -> str:
    """The same at each sending, so that a mail that comes twice is known to be one."""
    digest = sha256(home.folder().as_posix().encode() + b"\0" + job.key.encode()).hexdigest()
    return f"<{digest[:32]}@{server.sender.rpartition('@')[2]}>"

"""Noting an access: values, never sentences, and never what somebody typed into a box.

What opens or takes out data is noted before it is shown, and what can not be noted is not shown.
A page that opens nothing writes nothing.
"""

from contextlib import suppress
from datetime import UTC, datetime
from getpass import getuser

from django.db import DatabaseError, connection, transaction
from django.utils.crypto import salted_hmac

from equipoise.conduct.trial import moment
from equipoise.ledger.canonical import canonical
from equipoise.web import write_service
from equipoise.web.access import chain
from equipoise.web.models import AccessRow, Account

__all__ = [
    "Detail",
    "count_failure",
    "failed_sign_in",
    "note",
    "note_at_command_line",
    "note_key_used",
]

Detail = str | int | bool


def note(kind: str, person: str = "", **details: Detail) -> None:
    """Write down what is opened, taken out or changed; raises what the database raises."""
    now = write_service.now()
    with transaction.atomic():
        AccessRow.objects.create(
            at=moment(now),
            day=chain.open_day(now),
            person=person,
            kind=kind,
            told=canonical(details),
        )


def note_at_command_line(kind: str, **details: Detail) -> None:
    """The same of someone at the server's command line, by their name on that machine."""
    try:
        login = getuser()
    except (KeyError, OSError):  # a user without a name
        login = ""
    note(kind, "", login=login, **details)


def note_key_used(person: str, key: int) -> None:
    """A key is used, for the first time on this day."""
    details = canonical({"key": key})
    rows = AccessRow.objects.filter(person=person, kind="key-used", told=details)
    if not rows.filter(day__gte=_day(write_service.now())).exists():
        note("key-used", person, key=key)


def failed_sign_in(name: str) -> None:
    """A wrong password, counted by whose sign-in it was, or by a mark of three signs.

    A person may have typed the password where the name belongs. The mark tells apart one name tried
    often from many names tried once; it is too short to guess from and too few to fill a disk.
    """
    known = Account.objects.filter(person_id=name).exists()
    day = _day(write_service.now())
    mark = salted_hmac("equipoise.web.access", f"{day} {name}", algorithm="sha256").hexdigest()[:3]
    count_failure("sign-in-failed", name if known else f"?{mark}")


def count_failure(kind: str, who: str) -> None:
    """One more in this hour; a count that can not be written lets nobody in either."""
    now = write_service.now()
    with suppress(DatabaseError), transaction.atomic():
        day, hour = chain.open_day(now), now.astimezone(UTC).hour
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [day, hour, kind, who])


_COUNT = """
    INSERT INTO access_failures (day, hour, kind, who, count) VALUES (%s, %s, %s, %s, 1)
    ON CONFLICT (day, hour, kind, who) DO UPDATE SET count = access_failures.count + 1
"""


def _day(now: datetime) -> str:
    return now.astimezone(UTC).date().isoformat()

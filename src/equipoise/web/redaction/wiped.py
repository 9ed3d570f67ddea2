"""The bytes of what was redacted, in what an installation keeps beside the ledger's rows.

The row itself is written over by the act. Older versions of it and of kept rows lie on in free
parts of SQLite's file and in its log until the file is made anew: that is done as a job, soon
after. PostgreSQL's own vacuum frees dead rows; what a server does for it is told in the manual.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
from cryptography.fernet import InvalidToken
from django.db import connection

from equipoise.conduct.act import Act
from equipoise.conduct.redaction import RedactEntry
from equipoise.conduct.restating import spans
from equipoise.ledger import Entry
from equipoise.study.reason import Reason
from equipoise.web import home, sealing
from equipoise.web.jobs.kind import NotNow
from equipoise.web.jobs.table import Taken, ToDo
from equipoise.web.models import Draft
from equipoise.web.redaction import remembered
from equipoise.web.store import DatabaseLedger

__all__ = ["STILL_READ", "WIPE", "after", "follow", "wipe"]

WIPE = "redaction.wipe"
STILL_READ = Reason(
    "job.still-read", "", "somebody reads the database as it was before; it is tried again"
)


def after(entry: Entry, now: datetime) -> Iterator[ToDo]:
    """What a redaction leaves to be done."""
    if entry.kind == RedactEntry.kind:
        yield ToDo(kind=WIPE, key=f"{entry.stream} {entry.seq}", due=now, payload={})


def wipe(job: Taken, now: datetime) -> None:
    """Make SQLite's file anew, without its free parts, and empty its log.

    :raises NotNow: while somebody reads what stood before
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy = cursor.fetchone()[0]
    if busy:
        raise NotNow(STILL_READ())


def follow(acts: Sequence[Act], last: Entry) -> None:
    """What follows in the installation from redactions, in their transaction.

    :param last: the entry of the last of them; those of the others stand just before it
    """
    words = [act.text for act in acts if isinstance(act, RedactEntry)]
    if not words:
        return
    for entry in DatabaseLedger().entries(last.stream, after=last.seq - len(acts)):
        remembered.note_when_done(entry)
    for text in dict.fromkeys(words):
        _discard_drafts(last.stream, text)


def _discard_drafts(subject_id: str, words: str) -> None:
    """Forget what people typed and have not saved, of this participant, where it holds the words.

    Where whole texts are taken out, all of it goes: what stood there is not known any more.
    """
    for draft in Draft.objects.filter(page__contains=f"/{subject_id}/"):
        if not words or any(True for text in _texts_of(draft) for _ in spans(text, words)):
            draft.delete()


def _texts_of(draft: Draft) -> list[str]:
    """What was typed, field by field; of what nobody can open any more, nothing."""
    try:
        fields = msgspec.json.decode(sealing.unseal(draft.sealed))["fields"]
    except (InvalidToken, home.SecretLost, msgspec.DecodeError):
        return []
    return [text for _, texts in fields for text in texts]

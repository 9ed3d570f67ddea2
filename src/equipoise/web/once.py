"""A request that comes twice is one act: what its key did the first time is said again.

A page carries a key of its own in each form it shows, a program sends one in the header
`Idempotency-Key`. The key is noted in the transaction of the act, so that both stand or fall
together, and is kept for thirty days. The same key with another content is refused.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError
from django.http import HttpRequest

from equipoise.conduct.act import Refused
from equipoise.ledger import Entry
from equipoise.study.reason import Reason
from equipoise.web.models import OnceRow
from equipoise.web.store import DatabaseLedger

__all__ = ["HEADER", "OTHER_CONTENT", "BadKey", "Once", "new_key", "of_page", "of_program"]

KEPT = timedelta(days=30)
FIELD, HEADER = "once", "Idempotency-Key"
# Of a password, and of what is taken out of the record, no digest is kept, which could be tried;
# and a key answers each time anew.
NOT_CONTENT = (FIELD, "csrfmiddlewaretoken", "proof", "key-asked", "key-answer", "must-go")
OTHER_CONTENT = Reason(
    "request.other-content",
    "",
    "this was recorded before as it was first sent, and what was changed since is not: look at "
    "what is recorded, and record the change by itself",
)
AT_ONCE = Reason("request.at-once", "", "this is being recorded at this moment; look again")
BAD_KEY = Reason(
    "request.bad-key",
    "Idempotency-Key",
    "{header} must be 1 to 100 visible ASCII characters, such as a UUID",
)
_KEY = re.compile(r"[!-~]{1,100}")


class BadKey(Exception):
    """The header is no key."""


@dataclass(slots=True)
class Once:
    """The key of one request and the digest of what it asks."""

    key: str
    digest: str
    repeated: bool = False
    """Whether the act had been done before; known once it was looked for."""

    def before(self, person_id: str, ledger: DatabaseLedger) -> Entry | None:
        """The entry that this key made before, as it is to be read.

        :raises Refused: when the key came with another content then
        """
        row = OnceRow.objects.filter(person_id=person_id, key=self.key).first()
        if row is None:
            return None
        if row.digest != self.digest:
            raise Refused((OTHER_CONTENT(),))
        self.repeated = True
        return ledger.as_stated([ledger.entry(row.stream, row.seq)])[0]

    def note(self, person_id: str, entry: Entry, now: datetime) -> None:
        """Remember what the key did; called in the transaction of the act.

        :raises Refused: when the same key does something else at this moment
        """
        OnceRow.objects.filter(at__lt=now - KEPT).delete()
        made = {"stream": entry.stream, "seq": entry.seq, "at": now}
        try:
            OnceRow.objects.create(person_id=person_id, key=self.key, digest=self.digest, **made)
        except IntegrityError as error:
            raise Refused((AT_ONCE(),)) from error


def new_key() -> str:
    """A key for a form that is shown."""
    return secrets.token_urlsafe(18)


def of_page(request: HttpRequest) -> Once | None:
    """The key that came with a page's form; None for a form without one."""
    key = request.POST.get(FIELD, "")
    if not _KEY.fullmatch(key):
        return None
    content = sorted(
        (name, text)
        for name, texts in request.POST.lists()
        if name not in NOT_CONTENT
        for text in texts
    )
    return Once(key, _digest(request, repr(content).encode()))


def of_program(request: HttpRequest, content: bytes) -> Once | None:
    """The key in the header of a program's request; None where it sends none.

    :param content: what the request asks, without any password
    :raises BadKey: when the header is there and is no key
    """
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise BadKey
    return Once(key, _digest(request, content))


def _digest(request: HttpRequest, content: bytes) -> str:
    return hashlib.sha256(f"{request.method} {request.path}\0".encode() + content).hexdigest()

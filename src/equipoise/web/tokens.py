"""Keys with which a program acts for a person. The key is shown once; only its digest is kept.

A key has 256 random bits, so a plain SHA-256 keeps it; guessing is hopeless, and who tries
too often from one address is told to wait. Keys end with their owner's password and last role.
"""

import hashlib
import secrets
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest

from equipoise.web import write_service
from equipoise.web.access import access_log
from equipoise.web.models import Account, Token

__all__ = ["TooMany", "account_of", "end_tokens", "keys_of", "make_token", "note_failure"]

PREFIX = "eqp_"
DAYS = 365
USE_LOGGED_EVERY = timedelta(hours=1)
FAILURES, WAIT = 20, 300  # so many wrong keys from one address, then so many seconds


class TooMany(Exception):
    """Too many wrong keys came from this address; `WAIT` seconds later it may try again."""


def make_token(account: Account, label: str, days: int = DAYS) -> str:
    """A new key for this person. Nobody can show it again."""
    key = PREFIX + secrets.token_urlsafe(32)
    made_at = write_service.now()
    Token.objects.create(
        account=account,
        label=label[:100],
        digest=_digest(key),
        made_at=made_at,
        ends_at=made_at + timedelta(days=days),
    )
    return key


_OWNER = """
    SELECT account_token.id, account_token.last_used_at > %s, account.id, account.person_id
    FROM account JOIN account_token ON account_token.account_id = account.id
    WHERE account_token.digest = %s AND account_token.ends_at > %s AND account.is_active
"""


def account_of(key: str) -> Account | None:
    """Whose key this is; None when it is unknown, has ended, or its owner is shut out."""
    now = write_service.now()
    since = _since(now)
    written = connection.ops.adapt_datetimefield_value
    values = [written(since), _digest(key), written(now)]
    with connection.cursor() as cursor:
        cursor.execute(_OWNER, values)
        found = cursor.fetchone()
    if found is None:
        return None
    key_number, is_noted, *who = found
    # Whatever else is known of them is read once somebody asks: their password, their name.
    account = Account.from_db(connection.alias, ["id", "person_id", "is_active"], [*who, True])
    account.key_number = key_number  # type: ignore[attr-defined]
    if not is_noted:
        _note_use(account, now, since)
    return account


def keys_of(account: Account) -> list[Token]:
    """The keys of this person, the newest first; those that have ended too."""
    return list(Token.objects.filter(account=account).order_by("-made_at", "-id"))


def end_tokens(account: Account, number: int | None = None) -> int:
    """Make the keys of this person worthless, or one of them; returns how many there were."""
    now = write_service.now()
    good = Token.objects.filter(account=account, ends_at__gt=now)
    return (good if number is None else good.filter(pk=number)).update(ends_at=now)


def _since(now: datetime) -> datetime:
    """A use since then is noted: in this hour, and on this day."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(now - USE_LOGGED_EVERY, midnight - timedelta(microseconds=1))


def _note_use(account: Account, now: datetime, since: datetime) -> None:
    """When a key was last used, to the hour, and once a day in the access log."""
    key: int = account.key_number  # type: ignore[attr-defined]
    stale = Token.objects.filter(pk=key).exclude(last_used_at__gt=since)
    # What cannot be written now, such as on a full disk, keeps nobody from reading.
    with suppress(DatabaseError), transaction.atomic():
        if stale.exists():
            access_log.note_key_used(account.person_id, key)
            stale.update(last_used_at=now)


def note_failure(request: HttpRequest) -> None:
    """Count a wrong key against its address.

    :raises TooMany: when there were too many of late
    """
    place = f"wrong-key-{hashlib.sha256(_address(request).encode()).hexdigest()}"
    cache.add(place, 0, WAIT)
    if cache.incr(place) > FAILURES:
        raise TooMany


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()


def _address(request: HttpRequest) -> str:
    """Who asks: the proxy's last word when we stand behind one, else the other end of the line."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))

"""What someone has typed on a page and not saved: theirs alone, sealed, and no data.

A draft belongs to one person and one page. Nobody else is ever shown it, it is in no ledger, frame,
export or audit, and it is gone when it is saved, thrown away, or fourteen days old.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec
from cryptography.fernet import InvalidToken
from django.db import connection
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

from equipoise.web import home, sealing
from equipoise.web.models import Account, Draft

__all__ = [
    "DAYS",
    "MOST",
    "KeptDraft",
    "TooMuch",
    "address_of",
    "discard",
    "discard_old",
    "keep",
    "kept",
    "pages",
]

DAYS = 14
_DISCARD = f"DELETE FROM {Draft._meta.db_table} WHERE account_id = %s AND page = %s"
MOST = 100_000  # bytes in one draft; the longest form is a tenth of it
LONGEST = 300  # characters of an address
EACH = 200  # drafts a person; the oldest give way


class TooMuch(ValueError):
    """More was typed than a draft holds."""


class KeptDraft(NamedTuple):
    """What was typed on a page: its fields, in which language, upon what version, and when."""

    fields: MultiValueDict[str, str]
    language: str
    upon: str
    at: datetime


class _Sealed(msgspec.Struct, frozen=True, kw_only=True):
    fields: list[tuple[str, list[str]]]
    language: str
    upon: str


def address_of(request: HttpRequest) -> str:
    """What a page is known by: its address, with what it was asked for."""
    return request.get_full_path()[:LONGEST]


def keep(
    account: Account,
    page: str,
    fields: Iterable[tuple[str, list[str]]],
    *,
    language: str,
    upon: str = "",
) -> None:
    """Keep what was typed on this page, in place of what was kept of it before.

    :param page: the page's address; with the person it is the draft's key
    :param upon: the version of what stands recorded when it was typed
    :raises TooMuch: when it is longer than any form
    """
    content = msgspec.json.encode(_Sealed(fields=list(fields), language=language, upon=upon))
    if len(content) > MOST:
        raise TooMuch
    _, new = Draft.objects.update_or_create(
        account=account,
        page=page,
        defaults={"sealed": sealing.seal(content), "kept_at": datetime.now(UTC)},
    )
    if new:
        discard_old()
        _hold_to(EACH, account)


def kept(account: Account, page: str) -> KeptDraft | None:
    """What this person typed on this page and has not saved; None when there is nothing."""
    row = Draft.objects.filter(account=account, page=page, kept_at__gte=_oldest()).first()
    if row is None:
        return None
    try:
        content = msgspec.json.decode(sealing.unseal(row.sealed), type=_Sealed)
    except (InvalidToken, home.SecretLost, msgspec.MsgspecError):
        # Sealed with a key that is lost, or by another version: it cannot be shown to anyone.
        return None
    fields: MultiValueDict[str, str] = MultiValueDict(dict(content.fields))
    return KeptDraft(fields, content.language, content.upon, row.kept_at)


def pages(account: Account) -> list[tuple[str, datetime]]:
    """The pages on which this person has typed and not saved, and when; the newest first."""
    mine = Draft.objects.filter(account=account, kept_at__gte=_oldest()).order_by("-kept_at")
    return list(mine.values_list("page", "kept_at"))


def discard(account: Account, page: str) -> None:
    """Forget what was typed on this page: it is saved, or thrown away."""
    # Written out, as one statement: Django would make a transaction of its own of it.
    with connection.cursor() as cursor:
        cursor.execute(_DISCARD, [account.pk, page])


def discard_old() -> None:
    """Forget everyone's drafts that nobody came back for."""
    Draft.objects.filter(kept_at__lt=_oldest()).delete()


def _hold_to(most: int, account: Account) -> None:
    mine = Draft.objects.filter(account=account).order_by("-kept_at")
    if too_many := list(mine.values_list("pk", flat=True)[most:]):
        Draft.objects.filter(pk__in=too_many).delete()


def _oldest() -> datetime:
    return datetime.now(UTC) - timedelta(days=DAYS)

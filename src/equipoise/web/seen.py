"""How far the database had come, noted outside it: in the home, beside the secrets.

A database that is put back by other means than `equipoise restore` bears no mark. One that has not
come as far as was seen here before is an earlier one. What is put back together with the home, or
under another home, cannot be known so.
"""

import os
from contextlib import suppress

import msgspec
from django.db import connection, transaction

from equipoise.ledger.tree_head import origin_of
from equipoise.web import home
from equipoise.web.models import RestoredCopy
from equipoise.web.store import HOW_FAR
from equipoise.web.witness import tree_store

__all__ = ["Seen", "ahead", "note", "note_when_done"]

NAME = "seen"
WIDTH = 256  # bytes: more than it ever takes, so that nothing of what stood there is left
# One question, written out: it is asked with every head, and Django takes longer to build such
# questions than a database to answer them.
_NOW = f"""
    SELECT {HOW_FAR}, ({tree_store.SIZE}), (SELECT count(*) FROM {RestoredCopy._meta.db_table})
"""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """How far a database had come."""

    origin: str
    copies: int
    """How often it had been put back, as far as it knows."""
    rows: int
    """The number of the last row of the ledger."""
    draws: int
    leaves: int


def ahead() -> Seen | None:
    """What was seen before of this trial, where the database has not come as far; else None.

    It is read before the database is asked, so that whoever records meanwhile is no earlier one.
    """
    before = _kept()
    return before if before and _is_ahead(before, _now()) else None


def note_when_done() -> None:
    """Note how far the database has come, once what is being done now stands in it."""
    transaction.on_commit(note)


def note(*, anew: bool = False) -> None:
    """Note how far the database has come; never less than was seen, unless it is another.

    :param anew: once the database is marked as an earlier one, it is noted as it is
    """
    if anew and connection.in_atomic_block:
        transaction.on_commit(lambda: note(anew=True))
        return
    before, now = _kept(), _now()
    if not now.origin or (before and not anew and _is_ahead(before, now)):
        return
    with suppress(OSError):  # a disk that cannot be written to keeps nobody from recording
        _keep(now)


def _is_ahead(before: Seen, now: Seen) -> bool:
    """Whether the database has not come as far as was seen of the same trial."""
    if before.origin != now.origin:
        return False
    if now.copies != before.copies:
        return now.copies < before.copies
    return any(a > b for a, b in zip(_far(before), _far(now), strict=True))


def _now() -> Seen:
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        first, row, draw, leaves, copies = cursor.fetchone()
    origin = origin_of(first) if first else ""
    return Seen(origin=origin, copies=copies, rows=row, draws=draw, leaves=leaves)


def _far(one: Seen) -> tuple[int, int, int]:
    return one.rows, one.draws, one.leaves


def _kept() -> Seen | None:
    """What is noted; None where nothing is, or what stands there cannot be read."""
    try:
        with (home.folder() / NAME).open("rb", buffering=0) as file:
            before, found = b"", file.read()
            # Somebody may be writing just now: what is read twice alike stands there.
            while before != found:
                file.seek(0)
                before, found = found, file.read()
        return msgspec.json.decode(found, type=Seen)
    except (OSError, msgspec.DecodeError):
        return None


def _keep(found: Seen) -> None:
    # Written over where it stands, which costs a third of a file of its own in its place: so few
    # bytes lie in one sector, and a disk writes that whole or not at all.
    descriptor = os.open(home.folder() / NAME, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.pwrite(descriptor, msgspec.json.encode(found).ljust(WIDTH), 0)
        os.ftruncate(descriptor, WIDTH)
        os.fdatasync(descriptor)
    finally:
        os.close(descriptor)

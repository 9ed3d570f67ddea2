"""The sequencer: committed entries take their places in the tree, and the server signs for them.

It works after the act, elsewhere: an index given with the act would let every writer wait for every
other. An entry that has none yet is recorded, and not yet witnessed.
"""

import logging
import os
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

from django.db import DatabaseError, IntegrityError, close_old_connections, connection, transaction

from equipoise.ledger import STUDY
from equipoise.ledger.note import LOG, Key, Note, key_of, signed
from equipoise.ledger.tree_head import TreeHead, origin_of
from equipoise.web import home, tree_store
from equipoise.web.access import chain
from equipoise.web.store import DatabaseLedger

__all__ = ["is_due", "keep_up", "log_key", "make_head", "origin", "sequence", "watch"]

_log = logging.getLogger(__name__)
BATCH = 500
HOUR = timedelta(hours=1)
LOOKS = 20  # seconds between looks for something to do
DRAWS = "allocation"


def sequence(*, thorough: bool = False) -> int:
    """Give every committed entry that has none the next index; returns how many."""
    count = 0
    while found := tree_store.waiting(BATCH, thorough and not count):
        if not _given(found):
            break  # another was first, and does the same
        count += len(found)
        if len(found) < BATCH:
            break
    return count


def _given(entries: list[tree_store.Waiting]) -> bool:
    """Whether these have the next indexes now; not when another gave them some meanwhile."""
    try:
        tree_store.add_leaves(entries, os.urandom(32 * len(entries)))
    except IntegrityError:
        return False
    return True


def make_head(now: datetime) -> Note | None:
    """Sign for all entries that have an index; None when a head does already."""
    size, name = tree_store.size(), origin()
    newest = tree_store.newest()
    if not size or not name or newest and newest.size == size:
        return None
    # Whoever has signed for the entries has signed for the days of the access log too.
    text = TreeHead(name, size, tree_store.root_now(size)).text + chain.head_line(now)
    note = Note(text, (signed(text, name, home.secret("head-key")),))
    try:
        tree_store.keep_head(size, note, now)
    except IntegrityError:
        return None  # another was first
    return note


def keep_up(now: datetime, *, thorough: bool = False) -> Note | None:
    """Bring the tree up to what is recorded, and sign for it; what a job calls by night."""
    found = tree_store.waiting(BATCH, thorough)
    if len(found) == BATCH:
        # Batch by batch, so that nobody who records has to wait for all of it.
        sequence(thorough=thorough)
        found = tree_store.waiting(BATCH)
    with transaction.atomic():
        if found:
            _given(found)
        return make_head(now)


def is_due(now: datetime) -> bool:
    """Whether a draw was recorded since the newest head, or anything an hour ago or longer."""
    if not origin():
        return False
    newest = tree_store.newest()
    if newest is None or _draws_left():
        return True
    return now - newest.at >= HOUR and bool(tree_store.waiting(1))


def _draws_left() -> bool:
    last = DatabaseLedger().head(DRAWS)
    return last is not None and tree_store.leaf_of(DRAWS, last.seq) is None


def origin() -> str:
    """The name of this trial's log; empty before the trial is open."""
    try:
        return origin_of(DatabaseLedger().entry(STUDY, 1).digest)
    except StopIteration:
        return ""


def log_key() -> Key | None:
    """The public key with which this server signs; None before the trial is open."""
    name = origin()
    return key_of(name, LOG, home.secret("head-key")) if name else None


def watch() -> None:
    """Keep up for as long as this process serves, beside its requests."""
    Thread(target=_watching, args=(Event(),), name="sequencer", daemon=True).start()


def _watching(stopped: Event) -> None:
    while not stopped.wait(LOOKS):
        close_old_connections()
        try:
            if is_due(now := datetime.now(UTC)):
                keep_up(now)
        except DatabaseError as error:
            _log.warning("the tree is not kept up for now: %s", error)
            connection.close()

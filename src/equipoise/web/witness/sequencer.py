"""The sequencer: committed entries take their places in the tree, and the server signs for them.

It works after the act, as a job: an index given with the act would let every writer wait for every
other. An entry that has none yet is recorded, and not yet witnessed.
"""

import os
from collections.abc import Iterator
from datetime import datetime

from equipoise.conduct.randomisation import Randomise
from equipoise.ledger import STUDY, Entry
from equipoise.ledger.note import LOG, Key, Note, key_of, signed
from equipoise.ledger.tree_head import TreeHead, origin_of
from equipoise.web import home, seen
from equipoise.web.access import chain
from equipoise.web.jobs.table import ToDo
from equipoise.web.store import DatabaseLedger
from equipoise.web.witness import tree_store

__all__ = ["DRAWN", "after", "keep_up", "log_key", "make_head", "origin"]

DRAWN = "heads.drawn"

BATCH = 500  # entries: they take some milliseconds, and whoever records on SQLite waits no longer


def after(entry: Entry, now: datetime) -> Iterator[ToDo]:
    """What a draw leaves to be done: the tree is brought up to it at once."""
    if entry.kind == Randomise.kind:
        yield ToDo(kind=DRAWN, key=str(entry.seq), due=now, payload={})


def keep_up(now: datetime, *, thorough: bool = False) -> Note | None:
    """Give every committed entry that has none the next index, and sign for all of them.

    However often and by however many it is called, an entry has one place. Whoever is killed in
    the middle leaves whole batches, and the next one goes on.

    :param thorough: look through the whole ledger, not only at its newest entries
    :returns: the new head; None when there was nothing to sign for
    """
    after = tree_store.before_waiting(thorough)
    while True:
        with tree_store.alone():
            found, root = tree_store.waiting(BATCH, after), None
            if found:
                root = tree_store.add_leaves(found, os.urandom(32 * len(found)))
            if len(found) < BATCH:
                seen.note_when_done()
                return make_head(now, root)
        after = found[-1][3]


def make_head(now: datetime, root: bytes | None = None) -> Note | None:
    """Sign for all entries that have an index; None when a head does already.

    :param root: the root over all of them, where it was worked out just now
    """
    with tree_store.alone():
        size, first = tree_store.unsigned()
        if not size or not first:
            return None
        # Whoever has signed for the entries has signed for the days of the access log too.
        name = origin_of(first)
        text = TreeHead(name, size, root or tree_store.root_now(size)).text + chain.head_line(now)
        note = Note(text, (signed(text, name, _head_key()),))
        tree_store.keep_head(size, note, now)
    return note


def origin() -> str:
    """The name of this trial's log; empty before the trial is open."""
    try:
        return origin_of(DatabaseLedger().entry(STUDY, 1).digest)
    except StopIteration:
        return ""


def log_key() -> Key | None:
    """The public key with which this server signs; None before the trial is open."""
    name = origin()
    return key_of(name, LOG, _head_key()) if name else None


def _head_key() -> bytes:
    return home.secret("head-key", lambda: tree_store.newest() is not None)

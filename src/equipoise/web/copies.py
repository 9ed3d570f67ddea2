"""That an installation goes on from a copy: noted in its database by the restore, or noticed.

What was recorded after the copy was made is on paper alone. The numbers that were given then must
not be given again, so the acts that give one wait until the trial office has said which were used,
or has shown the head of a witness who knew no more.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from equipoise.conduct.act import Copy
from equipoise.ledger import Head
from equipoise.web import seen
from equipoise.web.models import RestoredCopy
from equipoise.web.store import DatabaseLedger
from equipoise.web.witness import tree_store
from equipoise.web.witness.sequencer import origin

__all__ = ["EARLIER", "mark", "marked", "notice"]

EARLIER = (
    "the database is an earlier one than was seen here before: it was put back by other means than "
    "`equipoise restore`. No number is given and nothing is drawn until the trial office states, "
    "under People and sites, which numbers were given since"
)


def mark(heads: Mapping[str, Head], newest: str, made_at: str, leaves: int | None = None) -> None:
    """Note that what is here is a copy that goes so far and no further.

    :param leaves: how many leaves its tree is known to have had; those that are here when not told
    """
    study = heads.get("study")
    RestoredCopy.objects.create(
        restored_at=datetime.now(UTC),
        made_at=made_at,
        newest=newest,
        study_seq=study.seq if study else 0,
        leaves=tree_store.size() if leaves is None else leaves,
    )


def marked() -> Copy | None:
    """The copy that this installation was last made of; None when it was never restored."""
    row = RestoredCopy.objects.order_by("id").last()
    if row is None:
        return None
    here = tree_store.size()
    return Copy(
        ends=datetime.fromisoformat(row.newest or row.made_at),
        study_seq=row.study_seq,
        made_at=datetime.fromisoformat(row.made_at),
        put_back_at=row.restored_at,
        origin=origin(),
        known=here if row.leaves is None else row.leaves,
        leaves=here,
        root_of=tree_store.root_now,
    )


def notice() -> bool:
    """Mark a database that is older than what was seen of it here; whether it is.

    Somebody put back an earlier one by other means: a dump, a file, a standby.
    """
    if (before := seen.ahead()) is None:
        return False
    ledger = DatabaseLedger()
    newest = ledger.newest()
    mark(ledger.heads(), newest, newest, max(before.leaves, tree_store.size() + 1))
    seen.note(anew=True)
    return True

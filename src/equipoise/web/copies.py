"""That an installation was made of a copy: noted in its database by the restore.

What was recorded after the copy was made is on paper alone. The numbers that were given then must
not be given again, so the acts that give one wait until the trial office has said which were used.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from equipoise.conduct.act import Copy
from equipoise.ledger import Head
from equipoise.web.models import RestoredCopy

__all__ = ["mark", "marked"]


def mark(heads: Mapping[str, Head], newest: str, made_at: str) -> None:
    """Note that what is here is a copy that goes so far and no further."""
    study = heads.get("study")
    RestoredCopy.objects.create(
        restored_at=datetime.now(UTC),
        made_at=made_at,
        newest=newest,
        study_seq=study.seq if study else 0,
    )


def marked() -> Copy | None:
    """The copy that this installation was last made of; None when it was never restored."""
    row = RestoredCopy.objects.order_by("id").last()
    if row is None:
        return None
    return Copy(ends=datetime.fromisoformat(row.newest or row.made_at), study_seq=row.study_seq)

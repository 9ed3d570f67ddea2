"""A data cut: what was recorded by a moment, and how many entries these are.

What happened earlier and is recorded later is not in it. Entries are only ever added, so for one
moment as many entries are the same entries.
"""

from collections import deque
from datetime import UTC, datetime
from typing import Any

from equipoise.conduct.order import by_then
from equipoise.ledger import Ledger

__all__ = ["entries_by", "heads_by", "moment"]


def heads_by(ledger: Ledger, until: str) -> dict[str, list[Any]]:
    """The last entry of every stream by a moment, as number and digest; by now if none is told."""
    heads: dict[str, list[Any]] = {}
    for stream in ledger.heads():
        seen = deque(by_then(ledger.entries(stream), until), maxlen=1)
        if seen:
            heads[stream] = [seen[0].seq, seen[0].digest]
    return heads


def entries_by(ledger: Ledger, until: str) -> int:
    """How many entries were recorded by a moment; it tells nothing of what they say."""
    return sum(seq for seq, _ in heads_by(ledger, until).values())


def moment(at: datetime) -> str:
    """A moment as the ledger writes it: UTC, with microseconds.

    :raises ValueError: when the moment has no time zone
    """
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone; add one, such as +00:00")
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"

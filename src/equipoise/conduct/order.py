"""In which order the entries of several streams are applied to one subject, and what was by then.

A subject's own stream is one line. An entry of another stream that names the subject stands behind
as many of the subject's own entries as it says (`after`); of two that stand at one place the one
recorded first is first. So the order follows from the entries alone, whoever folds them and when.
"""

from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from itertools import takewhile

from equipoise.ledger import Entry

__all__ = ["by_then", "elsewhere_in_order", "is_overtaken", "merged"]


def by_then(entries: Iterable[Entry], until: str) -> Iterator[Entry]:
    """The entries of a stream up to the first that was recorded later; all if no moment is told."""
    return takewhile(lambda entry: entry.at <= until, entries) if until else iter(entries)


def elsewhere_in_order(concerning: Iterable[Entry], until: str, own: int) -> list[Entry]:
    """The entries of other streams that name a subject, in the order in which they are applied.

    :param own: how many of the subject's own entries are known; what came after more than those
        waits for them
    """
    streams: dict[str, list[Entry]] = {}
    for entry in concerning:
        streams.setdefault(entry.stream, []).append(entry)
    lines = (
        [e for e in by_then(sorted(those, key=_seq), until) if e.after <= own]
        for _, those in sorted(streams.items())
    )
    return list(merge(*lines, key=lambda entry: (entry.after, entry.at)))


def is_overtaken(elsewhere: list[Entry], applied: Mapping[str, int], own: int) -> bool:
    """Whether an entry that is new belongs before something that was applied already.

    :param applied: how far each of the other streams was applied
    :param own: how many of the subject's own entries were applied
    """
    new = [entry.seq > applied.get(entry.stream, 0) for entry in elsewhere]
    behind = any(is_new and e.after < own for e, is_new in zip(elsewhere, new, strict=True))
    return behind or new != sorted(new)


def merged(own: Iterable[Entry], elsewhere: Iterable[Entry]) -> Iterator[Entry]:
    """The subject's own entries, each followed by those elsewhere that were made after it."""
    waiting = list(elsewhere)[::-1]
    for entry in own:
        while waiting and waiting[-1].after < entry.seq:
            yield waiting.pop()
        yield entry
    yield from reversed(waiting)


def _seq(entry: Entry) -> int:
    return entry.seq

"""What a witness may hold of the tree: every hash, and the entries of its holder's participants.

Others' entries leave as hashes alone. One that the holder may read but that would betray a sealed
vote comes without its digests now, and letter by letter when the question is closed.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from equipoise.conduct.witnesses import AdoptPolicy
from equipoise.ledger import STUDY, Entry
from equipoise.ledger.line import line_of
from equipoise.web import write_service
from equipoise.web.sealed import visible_entries, withheld
from equipoise.web.viewer import Viewer
from equipoise.web.witness import tree_store

__all__ = ["MOST", "copy_of"]

MOST = 1000  # leaves of one answer
ALLOCATION = "allocation"


def copy_of(viewer: Viewer, indexes: Iterable[int]) -> list[dict[str, Any]]:
    """These leaves as the viewer may hold them, in the order of their indexes."""
    given = _Given(viewer)
    return [
        {"index": leaf.index, "hash": value.hex(), **given.of(entry, leaf.random)}
        for leaf, value, entry in tree_store.leaves_at(indexes)
    ]


class _Given:
    """Which entries one viewer may have, found out once for each participant."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.known: dict[str, dict[tuple[str, int], dict[str, Any]]] = {}

    def of(self, entry: Entry, random: bytes) -> dict[str, Any]:
        """What is said of one entry beside its hash; nothing where it is not the viewer's."""
        concerned = entry.subject if entry.stream in (STUDY, ALLOCATION) else entry.stream
        if concerned:
            answer = self._participant(concerned).get((entry.stream, entry.seq))
        else:
            open_to = self.viewer.sees_whole_audit or entry.kind == AdoptPolicy.kind
            answer = {"entry": msgspec.Raw(line_of(entry).encode())} if open_to else None
        if answer is None:
            return {}
        return {**answer, "random": random.hex()} if "entry" in answer else answer

    def _participant(self, subject_id: str) -> dict[tuple[str, int], dict[str, Any]]:
        if subject_id not in self.known:
            self.known[subject_id] = dict(self._entries(subject_id))
        return self.known[subject_id]

    def _entries(self, subject_id: str) -> Iterator[tuple[tuple[str, int], dict[str, Any]]]:
        subject = write_service.folds().subject(subject_id)
        if not self.viewer.may_see_subject(subject):
            return
        ledger = write_service.LEDGER
        entries: list[Entry] = [*ledger.entries(subject_id), *ledger.concerning(subject_id)]
        kept_back = withheld(self.viewer, subject, entries)
        visible = visible_entries(self.viewer, subject, entries)
        for entry, answer in zip(entries, visible, strict=True):
            place = entry.stream, entry.seq
            if place in kept_back:
                yield place, {"shown": {**answer, "digest": None, "previous": None}}
            else:
                yield place, {"entry": msgspec.Raw(line_of(entry).encode())}

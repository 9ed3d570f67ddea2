"""The newest head of the ledger as it stands on pages and on paper: in words, and as a QR code."""

from dataclasses import dataclass
from datetime import datetime

from equipoise.ledger.head_words import rows_of
from equipoise.ledger.note import read_note
from equipoise.ledger.tree_head import TreeHead, read_tree_head
from equipoise.web.witness import tree_store
from equipoise.web.witness.qr import QrCode, drawn

__all__ = ["SignedHead", "newest", "signed_head"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedHead:
    """One head."""

    head: TreeHead
    at: datetime
    note: str
    """With the server's signature alone, so that it stays small."""

    @property
    def size(self) -> int:
        """How many entries it knows."""
        return self.head.size

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """Its words."""
        return rows_of(self.head)

    @property
    def code(self) -> QrCode:
        """The whole note, for a telephone's camera."""
        return drawn(self.note)

    def has(self, stream: str, seq: int) -> bool:
        """Whether an entry is among those that it knows."""
        leaf = tree_store.leaf_of(stream, seq)
        return leaf is not None and leaf.index < self.size


def newest() -> SignedHead | None:
    """The newest head; None before there is one."""
    row = tree_store.newest()
    return signed_head(row.note, row.at) if row else None


def signed_head(note: str, at: datetime) -> SignedHead:
    """A head as the server signed it at a moment."""
    return SignedHead(head=read_tree_head(read_note(note).text), at=at, note=note)

"""What did happen: entries, the chain of digests, and the stores that keep them."""

from equipoise.ledger.canonical import START, NotCanonical, canonical, digest_of, is_canonical
from equipoise.ledger.entry import Entry, Head, digest_now, follow
from equipoise.ledger.memory import MemoryLedger
from equipoise.ledger.store import BrokenChain, Ledger, Overtaken, check_next

__all__ = [
    "START",
    "BrokenChain",
    "Entry",
    "Head",
    "Ledger",
    "MemoryLedger",
    "NotCanonical",
    "Overtaken",
    "canonical",
    "check_next",
    "digest_now",
    "digest_of",
    "follow",
    "is_canonical",
]

"""What did happen: entries, the chain of digests, and the stores that keep them."""

from equipoise.ledger.canonical import START, NotCanonical, canonical, digest_of, is_canonical
from equipoise.ledger.checkpoint import CHECKPOINT, STUDY, checkpoint_payload
from equipoise.ledger.entry import Entry, Head, digest_now, follow
from equipoise.ledger.export import heads_text, read_export, read_heads, write_export
from equipoise.ledger.file import FileLedger
from equipoise.ledger.line import Unreadable
from equipoise.ledger.memory import MemoryLedger
from equipoise.ledger.redaction import (
    TOMBSTONE,
    is_redaction,
    is_tombstone,
    redactions,
    stated,
    tombstone_of,
)
from equipoise.ledger.store import (
    EVERYTHING,
    BrokenChain,
    EntrySource,
    Ledger,
    Overtaken,
    check_next,
)
from equipoise.ledger.verify import CODES, Fault, verify, verify_export

__all__ = [
    "CHECKPOINT",
    "CODES",
    "EVERYTHING",
    "START",
    "STUDY",
    "TOMBSTONE",
    "BrokenChain",
    "Entry",
    "Fault",
    "FileLedger",
    "Head",
    "Ledger",
    "MemoryLedger",
    "NotCanonical",
    "Overtaken",
    "EntrySource",
    "Unreadable",
    "canonical",
    "check_next",
    "checkpoint_payload",
    "digest_now",
    "digest_of",
    "follow",
    "heads_text",
    "is_canonical",
    "is_redaction",
    "is_tombstone",
    "read_export",
    "read_heads",
    "redactions",
    "stated",
    "tombstone_of",
    "verify",
    "verify_export",
    "write_export",
]

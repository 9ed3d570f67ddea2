"""Small trees to try things on: planted over a ledger, signed, and written beside its export."""

from hashlib import sha256
from pathlib import Path

from equipoise.ledger import Entry
from equipoise.ledger.note import LOG, WITNESS, Key, Note, cosigned, key_of, signed
from equipoise.ledger.policy import Policy
from equipoise.ledger.tree_file import Leaf, Tree
from equipoise.ledger.tree_head import TreeHead, origin_of
from equipoise.ledger.tree_roots import hashes_of, roots_of

SERVER = b"s" * 32
NOON = 1_772_366_400  # 2026-03-01T12:00:00Z


def secret_of(name: str) -> bytes:
    return sha256(name.encode()).digest()


def witness(name: str) -> Key:
    return key_of(f"{name}.example", WITNESS, secret_of(name))


def policy_of(entries: list[Entry], names: list[str], quorum: int) -> Policy:
    log = key_of(origin(entries), LOG, SERVER)
    return Policy(log=log, witnesses={name: witness(name) for name in names}, quorum=quorum)


def origin(entries: list[Entry]) -> str:
    return origin_of(next(e.digest for e in entries if (e.stream, e.seq) == ("study", 1)))


def recorded(ledger) -> list[Entry]:
    """The entries in the order of recording."""
    return list(ledger._order)


def head_note(entries: list[Entry], leaves: list[Leaf], size: int, cosigners=(), at=NOON) -> Note:
    """The head of the first `size` leaves, signed by the server and these witnesses."""
    digests = {(entry.stream, entry.seq): entry.digest for entry in entries}
    root = roots_of(hashes_of(leaves, digests), {size})[size]
    text = TreeHead(origin(entries), size, root).text
    note = Note(text, (signed(text, origin(entries), SERVER),))
    return note.also(*(cosigned(text, f"{n}.example", secret_of(n), at) for n in cosigners))


def planted(entries: list[Entry], sizes=(), cosigners=(), luck: str = "") -> Tree:
    """A tree over these entries in this order, with heads of these sizes."""
    leaves = [
        Leaf(index, sha256(f"{luck}{entry.digest}".encode()).digest(), entry.stream, entry.seq)
        for index, entry in enumerate(entries)
    ]
    notes = {f"{n:012}": head_note(entries, leaves, n, cosigners).written for n in sizes}
    return Tree(leaves, notes, key_of(origin(entries), LOG, SERVER))


def beside(path: Path, name: str) -> Path:
    return path.with_suffix(name)

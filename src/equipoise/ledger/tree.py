"""A Merkle tree over all entries (RFC 6962): short proofs that an entry, or a whole past, is in it.

Entries stand in it by index: 0, 1, 2 … A leaf is the hash of 32 random bytes and the entry's
digest, so that the hashes beside it in a proof tell nothing of an entry that is sealed: whoever
lacks the random bytes can try no guess. `tools/verify_ledger.py` reads it in code of its own.

What is kept is the hash of every complete subtree: `(level, number)` is the one over the leaves
`number * 2**level` up to the next. It never changes, however the tree grows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

__all__ = [
    "EMPTY",
    "Node",
    "Span",
    "complete",
    "consistency_proof",
    "consistency_spans",
    "fits",
    "grown",
    "inclusion_proof",
    "inclusion_spans",
    "leaf_hash",
    "needed",
    "node_hash",
    "root",
    "root_by",
]

Node = tuple[int, int]
"""A complete subtree: its level, and its number among those of that level."""
Span = tuple[int, int]
"""Leaves from one index up to another, the latter not included."""

EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(content: bytes) -> bytes:
    """The hash of a leaf: here of 32 random bytes and the 32 bytes of an entry's digest."""
    return sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


# Growing


def complete(start: int, end: int) -> list[Node]:
    """The complete subtrees that together are the leaves from `start` up to `end`, in order.

    `start` is a multiple of the largest power of two that is not above `end - start`.
    """
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def grown(
    size: int, leaves: Iterable[bytes], edge: Mapping[Node, bytes]
) -> Iterator[tuple[Node, bytes]]:
    """Every subtree that becomes complete when these leaves are added to a tree of `size`.

    :param edge: the hashes of `complete(0, size)`
    """
    known = dict(edge)
    for index, leaf in enumerate(leaves, size):
        node, value = (0, index), leaf
        yield node, value
        while node[1] % 2:
            value = node_hash(known.pop((node[0], node[1] - 1)), value)
            node = node[0] + 1, node[1] // 2
            yield node, value
        known[node] = value


# Asking


def root(size: int, nodes: Mapping[Node, bytes]) -> bytes:
    """The root of the first `size` leaves; `nodes` holds those of `needed([(0, size)])`."""
    return _of_span((0, size), nodes)


def needed(spans: Iterable[Span]) -> set[Node]:
    """The complete subtrees from which the hashes of these spans follow."""
    return {node for start, end in spans for node in complete(start, end)}


def inclusion_spans(index: int, size: int) -> list[Span]:
    """The spans whose hashes prove that a leaf is in a tree, from its sibling up (§2.1.1)."""
    return [] if size == 0 else list(_beside(index, 0, size))


def consistency_spans(old: int, size: int) -> list[Span]:
    """The spans whose hashes prove that a tree grew from its first `old` leaves (§2.1.2)."""
    return list(_grew(old, 0, size, True)) if 0 < old < size else []


def inclusion_proof(index: int, size: int, nodes: Mapping[Node, bytes]) -> list[bytes]:
    """The hashes of `inclusion_spans`."""
    return [_of_span(span, nodes) for span in inclusion_spans(index, size)]


def consistency_proof(old: int, size: int, nodes: Mapping[Node, bytes]) -> list[bytes]:
    """The hashes of `consistency_spans`."""
    return [_of_span(span, nodes) for span in consistency_spans(old, size)]


def _split(start: int, end: int) -> int:
    """Where a tree of these leaves divides: the largest power of two below their number."""
    return start + (1 << ((end - start - 1).bit_length() - 1))


def _beside(index: int, start: int, end: int) -> Iterator[Span]:
    if end - start == 1:
        return
    middle = _split(start, end)
    if index < middle:
        yield from _beside(index, start, middle)
        yield middle, end
    else:
        yield from _beside(index, middle, end)
        yield start, middle


def _grew(old: int, start: int, end: int, whole: bool) -> Iterator[Span]:
    if old == end:
        if not whole:
            yield start, end
        return
    middle = _split(start, end)
    if old <= middle:
        yield from _grew(old, start, middle, whole)
        yield middle, end
    else:
        yield from _grew(old, middle, end, False)
        yield start, middle


def _of_span(span: Span, nodes: Mapping[Node, bytes]) -> bytes:
    parts = [nodes[node] for node in complete(*span)]
    if not parts:
        return EMPTY
    value = parts.pop()
    while parts:
        value = node_hash(parts.pop(), value)
    return value


# Checking


def root_by(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes | None:
    """The root that a proof of inclusion leads to; None when it can lead to none."""
    spans = inclusion_spans(index, size) if 0 <= index < size else []
    if not 0 <= index < size or len(spans) != len(proof):
        return None
    value = leaf
    for (start, _), other in zip(spans, proof, strict=True):
        value = node_hash(value, other) if start > index else node_hash(other, value)
    return value


def fits(old: int, size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of `new_root` begins with the one of `old_root`."""
    if old == 0 or old == size:
        return not proof and old_root == (new_root if old else EMPTY)
    spans = consistency_spans(old, size)
    if not spans or len(spans) != len(proof):
        return False
    steps = list(zip(spans, proof, strict=True))
    # An old tree that is a complete subtree of the new one is not told again.
    first = steps.pop(0)[1] if spans[0][1] == old else old_root
    before = after = first
    for (start, _), other in steps:
        if start < old:
            before = node_hash(other, before)
        after = node_hash(after, other) if start >= old else node_hash(other, after)
    return before == old_root and after == new_root

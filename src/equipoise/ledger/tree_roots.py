"""The roots of the first so many leaves, made anew from the entries in one pass."""

from collections.abc import Container, Iterable, Iterator, Mapping

from equipoise.ledger.tree import EMPTY, leaf_hash, node_hash
from equipoise.ledger.tree_file import Leaf

__all__ = ["each_root", "hashes_of", "roots_of"]


def roots_of(leaves: Iterable[bytes], sizes: Container[int]) -> dict[int, bytes]:
    """The roots of the trees of these sizes."""
    return {0: EMPTY, **dict(each_root(leaves, sizes))}


def each_root(leaves: Iterable[bytes], sizes: Container[int]) -> Iterator[tuple[int, bytes]]:
    """The same one by one, each with its size, the smallest first."""
    edge = list[tuple[int, bytes]]()
    for size, leaf in enumerate(leaves, 1):
        level, value = 0, leaf
        while edge and edge[-1][0] == level:
            level, value = level + 1, node_hash(edge.pop()[1], value)
        edge.append((level, value))
        if size in sizes:
            value = edge[-1][1]
            for _, left in reversed(edge[:-1]):
                value = node_hash(left, value)
            yield size, value


def hashes_of(leaves: list[Leaf], digests: Mapping[tuple[str, int], str]) -> Iterator[bytes]:
    """The hash of each leaf, by the digest that its entry has now."""
    for leaf in leaves:
        digest = digests.get((leaf.stream, leaf.seq), "")
        try:
            yield leaf_hash(leaf.random + bytes.fromhex(digest))
        except ValueError:
            yield leaf_hash(leaf.random + digest.encode("utf-8", "replace"))

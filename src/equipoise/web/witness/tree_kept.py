"""The installation's tree as it is exported and verified."""

from collections.abc import Iterable

from equipoise.ledger import Entry, Fault
from equipoise.ledger.tree import grown
from equipoise.ledger.tree_file import Tree
from equipoise.ledger.tree_roots import hashes_of
from equipoise.web.witness import sequencer, tree_store

__all__ = ["faults_of_nodes", "tree_now"]


def tree_now() -> Tree:
    """The leaves and heads as they stand. Read it before the entries, which may be more since."""
    heads = {f"{size:012}": text for size, text in tree_store.head_texts().items()}
    return Tree([leaf for leaf, _ in tree_store.leaves()], heads, sequencer.log_key())


def faults_of_nodes(entries: Iterable[Entry]) -> list[Fault]:
    """Every kept hash that is not what follows from the entries; proofs are made of these."""
    digests = {(entry.stream, entry.seq): entry.digest for entry in entries}
    kept = tree_store.leaves()
    hashes = hashes_of([leaf for leaf, _ in kept], digests)
    found = []
    expected = dict(grown(0, hashes, {}))
    known = {(0, leaf.index): value for leaf, value in kept} | tree_store.all_nodes()
    for level, number in sorted({*expected, *known}):
        if expected.get((level, number)) != known.get((level, number)):
            message = f"the hash of level {level} kept here is not what follows from the entries"
            found.append(Fault("tree", number << level, "tree-node", message))
    return found

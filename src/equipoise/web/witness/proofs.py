"""The proof of one entry: that it stands in the tree, under the head that most witnesses signed."""

from dataclasses import dataclass

from equipoise.ledger import Entry
from equipoise.ledger.proof import entry_text, proof_text
from equipoise.ledger.tree import inclusion_proof, inclusion_spans, needed
from equipoise.ledger.tree_head import read_tree_head
from equipoise.web.witness import tree_store

__all__ = ["Proof", "proof_of"]


@dataclass(frozen=True, slots=True)
class Proof:
    """The two texts that belong together, and a name for their files."""

    name: str
    proof: str
    entry: str

    @property
    def files(self) -> dict[str, str]:
        """What is given, by file name."""
        return {f"{self.name}.tlog-proof": self.proof, f"{self.name}.json": self.entry}


def proof_of(entry: Entry) -> Proof | None:
    """The proof of an entry; None while no head knows it."""
    leaf = tree_store.leaf_of(entry.stream, entry.seq)
    head = tree_store.best_head(leaf.index) if leaf else None
    if leaf is None or head is None:
        return None
    size = read_tree_head(head.text).size
    nodes = tree_store.nodes(needed(inclusion_spans(leaf.index, size)))
    proof = proof_text(leaf.index, inclusion_proof(leaf.index, size, nodes), head)
    safe = "".join(c if c.isalnum() or c in "-." else "-" for c in entry.stream)
    return Proof(f"{safe}-{entry.seq}", proof, entry_text(entry, leaf.random))

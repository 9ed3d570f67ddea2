"""What a rule needs to be answered: the facts that someone must record."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.logic import tree
from equipoise.logic.facts import Vocabulary
from equipoise.logic.lookup import TODAY


def facts_needed(node: tree.Node, vocabulary: Vocabulary | None = None) -> frozenset[str]:
    """The names of the facts a rule rests on.

    With a vocabulary: those it declares, derived items together with what they are derived from.
    Without one: every name in the rule that is not the anchor of a window; columns of lists and
    anchors that stand as a date cannot be told apart then.
    """
    if vocabulary is None:
        return frozenset(name for name in _names(node, frozenset()) if name != TODAY)
    found: set[str] = set()
    waiting = [node]
    while waiting:
        part = waiting.pop()
        for name in {*_names(part, frozenset(), vocabulary), *_window_anchors(part)}:
            if name in vocabulary and name not in found:
                found.add(name)
                formula = vocabulary[name].formula
                waiting.extend([formula] if formula is not None else [])
    return frozenset(found)


def circular(vocabulary: Vocabulary) -> list[str]:
    """The derived items that are derived from themselves, and so can never be known."""
    return [
        name
        for name, fact in vocabulary.items()
        if fact.formula is not None and name in facts_needed(fact.formula, vocabulary)
    ]


def _window_anchors(node: tree.Node) -> set[str]:
    return {part.anchor for part in tree.walk(node) if isinstance(part, tree.Window)}


def _names(
    node: tree.Node, columns: frozenset[str], vocabulary: Vocabulary | None = None
) -> Iterator[str]:
    """Every name that is not a column of the list whose rows it speaks of."""
    if isinstance(node, tree.Name) and node.name not in columns:
        yield node.name
    if isinstance(node, tree.Rows | tree.Gathered):
        yield node.name
        fact = vocabulary.get(node.name) if vocabulary else None
        columns = columns | frozenset(fact.columns) if fact else columns
    for child in tree.children(node):
        yield from _names(child, columns, vocabulary)

"""Whether two heads fit, that is whether one and the same trial was shown to both who hold them."""

from pathlib import Path

from equipoise.cli.witness.folder import head_in, lines_of
from equipoise.cli.witness.pull import root_of
from equipoise.ledger.head_words import SpokenHead, found_in, how_far, read_words
from equipoise.ledger.tree_head import TreeHead
from equipoise.ledger.tree_roots import each_root

__all__ = ["compare", "compare_words"]

FIT, SPLIT, UNKNOWN = 0, 1, 2


def compare(one: Path, other: Path) -> tuple[int, str]:
    """The exit code and a sentence: they fit, they do not, or it cannot be told from these."""
    found = [(path, head) for path in (one, other) if (head := head_in(path))]
    if len(found) < 2:
        return UNKNOWN, "there is no head in one of these"
    (small, (_, old)), (large, (_, new)) = sorted(found, key=lambda pair: pair[1][1].size)
    if old.origin != new.origin:
        return SPLIT, f"they are of two logs: {old.origin} and {new.origin}"
    root = new.root
    if old.size < new.size:
        copy = large / "leaves.jsonl"
        if not copy.exists():
            return UNKNOWN, (
                f"{small} knows {old.size} entries and {large} {new.size}: only a witness's folder "
                "for the latter, or an export, can show whether they fit"
            )
        root = root_of(list(lines_of(copy)), old.size)
    if root != old.root:
        return SPLIT, (
            f"{small} and {large} DO NOT FIT: of the first {old.size} entries two views were "
            "shown, and the server signed both; keep the two files"
        )
    return FIT, f"they fit: the first {old.size} entries are the same for both"


def compare_words(one: Path, words: str) -> tuple[int, str]:
    """The same of words that someone reads aloud, and the copy or the head that one has."""
    given, found = read_words(words), head_in(one)
    if found is None:
        return UNKNOWN, f"there is no head in {one}"
    head, copy = found[1], one / "leaves.jsonl"
    its = head if given.are_of(head) else _among(given, head, copy)
    if its is not None and given.size not in (None, its.size):
        return UNKNOWN, (
            f"these are the words of the first {its.size} entries, and {given.size} were named: "
            "one of the two was misheard or mistyped; ask for both again"
        )
    if its is None and (given.size or 0) > head.size:
        return UNKNOWN, f"{one} knows {head.size} entries and no more: pull first"
    if its is None and not copy.exists():
        return UNKNOWN, f"these are not the words of {one}, which has one head and no copy"
    if its is None:
        return SPLIT, f"these words are of no head that {one} has seen: ask whose they are"
    return FIT, ". ".join(
        filter(None, ("they fit: the words are those of your copy", how_far(given)))
    )


def _among(given: SpokenHead, head: TreeHead, copy: Path) -> TreeHead | None:
    """The earlier head that has these words, by the copy: the one that was named, or another."""
    every = range(head.size + 1)
    for sizes in ({given.size or 0}, every) if copy.exists() else ():
        leaves = (bytes.fromhex(leaf["hash"]) for leaf in lines_of(copy))
        if found := found_in(given, head.origin, each_root(leaves, sizes)):
            return found
    return None

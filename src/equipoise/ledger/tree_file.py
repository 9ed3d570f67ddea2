"""The tree beside an exported ledger: which entry stands at which index, and the heads.

`ledger.jsonl` has two companions: `ledger.tree`, a line a leaf (index, random bytes, number and
stream of its entry), and the folder `ledger.heads`, a signed note a file, and the log's key.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from equipoise.ledger.line import Unreadable
from equipoise.ledger.note import Key, read_key

__all__ = ["Leaf", "Tree", "heads_folder", "line_of_leaf", "read_tree", "tree_path", "write_tree"]

KEY_FILE = "log.vkey"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf: the random bytes that hide its entry, and which entry that is."""

    index: int
    random: bytes
    stream: str
    seq: int


@dataclass(frozen=True, slots=True)
class Tree:
    """What is kept of the tree: its leaves, its heads as notes by name, and the log's key."""

    leaves: list[Leaf] = field(default_factory=list)
    heads: dict[str, str] = field(default_factory=dict)
    key: Key | None = None


def tree_path(ledger: Path) -> Path:
    """Where the leaves of an exported ledger stand."""
    return ledger.with_suffix(".tree")


def heads_folder(ledger: Path) -> Path:
    """Where the heads of an exported ledger stand."""
    return ledger.with_suffix(".heads")


def line_of_leaf(leaf: Leaf) -> str:
    """The line of a leaf, without its line end."""
    return f"{leaf.index} {leaf.random.hex()} {leaf.seq} {leaf.stream}"


def write_tree(ledger: Path, tree: Tree) -> None:
    """Write the companions of an exported ledger; heads of an earlier export there go."""
    folder = heads_folder(ledger)
    folder.mkdir(exist_ok=True)
    notes = {f"{name}.note": text for name, text in tree.heads.items()}
    if tree.key:
        notes[KEY_FILE] = f"{tree.key.vkey}\n"
    for file in folder.iterdir():
        if file.name not in notes and file.suffix in (".note", ".vkey"):
            file.unlink()
    for name, text in notes.items():
        (folder / name).write_text(text, encoding="utf-8")
    text = "".join(f"{line_of_leaf(leaf)}\n" for leaf in tree.leaves)
    _write_private(tree_path(ledger), text)


def _write_private(path: Path, text: str) -> None:
    """Whole or not at all, for its owner alone: with its random bytes a leaf can be guessed at."""
    passing = path.with_name(f"{path.name}.{os.getpid()}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(passing, flags, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        passing.replace(path)
    finally:
        passing.unlink(missing_ok=True)


def read_tree(ledger: Path) -> Tree | None:
    """The companions of an exported ledger; None when it has none, as those of before.

    Raises Unreadable with the file and line for what is no leaf.
    """
    path, folder = tree_path(ledger), heads_folder(ledger)
    if not path.exists() and not folder.exists():
        return None
    leaves = list(_leaves(path)) if path.exists() else []
    notes = sorted(folder.glob("*.note")) if folder.exists() else []
    heads = {note.stem: note.read_text(encoding="utf-8") for note in notes}
    told = folder / KEY_FILE
    return Tree(leaves, heads, read_key(told.read_text("utf-8")) if told.exists() else None)


def _leaves(path: Path) -> Iterator[Leaf]:
    for number, line in enumerate(_lines(path), 1):
        words = line.split(" ", 3)
        try:
            index, seq, random = int(words[0]), int(words[2]), bytes.fromhex(words[1])
            leaf = Leaf(index, random, words[3], seq)
        except (ValueError, IndexError):
            raise Unreadable(f"{path}:{number}: this is no leaf of a tree") from None
        if line_of_leaf(leaf) != line or len(random) != 32:
            raise Unreadable(f"{path}:{number}: this is no leaf of a tree")
        yield leaf


def _lines(path: Path) -> Iterable[str]:
    # A stream's name may hold what Python would take for the end of a line.
    return path.read_bytes().decode("utf-8").removesuffix("\n").split("\n") if _size(path) else ()


def _size(path: Path) -> int:
    return path.stat().st_size

"""A tree head: how many entries there were, and the root over all of them (C2SP tlog-checkpoint).

It is a text of a few lines that fits on a letter. Whoever holds one with its signature can show
later that the trial's server had then signed for exactly these entries, in this order.
"""

from base64 import b64encode
from binascii import Error as NotBase64
from binascii import a2b_base64
from dataclasses import dataclass

from equipoise.ledger.line import Unreadable

__all__ = ["TreeHead", "origin_of", "read_tree_head"]


@dataclass(frozen=True, slots=True)
class TreeHead:
    """The first `size` entries of the log called `origin`, by the root of their tree."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def read_tree_head(text: str) -> TreeHead:
    """The head that the text of a note says; further lines are passed over. Raises Unreadable."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise Unreadable("a tree head has three lines: origin, size and root")
    origin, size, root = lines[:3]
    try:
        value = a2b_base64(root, strict_mode=True)
    except (NotBase64, ValueError):
        value = b""
    whole = size.isascii() and size.isdecimal() and len(size) < 16 and str(int(size)) == size
    if not whole or len(value) != 32:
        raise Unreadable(f"this is no size and root of a tree: {size[:20]!r}, {root[:60]!r}")
    return TreeHead(origin, int(size), value)


def origin_of(first: str) -> str:
    """The name of a trial's log: by the digest of the first entry of the stream `study`."""
    return f"equipoise/{first[:24]}"

"""A tree head as 24 common words, which two people can compare by eye or by telephone.

The words are those of BIP-39 (its English list of 2048): the SHA-256 of the head's three lines,
origin, size and root, and a checksum of eight bits, 11 bits a word. Whoever compares only the first
few compares so many bits less: 6 words tell any two heads apart that differ by accident; 12 hold
against whoever rewrites the ledger after the words were given; and all of them against whoever had
prepared two ledgers beforehand, to show one here and the other there.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from equipoise.ledger.line import Unreadable
from equipoise.ledger.tree_head import TreeHead

__all__ = ["SpokenHead", "encoded", "found_in", "how_far", "read_words", "rows_of", "words_of"]

ALL, FEWEST, LATER = 24, 6, 12
"""How many there are, how many one must at least give, and how many hold against a rewriting."""
BITS = 11


@dataclass(frozen=True, slots=True)
class SpokenHead:
    """The first words of a head, as someone else has them, and how many entries it knows."""

    words: tuple[str, ...]
    size: int | None = None

    def are_of(self, head: TreeHead) -> bool:
        """Whether these are the head's first words."""
        return words_of(head)[: len(self.words)] == self.words


def words_of(head: TreeHead) -> tuple[str, ...]:
    """The words of a head: they follow from its origin, size and root alone."""
    return encoded(sha256(head.text.encode()).digest())


def rows_of(head: TreeHead) -> tuple[tuple[str, ...], ...]:
    """The same in four rows of six: the first is enough against an accident."""
    words = words_of(head)
    return tuple(words[at : at + FEWEST] for at in range(0, ALL, FEWEST))


def encoded(digest: bytes) -> tuple[str, ...]:
    """32 bytes, and their checksum, as words (BIP-39)."""
    number = int.from_bytes(digest + sha256(digest).digest()[:1], "big")
    listed = _listed()
    return tuple(listed[number >> BITS * n & 2**BITS - 1] for n in reversed(range(ALL)))


def read_words(text: str) -> SpokenHead:
    """The words that a text says, after the number of entries if it gives one; or Unreadable.

    Capitals and whatever stands between the words do not count.
    """
    number, said = re.fullmatch(r"\s*([0-9]{1,15}\b)?(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    words = tuple(re.findall(r"[^\W_]+", said.lower()))
    known = set(_listed())
    if strange := next((word for word in words if word not in known), None):
        raise Unreadable(f"{strange[:20]!r} is none of the words that heads are said in")
    if not FEWEST <= len(words) <= ALL:
        raise Unreadable(f"a head is said in {ALL} words, at least {FEWEST}: here are {len(words)}")
    if len(words) == ALL and encoded(_decoded(words)) != words:
        raise Unreadable("these words do not fit each other: one is misheard or mistyped")
    return SpokenHead(words, int(number) if number else None)


def found_in(told: SpokenHead, origin: str, roots: Iterable[tuple[int, bytes]]) -> TreeHead | None:
    """The head of this log that has these words; None when none of these roots has."""
    heads = (TreeHead(origin, size, root) for size, root in roots)
    return next((head for head in heads if told.are_of(head)), None)


def how_far(told: SpokenHead) -> str:
    """What the comparison of fewer words than all leaves open; empty when all were compared."""
    count = len(told.words)
    if count == ALL:
        return ""
    against = "an accident" if count < LATER else "whoever rewrites later"
    return f"only {count} of {ALL} words were compared: enough against {against}, and no more"


def _decoded(words: Sequence[str]) -> bytes:
    listed, number = _listed(), 0
    for word in words:
        number = number << BITS | listed.index(word)
    return (number >> 8).to_bytes(32, "big")


@cache
def _listed() -> tuple[str, ...]:
    return tuple(files("equipoise.ledger").joinpath("words.txt").read_text("ascii").split())

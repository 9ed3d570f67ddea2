"""The words of a tree head, read a second time: 24 of BIP-39's English list.

It belongs to `verify_ledger.py`; the list stands beside it, in `verify_words.txt`. A head's words
say the SHA-256 of its first three lines and eight bits of checksum, 11 bits a word.
"""

import base64
import hashlib
import re
from pathlib import Path

LIST = Path(__file__).with_name("verify_words.txt").read_text("ascii").split()
PLACE = {word: place for place, word in enumerate(LIST)}


def words_of(origin, size, root):
    """The words of a head."""
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    return encoded(hashlib.sha256(text.encode()).digest())


def encoded(digest):
    """32 bytes and their checksum as words."""
    bits = "".join(f"{byte:08b}" for byte in digest + hashlib.sha256(digest).digest()[:1])
    return [LIST[int(bits[at : at + 11], 2)] for at in range(0, len(bits), 11)]


def read_words(text):
    """(the words, how many entries or None); ValueError when they are none of a head."""
    first, *rest = text.split() or [""]
    size = int(first) if re.fullmatch("[0-9]{1,15}", first) else None
    words = re.findall(r"[^\W_]+", " ".join(rest if size is not None else [first, *rest]).lower())
    for word in words:
        if word not in PLACE:
            raise ValueError(f"{word[:20]!r} is none of the words that heads are said in")
    if not 6 <= len(words) <= 24:
        raise ValueError(f"a head is said in 24 words, at least 6: here are {len(words)}")
    bits = "".join(f"{PLACE[word]:011b}" for word in words)
    if len(words) == 24 and encoded(int(bits[:256], 2).to_bytes(32, "big")) != words:
        raise ValueError("these words do not fit each other: one is misheard or mistyped")
    return words, size


def find(words, origin, roots):
    """(size, root) of the head that has these words; None when no such root is here."""
    for size, root in roots:
        if words_of(origin, size, root)[: len(words)] == words:
            return size, root
    return None

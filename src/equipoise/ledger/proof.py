"""The proof that one entry stands in the tree, as a small text (C2SP tlog-proof).

It is checked without the trial's server: by the entry, its random bytes, and the keys of the policy
that one holds. `tools/verify_ledger.py --proof` does so with Python alone.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence

from equipoise.ledger.entry import Entry
from equipoise.ledger.line import Unreadable, line_of
from equipoise.ledger.note import Note, read_note

__all__ = ["entry_text", "proof_text", "read_proof"]

FIRST = "c2sp.org/tlog-proof@v1"


def proof_text(index: int, hashes: Sequence[bytes], head: Note) -> str:
    """The proof of the entry at an index, by a signed head."""
    lines = "".join(f"{b64encode(value).decode()}\n" for value in hashes)
    return f"{FIRST}\nindex {index}\n{lines}\n{head.written}"


def entry_text(entry: Entry, random: bytes) -> str:
    """What the proof is of: the entry as in an export, and the random bytes of its leaf."""
    return f'{{"entry":{line_of(entry)},"random":"{random.hex()}"}}\n'


def read_proof(text: str) -> tuple[int, list[bytes], Note]:
    """Index, hashes and head; raises Unreadable. Checks nothing."""
    top, blank, note = text.partition("\n\n")
    first, *lines = top.split("\n")
    lines = lines[1:] if lines and lines[0].startswith("extra ") else lines
    word, _, index = lines[0].partition(" ") if lines else ("", "", "")
    if not blank or first != FIRST or word != "index" or not index.isdecimal():
        raise Unreadable("this is no proof of an entry")
    try:
        hashes = [b64decode(line, validate=True) for line in lines[1:]]
    except (NotBase64, ValueError):
        raise Unreadable("this is no proof of an entry") from None
    return int(index), hashes, read_note(note)

"""How an act was done: by a key of someone, or by them once more proving who they are.

It stands beside the fields of the act, under one name, and only where there is something to say:
an act done on a page by someone signed in says nothing of it.
"""

from typing import Any

import msgspec

from equipoise.ledger import Entry

__all__ = ["FIELD", "PLAINLY", "How", "how_of", "payload_of"]

FIELD = "how"


class How(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an entry point says of an act, beyond who and when."""

    key: str = ""
    """The number of the key by which a program acted."""
    meaning: str = ""
    """What someone who proved again who they are said that they mean by it."""
    shown: str = ""
    """SHA-256 of what was shown to them then."""
    provider: str = ""
    """The issuer at which they proved it; empty when they gave their password here."""


PLAINLY = How()


class _Kept(msgspec.Struct):
    how: How = PLAINLY


_KEPT, _SORTED = msgspec.json.Decoder(_Kept), msgspec.json.Encoder(order="sorted")


def payload_of(act: msgspec.Struct, how: How) -> str:
    """The act as the ledger keeps it: canonical JSON."""
    kept: Any = act
    if how is not PLAINLY and how != PLAINLY:
        kept = {**msgspec.to_builtins(act), FIELD: msgspec.to_builtins(how)}
    return _SORTED.encode(kept).decode()


def how_of(entry: Entry) -> How:
    """How the act of an entry was done; nothing where nothing is said, as in older entries."""
    return _KEPT.decode(entry.payload).how

"""How the witnesses changed: each policy against those who were witnesses before.

A new policy is signed by enough of those before, or it was stated that they could not. Such a
statement is no fault; yet whoever rewrites a ledger could make it too, and name witnesses of their
own. So it is told, with how far those before had signed.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

import msgspec

from equipoise.ledger.entry import Entry
from equipoise.ledger.line import Unreadable
from equipoise.ledger.note import Note
from equipoise.ledger.policy import Policy, policy_text, read_policy, signers
from equipoise.ledger.tree_head import read_tree_head
from equipoise.ledger.verify import Fault

__all__ = ["policy_faults", "stated_lost"]

NAMED = "witness.policy"
"""The kind of an entry that names the witnesses."""


class _Said(msgspec.Struct):
    policy: str
    signatures: str = ""
    before: str = "signed"
    because: str = ""


def policy_faults(entries: Iterable[Entry]) -> Iterator[Fault]:
    """Policies that are none, and those that too few of the witnesses before have signed."""
    for entry in _named(entries):
        try:
            _read(entry)
        except (msgspec.DecodeError, Unreadable, UnicodeError) as error:
            yield Fault("study", entry.seq, "policy", f"it names no witnesses: {error}")
    for (_, _, before), (entry, said, policy) in pairwise(_readable(entries)):
        signed = signers(before, policy_text(policy), said.signatures)
        if said.before != "lost" and len(signed) < before.quorum:
            sentence = f"{len(signed)} of those before signed it, and {before.quorum} must"
            yield Fault("study", entry.seq, "policy", sentence)


def stated_lost(entries: Iterable[Entry], heads: Iterable[Note], count: int) -> Iterator[str]:
    """A sentence for each policy that the witnesses before did not sign since they could not.

    :param heads: those that fit the entries
    :param count: how many entries there are
    """
    notes = list(heads)
    for (_, _, before), (entry, said, policy) in pairwise(_readable(entries)):
        signed = signers(before, policy_text(policy), said.signatures)
        if len(signed) >= before.quorum:
            continue
        sizes = (read_tree_head(n.text).size for n in notes if before.has_quorum(n))
        yield _told(entry, said, before, len(signed), max(sizes, default=0), count)


def _told(entry: Entry, said: _Said, before: Policy, signed: int, size: int, count: int) -> str:
    why = "nothing was stated"
    if said.before == "lost":
        why = f"it was stated that the others could not any more: {said.because}"
    return (
        f"study {entry.seq}: on {entry.at[:10]} {entry.by} changed who the witnesses are, and "
        f"{signed} of {len(before.witnesses)} of those before signed it, where {before.quorum} "
        f"must; {why}. A rewriting of the {count - size} entries after the first {size} could "
        f"hide behind this: ask those before what they kept ({', '.join(before.witnesses)})"
    )


def _readable(entries: Iterable[Entry]) -> Iterator[tuple[Entry, _Said, Policy]]:
    for entry in _named(entries):
        try:
            yield entry, *_read(entry)
        except (msgspec.DecodeError, Unreadable, UnicodeError):
            continue


def _read(entry: Entry) -> tuple[_Said, Policy]:
    said = msgspec.json.decode(entry.payload, type=_Said)
    return said, read_policy(said.policy)


def _named(entries: Iterable[Entry]) -> list[Entry]:
    those = (e for e in entries if (e.stream, e.kind) == ("study", NAMED))
    return sorted(those, key=lambda entry: entry.seq)

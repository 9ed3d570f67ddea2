"""Whether the entries are those that were signed for, by the tree, its heads and those of others.

A chain of digests can be made anew by whoever holds all of it. A head that someone else keeps
cannot: it says which entries there were. What was recorded after the newest such head is not known
by anyone else, and that is said too.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from equipoise.ledger.entry import Entry
from equipoise.ledger.line import Unreadable
from equipoise.ledger.note import Note, is_by, read_note
from equipoise.ledger.policy import Policy
from equipoise.ledger.policy_changes import policy_faults, stated_lost
from equipoise.ledger.spoken import heard
from equipoise.ledger.tree_file import Leaf, Tree
from equipoise.ledger.tree_head import TreeHead, origin_of, read_tree_head
from equipoise.ledger.tree_roots import each_root, hashes_of, roots_of
from equipoise.ledger.verify import Fault

__all__ = ["TREE_CODES", "Witnessed", "witnessed"]

TREE_CODES = {
    "tree-place": "a leaf that does not stand in its place",
    "tree-entry": "a leaf of an entry that is not there, or has one already",
    "tree-node": "a kept hash that is not what follows from the entries",
    "head-unreadable": "a file that is no tree head",
    "head-key": "a head without the signature of the trial's server",
    "head-other": "a head of another trial",
    "head-differs": "the entries are not those that the head was made of",
    "head-ahead": "entries missing: the head knows more than there are",
    "head-words": "words that are those of no head of this ledger",
    "head-split": "two heads of one size that do not fit: two views were shown",
    "policy": "a policy that is none, or that those who were witnesses before did not sign",
    "no-quorum": "no head bears the signatures of enough witnesses",
}


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What the tree and its heads show, and what they cannot."""

    faults: list[Fault]
    said: list[str]


@dataclass(frozen=True, slots=True)
class _Read:
    name: str
    note: Note
    head: TreeHead


def witnessed(
    entries: Iterable[Entry],
    tree: Tree,
    seen: Mapping[str, str] | None = None,
    policy: Policy | None = None,
    *,
    noted: bool = False,
) -> Witnessed:
    """Hold the entries against the tree, its own heads, and those that were seen elsewhere.

    :param seen: heads kept by others, as notes or in words, by where they come from
    :param policy: the policy that the one who verifies holds
    :param noted: whether a list of heads of streams, noted elsewhere, was compared as well
    """
    listed = list(entries)
    digests = {(entry.stream, entry.seq): entry.digest for entry in listed}
    faults = [*_leaf_faults(tree.leaves, digests), *policy_faults(listed)]
    own, broken = _heads(tree.heads)
    # A note has an empty line before its signatures; words have none.
    notes = {name: text for name, text in (seen or {}).items() if "\n\n" in text}
    words = {name: text for name, text in (seen or {}).items() if name not in notes}
    others, torn = _heads(notes)
    origin = origin_of(digests.get(("study", 1), ""))
    heads = [*own, *others]
    sizes = {read.head.size for read in heads}
    roots = roots_of(hashes_of(tree.leaves, digests), sizes)
    spoken = heard(
        words,
        origin,
        lambda among: each_root(hashes_of(tree.leaves, digests), among),
        sizes,
        len(tree.leaves),
    )
    told = {read.name: _wrong(read, origin, roots, len(tree.leaves)) for read in heads}
    faults += [
        *broken,
        *torn,
        *spoken.faults,
        *_named(told),
        *_splits(heads),
        *_unsigned(own, others, tree, policy),
    ]
    good = [read for read in heads if not told[read.name]]
    foreign = [(read.name, read.head.size) for read in good if read in others]
    foreign += [(name, head.size) for name, head in spoken.heads.items()]
    quorate = [read for read in good if policy and policy.has_quorum(read.note)]
    if policy and not quorate and listed:
        sentence = f"no head here bears the signatures of {policy.quorum} of its witnesses"
        faults.append(Fault("head", 0, "no-quorum", sentence))
    said = [
        *_said(len(listed), tree, foreign, quorate, policy, noted),
        *spoken.said,
        *stated_lost(listed, [read.note for read in good], len(listed)),
    ]
    return Witnessed(sorted({*faults}), said)


def _leaf_faults(leaves: list[Leaf], digests: Mapping[tuple[str, int], str]) -> Iterator[Fault]:
    placed: set[tuple[str, int]] = set()
    for place, leaf in enumerate(leaves):
        entry = leaf.stream, leaf.seq
        if leaf.index != place:
            said = f"leaf {leaf.index} stands where {place} belongs"
            yield Fault("tree", place, "tree-place", said)
        if entry not in digests:
            said = f"its entry, {leaf.stream} {leaf.seq}, is not in the ledger"
            yield Fault("tree", place, "tree-entry", said)
        elif entry in placed:
            said = f"its entry, {leaf.stream} {leaf.seq}, has a leaf already"
            yield Fault("tree", place, "tree-entry", said)
        placed.add(entry)


def _heads(notes: Mapping[str, str]) -> tuple[list[_Read], list[Fault]]:
    read, faults = [], []
    for name, text in notes.items():
        try:
            note = read_note(text)
            read.append(_Read(name, note, read_tree_head(note.text)))
        except Unreadable as error:
            faults.append(Fault("head", 0, "head-unreadable", f"{name}: {error}"))
    return read, faults


def _wrong(read: _Read, origin: str, roots: Mapping[int, bytes], size: int) -> Fault | None:
    head = read.head
    if head.origin != origin:
        said = f"{read.name}: it is of {head.origin}, and this is {origin}"
        return Fault("head", head.size, "head-other", said)
    if head.size not in roots:
        said = f"{read.name} knew {head.size} entries, here {size} stand in the tree"
        return Fault("head", head.size, "head-ahead", said)
    if roots[head.size] != head.root:
        said = f"{read.name}: the first {head.size} entries are not those it was made of"
        return Fault("head", head.size, "head-differs", said)
    return None


def _named(told: Mapping[str, Fault | None]) -> Iterator[Fault]:
    return (fault for fault in told.values() if fault)


def _splits(heads: list[_Read]) -> Iterator[Fault]:
    known: dict[tuple[str, int], _Read] = {}
    for read in heads:
        other = known.setdefault((read.head.origin, read.head.size), read)
        if other.head.root != read.head.root:
            said = f"{other.name} and {read.name} do not fit: two views of the trial were shown"
            yield Fault("head", read.head.size, "head-split", said)


def _unsigned(
    own: list[_Read], others: list[_Read], tree: Tree, policy: Policy | None
) -> Iterator[Fault]:
    key = policy.log if policy else tree.key
    for read in [*own, *others] if key else []:
        assert key
        if not any(is_by(one, key, read.note.text) for one in read.note.signatures):
            said = f"{read.name}: the key of the trial's server did not sign it"
            yield Fault("head", read.head.size, "head-key", said)


def _said(
    count: int,
    tree: Tree,
    seen: list[tuple[str, int]],
    quorate: list[_Read],
    policy: Policy | None,
    noted: bool,
) -> Iterator[str]:
    """How far it is known by whom, and of how many entries nobody else knows."""
    if policy and not policy.is_independent:
        yield f"with {len(policy.witnesses)} witnesses the policy is not independent"
    if 0 < len(tree.leaves) < count:
        yield f"{count - len(tree.leaves)} of {count} entries are recorded and not yet in the tree"
    if policy and quorate:
        best = max(quorate, key=lambda read: read.head.size)
        at = max(policy.cosigners(best.note).values())
        yield _since(count, best.head.size, f"{best.name}, signed by witnesses until {_day(at)}")
    if seen:
        name, size = max(seen, key=lambda one: one[1])
        yield _since(count, size, f"{name}, seen elsewhere")
    if not tree.leaves and not tree.heads and count:
        yield "it has no tree, as exports of before had none"
    if not seen and not quorate and count and not noted:
        yield (
            f"no head seen elsewhere was given: whether any of {count} entries was rewritten as a "
            "whole, or the newest were taken away, cannot be known from this alone"
        )


def _since(count: int, size: int, name: str) -> str:
    return (
        f"{size} of {count} entries are those of the head {name}; of the {count - size} entries "
        "since it nothing outside this ledger is known"
    )


def _day(at: int) -> str:
    return datetime.fromtimestamp(min(at, 2**33), UTC).isoformat(timespec="seconds")

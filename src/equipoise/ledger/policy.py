"""Which witnesses there are, and how many must have signed (C2SP tlog-policy).

The text stands in the ledger, and as a file with everyone who verifies: whoever rewrites the one
cannot reach the other.

    log equipoise/1f…+…
    witness 01 hospital.example/01+…
    witness sponsor sponsor.example+…
    witness monitor monitor.example+…
    group quorum 2 01 sponsor monitor
    quorum quorum
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from equipoise.ledger.line import Unreadable
from equipoise.ledger.note import (
    LOG,
    WITNESS,
    Key,
    Note,
    Signature,
    is_by,
    read_key,
    read_signature,
)

__all__ = ["INDEPENDENT", "Policy", "policy_text", "read_policy", "signers"]

INDEPENDENT = 3
"""With fewer witnesses than this, one who is dishonest or away decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The log's key, the witnesses by name, and how many of them make a quorum."""

    log: Key
    witnesses: Mapping[str, Key]
    quorum: int

    @property
    def is_independent(self) -> bool:
        """Whether there are enough witnesses for one to be wrong."""
        return len(self.witnesses) >= INDEPENDENT

    def witness_of(self, signature: Signature, text: str) -> str:
        """The witness who made this signature under this text; empty when it is of none."""
        return next((n for n, key in self.witnesses.items() if is_by(signature, key, text)), "")

    def cosigners(self, note: Note) -> dict[str, int]:
        """Which witnesses signed the note, and when, in seconds since 1970."""
        found: dict[str, int] = {}
        for one in note.signatures:
            if name := self.witness_of(one, note.text):
                found[name] = max(one.at, found.get(name, 0))
        return found

    def has_quorum(self, note: Note) -> bool:
        """Whether enough witnesses signed the note."""
        return len(self.cosigners(note)) >= self.quorum


def policy_text(policy: Policy) -> str:
    """The text of a policy, in the one form that is signed."""
    names = " ".join(policy.witnesses)
    named = [f"witness {name} {key.vkey}\n" for name, key in policy.witnesses.items()]
    group = f"group quorum {policy.quorum} {names}\nquorum quorum\n"
    return f"log {policy.log.vkey}\n{''.join(named)}{group}"


def signers(policy: Policy, text: str, lines: str) -> set[str]:
    """Which of a policy's witnesses signed a text, by lines of signatures; others are passed over.

    A line that is no signature counts for nobody.
    """
    found = set()
    for line in lines.splitlines():
        try:
            found.add(policy.witness_of(read_signature(line.strip()), text))
        except Unreadable:
            continue
    return found - {""}


def read_policy(text: str) -> Policy:
    """The policy that a text says; raises Unreadable with what is wrong.

    Of C2SP's form it takes one log and one group, which all witnesses belong to.
    """
    lines = [line.split() for line in text.splitlines() if line.strip() and line.strip()[0] != "#"]
    logs = [read_key(words[1]) for words in lines if words[0] == "log" and len(words) in (2, 3)]
    named = [words for words in lines if words[0] == "witness" and len(words) in (3, 4)]
    witnesses = {words[1]: read_key(words[2]) for words in named}
    groups = [words for words in lines if words[0] == "group" and len(words) > 3]
    chosen = [words[1] for words in lines if words[0] == "quorum" and len(words) == 2]
    if len(logs) + len(named) + len(groups) + len(chosen) != len(lines) or len(logs) != 1:
        raise Unreadable("a policy has one line log, and lines witness, group and quorum")
    if len(groups) != 1 or chosen != [groups[0][1]] or sorted(groups[0][3:]) != sorted(witnesses):
        raise Unreadable("a policy has one group, of all its witnesses, which is its quorum")
    _check_keys(logs[0], witnesses.values(), len(named))
    return Policy(log=logs[0], witnesses=witnesses, quorum=_quorum(groups[0][2], len(witnesses)))


def _check_keys(log: Key, keys: Iterable[Key], named: int) -> None:
    listed = [log, *keys]
    if log.kind != LOG or any(key.kind != WITNESS for key in listed[1:]):
        raise Unreadable("the key of the log and those of witnesses are of two kinds")
    if (
        len({key.public for key in listed}) != named + 1
        or len({k.name for k in listed}) != named + 1
    ):
        raise Unreadable("each witness has a name and a key of its own, and so has the log")


def _quorum(told: str, count: int) -> int:
    number = told.isascii() and told.isdecimal() and len(told) <= len(str(count))
    quorum = count if told == "all" else int(told) if number else 0
    if not count < 2 * quorum <= 2 * count:
        raise Unreadable(f"of {count} witnesses more than half make a quorum, not {told[:20]!r}")
    return quorum

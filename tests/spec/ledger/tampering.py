"""Every way to tamper with an exported ledger that we know of, and what should be said of it.

The ledger is the one that `histories.live` makes: S-01 to S-03 with 6 entries each, `allocation`
with 3, and `study` with 6, of which the third and the fifth are checkpoints. The first checkpoint
knew 3 entries of each subject, the second 6.
"""

from collections.abc import Callable
from hashlib import sha256
from json import dumps, loads
from typing import NamedTuple

Lines = list[bytes]


class Tampering(NamedTuple):
    """One way to tamper, and the (stream, seq, code) of each fault it leaves."""

    tamper: Callable[[Lines], Lines]
    faults: set[tuple[str, int, str]]


def written(entry: dict[str, object]) -> bytes:
    """One line, in canonical form: the names here are all ASCII."""
    return dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digested(entry: dict[str, object]) -> dict[str, object]:
    """The entry as a forger would leave it: with a digest that fits."""
    rest = {name: value for name, value in entry.items() if name != "digest"}
    return {**rest, "digest": sha256(written(rest)).hexdigest()}


def place(lines: Lines, stream: str, seq: int) -> int:
    """Where the line of an entry stands."""
    for at, line in enumerate(lines):
        entry = loads(line)
        if (entry["stream"], entry["seq"]) == (stream, seq):
            return at
    raise LookupError(f"{stream} {seq}")


def change(stream: str, seq: int, /, fresh: bool = False, **changes: object) -> Callable:
    """Change fields of one entry; with `fresh`, give it a digest that fits."""

    def tamper(lines: Lines) -> Lines:
        at = place(lines, stream, seq)
        entry = {**loads(lines[at]), **changes}
        return [*lines[:at], written(digested(entry) if fresh else entry), *lines[at + 1 :]]

    return tamper


def remove(stream: str, *seqs: int) -> Callable:
    """Take entries out."""
    return lambda lines: [
        line
        for line in lines
        if loads(line)["stream"] != stream or (seqs and loads(line)["seq"] not in seqs)
    ]


def rewrite(stream: str, start: int, drop: bool = False) -> Callable:
    """Change (or take out) an entry and make all later ones of the stream anew, digests and all."""

    def tamper(lines: Lines) -> Lines:
        entries = [loads(line) for line in lines]
        mine = [entry for entry in entries if entry["stream"] == stream]
        fresh = mine[: start - 1]
        for entry in mine[start if drop else start - 1 :]:
            previous = fresh[-1]["digest"] if fresh else "0" * 64
            seq = len(fresh) + 1
            by = "p-666" if seq == start and not drop else entry["by"]
            fresh.append(digested({**entry, "by": by, "seq": seq, "previous": previous}))
        rest = [line for line in lines if loads(line)["stream"] != stream]
        return [*rest, *map(written, fresh)]

    return tamper


def again(stream: str, seq: int, /, first: bool = False, **changes: object) -> Callable:
    """Put an entry in again, after it or `first`; with changes, with a digest that fits."""

    def tamper(lines: Lines) -> Lines:
        at = place(lines, stream, seq)
        entry = loads(lines[at])
        other = written(digested({**entry, **changes}) if changes else entry)
        at += 0 if first else 1
        return [*lines[:at], other, *lines[at:]]

    return tamper


def swap(stream: str, seq: int, other: int) -> Callable:
    """Let two lines change places."""

    def tamper(lines: Lines) -> Lines:
        one, two = place(lines, stream, seq), place(lines, stream, other)
        lines = list(lines)
        lines[one], lines[two] = lines[two], lines[one]
        return lines

    return tamper


def exchange(stream: str, seq: int, other: int) -> Callable:
    """Let two entries change places, numbers and links and all, each with a digest that fits."""

    def tamper(lines: Lines) -> Lines:
        one, two = place(lines, stream, seq), place(lines, stream, other)
        a, b = loads(lines[one]), loads(lines[two])
        lines = list(lines)
        links = ("seq", "previous")
        lines[one] = written(digested({**b, **{name: a[name] for name in links}}))
        lines[two] = written(digested({**a, **{name: b[name] for name in links}}))
        return lines

    return tamper


def replaced(old: bytes, new: bytes, stream: str, seq: int) -> Callable:
    """Write one line otherwise."""

    def tamper(lines: Lines) -> Lines:
        at = place(lines, stream, seq)
        assert old in lines[at]
        return [*lines[:at], lines[at].replace(old, new, 1), *lines[at + 1 :]]

    return tamper


def checkpoint_says(seq: int, fresh: bool, **changes: object) -> Callable:
    """Change what a checkpoint binds; with `fresh`, make the rest of the study's stream anew."""

    def tamper(lines: Lines) -> Lines:
        entry = loads(lines[place(lines, "study", seq)])
        payload = {**entry["payload"], **changes}
        lines = change("study", seq, payload=payload)(lines)
        return rewrite("study", seq)(lines) if fresh else lines

    return tamper


TAMPERINGS = {
    "nothing": Tampering(lambda lines: lines, set()),
    "the payload of one entry": Tampering(
        change("S-01", 2, payload={"text": "not as agreed"}), {("S-01", 2, "changed")}
    ),
    "who did it": Tampering(change("S-02", 6, by="p-666"), {("S-02", 6, "changed")}),
    "the digest of one entry": Tampering(
        change("S-01", 2, digest="f" * 64), {("S-01", 2, "changed")}
    ),
    "the digest of the last entry": Tampering(
        change("S-01", 6, digest="f" * 64), {("S-01", 6, "changed")}
    ),
    "an entry, with a digest that fits": Tampering(
        change("S-01", 2, fresh=True, by="p-666"), {("S-01", 2, "forged")}
    ),
    "the last entry, with a digest that fits": Tampering(
        change("S-01", 6, fresh=True, by="p-666"), {("S-01", 6, "forged")}
    ),
    "the moment, to one that does not exist": Tampering(
        change("S-01", 2, fresh=True, at="2026-02-30T09:30:00.000000Z"),
        {("S-01", 2, "malformed"), ("S-01", 2, "forged")},
    ),
    "a study text that is not the one its digest names": Tampering(
        change(
            "study",
            6,
            fresh=True,
            kind="study.text",
            payload={"digest": "0" * 64, "files": {"study.yaml": "version: 2"}},
        ),
        {("study", 6, "study-text")},
    ),
    "the day it happened": Tampering(
        change("S-01", 2, happened="last week"),
        {("S-01", 2, "malformed"), ("S-01", 2, "changed")},
    ),
    "what stood before the first": Tampering(
        change("S-01", 1, fresh=True, previous="e" * 64),
        {("S-01", 1, "malformed"), ("S-01", 1, "forged")},
    ),
    "an entry taken out of the middle": Tampering(remove("S-01", 3), {("S-01", 3, "removed")}),
    "several entries taken out": Tampering(
        remove("allocation", 1, 2), {("allocation", 1, "removed")}
    ),
    "the first entry taken out": Tampering(remove("S-01", 1), {("S-01", 1, "removed")}),
    "an entry taken out and the rest moved up": Tampering(
        rewrite("S-01", 2, drop=True), {("S-01", 3, "forged"), ("S-01", 6, "tail-missing")}
    ),
    "the end of a stream taken away": Tampering(
        remove("S-03", 5, 6), {("S-03", 6, "tail-missing")}
    ),
    "a whole stream taken away": Tampering(remove("S-02"), {("S-02", 6, "tail-missing")}),
    "a whole stream made anew": Tampering(
        rewrite("S-02", 1), {("S-02", 3, "forged"), ("S-02", 6, "forged")}
    ),
    "a stream made anew from its middle on": Tampering(rewrite("S-02", 5), {("S-02", 6, "forged")}),
    "the draws made anew": Tampering(rewrite("allocation", 1), {("allocation", 3, "forged")}),
    "the study's stream made anew": Tampering(
        rewrite("study", 1), {("study", 2, "forged"), ("study", 4, "forged")}
    ),
    "two lines that change places": Tampering(swap("S-01", 2, 3), {("S-01", 2, "reordered")}),
    "the last line put first": Tampering(
        swap("S-01", 1, 6), {("S-01", seq, "reordered") for seq in (1, 2, 3, 4, 5)}
    ),
    "two entries that change places": Tampering(
        exchange("S-01", 2, 5), {("S-01", 2, "forged"), ("S-01", 5, "forged")}
    ),
    "the same line twice": Tampering(again("S-01", 2), {("S-01", 2, "duplicate")}),
    "another entry slipped in": Tampering(again("S-01", 2, by="p-666"), {("S-01", 2, "inserted")}),
    "another entry slipped in before the true one": Tampering(
        again("S-01", 2, first=True, by="p-666"), {("S-01", 2, "inserted")}
    ),
    "another entry slipped in at the end": Tampering(
        again("S-01", 6, by="p-666", seq=7, previous="d" * 64), {("S-01", 6, "forged")}
    ),
    "spaces": Tampering(replaced(b'"by":', b'"by": ', "S-01", 2), {("S-01", 2, "not-canonical")}),
    "spaces in a payload": Tampering(
        replaced(b'"number":', b'"number": ', "S-01", 2), {("S-01", 2, "not-canonical")}
    ),
    "an escape where none is needed": Tampering(
        replaced("é".encode(), b"\\u00e9", "study", 2), {("study", 2, "not-canonical")}
    ),
    "a number with a point": Tampering(
        replaced(b'"beds":12', b'"beds":12.0', "study", 2), {("study", 2, "not-canonical")}
    ),
    "a carriage return": Tampering(
        replaced(b'"v":1}', b'"v":1}\r', "S-01", 2), {("S-01", 2, "not-canonical")}
    ),
    "a line of nothing": Tampering(
        lambda lines: [*lines[:2], b"", *lines[2:]], {("", 3, "unreadable")}
    ),
    "a line torn in the middle": Tampering(
        lambda lines: [lines[0][:40], *lines[1:]], {("", 1, "unreadable"), ("S-01", 1, "removed")}
    ),
    "bytes that are not text": Tampering(
        replaced(b'"p-014"', b'"p-\xff14"', "S-01", 6),
        {("", 6, "unreadable"), ("S-01", 6, "tail-missing")},
    ),
    "half a character in a payload": Tampering(
        replaced("é".encode(), b"\\ud800", "study", 2),
        {("", 23, "unreadable"), ("study", 2, "removed")},
    ),
    "another form of entry": Tampering(
        replaced(b'"v":1', b'"v":2', "S-01", 6),
        {("", 6, "unreadable"), ("S-01", 6, "tail-missing")},
    ),
    "a field too many": Tampering(
        replaced(b'"v":1', b'"v":1,"w":1', "S-01", 6),
        {("", 6, "unreadable"), ("S-01", 6, "tail-missing")},
    ),
    "what a checkpoint binds": Tampering(
        checkpoint_says(3, fresh=False, heads={}),
        {("study", 3, "changed"), ("study", 3, "checkpoint"), ("study", 5, "checkpoint")},
    ),
    "a checkpoint made anew that binds nothing": Tampering(
        checkpoint_says(3, fresh=True, heads={}),
        {("study", 3, "checkpoint"), ("study", 5, "checkpoint"), ("study", 4, "forged")},
    ),
    "a checkpoint that says nothing": Tampering(
        checkpoint_says(3, fresh=False, heads="none"),
        {("study", 3, "changed"), ("study", 3, "checkpoint"), ("study", 5, "checkpoint")},
    ),
    "a checkpoint that knows more than there is": Tampering(
        checkpoint_says(5, fresh=True, heads={"S-01": {"seq": 2**50, "digest": "0" * 64}}),
        {("S-01", 2**50, "tail-missing"), ("study", 5, "checkpoint")},
    ),
}

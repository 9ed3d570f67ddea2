#!/usr/bin/env python3
"""Verify an exported ledger with nothing but Python: no packages, none of Equipoise's code.

`verify_tree.py`, `verify_notes.py`, `verify_ed25519.py`, `verify_redacted.py`,
`verify_words.py` and `verify_words.txt` belong beside it.

    python3 verify_ledger.py ledger.jsonl [--head FILE ...] [--policy FILE] [--heads heads.json]
    python3 verify_ledger.py ledger.jsonl --head "27 void come effort ..."
    python3 verify_ledger.py --proof consent.tlog-proof --entry consent.json [--policy FILE]

Every changed, missing, moved, doubled or slipped-in entry is named. The exit code is 0 when the
ledger is whole, 1 when it is not, 2 when it cannot be looked at. The form of the files and the
meaning of each code stand in docs/reference/ledger.md; this is a second, separate reading of it.
Beside an export stand its tree (`ledger.tree`) and heads (`ledger.heads`); an export of before has
none. Give `--head` what someone else kept: a file, the words of a letter after the number of
entries, or the text of its QR code; and `--policy` the policy that you hold. A ledger alone cannot
show that its own end is missing, or that all of it has been rewritten.
"""

import argparse
import hashlib
import json
import re
import sys
from datetime import datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

WORDS = ["at", "by", "digest", "happened", "kind", "previous", "stream", "study", "subject"]
NUMBERS = ["after", "seq", "v"]
MEMBERS = {*WORDS, *NUMBERS, "payload"}
BIGGEST = 9007199254740991
NOTHING_BEFORE = "0" * 64


def beside(name):
    """A module of the same folder, also where Python looks for none there (`python3 -I`)."""
    spec = spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


trees, notes, redacted = map(beside, ("verify_tree", "verify_notes", "verify_redacted"))


class Unclear(Exception):
    """Content that has no canonical form."""


class Fraction(str):
    """A number with a point or an exponent, kept as it was written; no ledger may hold one."""


def main(arguments=None):
    """Read the file, print what is wrong with it, and give the exit code."""
    asked = argparse.ArgumentParser(description="Verify an exported ledger, or one entry's proof.")
    asked.add_argument("ledger", nargs="?", help="the exported file, a line an entry")
    asked.add_argument("--heads", help="a list of heads kept elsewhere (JSON)")
    kept = "a head kept elsewhere: its file, words or text; repeat"
    asked.add_argument("--head", action="append", default=[], help=kept)
    asked.add_argument("--policy", help="the policy that you hold: who the witnesses are")
    asked.add_argument("--proof", help="a .tlog-proof of one entry, instead of a ledger")
    asked.add_argument("--entry", help="the entry that the proof is of, with its random bytes")
    asked = asked.parse_args(arguments)
    try:
        policy = notes.policy_from(Path(asked.policy).read_text("utf-8")) if asked.policy else None
        if asked.proof and asked.entry:
            texts = (Path(name).read_text("utf-8") for name in (asked.proof, asked.entry))
            return tell(*trees.proof_faults(*texts, policy, proved), "the proof holds")
        text = Path(asked.ledger or "").read_bytes()
        heads = heads_from(Path(asked.heads).read_bytes()) if asked.heads else {}
        tree = trees.tree_beside(Path(asked.ledger))
        seen = dict(map(trees.head_told, asked.head))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        print(f"cannot verify: {error}", file=sys.stderr)
        return 2
    found, count = faults(text, heads)
    entries = [*read(text, set())]
    more, said = trees.tree_faults(entries, *tree, seen, policy)
    found, said = sorted({*found, *more}), [*said, *redacted.told(entries)]
    said = [one for one in said if not (heads and one.startswith(trees.ALONE))]
    whole = f"{count} entries, {len(found)} faults" if found else f"{count} entries, all whole"
    return tell(found, said, whole)


def tell(found, said, whole):
    """Print the faults, what is and is not known, and the sum; the exit code."""
    for stream, seq, code, sentence in found:
        print(f"{stream or 'line'} {seq}: {code}: {sentence}")
    for sentence in said:
        print(sentence)
    if whole.startswith("the proof") and found:
        whole = "the proof does not hold"
    print(whole)
    return 1 if found else 0


def digest_of(entry):
    """The digest that an entry's content asks for."""
    content = {name: value for name, value in entry.items() if name != "digest"}
    return hashlib.sha256(write(content)).hexdigest()


def proved(entry):
    """The digest that is proved of an entry: of a redacted one its own, for no more is left."""
    return entry["digest"] if redacted.is_tombstone(entry) else digest_of(entry)


def heads_from(text):
    """{stream: (seq, digest)} from {"stream": {"digest": …, "seq": …}}."""
    return {
        name: (int(head["seq"]), str(head["digest"])) for name, head in json.loads(text).items()
    }


def faults(text, heads):
    """All faults as sorted (stream, seq, code, sentence), and how many entries could be read."""
    found = set()
    streams = {}
    entries = list(read(text, found))
    for entry in entries:
        streams.setdefault(entry["stream"], []).append(entry)
        one_by_one(entry, found)
    chains = {name: walk(name, those, found) for name, those in streams.items()}
    compare(chains, heads, found)
    return sorted(found), len(entries)


# Reading


def read(text, found):
    """The entries that the lines say, each with its own text and its digest as computed."""
    lines = text.split(b"\n")
    closed = lines.pop() if lines[-1] == b"" else None
    for number, line in enumerate(lines, 1):
        try:
            entry = entry_of(line)
        except (ValueError, RecursionError) as error:
            found.add(("", number, "unreadable", f"line {number} is no entry: {error}"))
            continue
        place = (entry["stream"], entry["seq"], "not-canonical")
        try:
            if write(entry) != line:
                found.add((*place, f"line {number} is not in canonical form"))
            entry["computed"] = digest_of(entry)
        except Unclear as error:
            found.add((*place, f"line {number} has no canonical form: {error}"))
            entry["computed"] = None
        if closed is None and number == len(lines):
            found.add((*place, f"line {number} is the last and has no line end"))
        yield entry


def entry_of(line):
    """One line as a dict; ValueError when it is not an entry."""
    entry = json.loads(line.decode("utf-8"), parse_float=Fraction, parse_constant=no_constant)
    if not isinstance(entry, dict) or set(entry) != MEMBERS:
        raise ValueError("it has not the members of an entry")
    for name in WORDS:
        if type(entry[name]) is not str:
            raise ValueError(f"{name} is not text")
    if any(type(entry[name]) is not int for name in NUMBERS) or entry["v"] != 1:
        raise ValueError("after, seq and v are whole numbers, and v is 1")
    if type(entry["payload"]) is not dict:
        raise ValueError("the payload is not an object")
    json.dumps(entry, ensure_ascii=False).encode("utf-8")  # no half of a surrogate pair
    return entry


def no_constant(name):
    raise ValueError(f"{name} is no JSON")


def write(value):
    """Canonical JSON (RFC 8785) as bytes."""
    text = json.dumps(ordered(value, 0), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8")


def ordered(value, depth):
    """The same value with the names of its objects in order of their UTF-16 code units."""
    if isinstance(value, Fraction):
        raise Unclear(f"the number {value}")
    if type(value) is int and abs(value) > BIGGEST:
        raise Unclear("a number that not every reader keeps exactly")
    if isinstance(value, (dict, list)) and depth > 64:
        raise Unclear("it is nested deeper than 64 levels")
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return {name: ordered(value[name], depth + 1) for name in names}
    if isinstance(value, list):
        return [ordered(each, depth + 1) for each in value]
    return value


# Each entry by itself


def one_by_one(entry, found):
    """Fields that cannot be true, and a digest that is not that of the content."""
    place = entry["stream"], entry["seq"]
    wrong = [name for name, fits in shapes(entry).items() if not fits]
    if wrong:
        found.add((*place, "malformed", f"cannot be true: {', '.join(wrong)}"))
    if not sound(entry):
        found.add((*place, "changed", "content and digest do not fit: one of them was changed"))
    if entry["kind"] == "study.text" and not is_text(entry["payload"]):
        found.add((*place, "study-text", "the study text is not the one its digest names"))


def is_text(said):
    """Whether the files of a study text are those that its own digest names."""
    try:
        return hashlib.sha256(write(said["files"])).hexdigest() == said["digest"]
    except (Unclear, KeyError):
        return False


def shapes(entry):
    """For each field, whether it is a value such a field can have."""
    short = re.compile(r"[^\x00-\x1f\x7f]{1,200}")
    hexadecimal = re.compile(r"[0-9a-f]{64}")
    utc = re.compile(r"....-..-..T..:..:..\.[0-9]{6}Z")
    zoned = re.compile(r"....-..-..(T..:..(:..(\.[0-9]{1,6})?)?(Z|[+-]..:..))?")
    subject = entry["subject"]
    return {
        "stream": short.fullmatch(entry["stream"]),
        "kind": short.fullmatch(entry["kind"]),
        "by": short.fullmatch(entry["by"]),
        "at": utc.fullmatch(entry["at"]) and is_time(entry["at"]),
        "happened": zoned.fullmatch(entry["happened"]) and is_time(entry["happened"]),
        "study": hexadecimal.fullmatch(entry["study"]),
        "previous": hexadecimal.fullmatch(entry["previous"])
        and (entry["previous"] == NOTHING_BEFORE) == (entry["seq"] == 1),
        "seq": 1 <= entry["seq"] <= BIGGEST,
        "subject": subject == "" or (short.fullmatch(subject) and subject != entry["stream"]),
        "after": 0 <= entry["after"] <= (BIGGEST if subject else 0),
    }


def is_time(text):
    """Whether a text of the right outline is a day or moment that exists."""
    if not re.fullmatch(r"[0-9TZ:.+-]+", text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


# Each stream


def walk(stream, those, found):
    """Go through one stream: {seq: the entry that holds that place}."""
    top = 0
    for entry in those:
        if entry["seq"] < top:
            found.add((stream, entry["seq"], "reordered", f"it stands after entry {top}"))
        top = max(top, entry["seq"])
    chain = settle(stream, those, found)
    last = 0
    for seq, entry in chain.items():
        if seq > last + 1:
            found.add((stream, last + 1, "removed", f"missing: {last + 1} to {seq - 1}"))
        last = seq
        later = chain.get(seq + 1)
        if later and later["previous"] != entry["digest"] and sound(entry) and sound(later):
            entry["forged"] = True
            sentence = f"entry {seq + 1} was made after one with another digest"
            found.add((stream, seq, "forged", sentence))
    redacted.check(stream, [*chain.values()], found)
    return chain


def sound(entry):
    """Whether an entry's digest is that of its content, as far as that can be told."""
    return redacted.is_tombstone(entry) or entry["computed"] in (None, entry["digest"])


def unsuspected(entry):
    """Whether nothing was said yet of what stands in this entry's place."""
    return sound(entry) and not entry.get("forged")


def settle(stream, those, found):
    """Give every place to one entry, in order: to the one that its neighbours bind."""
    places = {}
    for entry in those:
        places.setdefault(entry["seq"], []).append(entry)
    chain = {}
    for seq, claims in sorted(places.items()):
        bound = {later["previous"] for later in places.get(seq + 1, [])}
        before = chain[seq - 1]["digest"] if seq - 1 in chain else None
        ranks = [
            (
                claim["computed"] == claim["digest"],
                claim["digest"] in bound,
                claim["previous"] == before,
            )
            for claim in claims
        ]
        holder = chain[seq] = claims[ranks.index(max(ranks))]
        for claim in claims:
            if claim is not holder:
                code = "duplicate" if claim == holder else "inserted"
                found.add((stream, seq, code, "this place is held by an entry already"))
    return chain


# Each stream against the others


def compare(chains, heads, found):
    """What checkpoints, the given heads and entries that name a subject know of each stream."""
    short = {}
    for stream, seq, digest, witness in witnesses(chains, heads, found):
        chain = chains.get(stream, {})
        entry = chain.get(seq)
        if seq > next(reversed(chain), 0):
            short[stream] = max(short.get(stream, (0, "")), (seq, witness))
        elif entry and digest and digest != entry["digest"] and unsuspected(entry):
            found.add((stream, seq, "forged", f"{witness} knew it by another digest"))
    for stream, (seq, witness) in short.items():
        sentence = (
            f"{witness} knew {seq} entries, here are {next(reversed(chains.get(stream, {})), 0)}"
        )
        found.add((stream, seq, "tail-missing", sentence))


def witnesses(chains, heads, found):
    """Everything known from elsewhere: stream, place, digest or None, and who knew it."""
    for stream, (seq, digest) in heads.items():
        yield stream, seq, digest, "the list of heads"
    known = {}
    for seq, entry in chains.get("study", {}).items():
        if entry["kind"] == "ledger.checkpoint":
            for stream, head in checkpoint(entry, known, found).items():
                yield stream, head["seq"], head["digest"], f"the checkpoint study {seq}"
    for chain in chains.values():
        for entry in chain.values():
            if entry["subject"] and entry["after"]:
                yield entry["subject"], entry["after"], None, f"{entry['stream']} {entry['seq']}"


def checkpoint(entry, known, found):
    """The heads a checkpoint adds to those known; a fault when it does not add up."""
    said, place = entry["payload"], ("study", entry["seq"], "checkpoint")
    heads = said.get("heads")
    if set(said) != {"heads", "root", "streams"} or not isinstance(heads, dict):
        found.add((*place, "it does not say which heads it binds"))
        return {}
    for head in heads.values():
        if not isinstance(head, dict) or set(head) != {"digest", "seq"} or not is_head(head):
            found.add((*place, "it does not say which heads it binds"))
            return {}
    known.update(heads)
    try:
        root = hashlib.sha256(write(known)).hexdigest()
    except Unclear:
        root = None
    if root != said["root"] or said["streams"] != len(known):
        found.add((*place, "the heads up to this checkpoint do not add up to its root"))
    return heads


def is_head(head):
    return type(head["seq"]) is int and type(head["digest"]) is str


if __name__ == "__main__":
    sys.exit(main())

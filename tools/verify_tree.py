"""The tree over a ledger's entries and its heads, read a second time.

It belongs to `verify_ledger.py` and needs nothing but Python's standard library either, and
`verify_notes.py` and `verify_words.py` beside it. The forms are RFC 6962 (the tree) and C2SP's
tlog-checkpoint and tlog-proof; docs/reference/ledger.md tells how they are used.
"""

import base64
import json
import re
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path


def beside(name):
    """A module of the same folder, also where Python looks for none there (`python3 -I`)."""
    spec = spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


words, signing = beside("verify_words"), beside("verify_notes")
sha = signing.sha

ALONE = "no head seen elsewhere was given"

# The tree: RFC 6962


def tree_beside(ledger):
    """What stands beside an export: lines of the tree, heads by name, the key of the server."""
    path, folder = ledger.with_suffix(".tree"), ledger.with_suffix(".heads")
    lines = path.read_bytes().decode("utf-8").split("\n")[:-1] if path.exists() else []
    notes = sorted(folder.glob("*.note")) if folder.exists() else []
    key = folder / "log.vkey"
    heads = {note.stem: note.read_text("utf-8") for note in notes}
    return lines, heads, signing.key_from(key.read_text("utf-8").strip()) if key.exists() else None


def head_told(told):
    """What a head is called here, and its text: a file, a witness's copy, or the head itself."""
    if "\n" in told.strip() or (" " in told.strip() and not Path(told).exists()):
        return " ".join(told.split()[:2]) + " …", told.strip() + "\n"
    path = Path(told)
    try:
        return told, (path / "head.note" if path.is_dir() else path).read_text("utf-8")
    except (FileNotFoundError, ValueError):
        said = "give the file with one, the folder of a witness, or its words in quotes"
        raise ValueError(f"--head {told!r} is no head: {said}") from None


def tree_faults(entries, lines, own, key, seen, policy):
    """What is wrong with tree and heads; and sentences of what is known, and what is not."""
    digests = {(entry["stream"], entry["seq"]): entry["digest"] for entry in entries}
    found = set()
    leaves = list(leaves_of(lines, digests, found))
    notes = {name: text for name, text in seen.items() if "\n\n" in text}
    told = {name: text for name, text in seen.items() if name not in notes}
    heads = opened(own, found) | opened(notes, found)
    sizes = {size for _, _, (_, size, _) in heads.values()}
    roots = {0: sha(), **dict(roots_of(leaves, sizes))}
    origin = f"equipoise/{digests.get(('study', 1), '')[:24]}"
    fitting = [n for n in heads if fits(n, heads[n], origin, roots, found)]
    spoken, partly = heard(told, origin, leaves, sizes, found)
    splits(heads, found)
    for name, (text, signatures, (_, size, _)) in heads.items():
        log = policy["log"] if policy else key
        if log and not any(signing.is_by(one, log, text) for one in signatures):
            found.add(("head", size, "head-key", f"{name}: the trial's server did not sign it"))
    quorate = [
        n for n in fitting if policy and len(signing.cosigners(heads[n], policy)) >= policy["k"]
    ]
    if policy and entries and not quorate:
        found.add(("head", 0, "no-quorum", f"no head bears {policy['k']} signatures of witnesses"))
    others = [name for name in fitting if name in notes]
    heads, others = heads | spoken, [*others, *spoken]
    said = [*known(len(entries), len(leaves), heads, others, quorate, policy), *partly]
    return found, said + signing.check_policies(entries, [heads[n] for n in fitting], found)


def leaves_of(lines, digests, found):
    """The hash of each leaf of the tree."""
    placed = set()
    for place, line in enumerate(lines):
        words = line.split(" ", 3)
        if len(words) < 4 or not re.fullmatch("[0-9]+ [0-9a-f]{64} [0-9]+", " ".join(words[:3])):
            found.add(("tree", place, "tree-place", f"this is no leaf: {line[:80]}"))
            continue
        entry = words[3], int(words[2])
        if int(words[0]) != place:
            found.add(("tree", place, "tree-place", f"leaf {words[0]} stands here"))
        if entry not in digests or entry in placed:
            said = "has a leaf already" if entry in placed else "is not in the ledger"
            found.add(("tree", place, "tree-entry", f"its entry, {entry[0]} {entry[1]}, {said}"))
        placed.add(entry)
        digest = digests.get(entry, "")
        whole = re.fullmatch("[0-9a-f]{64}", digest)
        content = bytes.fromhex(digest) if whole else digest.encode("utf-8", "replace")
        yield sha(b"\x00", bytes.fromhex(words[1]), content)


def roots_of(leaves, sizes):
    """(size, root) of the first so many leaves, for each of these sizes."""
    edge = []
    for size, value in enumerate(leaves, 1):
        level = 0
        while edge and edge[-1][0] == level:
            level, value = level + 1, sha(b"\x01", edge.pop()[1], value)
        edge.append((level, value))
        if size in sizes:
            value = edge[-1][1]
            for _, left in reversed(edge[:-1]):
                value = sha(b"\x01", left, value)
            yield size, value


def root_by(index, size, value, path):
    """The root to which a proof of inclusion leads (RFC 9162, 2.1.3.2); None when to none."""
    if not 0 <= index < size:
        return None
    fn, sn = index, size - 1
    for other in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            value = sha(b"\x01", other, value)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            value = sha(b"\x01", value, other)
        fn, sn = fn >> 1, sn >> 1
    return value if sn == 0 else None


# Heads: in words, and as signed notes


def heard(told, origin, leaves, sizes, found):
    """The heads that words are of, as if they had been opened; and what few words leave open."""
    heads, said = {}, []
    for name, text in told.items():
        try:
            these, size = words.read_words(text)
        except ValueError as error:
            found.add(("head", 0, "head-unreadable", f"{name}: {error}"))
            continue
        # Without a number any of them may be meant; the sizes of heads are looked at first.
        tries = [{size}] if size is not None else [sizes, range(len(leaves) + 1)]
        for among in tries:
            if head := words.find(these, origin, roots_of(leaves, among)):
                heads[name] = "", [], (origin, *head)
                if len(these) < 24:
                    against = "an accident" if len(these) < 12 else "whoever rewrites later"
                    said.append(
                        f"{name}: only {len(these)} of 24 words were compared: "
                        f"enough against {against}, and no more"
                    )
                break
        else:
            whose = "no first so many" if size is None else f"not the first {size}"
            sentence = f"{name}: {whose} of the {len(leaves)} entries in the tree have these words"
            every = range(len(leaves) + 1) if size is not None else ()
            if meant := words.find(these, origin, roots_of(leaves, every)):
                sentence += f", but the first {meant[0]}: ask for the number again"
            found.add(("head", size or 0, "head-words", sentence))
    return heads, said


def opened(notes, found):
    """Each head as (text, signatures, (origin, size, root))."""
    heads = {}
    for name, note in notes.items():
        try:
            text, signatures = signing.note_from(note)
            heads[name] = text, signatures, signing.head_from(text)
        except ValueError as error:
            found.add(("head", 0, "head-unreadable", f"{name}: {error}"))
    return heads


def fits(name, opened_head, origin, roots, found):
    """Whether the entries here are those of a head."""
    _, _, (its, size, root) = opened_head
    code = sentence = ""
    if its != origin:
        code, sentence = "head-other", f"{name}: it is of {its}, and this is {origin}"
    elif size not in roots:
        code, sentence = "head-ahead", f"{name} knew {size} entries, which are not all here"
    elif roots[size] != root:
        code, sentence = "head-differs", f"{name}: the first {size} entries are not those it signed"
    if code:
        found.add(("head", size, code, sentence))
    return not code


def splits(heads, found):
    """Two heads of one size that differ: both were signed for, and one of them is a lie."""
    known_by = {}
    for name, (_, _, (origin, size, root)) in heads.items():
        other, told = known_by.setdefault((origin, size), (name, root))
        if told != root:
            found.add(("head", size, "head-split", f"{other} and {name} do not fit"))


def known(count, placed, heads, others, quorate, policy):
    """How far it is known by whom, and of how many entries nobody else knows."""
    if policy and len(policy["witnesses"]) < 3:
        yield f"with {len(policy['witnesses'])} witnesses the policy is not independent"
    if not placed and not heads and count:
        yield "it has no tree, as exports of before had none"
    elif placed < count:
        yield f"{count - placed} of {count} entries are recorded and not yet in the tree"
    for names, how in (
        (quorate, "signed by enough witnesses until {}"),
        (others, "seen elsewhere"),
    ):
        if names:
            name = max(names, key=lambda one: heads[one][2][1])
            size = heads[name][2][1]
            if names is quorate:
                at = max(signing.cosigners(heads[name], policy).values())
                how = how.format(datetime.fromtimestamp(min(at, 2**33), UTC).isoformat())
            yield (
                f"{size} of {count} entries are those of the head {name}, {how}; of the "
                f"{count - size} entries since it nothing outside this ledger is known"
            )
    if not others and not quorate and count:
        yield (
            f"{ALONE}: whether any of {count} entries was rewritten as a whole, or the newest were "
            "taken away, cannot be known from this alone"
        )


def proof_faults(proof, told, policy, digest_of):
    """What is wrong with the proof of one entry (C2SP tlog-proof), and what it shows."""
    found, said = set(), []
    top, _, note = proof.partition("\n\n")
    first, *lines = top.split("\n")
    lines = lines[1:] if lines and lines[0].startswith("extra ") else lines
    number = re.fullmatch("index (0|[1-9][0-9]{0,14})", lines[0]) if lines else None
    if first != "c2sp.org/tlog-proof@v1" or not number:
        raise ValueError("this is no proof of an entry")
    text, signatures = signing.note_from(note)
    origin, size, root = signing.head_from(text)
    given = json.loads(told)
    entry, random = given["entry"], bytes.fromhex(given["random"])
    place = entry["stream"], entry["seq"]
    digest = digest_of(entry)
    if digest != entry["digest"]:
        found.add((*place, "changed", "content and digest do not fit: one of them was changed"))
    leaf = sha(b"\x00", random, bytes.fromhex(digest))
    if entry["payload"] == {"redacted": True}:
        said.append("it was redacted: that an entry of this digest stood there is proved,")
        said.append("and not what it said, nor by whom, of whom or when")
    path = [base64.b64decode(line, validate=True) for line in lines[1:]]
    if root_by(int(number[1]), size, leaf, path) != root:
        found.add((*place, "head-differs", "this entry does not stand there in the tree"))
    if not policy:
        names = ", ".join(name for name, _, _ in signatures)
        said.append(f"it is in the first {size} entries of {origin}; no policy was given, so that")
        said.append(f"no signature was checked of: {names}")
        return sorted(found), said
    if not any(signing.is_by(one, policy["log"], text) for one in signatures):
        found.add((*place, "head-key", "the trial's server did not sign its head"))
    those = signing.cosigners((text, signatures, None), policy)
    if len(those) < policy["k"]:
        found.add((*place, "no-quorum", f"{len(those)} witnesses signed, {policy['k']} are needed"))
    for name, at in sorted(those.items()):
        moment = datetime.fromtimestamp(min(at, 2**33), UTC).isoformat()
        said.append(f"{name} signed the first {size} entries on {moment}")
    return sorted(found), said

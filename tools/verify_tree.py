"""The tree over a ledger's entries, its heads and their signatures, read a second time.

It belongs to `verify_ledger.py` and needs nothing but Python's standard library either, and
`verify_ed25519.py` and `verify_words.py` beside it. The forms are RFC 6962 (the tree) and C2SP's
signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy and tlog-proof;
docs/reference/ledger.md tells how they are used.
"""

import base64
import hashlib
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


words, ed25519 = beside("verify_words"), beside("verify_ed25519")

ALONE = "no head seen elsewhere was given"

# The tree: RFC 6962


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def tree_beside(ledger):
    """What stands beside an export: lines of the tree, heads by name, the key of the server."""
    path, folder = ledger.with_suffix(".tree"), ledger.with_suffix(".heads")
    lines = path.read_bytes().decode("utf-8").split("\n")[:-1] if path.exists() else []
    notes = sorted(folder.glob("*.note")) if folder.exists() else []
    key = folder / "log.vkey"
    heads = {note.stem: note.read_text("utf-8") for note in notes}
    return lines, heads, key_from(key.read_text("utf-8").strip()) if key.exists() else None


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
        if log and not any(is_by(one, log, text) for one in signatures):
            found.add(("head", size, "head-key", f"{name}: the trial's server did not sign it"))
    quorate = [n for n in fitting if policy and len(cosigners(heads[n], policy)) >= policy["k"]]
    if policy and entries and not quorate:
        found.add(("head", 0, "no-quorum", f"no head bears {policy['k']} signatures of witnesses"))
    others = [name for name in fitting if name in notes]
    heads, others = heads | spoken, [*others, *spoken]
    said = [*known(len(entries), len(leaves), heads, others, quorate, policy), *partly]
    return found, said + check_policies(entries, [heads[n] for n in fitting], found)


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
            text, signatures = note_from(note)
            heads[name] = text, signatures, head_from(text)
        except ValueError as error:
            found.add(("head", 0, "head-unreadable", f"{name}: {error}"))
    return heads


def note_from(note):
    """The text of a signed note, and its signatures as (name, key id, value)."""
    body, blank, lines = note.rpartition("\n\n")
    if not blank or not lines.endswith("\n") or len(note) > 100_000:
        raise ValueError("this is no signed note")
    signatures = []
    for line in lines.split("\n")[:-1]:
        dash, name, value = line.split(" ")
        value = base64.b64decode(value, validate=True)
        if dash != "\u2014" or len(value) < 5:
            raise ValueError("this is no line of a signature")
        signatures.append((name, value[:4], value[4:]))
    return body + "\n", signatures


def head_from(text):
    """Origin, size and root."""
    lines = text.split("\n")
    if len(lines) < 4 or not re.fullmatch("0|[1-9][0-9]{0,14}", lines[1]):
        raise ValueError("this is no head of a tree")
    root = base64.b64decode(lines[2], validate=True)
    if len(root) != 32:
        raise ValueError("this is no root of a tree")
    return lines[0], int(lines[1]), root


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
                at = max(cosigners(heads[name], policy).values())
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


# Keys and witnesses: C2SP signed-note, tlog-cosignature, tlog-policy


def key_from(vkey):
    """(name, kind, public key); kind 1 is a log's, 4 a witness's."""
    name, key_id, value = vkey.split("+", 2)
    value = base64.b64decode(value, validate=True)
    if len(value) != 33 or value[0] not in (1, 4):
        raise ValueError(f"no key: {vkey}")
    if sha(name.encode(), b"\n", value)[:4].hex() != key_id:
        raise ValueError(f"no key: {vkey}")
    return name, value[0], value[1:]


def policy_from(text):
    """{"log": key, "witnesses": [keys], "k": how many}; more than half must sign."""
    lines = [line.split() for line in text.splitlines() if line.strip() and line.strip()[0] != "#"]
    (log,) = (key_from(words[1]) for words in lines if words[0] == "log")
    named = {words[1]: key_from(words[2]) for words in lines if words[0] == "witness"}
    ((_, group, told, *members),) = (words for words in lines if words[0] == "group")
    if ["quorum", group] not in lines or sorted(members) != sorted(named):
        raise ValueError("a policy has one group, of all its witnesses, which is its quorum")
    k = len(named) if told == "all" else int(told)
    keys = [log, *named.values()]
    if not len(named) < 2 * k <= 2 * len(named) or len({key[2] for key in keys}) != len(keys):
        raise ValueError("more than half of the witnesses, each with a key of its own, must sign")
    return {"log": log, "witnesses": list(named.values()), "named": named, "k": k}


def policy_written(policy):
    """A policy in the one form that is signed."""
    name, kind, public = policy["log"]
    lines = [f"log {vkey_of(name, kind, public)}"]
    lines += [f"witness {n} {vkey_of(*key)}" for n, key in policy["named"].items()]
    return "\n".join([*lines, f"group quorum {policy['k']} {' '.join(policy['named'])}", ""]) + (
        "quorum quorum\n"
    )


def vkey_of(name, kind, public):
    value = bytes([kind]) + public
    key_id = sha(name.encode(), b"\n", value)[:4].hex()
    return f"{name}+{key_id}+{base64.b64encode(value).decode()}"


def check_policies(entries, heads, found):
    """A policy is signed by a quorum of those before, or it was stated that they could not.

    What was stated is no fault, and is said: with how far those before had signed.
    """
    before, stated = None, []
    named = [e for e in entries if (e["stream"], e["kind"]) == ("study", "witness.policy")]
    for entry in sorted(named, key=lambda one: one["seq"]):
        said, place = entry["payload"], ("study", entry["seq"], "policy")
        try:
            policy = policy_from(said["policy"])
            lines = str(said.get("signatures", "")).splitlines()
        except (ValueError, KeyError, AttributeError, IndexError) as error:
            found.add((*place, f"it names no witnesses: {error}"))
            continue
        text, signed = policy_written(policy), set()
        for line in lines if before else []:
            try:
                _, (signature,) = note_from(f"{text}\n{line.strip()}\n")
            except ValueError:
                continue
            signed |= {key[0] for key in before["witnesses"] if is_by(signature, key, text)}
        if before and len(signed) < before["k"]:
            if said.get("before") != "lost":
                found.add((*place, f"{len(signed)} of those before signed it, {before['k']} must"))
            stated.append(without_them(entry, len(signed), before, heads, len(entries)))
        before = policy
    return stated


def without_them(entry, signed, before, heads, count):
    """A sentence on a change of witnesses that those before did not sign."""
    sizes = [head[2][1] for head in heads if len(cosigners(head, before)) >= before["k"]]
    covered, said = max(sizes, default=0), entry["payload"]
    why = "nothing was stated"
    if said.get("before") == "lost":
        why = f"it was stated that the others could not any more: {said.get('because')}"
    return (
        f"study {entry['seq']}: on {entry['at'][:10]} {entry['by']} changed who the witnesses "
        f"are, and {signed} of {len(before['witnesses'])} of those before signed it, where "
        f"{before['k']} must; {why}. A rewriting of the {count - covered} entries after the first "
        f"{covered} could hide behind this: ask those before what they kept "
        f"({', '.join(before['named'])})"
    )


def is_by(signature, key, text):
    """Whether this key made this signature under this text."""
    name, key_id, value = signature
    if name != key[0] or key_id != sha(key[0].encode(), b"\n", bytes([key[1]]), key[2])[:4]:
        return False
    message = text.encode()
    if key[1] == 4:
        at, value = int.from_bytes(value[:8], "big"), value[8:]
        message = f"cosignature/v1\ntime {at}\n".encode() + message
    return ed25519.is_signed(key[2], message, value)


def cosigners(opened_head, policy):
    """Which witnesses signed a head, and when."""
    text, signatures, _ = opened_head
    return {
        key[0]: int.from_bytes(one[2][:8], "big")
        for key in policy["witnesses"]
        for one in signatures
        if key[1] == 4 and is_by(one, key, text)
    }


def proof_faults(proof, told, policy, digest_of):
    """What is wrong with the proof of one entry (C2SP tlog-proof), and what it shows."""
    found, said = set(), []
    top, _, note = proof.partition("\n\n")
    first, *lines = top.split("\n")
    lines = lines[1:] if lines and lines[0].startswith("extra ") else lines
    number = re.fullmatch("index (0|[1-9][0-9]{0,14})", lines[0]) if lines else None
    if first != "c2sp.org/tlog-proof@v1" or not number:
        raise ValueError("this is no proof of an entry")
    text, signatures = note_from(note)
    origin, size, root = head_from(text)
    given = json.loads(told)
    entry, random = given["entry"], bytes.fromhex(given["random"])
    place = entry["stream"], entry["seq"]
    digest = digest_of(entry)
    if digest != entry["digest"]:
        found.add((*place, "changed", "content and digest do not fit: one of them was changed"))
    leaf = sha(b"\x00", random, bytes.fromhex(digest))
    path = [base64.b64decode(line, validate=True) for line in lines[1:]]
    if root_by(int(number[1]), size, leaf, path) != root:
        found.add((*place, "head-differs", "this entry does not stand there in the tree"))
    if not policy:
        names = ", ".join(name for name, _, _ in signatures)
        said.append(f"it is in the first {size} entries of {origin}; no policy was given, so that")
        said.append(f"no signature was checked of: {names}")
        return sorted(found), said
    if not any(is_by(one, policy["log"], text) for one in signatures):
        found.add((*place, "head-key", "the trial's server did not sign its head"))
    those = cosigners((text, signatures, None), policy)
    if len(those) < policy["k"]:
        found.add((*place, "no-quorum", f"{len(those)} witnesses signed, {policy['k']} are needed"))
    for name, at in sorted(those.items()):
        moment = datetime.fromtimestamp(min(at, 2**33), UTC).isoformat()
        said.append(f"{name} signed the first {size} entries on {moment}")
    return sorted(found), said

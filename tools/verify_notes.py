"""Signed notes, the keys that sign them, and policies of witnesses, read a second time.

It belongs to `verify_tree.py` and needs nothing but Python's standard library either, and
`verify_ed25519.py` beside it. The forms are C2SP's signed-note, tlog-cosignature and tlog-policy.
"""

import base64
import hashlib
import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path


def beside(name):
    """A module of the same folder, also where Python looks for none there (`python3 -I`)."""
    spec = spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ed25519 = beside("verify_ed25519")


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# Notes, and the heads of trees in them


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


# Keys and signatures


def key_from(vkey):
    """(name, kind, public key); kind 1 is a log's, 4 a witness's."""
    name, key_id, value = vkey.split("+", 2)
    value = base64.b64decode(value, validate=True)
    if len(value) != 33 or value[0] not in (1, 4):
        raise ValueError(f"no key: {vkey}")
    if sha(name.encode(), b"\n", value)[:4].hex() != key_id:
        raise ValueError(f"no key: {vkey}")
    return name, value[0], value[1:]


def vkey_of(name, kind, public):
    value = bytes([kind]) + public
    key_id = sha(name.encode(), b"\n", value)[:4].hex()
    return f"{name}+{key_id}+{base64.b64encode(value).decode()}"


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


# Policies: who the witnesses are, and by whose word


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

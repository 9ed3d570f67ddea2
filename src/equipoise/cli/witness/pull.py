"""One look of a witness at the trial: what it knew still stands, the rest is copied, and signed."""

import json
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Protocol

from equipoise.cli.witness.folder import Folder
from equipoise.ledger import digest_now, is_tombstone, redactions
from equipoise.ledger.entry import Entry
from equipoise.ledger.line import Unreadable, entry_from
from equipoise.ledger.note import Note, cosigned, is_by, read_note
from equipoise.ledger.policy import policy_text, read_policy
from equipoise.ledger.tree import fits, leaf_hash
from equipoise.ledger.tree_head import TreeHead, read_tree_head
from equipoise.ledger.tree_roots import roots_of

__all__ = ["DoesNotFit", "pull", "root_of"]

BATCH = 1000


class DoesNotFit(Exception):
    """What the server shows is not what it showed before; the sentence names the evidence."""


class Server(Protocol):
    """Where a witness looks."""

    def get(self, path: str) -> bytes | None: ...

    def post(self, path: str, body: dict[str, Any]) -> str: ...


def pull(folder: Folder, server: Server, now: datetime) -> list[str]:
    """Look, keep the copy, and sign; what to tell.

    :raises DoesNotFit: when nothing was signed, because something was changed
    :raises Unreadable: when what lies in the folder was damaged
    """
    try:
        with folder.alone():
            return _pulled(folder, server, now)
    except (Unreadable, OSError):
        raise
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise DoesNotFit(
            f"what {folder.url} answered cannot be read ({error}): is it the address of the trial?"
        ) from error


def _pulled(folder: Folder, server: Server, now: datetime) -> list[str]:
    answer = server.get("tree/head")
    if answer is None:
        return ["the trial has no head yet"]
    note = read_note(answer.decode())
    head = read_tree_head(note.text)
    _signed_by_the_server(folder, note, head)
    before = folder.head()
    if before:
        _grew(folder, server, before, (note, head))
    kept = folder.leaves()
    start = len(kept)
    opened = _opened(server, kept)
    kept += _fetched(server, start, head.size)
    _is_true(folder, kept, note, head)
    redacted = list(_redacted(kept))
    note = note.also(cosigned(note.text, folder.name, folder.secret, int(now.timestamp())))
    folder.keep(kept, note)
    line = note.signatures[-1].line
    against = server.post("tree/signatures", {"size": head.size, "line": line})
    own = sum(1 for leaf in kept if "entry" in leaf or "shown" in leaf)
    lines = [
        f"{head.size} entries stand in the tree, {head.size - start} of them new; "
        f"{own} are yours to read, {opened} of those were opened now"
    ]
    lines.append(f"signed, but not taken by the server: {against}" if against else "signed")
    return [*lines, *redacted, *_of_policy(folder, server)]


def root_of(leaves: list[dict[str, Any]], size: int) -> bytes:
    """The root of the first `size` leaves of a copy."""
    return roots_of((bytes.fromhex(leaf["hash"]) for leaf in leaves[:size]), {size})[size]


def _signed_by_the_server(folder: Folder, note: Note, head: TreeHead) -> None:
    if head.origin != folder.log.name:
        raise DoesNotFit(f"this is the trial {head.origin}, not {folder.log.name}")
    if not any(is_by(one, folder.log, note.text) for one in note.signatures):
        where = folder.keep_as_evidence(f"{head.size}", note)
        raise DoesNotFit(f"its server did not sign the head of {head.size} entries: see {where}")


def _grew(
    folder: Folder, server: Server, before: tuple[Note, TreeHead], now: tuple[Note, TreeHead]
) -> None:
    """The head that was signed here is the beginning of the one that is shown now."""
    old, new = before[1], now[1]
    if new.size < old.size:
        where = folder.keep_as_evidence(f"{new.size}", now[0])
        raise DoesNotFit(
            f"here {old.size} entries are known, and now there are {new.size}: {where}"
        )
    answer = json.loads(server.get(f"tree/consistency?old={old.size}&new={new.size}") or b"{}")
    proof = [b64decode(value) for value in answer.get("hashes", [])]
    if not fits(old.size, new.size, old.root, new.root, proof):
        where = folder.keep_as_evidence(f"{new.size}", now[0])
        raise DoesNotFit(
            f"the head of {new.size} entries does not begin with that of {old.size}, which was "
            f"signed here: {where} and head.note prove that two views were shown"
        )


def _fetched(server: Server, start: int, size: int) -> Iterator[dict[str, Any]]:
    while start < size:
        end = min(size, start + BATCH)
        answer = json.loads(server.get(f"tree/leaves?start={start}&end={end}") or b"{}")
        found = answer.get("leaves", [])
        if [leaf["index"] for leaf in found] != list(range(start, end)):
            raise DoesNotFit(f"the server keeps back leaves from {start} to {end}")
        yield from found
        start = end


def _opened(server: Server, kept: list[dict[str, Any]]) -> int:
    """Ask again for what could not be given letter by letter; how much of it can be now."""
    waiting = [leaf["index"] for leaf in kept if "shown" in leaf]
    count = 0
    for start in range(0, len(waiting), 200):
        only = ",".join(map(str, waiting[start : start + 200]))
        for leaf in json.loads(server.get(f"tree/leaves?only={only}") or b"{}").get("leaves", []):
            if leaf["hash"] != kept[leaf["index"]]["hash"]:
                raise DoesNotFit(f"the hash of leaf {leaf['index']} is not that of before")
            count += "entry" in leaf
            kept[leaf["index"]] = leaf
    return count


def _is_true(folder: Folder, kept: list[dict[str, Any]], note: Note, head: TreeHead) -> None:
    """The copy is that of the head, and each entry in it is that of its hash."""
    if root_of(kept, head.size) != head.root:
        where = folder.keep_as_evidence(f"{head.size}", note)
        raise DoesNotFit(f"the leaves that were given are not those of the head: see {where}")
    for leaf in kept:
        if "entry" not in leaf:
            continue
        entry = _entry(leaf)
        # Of what was redacted the digest is left, which the leaf binds as well.
        digest = entry.digest if is_tombstone(entry) else digest_now(entry)
        content = bytes.fromhex(leaf["random"]) + bytes.fromhex(digest)
        if leaf_hash(content).hex() != leaf["hash"]:
            raise DoesNotFit(f"entry {entry.stream} {entry.seq} is not the one of its leaf")


def _entry(leaf: dict[str, Any]) -> Entry:
    line = json.dumps(leaf["entry"], ensure_ascii=False, separators=(",", ":"))
    return entry_from(line.encode())


def _redacted(kept: list[dict[str, Any]]) -> Iterator[str]:
    """What was redacted; of which this copy may hold what stood there.

    :raises DoesNotFit: when the content of an entry was taken away and no act says so
    """
    entries = [_entry(leaf) for leaf in kept if "entry" in leaf]
    found = redactions(entries)
    for entry in entries:
        act, _ = found.get((entry.stream, entry.seq), (None, None))
        if act is None and is_tombstone(entry) and not any("shown" in leaf for leaf in kept):
            raise DoesNotFit(
                f"the content of {entry.stream} {entry.seq} was taken away, and no act says so"
            )
        if act and not is_tombstone(entry):
            yield (
                f"{entry.stream} {entry.seq} was redacted by entry {act.seq} on {act.at[:10]}: "
                "this copy still holds what stood there; whether it may is for who keeps it"
            )


def _of_policy(folder: Folder, server: Server) -> list[str]:
    """Whether the trial's policy is the one held here."""
    answer = server.get("tree/policy")
    if answer is None:
        return ["the trial has named no witnesses yet"]
    policy, held = read_policy(answer.decode()), folder.path / "policy.txt"
    lines = []
    if not held.exists():
        lines.append(f"you hold no policy: compare it with others and keep it as {held}")
        (folder.path / "policy.told.txt").write_text(policy_text(policy), encoding="utf-8")
    elif policy_text(read_policy(held.read_text("utf-8"))) != policy_text(policy):
        (folder.path / "policy.told.txt").write_text(policy_text(policy), encoding="utf-8")
        lines.append(
            "ANOTHER POLICY than the one you hold: see policy.told.txt, and ask who signed it"
        )
    if not policy.is_independent:
        lines.append(f"with {len(policy.witnesses)} witnesses the policy is not independent")
    if folder.key.public not in {key.public for key in policy.witnesses.values()}:
        lines.append("this witness is not among those of the policy")
    return lines

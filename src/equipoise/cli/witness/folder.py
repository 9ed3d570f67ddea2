"""The folder of a witness: plain files, to be read in twenty years without Equipoise.

| file | what it is |
|---|---|
| `witness.json` | name, address and the server's key |
| `key`, `token` | the secret, and the holder's key of the API: readable by the owner alone |
| `head.note`, `heads/` | the newest head with this witness's signature, and all before |
| `leaves.jsonl` | a line for each entry of the trial: its hash, and the entry where it is yours |
| `entries.csv` | the same entries for a spreadsheet, a row for each thing that was said |
| `policy.txt` | the policy that you hold; put it there yourself |
"""

import csv
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EWOULDBLOCK
from pathlib import Path
from typing import Any

from equipoise.ledger.line import Unreadable
from equipoise.ledger.note import LOG, WITNESS, Key, Note, key_of, read_key, read_note
from equipoise.ledger.tree_head import TreeHead, read_tree_head

__all__ = ["Folder", "head_in", "lines_of", "text_in"]

COLUMNS = [
    "participant",
    "stream",
    "number",
    "happened",
    "recorded",
    "by",
    "what",
    "field",
    "value",
]


class Folder:
    """One witness."""

    def __init__(self, path: Path, name: str, url: str, log: Key, secret: bytes) -> None:
        self.path, self.name, self.url = path, name, url
        self.log, self.secret = log, secret

    @classmethod
    def make(cls, path: Path, name: str, url: str, log: str) -> "Folder":
        """A new one with a key of its own."""
        server, secret = read_key(log), secrets.token_bytes(32)
        read_key(key_of(name, WITNESS, secret).vkey)  # the name can be one
        if server.kind != LOG:
            raise Unreadable("this is no key of a trial's server")
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)  # it holds a key, and people's data
        (path / "heads").mkdir(exist_ok=True)
        settings = {"name": name, "url": url, "log": server.vkey}
        made = os.open(path / "key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(made, "w", encoding="utf-8") as file:
            file.write(f"{secret.hex()}\n")
        (path / "witness.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
        return cls(path, name, url, server, secret)

    @classmethod
    def at(cls, path: Path) -> "Folder":
        """The one that stands there."""
        try:
            settings = json.loads(text_in(path / "witness.json"))
            secret = bytes.fromhex(text_in(path / "key").strip())
            server = read_key(settings["log"])
            folder = cls(path, str(settings["name"]), str(settings["url"]), server, secret)
            folder.key  # noqa: B018 -- the secret can be one
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unreadable(
                f"{path} is no folder of a witness, or its witness.json or key is damaged "
                f"({error}): put them back from your own copy, or make a new one beside it "
                "with `equipoise witness init`"
            ) from None
        return folder

    @property
    def key(self) -> Key:
        """Its public key."""
        return key_of(self.name, WITNESS, self.secret)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Have the folder for oneself: two looks at once would write over each other's files.

        :raises BlockingIOError: while another has it
        """
        opened = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError:
            text = "another pull is at work in it: let it end first"
            raise BlockingIOError(EWOULDBLOCK, text, str(self.path)) from None
        finally:
            os.close(opened)

    def token(self) -> str:
        """The key of the API that lies in the folder."""
        path = self.path / "token"
        if not path.exists():
            raise Unreadable(f"put a key of the API in {path}: the trial office makes you one")
        return text_in(path).strip()

    def head(self) -> tuple[Note, TreeHead] | None:
        """The newest head that was signed; None before the first."""
        return head_in(self.path)

    def leaves(self) -> list[dict[str, Any]]:
        """What is kept of each entry, in order."""
        path = self.path / "leaves.jsonl"
        return list(lines_of(path)) if path.exists() else []

    def keep(self, leaves: list[dict[str, Any]], note: Note) -> None:
        """Keep a copy and its head, safely on the disk, before anything is signed."""
        _replace(self.path / "leaves.jsonl", "".join(map(_line, leaves)))
        with (self.path / "entries.csv.part").open("w", newline="", encoding="utf-8-sig") as file:
            table = csv.writer(file)
            table.writerow(COLUMNS)
            table.writerows(row for leaf in leaves for row in _rows(leaf))
        (self.path / "entries.csv.part").replace(self.path / "entries.csv")
        size = read_tree_head(note.text).size
        _replace(self.path / "heads" / f"{size:012}.note", note.written)
        _replace(self.path / "head.note", note.written)

    def keep_as_evidence(self, name: str, note: Note) -> Path:
        """Keep a head that does not fit."""
        path = self.path / f"does-not-fit-{name}.note"
        _replace(path, note.written)
        return path


def head_in(path: Path) -> tuple[Note, TreeHead] | None:
    """The head in a folder, or in a file."""
    file = path / "head.note" if path.is_dir() else path
    if path.is_dir() and not file.exists():
        return None
    note = read_note(text_in(file))
    return note, read_tree_head(note.text)


def _line(leaf: dict[str, Any]) -> str:
    return json.dumps(leaf, ensure_ascii=False, separators=(",", ":")) + "\n"


def lines_of(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a copy, as what they say."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                leaf = json.loads(line)
                bytes.fromhex(leaf["hash"])
            except (ValueError, KeyError, TypeError, RecursionError):
                raise Unreadable(
                    f"{path}:{number}: this line was damaged here: move {path.name} away, keep "
                    "the heads, and pull again"
                ) from None
            yield leaf


def text_in(path: Path) -> str:
    """The text of a file; raises Unreadable when it is none."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise Unreadable(f"{path}: this is no text") from None


def _replace(path: Path, text: str) -> None:
    part = path.with_name(f"{path.name}.part")
    with part.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _rows(leaf: dict[str, Any]) -> Iterator[list[str]]:
    entry = leaf.get("entry") or leaf.get("shown")
    if not entry:
        return
    fields = entry["payload"] if "payload" in entry else entry["fields"] or {}
    start = [
        entry["subject"] or entry["stream"],
        *(str(entry[name]) for name in ("stream", "seq", "happened", "at", "by", "kind")),
    ]
    pairs = list(_flat("", fields)) or [("", "")]
    for name, value in pairs:
        yield [_safe(cell) for cell in (*start, name, value)]


def _flat(place: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _flat(f"{place}.{name}" if place else name, part)
    elif isinstance(value, list):
        for number, part in enumerate(value, 1):
            yield from _flat(f"{place}.{number}", part)
    else:
        yield place, "" if value is None else str(value)


def _safe(cell: str) -> str:
    """No text that a spreadsheet would run as a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell

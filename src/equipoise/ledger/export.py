"""Taking the whole ledger out of the house, and reading it back.

An export is one text file, a line an entry, sorted by stream and place; the same ledger always
gives the same bytes, and `tools/verify_ledger.py` needs nothing else.
"""

import os
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import msgspec

from equipoise.ledger.canonical import canonical
from equipoise.ledger.entry import Entry, Head
from equipoise.ledger.line import Unreadable, entry_from, line_of

__all__ = ["heads_text", "read_export", "read_heads", "write_export"]


class Readable(Protocol):
    """Whatever can tell all of its entries: a store, or a copy of one."""

    def everything(self) -> Iterator[Entry]: ...


def write_export(ledger: Readable, path: Path | str) -> str:
    """Write every entry to `path`, whole or not at all; the SHA-256 of the file.

    The file is readable by its owner alone. Raises OSError when it cannot be written; what stood
    at `path` then still stands.
    """
    path, digest = Path(path), sha256()
    passing = path.with_name(f"{path.name}.{os.getpid()}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(passing, flags, 0o600), "wb") as file:
            for entry in ledger.everything():
                line = f"{line_of(entry)}\n".encode()
                digest.update(line)
                file.write(line)
            file.flush()
            os.fsync(file.fileno())
        passing.replace(path)
    finally:
        passing.unlink(missing_ok=True)
    return digest.hexdigest()


def read_export(path: Path | str) -> Iterator[Entry]:
    """The entries of an export, in the order of its lines.

    Raises Unreadable with the file and line for a line that is no entry. Whether the entries are
    the true ones is for `verify_export` to say.
    """
    with Path(path).open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                yield entry_from(line.removesuffix(b"\n"))
            except Unreadable as error:
                raise Unreadable(f"{path}:{number}: {error}") from None


def heads_text(heads: Mapping[str, Head]) -> str:
    """The heads of all streams as canonical JSON, to be kept where nobody here can change them."""
    return canonical({name: {"digest": h.digest, "seq": h.seq} for name, h in heads.items()})


def read_heads(path: Path | str) -> dict[str, Head]:
    """The heads that `heads_text` wrote to a file; raises Unreadable when it holds none."""
    try:
        return msgspec.json.decode(Path(path).read_bytes(), type=dict[str, Head])
    except msgspec.DecodeError as error:
        raise Unreadable(f"{path}: not a list of heads: {error}") from None

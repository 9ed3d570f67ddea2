"""The secrets of an installation, kept apart from its copies: encrypted with age.

Whoever has both the seed and the ledger knows the next allocation, so the secrets are written to a
file of their own, which only the people whom the office has named can open: with Equipoise, or
with the `age` tool alone. There are two of them at least, so that a lost key does not end it all.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import pyrage

from equipoise.web.backup.manifest import BadCopy
from equipoise.web.backup.packed import tar_of, untarred

__all__ = ["FEWEST", "opened", "recipients", "sealed"]

FEWEST = 2
_STANZA = re.compile(rb"^-> \S+", re.MULTILINE)


def recipients(lines: Iterable[str]) -> list[str]:
    """The recipients in these lines, each once; empty lines and remarks do not count.

    A key of SSH under two names is one key: the name behind it is a remark too.
    """
    found = [line.partition("#")[0].split()[:2] for line in lines]
    return list(dict.fromkeys(" ".join(words) for words in found if words))


def sealed(secrets: dict[str, bytes], to: list[str]) -> bytes:
    """The secrets as an age file that each of these recipients can open.

    :raises BadCopy: when a recipient is none, or there are too few
    """
    if len(to) < FEWEST:
        raise BadCopy(
            f"the secrets are encrypted to {FEWEST} recipients or more, and {len(to)} are named: "
            "give each with --to, or one a line in the file `recipients` of the home "
            "(`age-keygen` makes a key and prints its recipient)"
        )
    file = bytes(pyrage.encrypt(tar_of(secrets), [_recipient(one) for one in to]))
    header = file[: file.index(b"\n---")]
    if len(_STANZA.findall(header)) < len(to):
        raise BadCopy("the file of the secrets does not name every recipient")
    return file


def opened(file: bytes, identities: Path | None) -> dict[str, bytes]:
    """The secrets of such a file, or of the tar that `age --decrypt` made of it.

    :param identities: a file that holds the key of one of the recipients
    :raises BadCopy: when it cannot be opened with it
    """
    if not file.startswith(b"age-encryption.org/"):
        return untarred(file)
    if identities is None:
        raise BadCopy("the secrets are encrypted: name the file with your key in --identity")
    keys = _keys_in(identities)
    try:
        return untarred(bytes(pyrage.decrypt(file, keys)))
    except pyrage.DecryptError as error:
        raise BadCopy(f"the secrets cannot be opened with {identities}: {error}") from error


def _keys_in(file: Path) -> list["pyrage.x25519.Identity"]:
    lines = file.read_bytes().decode("ascii", "replace").splitlines()
    secrets = [line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")]
    if not secrets:
        raise BadCopy(f"{file} holds no key of age (a line AGE-SECRET-KEY-…)")
    try:
        return [pyrage.x25519.Identity.from_str(line) for line in secrets]
    except pyrage.IdentityError as error:
        raise BadCopy(f"the key in {file} is mistyped or cut off: {error}") from error


def _recipient(text: str) -> "pyrage.x25519.Recipient | pyrage.ssh.Recipient":
    kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
    try:
        return kind.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise BadCopy(f"{text!r} is no recipient of age: {error}") from error

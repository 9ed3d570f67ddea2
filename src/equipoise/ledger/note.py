"""Signed notes (C2SP signed-note, tlog-cosignature): a short text, and who signed it.

Two kinds of signature occur. The log itself, that is the trial's server, signs with Ed25519 over
the text. A witness signs with Ed25519 over a moment and the text, and thereby says that at this
moment it had seen nothing that does not fit.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, replace
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from equipoise.ledger.line import Unreadable

__all__ = [
    "LOG",
    "WITNESS",
    "Key",
    "Note",
    "Signature",
    "cosigned",
    "is_by",
    "key_of",
    "read_key",
    "read_note",
    "read_signature",
    "signed",
]

LOG, WITNESS = 1, 4
"""The kinds of signature: plain Ed25519, and Ed25519 with a moment."""
LATEST = 2**63 - 1
MOST = 64  # signatures of one note
_MARK = "— "  # an em dash


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """The public key of the log or of a witness, under its name."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature says which key made it."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return sha256(named).digest()[:4]

    @property
    def vkey(self) -> str:
        """The key as one word."""
        told = b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{told}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature of a note."""

    name: str
    key_id: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The signature as a line, without its line end."""
        return f"{_MARK}{self.name} {b64encode(self.key_id + self.value).decode()}"

    @property
    def at(self) -> int:
        """The moment of a witness's signature, in seconds since 1970."""
        return int.from_bytes(self.value[:8], "big")


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends with a line end, and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    @property
    def written(self) -> str:
        """The note as it stands in a file."""
        return self.text + "\n" + "".join(f"{one.line}\n" for one in self.signatures)

    def also(self, *signatures: Signature) -> "Note":
        """The same note with these signatures added, each once."""
        fresh = tuple(one for one in signatures if one not in self.signatures)
        return replace(self, signatures=(*self.signatures, *fresh))


def read_note(text: str) -> Note:
    """The note that a text is; raises Unreadable when it is none. Checks no signature."""
    body, blank, lines = text.rpartition("\n\n")
    if not blank or not lines.endswith("\n") or any(c < " " and c != "\n" for c in text):
        raise Unreadable("this is no signed note")
    told = lines.split("\n")[:-1]
    if not 1 <= len(told) <= MOST:
        raise Unreadable(f"a note has from 1 to {MOST} signatures")
    return Note(body + "\n", tuple(map(read_signature, told)))


def read_signature(line: str) -> Signature:
    """The signature that a line says; raises Unreadable."""
    name, blank, told = line.removeprefix(_MARK).partition(" ")
    value = _bytes(told)
    if not line.startswith(_MARK) or not blank or not _is_name(name) or len(value) < 5:
        raise Unreadable(f"this is no line of a signature: {line[:60]!r}")
    return Signature(name=name, key_id=value[:4], value=value[4:])


def read_key(vkey: str) -> Key:
    """The key that a word says; raises Unreadable."""
    name, plus, rest = vkey.strip().partition("+")
    told_id, second, told = rest.partition("+")
    value = _bytes(told)
    if plus and second and _is_name(name) and len(value) == 33 and value[0] in (LOG, WITNESS):
        key = Key(name=name, kind=value[0], public=value[1:])
        if key.id.hex() == told_id:
            return key
    raise Unreadable(f"this is no key of a log or a witness: {vkey[:80]!r}")


def key_of(name: str, kind: int, secret: bytes) -> Key:
    """The public key that belongs to 32 secret bytes."""
    return _public(name, kind, Ed25519PrivateKey.from_private_bytes(secret))


def signed(text: str, name: str, secret: bytes) -> Signature:
    """The log's signature under a text."""
    private = Ed25519PrivateKey.from_private_bytes(secret)
    value = private.sign(text.encode())
    return Signature(name=name, key_id=_public(name, LOG, private).id, value=value)


def cosigned(text: str, name: str, secret: bytes, at: int) -> Signature:
    """A witness's signature under a text, given at a moment (seconds since 1970)."""
    private = Ed25519PrivateKey.from_private_bytes(secret)
    value = at.to_bytes(8, "big") + private.sign(_timed(text, at))
    return Signature(name=name, key_id=_public(name, WITNESS, private).id, value=value)


def is_by(signature: Signature, key: Key, text: str) -> bool:
    """Whether this key made this signature under this text."""
    if (signature.name, signature.key_id) != (key.name, key.id):
        return False
    value, message = signature.value, text.encode()
    if key.kind == WITNESS:
        if len(value) != 72 or signature.at > LATEST:
            return False
        value, message = value[8:], _timed(text, signature.at)
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(value, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _public(name: str, kind: int, private: Ed25519PrivateKey) -> Key:
    return Key(name=name, kind=kind, public=private.public_key().public_bytes_raw())


def _timed(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(c.isspace() for c in name)


def _bytes(told: str) -> bytes:
    try:
        return b64decode(told, validate=True)
    except (NotBase64, ValueError):
        return b""

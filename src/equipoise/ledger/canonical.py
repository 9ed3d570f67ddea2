"""One way to write a value down, so that the same content always has the same digest.

The form is RFC 8785 (JSON Canonicalization Scheme) for the values a ledger may hold: text,
whole numbers, yes and no, null, lists and objects. There are no floating-point numbers: a
measured value is kept as text and typed by the study ("5.5"), so nothing is ever re-rounded.
"""

import re
from hashlib import sha256
from json.encoder import encode_basestring

import msgspec

__all__ = ["DEEPEST", "LARGEST", "START", "NotCanonical", "canonical", "digest_of", "is_canonical"]

START = "0" * 64
"""What the first entry of a stream gives as the digest before it."""

LARGEST = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly (RFC 8785 §3.2.2.3)."""

DEEPEST = 64
"""How many lists and objects may stand inside one another."""


class NotCanonical(Exception):
    """A value that has no canonical form, such as a floating-point number."""


def canonical(value: object) -> str:
    """The canonical JSON text of a value: text, int, bool, None, list, tuple or dict of these.

    Raises NotCanonical, saying where and what, for anything else: floats, whole numbers beyond
    ±(2**53 - 1), half of a surrogate pair, keys that are not text, nesting deeper than DEEPEST.
    """
    text = _written(value, "", 0)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical(f"half of a surrogate pair is not text: {error.object!a}") from None
    return text


def is_canonical(text: str) -> bool:
    """Whether a text is the canonical form of what it says."""
    if _is_plain(text):
        return True
    try:
        return canonical(msgspec.json.decode(text)) == text
    except (msgspec.DecodeError, NotCanonical, UnicodeEncodeError, RecursionError):
        return False


def _is_plain(text: str) -> bool:
    """Whether it is so at a glance: sorted JSON is, within ASCII and without long numbers.

    Every entry is looked at when it is recorded, and nearly every one is such. Of any other nothing
    is said here.
    """
    if not text.isascii() or _LONG(text) or text.count("{") + text.count("[") > DEEPEST:
        return False
    try:
        return _SORTED.encode(_WHOLE.decode(text)) == text.encode()
    except (msgspec.DecodeError, _Fraction, RecursionError):
        return False


class _Fraction(Exception):
    """A number that is not whole stands in a text."""


def _refuse(number: str) -> float:
    raise _Fraction(number)


_LONG = re.compile("[0-9]{16}").search
_WHOLE, _SORTED = msgspec.json.Decoder(float_hook=_refuse), msgspec.json.Encoder(order="sorted")


def digest_of(
    *,
    stream: str,
    seq: int,
    kind: str,
    payload: str,
    by: str,
    at: str,
    happened: str,
    study: str,
    previous: str,
    subject: str = "",
    after: int = 0,
) -> str:
    """SHA-256, as 64 hexadecimal digits, of an entry's canonical form without its digest.

    The payload is canonical text already and is set in as it stands, which is much faster than
    reading and writing it again; the names below therefore stand in canonical order.
    """
    quoted = encode_basestring
    text = (
        f'{{"after":{after},"at":{quoted(at)},"by":{quoted(by)},"happened":{quoted(happened)},'
        f'"kind":{quoted(kind)},"payload":{payload},"previous":{quoted(previous)},"seq":{seq},'
        f'"stream":{quoted(stream)},"study":{quoted(study)},"subject":{quoted(subject)},"v":1}}'
    )
    try:
        return sha256(text.encode()).hexdigest()
    except UnicodeEncodeError:
        raise NotCanonical("half of a surrogate pair is not text, so it has no digest") from None


def _written(value: object, place: str, depth: int) -> str:
    match value:
        case str():
            return encode_basestring(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return _whole(value, place)
        case dict():
            return _object(value, place, _deeper(depth, place))
        case list() | tuple():
            below = _deeper(depth, place)
            parts = [_written(each, f"{place}[{n}]", below) for n, each in enumerate(value)]
            return f"[{','.join(parts)}]"
    kind = type(value).__name__
    raise NotCanonical(f"{place or 'value'}: {kind} {value!r} cannot be kept; write it as text")


def _whole(value: int, place: str) -> str:
    if -LARGEST <= value <= LARGEST:
        return int.__repr__(value)
    raise NotCanonical(f"{place or 'value'}: a whole number beyond ±(2**53 - 1); write it as text")


def _object(value: dict[object, object], place: str, depth: int) -> str:
    keys = [key for key in value if isinstance(key, str)]
    if len(keys) != len(value):
        raise NotCanonical(f"{place or 'value'}: every key of an object must be text")
    # RFC 8785 sorts by UTF-16 code units, which differs from Python's order beyond U+FFFF.
    keys.sort(key=None if "".join(keys).isascii() else _utf16)
    parts = [
        f"{encode_basestring(key)}:{_written(value[key], f'{place}.{key}', depth)}" for key in keys
    ]
    return f"{{{','.join(parts)}}}"


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def _deeper(depth: int, place: str) -> int:
    if depth >= DEEPEST:
        raise NotCanonical(f"{place}: nested deeper than {DEEPEST} levels")
    return depth + 1

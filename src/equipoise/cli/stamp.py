"""A time stamp for a head, by anyone who gives them (RFC 3161): that it was there at that moment.

`openssl ts -verify -data SIZE.note -in SIZE.tsr -CAfile …` checks it, without Equipoise.
"""

from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

__all__ = ["NotStamped", "query", "stamp"]

PATIENCE = 60  # seconds
# SEQUENCE { 1, { SHA-256, the digest }, certificates wanted }, in DER.
_BEFORE = bytes.fromhex("3039020101" + "3031300d060960864801650304020105000420")
_AFTER = bytes.fromhex("0101ff")
_GRANTED = (b"\x02\x01\x00", b"\x02\x01\x01")


class NotStamped(OSError):
    """Whoever was asked gave no time stamp."""


def query(data: bytes) -> bytes:
    """The question for a time stamp of these bytes."""
    return _BEFORE + sha256(data).digest() + _AFTER


def stamp(text: str, url: str, folder: Path, name: str) -> Path:
    """Have a text stamped, and write it and its stamp to a folder; where the stamp stands.

    :raises NotStamped: when no stamp of this text came back
    """
    if not url.startswith(("https://", "http://")):
        raise NotStamped(f"{url}: an address begins with https://")
    data = text.encode()
    headers = {"Content-Type": "application/timestamp-query"}
    try:
        with urlopen(Request(url, query(data), headers), timeout=PATIENCE) as answer:
            body: bytes = answer.read()
    except (URLError, HTTPException, ValueError) as error:
        because = error.reason if isinstance(error, URLError) else error
        raise NotStamped(f"{url} cannot be asked for a time stamp: {because}") from None
    if not any(mark in body[:16] for mark in _GRANTED) or sha256(data).digest() not in body:
        raise NotStamped(f"{url} gave no time stamp of this head")
    (folder / f"{name}.note").write_bytes(data)
    (folder / f"{name}.tsr").write_bytes(body)
    return folder / f"{name}.tsr"

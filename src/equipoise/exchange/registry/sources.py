"""What a file that is taken in consists of: itself, what is packed in it, or the parts of a zip.

Each part is read in pieces, so that a file of any size needs the same memory. What unpacks to far
more than a registry's text ever does is a bomb, and is left.
"""

import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from equipoise.exchange.registry.unread import BOMB, DAMAGED, LOCKED, NESTED
from equipoise.study.reason import Refusal

__all__ = ["Part", "Refused", "parts"]

PIECE = 1 << 20
TIMES = 200
SMALL = 64 << 20
"""What unpacks to less than this is no bomb, however little it was packed in."""
_BROKEN = (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError)
Pieces = Callable[[], Iterator[bytes]]


class Refused(Exception):
    """A part that cannot be read, or not any further."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why.because)
        self.why = why


@dataclass(frozen=True)
class Part:
    """One part of a file: its name in a zip, and its text in pieces."""

    name: str
    pieces: Pieces


def parts(file: Path, tell: Callable[[int], None]) -> Iterator[Part]:
    """The parts of a file, in their order.

    :param tell: is given how many bytes of the file have been read
    """
    with file.open("rb") as opened:
        begins = opened.read(4)
        opened.seek(0)
        if begins[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
            yield from _of_zip(opened, tell)
        elif begins[:2] == b"\x1f\x8b":
            size = file.stat().st_size
            yield Part("", lambda: _unpacked(opened, size, lambda: tell(opened.tell())))
        else:
            yield Part("", lambda: _plain(opened, lambda: tell(opened.tell())))


def _of_zip(opened: IO[bytes], tell: Callable[[int], None]) -> Iterator[Part]:
    try:
        packed = zipfile.ZipFile(opened)
    except _BROKEN as error:
        yield Part("", _refusing(DAMAGED(error=str(error))))
        return
    with closing(packed):
        for member in packed.infolist():
            if not member.is_dir():
                tell(member.header_offset)
                yield Part(member.filename, _member(packed, member))


def _member(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> Pieces:
    if member.flag_bits & 1:
        return _refusing(LOCKED())
    if member.filename.lower().endswith(".zip"):
        return _refusing(NESTED())
    return lambda: _opened(packed, member)


def _opened(packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with packed.open(member) as stream:
            if member.filename.lower().endswith(".gz"):
                yield from _unpacked(stream, member.compress_size, lambda: None)
            else:
                yield from _guarded(stream, member.compress_size, lambda: None)
    except _BROKEN as error:
        raise Refused(DAMAGED(error=str(error))) from error


def _unpacked(stream: IO[bytes], size: int, tell: Callable[[], None]) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=stream) as unpacked:
        yield from _guarded(unpacked, size, tell)


def _guarded(
    stream: IO[bytes] | gzip.GzipFile, size: int, tell: Callable[[], None]
) -> Iterator[bytes]:
    """Its pieces, until they are more than `TIMES` what they were packed in."""
    come = 0
    try:
        while piece := stream.read(PIECE):
            come += len(piece)
            if come > SMALL and come > TIMES * size:
                raise Refused(BOMB(times=TIMES))
            tell()
            yield piece
    except _BROKEN as error:
        raise Refused(DAMAGED(error=str(error))) from error


def _plain(opened: IO[bytes], tell: Callable[[], None]) -> Iterator[bytes]:
    while piece := opened.read(PIECE):
        tell()
        yield piece


def _refusing(why: Refusal) -> Pieces:
    def pieces() -> Iterator[bytes]:
        raise Refused(why)
        yield b""

    return pieces

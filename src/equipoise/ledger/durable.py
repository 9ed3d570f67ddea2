"""A file that only grows, whole block by whole block, whatever happens to the one who writes.

Writers queue for an exclusive lock (flock) on the file. A block of one line is known to be torn
by its missing line end. A block of several lines is announced first in `<name>.block`, with its
place and digest, so that one cut short can be told from one that stands. What is torn was never
acknowledged: it is moved to `<name>.torn`, never thrown away.
"""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import msgspec

__all__ = ["GrowingFile"]

_LOG = logging.getLogger("equipoise.ledger")


class GrowingFile:
    """Lines of bytes at `path`; made when it is not there. One object serves one thread a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.torn: list[str] = []
        """What was found torn since this object opened the file, as sentences."""
        self._fd, self._process = -1, 0

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep all others out, and find the file mended."""
        fd = self._handle()
        fcntl.flock(fd, fcntl.LOCK_EX)
        try:
            self._mend()
            yield
        finally:
            fcntl.flock(fd, fcntl.LOCK_UN)

    def size(self) -> int:
        """How many bytes there are, torn ones included."""
        return os.fstat(self._handle()).st_size

    def read(self, start: int) -> bytes:
        """Everything from byte `start` on. To be called while `locked`."""
        parts = []
        while part := os.pread(self._handle(), 1 << 24, start):
            parts.append(part)
            start += len(part)
        return b"".join(parts)

    def write(self, lines: list[bytes]) -> None:
        """Add these lines as one block, on the disk when this returns. To be called while `locked`.

        Raises OSError, and leaves the file as it was, when the disk refuses.
        """
        fd, start = self._handle(), self.size()
        block = b"".join(line + b"\n" for line in lines)
        try:
            if len(lines) > 1:
                self._announce(start, block)
            left = memoryview(block)
            while left:
                left = left[os.write(fd, left) :]
            os.fsync(fd)
        except BaseException:
            os.ftruncate(fd, start)
            self._announced.unlink(missing_ok=True)
            raise
        self._announced.unlink(missing_ok=True)

    def close(self) -> None:
        """Give the file back; the next use opens it again."""
        if self._fd >= 0 and self._process == os.getpid():
            os.close(self._fd)
        self._fd = -1

    @property
    def _announced(self) -> Path:
        return self.path.with_name(self.path.name + ".block")

    def _handle(self) -> int:
        # A lock goes with the open file, which a forked child shares: it opens its own.
        if self._fd < 0 or self._process != os.getpid():
            is_new = not self.path.exists()
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
            self._fd, self._process = os.open(self.path, flags, 0o600), os.getpid()
            if is_new:
                self._keep_names()
        return self._fd

    def _keep_names(self) -> None:
        folder = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _announce(self, start: int, block: bytes) -> None:
        note = {"digest": sha256(block).hexdigest(), "from": start, "to": start + len(block)}
        _write_through(self._announced, msgspec.json.encode(note))
        self._keep_names()

    def _mend(self) -> None:
        """Move aside what a writer left torn; with the lock held, no writer is at work."""
        size = self.size()
        whole = self._whole_size(size)
        if whole < size:
            self._move_aside(whole, size)
        self._announced.unlink(missing_ok=True)

    def _whole_size(self, size: int) -> int:
        """How many of the bytes are whole blocks."""
        if self._announced.exists() and (start := self._cut_short(size)) is not None:
            return start
        end = size
        while end:
            start = max(0, end - 65536)
            part = os.pread(self._fd, end - start, start)
            if (at := part.rfind(b"\n")) >= 0:
                return start + at + 1
            end = start
        return 0

    def _cut_short(self, size: int) -> int | None:
        """Where the announced block begins, when it does not stand whole."""
        try:
            note = msgspec.json.decode(self._announced.read_bytes(), type=dict[str, int | str])
            start, to, digest = int(note["from"]), int(note["to"]), note["digest"]
        except (msgspec.DecodeError, KeyError):
            return None  # cut short in the announcement: the block itself was never begun
        if size <= start:
            return None
        stands = size >= to and sha256(os.pread(self._fd, to - start, start)).hexdigest() == digest
        return None if stands else start

    def _move_aside(self, whole: int, size: int) -> None:
        aside = self.path.with_name(self.path.name + ".torn")
        part = self.read(whole)
        _write_through(aside, part + b"\n", os.O_APPEND)
        os.ftruncate(self._fd, whole)
        os.fsync(self._fd)
        said = (
            f"{self.path}: the last {size - whole} bytes were cut short while being written and "
            f"never acknowledged; they stand in {aside.name}"
        )
        self.torn.append(said)
        _LOG.warning(said)


def _write_through(path: Path, text: bytes, how: int = os.O_TRUNC) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | how, 0o600)
    try:
        left = memoryview(text)
        while left:
            left = left[os.write(fd, left) :]
        os.fsync(fd)
    finally:
        os.close(fd)

"""Who works in a folder: a lock that dies with whoever holds it, whatever ends them."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["Held", "hold", "is_held"]

PATIENCE, A_MOMENT = 25, 0.02  # whoever only looks holds the lock for less than a moment


class Held(Exception):
    """Another process holds the lock."""


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """The lock, for as long as the block runs. Raises Held."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        for left in reversed(range(PATIENCE)):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not left:
                    raise Held from None
                time.sleep(A_MOMENT)
        yield
    finally:
        os.close(lock)


def is_held(path: Path) -> bool:
    """Whether some process holds the lock now."""
    try:
        lock = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False

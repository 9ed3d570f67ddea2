"""Who uses a home: many programs together, or one alone while it is restored or upgraded.

A lock on a file in the home (flock) that its holder loses only by ending. It is known to the
programs of one machine; PostgreSQL's other servers are stopped by whoever keeps them.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["InUse", "alone", "share"]

_held: dict[Path, int] = {}


class InUse(Exception):
    """The home cannot be had: another program is at work in it."""


def share(home: Path) -> None:
    """Use the home together with others, until this process and its children have ended.

    :raises InUse: while another program has it for itself
    """
    if (place := _place(home)) is None:
        return
    try:
        fcntl.flock(place, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(_held.pop(home))
        raise InUse(
            f"{home} is being restored or upgraded by another program: try again when it is done"
        ) from None


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Have the home for oneself, for as long as the block lasts.

    :raises InUse: while any other program uses it
    """
    shared, place = home in _held, _place(home)
    try:
        _lock_out_others(home, place)
        yield
    finally:
        if place is not None and shared:
            # A lock that could not be had for oneself may have been lost altogether.
            fcntl.flock(place, fcntl.LOCK_SH)
        elif place is not None:
            os.close(_held.pop(home))


def _lock_out_others(home: Path, place: int | None) -> None:
    try:
        if place is not None:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise InUse(f"another program uses {home}, such as the server: stop it first") from None


def _place(home: Path) -> int | None:
    """The open lock of a home; None where the disk is read-only and there is none."""
    if home not in _held:
        try:
            _held[home] = os.open(home / "in-use", os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return None
    return _held[home]

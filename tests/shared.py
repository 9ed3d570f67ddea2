"""What is dear to make and the same in every process of a run: one makes it, the others read it."""

import fcntl
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tests.surroundings import NAMED

T = TypeVar("T")
RUN = "PYTEST_XDIST_TESTRUNUID"  # by it the processes of one run know one another


def shared(name: str, make: Callable[[], T]) -> T:
    """What is made under this name; whoever asks while it is being made waits for it."""
    if RUN not in os.environ:
        return make()
    place = Path(os.environ[NAMED], f"{os.environ[RUN]}-{name}")
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if place.exists():
            found: T = pickle.loads(place.read_bytes())
            return found
        made = make()
        place.write_bytes(pickle.dumps(made))
        return made

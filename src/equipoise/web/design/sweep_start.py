"""Begin a sweep, go on with it, stop it: by a process of its own, one for the whole installation.

The process outlives whoever asked for it and the server too. What it needs to know stands in the
folder of the sweep; a lock that it inherits tells that it lives, and is gone with it. So whatever
is cut off, the folder alone is enough to go on.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from django.utils.text import slugify

from equipoise.design.sweep.ask import Sweep
from equipoise.design.sweep.claim import claim
from equipoise.design.sweep.count import kernel_digest
from equipoise.design.sweep.lock import Held, take
from equipoise.design.sweep.parts import STOP
from equipoise.web import home
from equipoise.web.design.sweep_store import AT_WORK, LOG, Kept, at_work, find, kept

__all__ = ["MOST_KEPT", "Busy", "Full", "begin", "go_on", "same", "stop"]

MOST_KEPT = 200
STANDS_BACK = 10  # how far behind everything else on the machine
WITHHELD = ("DATABASE_URL",)  # a sweep needs no database


class Busy(Exception):
    """Another sweep runs; `name` tells which."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the sweep {name} runs")
        self.name = name


class Full(Exception):
    """So many sweeps are kept that there is no room for another."""


def same(sweep: Sweep) -> Kept | None:
    """The sweep that asks the same of the same version of the program, if it is kept."""
    ours = (one for one in kept() if one.sweep and one.same_kernel)
    return next((one for one in ours if one.sweep and one.sweep.digest == sweep.digest), None)


def begin(sweep: Sweep) -> str:
    """Begin a sweep that is not kept yet; its name. Raises Busy, or Full."""
    name = _name(sweep)
    if len(kept()) >= MOST_KEPT:
        raise Full
    with _alone(name) as lock:
        _lay_out(name, sweep)
        _start(name, lock)
    return name


def go_on(one: Kept) -> None:
    """Go on with a sweep where it was. Raises Busy."""
    with _alone(one.name) as lock:
        _start(one.name, lock)


def stop(one: Kept) -> None:
    """Ask a sweep to stop; it does once the parts in hand are done and kept."""
    (one.folder / STOP).touch()


def _name(sweep: Sweep) -> str:
    """The title as an address, and what tells this question from every other."""
    title = slugify(sweep.title).replace("_", "-")[:40].strip("-") or "sweep"
    known_by = hashlib.sha256(f"{sweep.digest} {kernel_digest()}".encode()).hexdigest()
    return f"{title}-{known_by[:8]}"


@contextmanager
def _alone(name: str) -> Iterator[int]:
    """The installation's lock for sweeps, to be inherited by the process that is started."""
    home.sweeps().mkdir(mode=0o700, exist_ok=True)
    try:
        lock = take(home.sweeps() / AT_WORK)
    except Held:
        raise Busy(next(iter(at_work()), "")) from None
    try:
        os.ftruncate(lock, 0)
        if others := at_work() - {""}:
            raise Busy(min(others))
        os.write(lock, name.encode())
        yield lock
    finally:
        os.close(lock)


def _lay_out(name: str, sweep: Sweep) -> None:
    """The folder with its question: there as a whole, or not at all."""
    made = Path(tempfile.mkdtemp(prefix=".", dir=home.sweeps()))
    try:
        claim(made, sweep)
        made.rename(home.sweeps() / name)
    except OSError:
        shutil.rmtree(made)
        if not find(name):
            raise


def _start(name: str, lock: int) -> None:
    folder = home.sweeps() / name
    (folder / STOP).unlink(missing_ok=True)
    words = ["design", "sweep", "--resume", "--keep", name, "--heed-stop"]
    words += ["--nice", str(STANDS_BACK)]
    env = {key: value for key, value in os.environ.items() if key not in WITHHELD}
    with (folder / LOG).open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "equipoise.cli", *words],
            env={**env, "EQUIPOISE_HOME": str(home.folder())},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(lock,),
        )
    Thread(target=child.wait, daemon=True).start()  # so that the system can forget it

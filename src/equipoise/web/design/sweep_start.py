"""Ask for a sweep, go on with it, stop it: its question is in its folder, and a job says that it is
wanted. The folder alone is enough to go on, whatever is cut off.
"""

import hashlib
import shutil
import tempfile
from pathlib import Path

from django.utils.text import slugify

from equipoise.design.sweep.chunk import kernel_digest
from equipoise.design.sweep.manifest import write_manifest
from equipoise.design.sweep.question import Sweep
from equipoise.web import home, write_service
from equipoise.web.design.sweep_store import STOP, Kept, find, kept
from equipoise.web.jobs import table
from equipoise.web.jobs.sweeps import RUN
from equipoise.web.jobs.table import ToDo

__all__ = ["MOST_KEPT", "Full", "begin", "go_on", "same", "stop"]

MOST_KEPT = 200


class Full(Exception):
    """So many sweeps are kept that there is no room for another."""


def same(sweep: Sweep) -> Kept | None:
    """The sweep that asks the same of the same version of the program, if it is kept."""
    ours = (one for one in kept() if one.sweep and one.same_kernel)
    return next((one for one in ours if one.sweep and one.sweep.digest == sweep.digest), None)


def begin(sweep: Sweep) -> str:
    """Ask for a sweep that is not kept yet; its name. Raises Full."""
    if len(kept()) >= MOST_KEPT:
        raise Full
    name = _name(sweep)
    _lay_out(name, sweep)
    go_on(name)
    return name


def go_on(name: str) -> None:
    """Go on with a sweep where it was."""
    (home.sweeps() / name / STOP).unlink(missing_ok=True)
    now = write_service.now()
    table.renew(ToDo(kind=RUN, key=name, due=now, payload={}), now)


def stop(one: Kept) -> None:
    """Ask a sweep to stop; it does once the chunks at work are done and kept."""
    (one.folder / STOP).touch()


def _name(sweep: Sweep) -> str:
    """The title as an address, and what tells this question from every other."""
    title = slugify(sweep.title).replace("_", "-")[:40].strip("-") or "sweep"
    known_by = hashlib.sha256(f"{sweep.digest} {kernel_digest()}".encode()).hexdigest()
    return f"{title}-{known_by[:8]}"


def _lay_out(name: str, sweep: Sweep) -> None:
    """The folder with its question: there as a whole, or not at all."""
    home.sweeps().mkdir(mode=0o700, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=".", dir=home.sweeps()))
    try:
        write_manifest(made, sweep)
        made.rename(home.sweeps() / name)
    except OSError:
        shutil.rmtree(made)
        if not find(name):
            raise

"""The sweeps of the design that are kept in this installation, a folder each.

A folder tells what was asked, how far it is and what was found; the table of jobs, whether it is
still to be done. Nothing in it is of participants, and nothing that is no sweep's is looked at.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from django.utils.text import slugify

from equipoise.design.sweep.checkpoint import LOCK, STOP, is_held
from equipoise.design.sweep.chunk import kernel_digest
from equipoise.design.sweep.manifest import MANIFEST, read_manifest, write_manifest
from equipoise.design.sweep.question import BadSweep, Sweep
from equipoise.web import home, write_service
from equipoise.web.jobs.reasons import UNNEEDED, wording
from equipoise.web.jobs.sweeps import RUN
from equipoise.web.jobs.table import ToDo, open_jobs, renew
from equipoise.web.models import Job
from equipoise.web.reader import HERE

__all__ = [
    "FILES", "MOST_KEPT", "STOP", "Full", "Kept", "at_work", "begin", "find", "go_on", "kept",
    "last_error", "same", "stop",
]  # fmt: skip

FILES = {
    "points.parquet": "application/vnd.apache.parquet",
    "looks.parquet": "application/vnd.apache.parquet",
    "report.html": "text/html; charset=utf-8",
    "report.pdf": "application/pdf",
}
MOST_KEPT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One sweep: its folder, what was asked (None, with the reason, when it cannot be read).

    `state`: running, stopped (part-way), done, unreadable.
    """

    name: str
    folder: Path
    begun: datetime
    state: str
    sweep: Sweep | None = None
    because: str = ""
    same_kernel: bool = True

    @property
    def title(self) -> str:
        """What it is called."""
        return (self.sweep.title if self.sweep else "").strip() or self.name

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop and still works on what it has in hand."""
        return self.state == "running" and (self.folder / STOP).exists()

    def file(self, name: str) -> Path | None:
        """One of the files that a finished sweep leaves; None for anything else."""
        path = self.folder / name
        there = name in FILES and path.is_file() and not path.is_symlink()
        return path if there and self.sweep else None

    def files(self) -> list[str]:
        """The files that it has left."""
        return [name for name in FILES if self.file(name)]


class Full(Exception):
    """So many sweeps are kept that there is no room for another."""


def kept() -> list[Kept]:
    """Every sweep, the newest first."""
    running = at_work()
    return sorted(
        (_read(folder, running) for folder in _folders()),
        key=lambda one: (one.begun, one.name),
        reverse=True,
    )


def find(name: str) -> Kept | None:
    """The sweep with this name, if there is one."""
    folder = home.sweep_folder(name)
    if folder is None or not _is_own(folder):
        return None
    return _read(folder, at_work())


def at_work() -> frozenset[str]:
    """The names of the sweeps that are asked and not done, or at which a process works now."""
    held = {folder.name for folder in _folders() if is_held(folder / LOCK)}
    return frozenset(held.union(open_jobs([RUN]).values_list("key", flat=True)))


def last_error(one: Kept) -> str:
    """Why it could not go on; empty when it was asked to stop."""
    error = Job.objects.filter(kind=RUN, key=one.name).values_list("error", flat=True).first()
    text = wording(error, HERE) if error and UNNEEDED.code not in error else ""
    return text.replace(str(home.folder()), "…")


def same(sweep: Sweep) -> Kept | None:
    """The sweep that asks the same of the same version of the program, if it is kept."""
    ours = (one for one in kept() if one.sweep and one.same_kernel)
    return next((one for one in ours if one.sweep and one.sweep.digest == sweep.digest), None)


def begin(sweep: Sweep) -> str:
    """Ask for a sweep that is not kept yet; its name. Raises Full."""
    if len(kept()) >= MOST_KEPT:
        raise Full
    name = _name(sweep)
    home.sweeps().mkdir(mode=0o700, exist_ok=True)
    _lay_out(name, sweep)
    go_on(name)
    return name


def go_on(name: str) -> None:
    """Go on with a sweep where it was."""
    (home.sweeps() / name / STOP).unlink(missing_ok=True)
    now = write_service.now()
    renew(ToDo(kind=RUN, key=name, due=now, payload={}), now)


def stop(one: Kept) -> None:
    """Ask a sweep to stop; it does once the chunks at work are done and kept."""
    (one.folder / STOP).touch()


def _folders() -> Iterator[Path]:
    if not home.sweeps().is_dir():
        return
    for path in home.sweeps().iterdir():
        if home.sweep_folder(path.name) == path and _is_own(path):
            yield path


def _is_own(folder: Path) -> bool:
    return folder.is_dir() and not folder.is_symlink()


def _read(folder: Path, running: frozenset[str]) -> Kept:
    manifest = folder / MANIFEST
    begun = manifest.stat().st_mtime if manifest.is_file() else folder.stat().st_mtime
    kept = partial(Kept, name=folder.name, folder=folder, begun=datetime.fromtimestamp(begun, UTC))
    try:
        read = read_manifest(folder)
    except BadSweep as wrong:
        because = str(wrong).removeprefix(f"{manifest}: ")
        return kept(state="unreadable", because=because)
    state = "done" if (folder / "points.parquet").is_file() else "stopped"
    return kept(
        state="running" if folder.name in running else state,
        sweep=read.sweep,
        same_kernel=read.same_kernel,
    )


def _name(sweep: Sweep) -> str:
    """The title as an address, and what tells this question from every other."""
    title = slugify(sweep.title).replace("_", "-")[:40].strip("-") or "sweep"
    known_by = hashlib.sha256(f"{sweep.digest} {kernel_digest()}".encode()).hexdigest()
    return f"{title}-{known_by[:8]}"


def _lay_out(name: str, sweep: Sweep) -> None:
    """The folder with its question: there as a whole, or not at all."""
    made = Path(tempfile.mkdtemp(prefix=".", dir=home.sweeps()))
    try:
        write_manifest(made, sweep)
        made.rename(home.sweeps() / name)
    except OSError:
        shutil.rmtree(made)
        if not find(name):
            raise

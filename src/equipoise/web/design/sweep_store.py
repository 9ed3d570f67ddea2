"""The sweeps of the design that are kept in this installation: a folder each, and nothing else.

A folder tells all there is to know of its sweep: what was asked, how far it is, whether anybody
works in it. Nothing in it is of participants, and nothing that is not a sweep's is looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from equipoise.design.sweep.ask import BadSweep, Sweep
from equipoise.design.sweep.claim import CLAIM, asked_in
from equipoise.design.sweep.lock import is_held
from equipoise.design.sweep.parts import LOCK, STOP
from equipoise.web import home

__all__ = ["AT_WORK", "FILES", "LOG", "Kept", "at_work", "find", "kept", "last_words"]

AT_WORK, LOG = ".at-work", "log"
FILES = {
    "points.parquet": "application/vnd.apache.parquet",
    "looks.parquet": "application/vnd.apache.parquet",
    "report.html": "text/html; charset=utf-8",
    "report.pdf": "application/pdf",
}
MOST_READ = 2_000  # characters of a log that are looked at


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
    """The names of the sweeps at which a process works now."""
    held = {folder.name for folder in _folders() if is_held(folder / LOCK)}
    started = home.sweeps() / AT_WORK
    if is_held(started):
        held.add(started.read_text(encoding="utf-8", errors="replace").strip())
    return frozenset(held)


def last_words(one: Kept) -> str:
    """The last line that its process said, unless it was asked to stop."""
    path = one.folder / LOG
    if not path.is_file() or path.is_symlink():
        return ""
    with path.open("rb") as log:
        log.seek(max(0, path.stat().st_size - MOST_READ))
        text = log.read().decode("utf-8", "replace")
    lines = [line.strip() for line in text.replace(str(home.folder()), "…").splitlines()]
    last = next((line for line in reversed(lines) if line), "")
    return "" if last.startswith("interrupted;") else last


def _folders() -> Iterator[Path]:
    if not home.sweeps().is_dir():
        return
    for path in home.sweeps().iterdir():
        if home.sweep_folder(path.name) == path and _is_own(path):
            yield path


def _is_own(folder: Path) -> bool:
    return folder.is_dir() and not folder.is_symlink()


def _read(folder: Path, running: frozenset[str]) -> Kept:
    claim = folder / CLAIM
    begun = claim.stat().st_mtime if claim.is_file() else folder.stat().st_mtime
    kept = partial(Kept, name=folder.name, folder=folder, begun=datetime.fromtimestamp(begun, UTC))
    try:
        claimed = asked_in(folder)
    except BadSweep as wrong:
        because = str(wrong).removeprefix(f"{claim}: ")
        return kept(state="unreadable", because=because)
    state = "done" if (folder / "points.parquet").is_file() else "stopped"
    return kept(
        state="running" if folder.name in running else state,
        sweep=claimed.sweep,
        same_kernel=claimed.same_kernel,
    )

"""How a restored installation takes the place of what a home holds: whole, or not at all.

The new files are made in a folder of the home, `restoring/new`. A note, `ready`, is the moment at
which the home becomes the new one: whoever is killed before it leaves the old, and what is begun
after it is carried on by the next program that uses the home, before it reads anything.
"""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

__all__ = ["DATABASE", "begin", "commit", "discard", "finish", "occupied"]

DATABASE = "equipoise.sqlite3"
PARTS = (
    *("secrets", "objects", "licensed", "demonstration"),
    *(f"{DATABASE}{end}" for end in ("", "-wal", "-shm", "-queue")),
)
"""What makes up an installation, in its home; the rest can be made again."""


def occupied(home: Path) -> bool:
    """Whether a home holds a database with anything in it, or a sealed seed."""
    database = home / DATABASE
    return (home / "secrets" / "seed").exists() or (
        database.exists() and database.stat().st_size > 0
    )


def begin(home: Path) -> Path:
    """An empty folder for the new files; what an earlier restore that never counted left is gone.

    :raises OSError: when a part of the home lies on a disk of its own and cannot be moved
    """
    for name in PARTS:
        if os.path.ismount(home / name):
            raise OSError(
                f"{home / name} is a disk of its own and cannot change places: unmount it first"
            )
    discard(home)
    new = _folder(home) / "new"
    new.mkdir(parents=True, mode=0o700)
    return new


def discard(home: Path) -> None:
    """Forget files that do not count yet."""
    if not (_folder(home) / "ready").exists():
        shutil.rmtree(_folder(home), ignore_errors=True)


def commit(home: Path, aside: str, also: Iterable[str] = ()) -> Path | None:
    """The new files are whole and count from now on; returns where the old ones lie, if any.

    :param also: what else of the home changes places beside the parts that every one has
    """
    for folder, _, files in os.walk(_folder(home) / "new"):
        for name in files:
            _on_disk(Path(folder, name))
        _on_disk(Path(folder))
    _note(_folder(home) / "ready", "\n".join([aside, *also]))
    finish(home)
    return home / aside if (home / aside).exists() else None


def finish(home: Path) -> None:
    """Carry a restore that counts on to its end; nothing when there is none."""
    folder = _folder(home)
    if not (folder / "ready").exists():
        return
    name, *also = (folder / "ready").read_text(encoding="utf-8").splitlines()
    aside, parts = home / name, tuple(dict.fromkeys([*PARTS, *also]))
    if not (folder / "old-is-aside").exists():
        aside.mkdir(mode=0o700, exist_ok=True)
        _move(parts, home, aside)
        _note(folder / "old-is-aside", "")
    _move(parts, folder / "new", home)
    if aside.exists() and not any(aside.iterdir()):
        aside.rmdir()
    (folder / "ready").unlink()
    _on_disk(folder)
    shutil.rmtree(folder)


def _folder(home: Path) -> Path:
    return home / "restoring"


def _move(parts: Iterable[str], source: Path, to: Path) -> None:
    for name in parts:
        if (source / name).exists():
            (source / name).replace(to / name)
    _on_disk(source)
    _on_disk(to)


def _note(path: Path, text: str) -> None:
    passing = path.with_name(f".{path.name}")
    passing.write_text(text, encoding="utf-8")
    _on_disk(passing)
    passing.replace(path)
    _on_disk(path.parent)


def _on_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

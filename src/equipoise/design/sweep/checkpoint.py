"""The checkpoint of a sweep: what each of its points adds up to so far, a file a point.

It is written under another name, forced to disk and then renamed, so that a file with a point's
name is whole whatever kills the sweep. What is half written is forgotten when the sweep resumes.
Versions of before kept each chunk in a file of its own: those are read, and never written.
"""

import dataclasses
import fcntl
import json
import math
import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.design.kernel.result import Result
from equipoise.design.sweep.chunk import draws_the_same, kernel_digest
from equipoise.design.sweep.estimate import Estimate
from equipoise.design.sweep.manifest import write_manifest, write_whole
from equipoise.design.sweep.question import BadSweep, Sweep

__all__ = [
    "LOCK", "STOP", "AtWork", "Held", "Progress", "forget_stop", "held", "hold", "is_held",
    "is_to_stop", "read", "read_progress", "write", "write_progress",
]  # fmt: skip

LOCK, STOP = ".lock", ".stop"
PATIENCE, A_MOMENT = 25, 0.02  # whoever only looks holds the lock for less than a moment
PROGRESS = "progress.json"
MOST_BYTES = 1_000  # of it
_SUM = re.compile(r"point-(\d+)(?:-trials-(\d+))?\.parquet")
_CHUNK = re.compile(r"point-(\d+)-part-(\d+)\.parquet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a sweep is; `chunks_expected` changes as powers become known."""

    points: int
    points_done: int
    chunks_done: int
    chunks_expected: int
    trials: int


class Held(Exception):
    """Another process holds the lock."""


class AtWork(BadSweep):
    """Another process works in the folder."""


@contextmanager
def held(folder: Path, sweep: Sweep) -> Iterator[None]:
    """The folder, for this process alone, and for this sweep alone.

    Raises AtWork when another process works in it, BadSweep when it holds another sweep.
    """
    (folder / "sums").mkdir(parents=True, exist_ok=True)
    try:
        with hold(folder / LOCK):
            write_manifest(folder, sweep)
            for left in folder.glob("*s/.*.new"):
                left.unlink()
            yield
    except Held:
        raise AtWork([f"{folder}: another sweep is at work in this folder"]) from None


def is_to_stop(folder: Path) -> bool:
    """Whether somebody wants the sweep to stop: a file says so, whenever it came."""
    return (folder / STOP).exists()


def forget_stop(folder: Path) -> None:
    """What was asked of an earlier run does not stop the next one; one that works now it does.

    For whoever starts a sweep, before anybody can see it run: what is asked later must count.
    """
    if not is_held(folder / LOCK):
        (folder / STOP).unlink(missing_ok=True)


def read(folder: Path, estimates: Sequence[Estimate]) -> None:
    """Begin each point with what it adds up to so far. Changes no file."""
    # The sum with the most trials first: one that does not fit leaves its place to the next.
    for number, _, path in sorted(_files(folder / "sums", _SUM), reverse=True):
        if number < len(estimates) and (found := _read(path, estimates[number])) is not None:
            with suppress(ValueError):
                estimates[number].begin_with(found)
    for number, part, path in sorted(_files(folder / "parts", _CHUNK)):
        wanted = number < len(estimates) and estimates[number].lacks(part)
        if wanted and (found := _read(path, estimates[number])) is not None:
            estimates[number].add(part, found)


def write(folder: Path, point: int, result: Result) -> None:
    """Write what a point adds up to so far, in the place of before; then it is on disk."""
    write_whole(folder / "sums" / f"point-{point:05d}.parquet", _frame(result).write_parquet)


def write_progress(folder: Path, progress: Progress) -> None:
    """Write down how far the sweep of this folder is; the folder has its `sums`."""
    path = folder / "sums" / PROGRESS
    fresh = path.with_name(f".{PROGRESS}.new")
    fresh.write_text(json.dumps(dataclasses.asdict(progress)) + "\n", encoding="utf-8")
    fresh.replace(path)


def read_progress(folder: Path, sweep: Sweep) -> Progress | None:
    """How far it was when it last wrote that down; None when that is not told. Reads one file."""
    points = math.prod(len(values) for _, values in sweep.vary)
    path = folder / "sums" / PROGRESS
    try:
        if not path.exists() and not any(folder.glob("*s/point-*")):
            return Progress(
                points=points, points_done=0, chunks_done=0, chunks_expected=points, trials=0
            )
        if path.is_symlink() or path.stat().st_size > MOST_BYTES:
            return None
        counts = json.loads(path.read_text(encoding="utf-8"))
        # A version of before called its chunks parts.
        read = Progress(**{key.replace("parts_", "chunks_"): counts[key] for key in counts})
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    whole = all(type(number) is int and number >= 0 for number in dataclasses.astuple(read))
    return read if whole and read.points == points else None


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """The lock, for as long as the block runs. Raises Held."""
    opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(opened, "rb") as lock:
        _take(lock.fileno())
        yield


def _take(lock: int) -> None:
    for left in reversed(range(PATIENCE)):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if not left:
                raise Held from None
            time.sleep(A_MOMENT)


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


def _files(folder: Path, kind: re.Pattern[str]) -> Iterator[tuple[int, int, Path]]:
    """The files with such a name, with the numbers in it; one without a second is the newest."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if name := kind.fullmatch(path.name):
            yield int(name[1]), int(name[2] or 2**63), path


def _read(path: Path, estimate: Estimate) -> Result | None:
    """What was written; None when it is damaged, or of a kernel that draws other trials."""
    try:
        return _result(pl.read_parquet(path), estimate)
    except (OSError, ValueError, pl.exceptions.PolarsError):
        return None


def _frame(result: Result) -> pl.DataFrame:
    looks = len(result.sums)
    return pl.DataFrame(
        {
            "look": range(1, looks + 1),
            "first": [result.first] * looks,
            "trials": [result.trials] * looks,
            "kernel": [kernel_digest()] * looks,
            "sums": [list(row) for row in result.sums],
            "weeks": result.weeks.tolist(),
            "ratios": result.ratios.tolist(),
        },
        schema_overrides={name: pl.List(pl.Int64) for name in ("sums", "weeks", "ratios")},
    )


def _result(frame: pl.DataFrame, estimate: Estimate) -> Result:
    if not draws_the_same(frame["kernel"][0]):
        raise ValueError("drawn by another kernel")
    return Result(
        scenario=estimate.point.scenario,
        seed=estimate.sweep.seed,
        first=int(frame["first"][0]),
        trials=int(frame["trials"][0]),
        every_look=False,
        sums=tuple(map(tuple, _rows(frame["sums"]).tolist())),
        weeks=_rows(frame["weeks"]),
        ratios=_rows(frame["ratios"]),
    )


def _rows(column: pl.Series) -> NDArray[np.int64]:
    return np.array(column.to_list(), np.int64)

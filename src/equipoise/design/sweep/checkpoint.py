"""The checkpoint of a sweep: what each of its points adds up to so far, a file a point.

It is written under another name, forced to disk and then renamed, so that a file with a point's
name is whole whatever kills the sweep. What is half written is forgotten when the sweep resumes.
Versions of before kept each chunk in a file of its own: those are read, and never written.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.design.sweep.chunk import Chunk, draws_the_same
from equipoise.design.sweep.estimate import Estimate
from equipoise.design.sweep.lock import Held, hold, is_held
from equipoise.design.sweep.manifest import write_manifest, write_whole
from equipoise.design.sweep.question import BadSweep, Sweep

__all__ = ["LOCK", "STOP", "AtWork", "forget_stop", "held", "is_to_stop", "read", "write"]

LOCK, STOP = ".lock", ".stop"
_SUM = re.compile(r"point-(\d+)(?:-trials-(\d+))?\.parquet")
_CHUNK = re.compile(r"point-(\d+)-part-(\d+)\.parquet")


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
        if number < len(estimates) and (chunk := _read(path)) is not None:
            with suppress(ValueError):
                estimates[number].begin_with(chunk)
    for number, part, path in sorted(_files(folder / "parts", _CHUNK)):
        wanted = number < len(estimates) and estimates[number].lacks(part)
        if wanted and (chunk := _read(path)) is not None:
            estimates[number].add(part, chunk)


def write(folder: Path, point: int, chunk: Chunk) -> None:
    """Write what a point adds up to so far, in the place of before; then it is on disk."""
    path = folder / "sums" / f"point-{point:05d}.parquet"
    fresh = path.with_name(f".{path.name}.new")
    _frame(chunk).write_parquet(fresh)
    write_whole(fresh, path)


def _files(folder: Path, kind: re.Pattern[str]) -> Iterator[tuple[int, int, Path]]:
    """The files with such a name, with the numbers in it; one without a second is the newest."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if name := kind.fullmatch(path.name):
            yield int(name[1]), int(name[2] or 2**63), path


def _read(path: Path) -> Chunk | None:
    """What was written; None when it is damaged, or of a kernel that draws other trials."""
    try:
        return _chunk(pl.read_parquet(path))
    except (OSError, ValueError, pl.exceptions.PolarsError):
        return None


def _frame(chunk: Chunk) -> pl.DataFrame:
    looks = chunk.sums.shape[0]
    return pl.DataFrame(
        {
            "look": range(1, looks + 1),
            "first": [chunk.first] * looks,
            "trials": [chunk.trials] * looks,
            "kernel": [chunk.kernel] * looks,
            "sums": chunk.sums.tolist(),
            "weeks": chunk.weeks.tolist(),
            "ratios": chunk.ratios.tolist(),
        },
        schema_overrides={name: pl.List(pl.Int64) for name in ("sums", "weeks", "ratios")},
    )


def _chunk(frame: pl.DataFrame) -> Chunk:
    if not draws_the_same(frame["kernel"][0]):
        raise ValueError("drawn by another kernel")
    return Chunk(
        kernel=int(frame["kernel"][0]),
        first=int(frame["first"][0]),
        trials=int(frame["trials"][0]),
        sums=_rows(frame["sums"]),
        weeks=_rows(frame["weeks"]),
        ratios=_rows(frame["ratios"]),
    )


def _rows(column: pl.Series) -> NDArray[np.int64]:
    return np.array(column.to_list(), np.int64)

"""The folder of a sweep: its question, and the parts done so far, each in a file of its own.

A part is written under another name, forced to disk and then renamed, so that a file with a part's
name is whole whatever kills the sweep. What is half written is forgotten when the sweep resumes.
Beside the parts lie their sums, a point in one file, for whoever wants to see how far it is: they
are never counted on, and may be thrown away.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.design.sweep.ask import BadSweep, Sweep
from equipoise.design.sweep.claim import claim, write_whole
from equipoise.design.sweep.count import Counted, kernel_digest
from equipoise.design.sweep.lock import Held, hold, is_held

__all__ = ["LOCK", "STOP", "Parts", "forget_stop"]

LOCK, STOP = ".lock", ".stop"
_PART = re.compile(r"point-(\d+)-part-(\d+)\.parquet")
_SUM = re.compile(r"point-(\d+)-trials-(\d+)\.parquet")


class Parts:
    """The parts of one sweep in one folder."""

    def __init__(self, folder: Path, sweep: Sweep) -> None:
        self.folder, self.sweep = folder, sweep
        self._parts, self._sums = folder / "parts", folder / "sums"

    @contextmanager
    def held(self) -> Iterator[None]:
        """The folder, for this process alone, and for this sweep alone.

        Raises BadSweep when another process works in it, or it holds another sweep.
        """
        self._parts.mkdir(parents=True, exist_ok=True)
        self._sums.mkdir(exist_ok=True)
        try:
            with hold(self.folder / LOCK):
                claim(self.folder, self.sweep)
                for left in (*self._parts.glob(".*.new"), *self._sums.glob(".*.new")):
                    left.unlink()
                yield
        except Held:
            raise BadSweep([f"{self.folder}: another sweep is at work in this folder"]) from None

    def asked_to_stop(self) -> bool:
        """Whether somebody wants the sweep to stop: a file says so, whenever it came."""
        return (self.folder / STOP).exists()

    def listed(self) -> list[tuple[int, int, Path]]:
        """Each part there is, unread: number of the point, number of the part, its file."""
        return _named(self._parts, _PART)

    def done(self) -> Iterator[tuple[int, int, Counted]]:
        """Each part there is: number of the point, number of the part, what it counted."""
        for point, part, path in self.listed():
            counted = self.read(path)
            if counted is None:
                path.unlink()  # a damaged part is simply done again
            else:
                yield point, part, counted

    def keep(self, point: int, part: int, counted: Counted) -> None:
        """Write a part; once this returns it is on disk."""
        path = self._parts / f"point-{point:05d}-part-{part:05d}.parquet"
        fresh = path.with_name(f".{path.name}.new")
        _frame(counted).write_parquet(fresh)
        write_whole(fresh, path)

    def sums(self) -> dict[int, tuple[int, Path]]:
        """For each point that has one its sum, unread: how many trials, and its file."""
        found = _named(self._sums, _SUM)
        return {point: (trials, path) for point, trials, path in sorted(found)}

    def keep_sum(self, point: int, counted: Counted) -> None:
        """Write what a point adds up to so far, in the place of what it added up to before."""
        before = self.sums().get(point)
        path = self._sums / f"point-{point:05d}-trials-{counted.trials}.parquet"
        fresh = path.with_name(f".{path.name}.new")
        _frame(counted).write_parquet(fresh)
        fresh.replace(path)
        if before and before[1] != path:
            before[1].unlink(missing_ok=True)

    def read(self, path: Path) -> Counted | None:
        """What a part or a sum counted; None when it is damaged, or of another kernel."""
        try:
            return _counted(pl.read_parquet(path))
        except (OSError, ValueError, pl.exceptions.PolarsError):
            return None


def forget_stop(folder: Path) -> None:
    """What was asked of an earlier run does not stop the next one; one that works now it does.

    For whoever starts a sweep, before anybody can see it run: what is asked later must count.
    """
    if not is_held(folder / LOCK):
        (folder / STOP).unlink(missing_ok=True)


def _named(folder: Path, kind: re.Pattern[str]) -> list[tuple[int, int, Path]]:
    """The files of a folder with such a name, in order, with the two numbers of the name."""
    if not folder.is_dir():
        return []
    found = [(kind.fullmatch(path.name), path) for path in folder.iterdir()]
    return sorted((int(name[1]), int(name[2]), path) for name, path in found if name)


def _frame(counted: Counted) -> pl.DataFrame:
    looks = counted.sums.shape[0]
    return pl.DataFrame(
        {
            "look": range(1, looks + 1),
            "first": [counted.first] * looks,
            "trials": [counted.trials] * looks,
            "kernel": [counted.kernel] * looks,
            "sums": counted.sums.tolist(),
            "weeks": counted.weeks.tolist(),
            "ratios": counted.ratios.tolist(),
        },
        schema_overrides={name: pl.List(pl.Int64) for name in ("sums", "weeks", "ratios")},
    )


def _counted(frame: pl.DataFrame) -> Counted:
    if frame["kernel"][0] != kernel_digest():
        raise ValueError("counted by another kernel")
    return Counted(
        kernel=int(frame["kernel"][0]),
        first=int(frame["first"][0]),
        trials=int(frame["trials"][0]),
        sums=_rows(frame["sums"]),
        weeks=_rows(frame["weeks"]),
        ratios=_rows(frame["ratios"]),
    )


def _rows(column: pl.Series) -> NDArray[np.int64]:
    return np.array(column.to_list(), np.int64)

"""The folder of a sweep: its question, and the parts done so far, each in a file of its own.

A part is written under another name, forced to disk and then renamed, so that a file with a part's
name is whole whatever kills the sweep. What is half written is forgotten when the sweep resumes.
"""

import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.design.sweep.ask import BadSweep, Sweep
from equipoise.design.sweep.count import Counted, kernel_digest

__all__ = ["Parts", "write_whole"]

_NAME = re.compile(r"point-(\d+)-part-(\d+)\.parquet")


class Parts:
    """The parts of one sweep in one folder."""

    def __init__(self, folder: Path, sweep: Sweep) -> None:
        self.folder, self.sweep = folder, sweep
        self._parts = folder / "parts"

    @contextmanager
    def held(self) -> Iterator[None]:
        """The folder, for this process alone, and for this sweep alone.

        Raises BadSweep when another process works in it, or it holds another sweep.
        """
        self._parts.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise BadSweep(
                    [f"{self.folder}: another sweep is at work in this folder"]
                ) from None
            self._claim()
            for left in self._parts.glob(".*.new"):
                left.unlink()
            yield

    def done(self) -> Iterator[tuple[int, int, Counted]]:
        """Each part there is: number of the point, number of the part, what it counted."""
        for path in sorted(self._parts.iterdir()):
            named = _NAME.fullmatch(path.name)
            if named is None:
                continue
            try:
                yield int(named[1]), int(named[2]), self._read(path)
            except (OSError, ValueError, pl.exceptions.PolarsError):
                path.unlink()  # a damaged part is simply done again

    def keep(self, point: int, part: int, counted: Counted) -> None:
        """Write a part; once this returns it is on disk."""
        looks = counted.sums.shape[0]
        frame = pl.DataFrame(
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
        path = self._parts / f"point-{point:05d}-part-{part:05d}.parquet"
        fresh = path.with_name(f".{path.name}.new")
        frame.write_parquet(fresh)
        write_whole(fresh, path)

    def _read(self, path: Path) -> Counted:
        frame = pl.read_parquet(path)
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

    def _claim(self) -> None:
        """Write down whose folder this is, or see that it is this sweep's."""
        claim = self.folder / "sweep.json"
        said = {"digest": self.sweep.digest, "kernel": kernel_digest()}
        if not claim.exists():
            fresh = self.folder / ".sweep.json.new"
            fresh.write_text(json.dumps(said) + "\n", encoding="utf-8")
            write_whole(fresh, claim)
            return
        found = json.loads(claim.read_text(encoding="utf-8"))
        if found["digest"] != said["digest"]:
            raise BadSweep(
                [f"{self.folder}: another sweep was begun here; give another folder with --out"]
            )
        if found["kernel"] != said["kernel"]:
            raise BadSweep(
                [
                    f"{self.folder}: this sweep was begun with another version of the simulation "
                    "kernel, and their trials must not be mixed; give another folder with --out"
                ]
            )


def write_whole(fresh: Path, path: Path) -> None:
    """Give a file that is written its name, both forced to disk."""
    with fresh.open("rb") as written:
        os.fsync(written.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _rows(column: pl.Series) -> NDArray[np.int64]:
    return np.array(column.to_list(), np.int64)

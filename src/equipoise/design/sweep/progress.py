"""How far a sweep is, kept beside its sums: whoever only wants to know that solves nothing."""

import dataclasses
import json
import math
from dataclasses import dataclass
from pathlib import Path

from equipoise.design.sweep.question import Sweep

__all__ = ["Progress", "keep", "kept"]

NAME = "progress.json"
MOST_BYTES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a sweep is; `chunks_expected` changes as powers become known."""

    points: int
    points_done: int
    chunks_done: int
    chunks_expected: int
    trials: int


def keep(folder: Path, progress: Progress) -> None:
    """Write down how far the sweep of this folder is; the folder has its `sums`."""
    path = folder / "sums" / NAME
    fresh = path.with_name(f".{NAME}.new")
    fresh.write_text(json.dumps(dataclasses.asdict(progress)) + "\n", encoding="utf-8")
    fresh.replace(path)


def kept(folder: Path, sweep: Sweep) -> Progress | None:
    """How far it was when it last wrote that down; None when that is not told. Reads one file."""
    points = math.prod(len(values) for _, values in sweep.vary)
    path = folder / "sums" / NAME
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

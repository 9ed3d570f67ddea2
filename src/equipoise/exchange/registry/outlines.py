"""The outlines of countries, for maps that ask no other server: Natural Earth's, brought along."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

__all__ = ["Box", "Outline", "outlines"]

FILE = "data/outlines.npz"
BEYOND = 0.1
"""By which part of its size a box is widened before what lies outside is cut off."""
Outline = np.ndarray[tuple[int, int], np.dtype[np.float64]]


@dataclass(frozen=True)
class Box:
    """A part of the world, in degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def width(self) -> float:
        return self.east - self.west

    @property
    def height(self) -> float:
        return self.north - self.south


def outlines(box: Box, fine: float) -> Iterator[Outline]:
    """The outlines that show in a box, as longitudes and latitudes.

    :param fine: how many degrees a reader of the map can tell apart
    """
    pad = BEYOND * max(box.width, box.height)
    low = np.array([box.west - pad, box.south - pad])
    high = np.array([box.east + pad, box.north + pad])
    for ring, (least, most) in _rings():
        if (most < (box.west, box.south)).any() or (least > (box.east, box.north)).any():
            continue
        cut = np.clip(ring, low, high)
        seen = _seen(np.round(cut / fine))
        if len(seen) > 2:
            yield cut[seen]


def _seen(steps: Outline) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """The places of a line that differ from the one before, as far as the eye can tell."""
    moved = np.any(steps[1:] != steps[:-1], axis=1)
    return np.flatnonzero(np.concatenate([[True], moved]))


@lru_cache(maxsize=1)
def _rings() -> list[tuple[Outline, tuple[Outline, Outline]]]:
    with files(__package__).joinpath(FILE).open("rb") as file, np.load(file) as kept:
        scale, move = kept["scale"], kept["translate"]
        steps = _apart(kept["steps"], kept["arc_ends"])
        rings = [ring.tolist() for ring in _apart(kept["rings"], kept["ring_ends"])]
    arcs = [np.cumsum(arc, axis=0) * scale + move for arc in steps]
    found = []
    for ring in rings:
        line = np.concatenate([arcs[at] if at >= 0 else arcs[~at][::-1] for at in ring])
        if np.ptp(line[:, 0]) > 180:
            line[:, 0] = np.unwrap(line[:, 0], period=360.0)
        for shown in _shown_twice(line):
            found.append((shown, (shown.min(axis=0), shown.max(axis=0))))
    return found


def _apart(values: Any, ends: Any) -> list[Any]:
    """What was kept in one array, each of its parts."""
    return np.split(values, ends[:-1])


def _shown_twice(line: Outline) -> Iterator[Outline]:
    """A line, and again at the other side of the map where it goes on beyond the date line."""
    yield line
    for beyond, back in ((line[:, 0].max() > 180, -360.0), (line[:, 0].min() < -180, 360.0)):
        if beyond:
            yield line + np.array([back, 0.0])

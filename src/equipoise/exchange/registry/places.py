"""Where trials run: which places lie around a point, and how far the nearest of a trial is."""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from equipoise.exchange.registry.searches import Around

__all__ = ["Places"]

EARTH = 6371.0
Distances = np.ndarray[tuple[int], np.dtype[np.float64]]


class Places:
    """All places of one generation of the index, by their numbers."""

    def __init__(self, file: Path) -> None:
        known = json.loads(file.read_text(encoding="utf-8"))
        self.names = [f"{town}, {country}" if town else country for _, _, town, country in known]
        at = np.radians(np.array([[lat, lon] for lat, lon, _, _ in known] or np.empty((0, 2))))
        self._lat, self._lon = at[:, 0], at[:, 1]
        self._from = lru_cache(maxsize=64)(self._distances)

    def at(self, point: int) -> tuple[float, float]:
        """Where a place lies: latitude and longitude."""
        return float(np.degrees(self._lat[point])), float(np.degrees(self._lon[point]))

    def within(self, around: Around) -> list[int]:
        """The numbers of the places that lie within the distance."""
        found: list[int] = np.flatnonzero(self._from(around.lat, around.lon) <= around.km).tolist()
        return found

    def nearest(self, around: Around, points: Sequence[int]) -> tuple[float, str]:
        """How far the nearest of these places is, and what it is called."""
        distances = self._from(around.lat, around.lon)
        best = min(points, key=lambda point: float(distances[point]))
        return float(distances[best]), self.names[best]

    def _distances(self, lat: float, lon: float) -> Distances:
        there, away = np.radians(lat), np.radians(lon)
        half = (
            np.sin((self._lat - there) / 2) ** 2
            + np.cos(self._lat) * np.cos(there) * np.sin((self._lon - away) / 2) ** 2
        )
        return np.asarray(2 * EARTH * np.arcsin(np.sqrt(np.clip(half, 0, 1))), dtype=np.float64)

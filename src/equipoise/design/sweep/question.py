"""The question of a sweep: what is fixed, what varies, how precise; the points of its grid."""

import dataclasses
import hashlib
import itertools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from equipoise.design.kernel.scenario import Scenario
from equipoise.design.sweep.settings import Settings, scenario_of

__all__ = ["BadSweep", "Point", "Sweep", "trials_of_a_point"]

CHUNK = 10_000
MOST_CHUNKS = 1_000


class BadSweep(ValueError):
    """A sweep that cannot be run as asked; `problems` has every reason."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Point:
    """One place of the grid: its number, the values that vary, and what is simulated."""

    number: int
    values: Mapping[str, Any]
    settings: Settings
    scenario: Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """A grid: `vary` in the order in which it was given, the last axis turning fastest.

    Each point runs until the Monte-Carlo error of its power is at most `error`, or `most` trials
    are done. All points have the same seed: the same trials meet different worlds, so differences
    between points are known better than the points themselves.
    """

    fixed: Settings
    vary: tuple[tuple[str, tuple[Any, ...]], ...]
    seed: int = 1
    error: float = 0.002
    most: int = 1_000_000
    title: str = "A design under many scenarios"

    @property
    def chunk(self) -> int:
        """Trials in one chunk of the work: what a killed sweep loses at most, for each worker."""
        return _chunk(self.most)

    @property
    def trials_at_most(self) -> int:
        """Trials of all points together, in whole chunks, if every power were hardest to know."""
        points = math.prod(len(values) for _, values in self.vary)
        return points * trials_of_a_point(self.error, self.most)

    @property
    def digest(self) -> str:
        """What this sweep is known by: its question, without the title."""
        fields = dataclasses.asdict(self) | {"title": "", "part": self.chunk}
        return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()

    def points(self) -> list[Point]:
        """Every point of the grid. Raises BadSweep with every point that is impossible."""
        names = [name for name, _ in self.vary]
        points, problems = [], []
        for number, chosen in enumerate(itertools.product(*(values for _, values in self.vary))):
            values = dict(zip(names, chosen, strict=True))
            settings = dataclasses.replace(self.fixed, **values)
            try:
                points.append(Point(number, values, settings, scenario_of(settings)))
            except ValueError as error:
                where = ", ".join(f"{name} = {value}" for name, value in values.items())
                problems.append(f"{where or 'the design'}: {error}")
        if problems:
            listed = problems[:10]
            if len(problems) > len(listed):
                listed.append(f"and {len(problems) - len(listed)} more points are impossible")
            raise BadSweep(listed)
        return points


def _chunk(most: int) -> int:
    return CHUNK * max(1, math.ceil(most / CHUNK / MOST_CHUNKS))


def trials_of_a_point(error: float, most: int) -> int:
    """At most so many: a point does whole chunks, but never more than `most`."""
    chunk, hardest = _chunk(most), math.ceil(0.25 / max(error, 1e-9) ** 2)  # at a power of one half
    return min(most, math.ceil(hardest / chunk) * chunk)

"""How far one point is: the parts that follow on one another, and whether they are enough.

Whether to stop is asked after each part in turn, of the parts up to there and no others. So the
answer does not depend on how many hands there are or which of them was first.
"""

import math

from equipoise.design.kernel.result import Result
from equipoise.design.sweep.ask import Point, Sweep
from equipoise.design.sweep.count import Counted, result_of

__all__ = ["Tally", "error_of"]


def error_of(successes: float, trials: int) -> float:
    """The Monte-Carlo error to stop by: two successes and two failures are added first.

    Otherwise a power of 0 or 1 in the first part would look perfectly known (Agresti and Coull).
    """
    share = (successes + 2.0) / (trials + 4.0)
    return math.sqrt(share * (1.0 - share) / (trials + 4.0))


class Tally:
    """One point of a sweep while it is being done."""

    def __init__(self, sweep: Sweep, point: Point) -> None:
        self.sweep, self.point = sweep, point
        self.result: Result | None = None
        self.enough = False
        self.added = 0  # parts that the result holds
        self._early: dict[int, Counted] = {}  # parts that came before their turn
        self._given: set[int] = set()

    @property
    def trials(self) -> int:
        """Trials that count."""
        return self.result.trials if self.result else 0

    @property
    def parts(self) -> int:
        """How many parts there can be."""
        return math.ceil(self.sweep.most / self.sweep.part)

    def expected(self) -> int:
        """How many parts it will take, as far as can be seen now."""
        if self.enough:
            return self.added
        if self.result is None:
            return 1
        share = (self.result.power * self.trials + 2.0) / (self.trials + 4.0)
        trials = share * (1.0 - share) / self.sweep.error**2
        return min(max(math.ceil(trials / self.sweep.part), self.added + 1), self.parts)

    def next_part(self) -> int | None:
        """A part that is wanted and in no hand, or None."""
        if self.enough:
            return None
        wanted = (n for n in range(self.added, self.expected()) if n not in self._given)
        part = next(wanted, None)
        if part is not None:
            self._given.add(part)
        return part

    def span(self, part: int) -> tuple[int, int]:
        """First trial and number of trials of a part."""
        first = part * self.sweep.part
        return first, min(self.sweep.part, self.sweep.most - first)

    def begin_with(self, whole: Counted) -> None:
        """Take in what the first parts added up to; so many trials must be whole parts.

        Raises ValueError when they are not, or are those of another design.
        """
        added = math.ceil(whole.trials / self.sweep.part)
        looks = len(self.point.scenario.looks)
        if (
            self.result
            or whole.first
            or whole.trials != min(added * self.sweep.part, self.sweep.most)
        ):
            raise ValueError(f"{whole.trials} trials are no first parts of this point")
        if not len(whole.sums) == len(whole.weeks) == len(whole.ratios) == looks:
            raise ValueError(f"the sums have not {looks} looks")
        self.result = result_of(self.point.scenario, self.sweep.seed, whole)
        self.added = added
        self._given.update(range(added))
        self._see_whether_enough()

    def add(self, part: int, counted: Counted) -> None:
        """Take a part in; it counts once all before it have come and were not enough."""
        if (counted.first, counted.trials) != self.span(part):
            raise ValueError(f"part {part} holds trials {counted.first} + {counted.trials}")
        self._given.add(part)
        self._early[part] = counted
        while not self.enough and self.added in self._early:
            ready = self._early.pop(self.added)
            more = result_of(self.point.scenario, self.sweep.seed, ready)
            self.result = self.result.merged(more) if self.result else more
            self.added += 1
            self._see_whether_enough()
        if self.enough:
            self._early.clear()

    def _see_whether_enough(self) -> None:
        power = self.result.power if self.result else 0.0
        error = error_of(power * self.trials, self.trials)
        self.enough = error <= self.sweep.error or self.added == self.parts

"""The running estimate of one point: its chunks in their order, and whether they are enough.

Whether to stop is asked after each chunk in turn, of the chunks up to there and no others. So the
answer does not depend on how many workers there are or which of them was first.
"""

import math

from equipoise.design.kernel.result import Result
from equipoise.design.sweep.question import Point, Sweep

__all__ = ["Estimate", "error_of"]


def error_of(successes: float, trials: int) -> float:
    """The Monte-Carlo error to stop by: two successes and two failures are added first.

    Otherwise a power of 0 or 1 in the first chunk would look perfectly known (Agresti and Coull).
    """
    share = (successes + 2.0) / (trials + 4.0)
    return math.sqrt(share * (1.0 - share) / (trials + 4.0))


class Estimate:
    """One point of a sweep while it is being done."""

    def __init__(self, sweep: Sweep, point: Point) -> None:
        self.sweep, self.point = sweep, point
        self.result: Result | None = None
        self.enough = False
        self.added = 0  # chunks that the result holds
        self._early: dict[int, Result] = {}  # chunks that came before their turn
        self._handed_out: set[int] = set()

    @property
    def trials(self) -> int:
        """Trials that count."""
        return self.result.trials if self.result else 0

    @property
    def chunks(self) -> int:
        """How many chunks there can be."""
        return math.ceil(self.sweep.most / self.sweep.chunk)

    def expected(self) -> int:
        """How many chunks it will take, as far as can be seen now."""
        if self.enough:
            return self.added
        if self.result is None:
            return 1
        share = (self.result.power * self.trials + 2.0) / (self.trials + 4.0)
        trials = share * (1.0 - share) / self.sweep.error**2
        return min(max(math.ceil(trials / self.sweep.chunk), self.added + 1), self.chunks)

    def next_chunk(self) -> int | None:
        """The number of a chunk that is wanted and that no worker has, or None."""
        if self.enough:
            return None
        wanted = (n for n in range(self.added, self.expected()) if n not in self._handed_out)
        number = next(wanted, None)
        if number is not None:
            self._handed_out.add(number)
        return number

    def lacks(self, number: int) -> bool:
        """Whether a chunk would still tell something."""
        return not self.enough and self.added <= number < self.chunks

    def span(self, number: int) -> tuple[int, int]:
        """First trial and number of trials of a chunk."""
        first = number * self.sweep.chunk
        return first, min(self.sweep.chunk, self.sweep.most - first)

    def begin_with(self, sum_so_far: Result) -> None:
        """Take in what the first chunks added up to; so many trials must be whole chunks.

        Raises ValueError when they are not, or are those of another design.
        """
        added = math.ceil(sum_so_far.trials / self.sweep.chunk)
        looks = len(self.point.scenario.looks)
        if (
            self.result
            or sum_so_far.first
            or sum_so_far.trials != min(added * self.sweep.chunk, self.sweep.most)
        ):
            raise ValueError(f"{sum_so_far.trials} trials are no first chunks of this point")
        if not len(sum_so_far.sums) == len(sum_so_far.weeks) == len(sum_so_far.ratios) == looks:
            raise ValueError(f"the sums have not {looks} looks")
        self.result, self.added = sum_so_far, added
        self._handed_out.update(range(added))
        self._see_whether_enough()

    def add(self, number: int, chunk: Result) -> None:
        """Take a chunk in; it counts once all before it have come and were not enough."""
        if (chunk.first, chunk.trials) != self.span(number):
            raise ValueError(f"chunk {number} holds trials {chunk.first} + {chunk.trials}")
        self._handed_out.add(number)
        self._early[number] = chunk
        while not self.enough and self.added in self._early:
            ready = self._early.pop(self.added)
            self.result = self.result.merged(ready) if self.result else ready
            self.added += 1
            self._see_whether_enough()
        if self.enough:
            self._early.clear()

    def _see_whether_enough(self) -> None:
        power = self.result.power if self.result else 0.0
        error = error_of(power * self.trials, self.trials)
        self.enough = error <= self.sweep.error or self.added == self.chunks

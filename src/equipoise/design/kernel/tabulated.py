"""Laws as tables by day, and how a random word finds its day in them.

A law becomes a row of thresholds: row[d] is the probability of the event by day d in units of
2 ** -32, and a 32-bit word means the first day whose threshold lies above it. So the chance of an
event on day d is exact to 2.3e-10 for any law, and the compiled code knows no law at all.

A guide says where to begin: for each place of a word, the first day that a word there can mean.
Places are even on the logarithm of what is left of the curve (the leading bits of 1 - word as a
32-bit floating-point number), so that under a constant hazard each covers the same part of a day,
late as well as early, and nearly every word finds its day at the first or second look.
"""

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.compiled import compiled
from equipoise.design.kernel.laws import Law
from equipoise.design.kernel.scenario import ImpossibleScenario

__all__ = ["HIGHEST", "PLACES", "Laws", "as_words", "find_days"]

TOP_WORD = 2**32 - 1  # stands for: not by the last day
HIGHEST = np.uint32(TOP_WORD - 1)  # the highest word that is drawn

_KEPT = 24  # leading bits of a word that places look at: as many as a float holds exactly
_FINE = 10  # bits of the fraction: 1024 places each time the curve halves
_SHIFT = 23 - _FINE
_FIRST = 127 << _FINE
_MOST_LEFT = np.int32(2**_KEPT - 1)
_UNKEPT = np.uint32(32 - _KEPT)
PLACES = _KEPT << _FINE


class Laws:
    """Laws gathered into one table, each distinct law once; none (no event ever) is one too."""

    def __init__(self, last_day: int) -> None:
        self.last_day = last_day
        self.laws: list[Law | None] = []

    def add(self, law: Law | None) -> int:
        """The number of this law's row."""
        if law not in self.laws:
            self.laws.append(law)
        return self.laws.index(law)

    def tables(self) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
        """Thresholds of days 0 to the last and one more, and the guide; one row a law each.

        Raises ImpossibleScenario where a law has no answer.
        """
        days = np.arange(self.last_day + 1, dtype=np.float64)
        thresholds, guide = [], []
        for law in self.laws:
            by_day = np.zeros_like(days) if law is None else 1.0 - law.survival(days)
            if not np.all(np.isfinite(by_day)):
                day = int(np.argmin(np.isfinite(by_day)))
                raise ImpossibleScenario((f"{law} gives no probability on day {day}",))
            row = np.append(as_words(by_day), np.uint32(TOP_WORD))
            thresholds.append(row)
            guide.append(np.searchsorted(row, _lowest_words(), side="right").astype(np.uint16))
        return np.array(thresholds, np.uint32), np.array(guide, np.uint16)


def as_words(probabilities: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Rising probabilities in units of 2 ** -32; the highest word is kept for what never comes."""
    scaled = np.round(np.asarray(probabilities) * 2.0**32)
    return np.maximum.accumulate(np.clip(scaled, 0, TOP_WORD)).astype(np.uint32)


def _lowest_words() -> NDArray[np.uint32]:
    """The lowest word of each place."""
    above = ((np.arange(1, PLACES + 1) + _FIRST) << _SHIFT).astype(np.int32).view(np.float32)
    most_left = np.ceil(above.astype(np.float64)) - 1
    return ((int(_MOST_LEFT) - most_left).astype(np.uint64) << np.uint64(_UNKEPT)).astype(np.uint32)


@compiled
def place_words(words: NDArray[np.uint32], left: NDArray[np.float32], subjects: int) -> None:
    """What each word leaves of the curve, as a floating-point number; its bits are its place."""
    for i in range(subjects):
        left[i] = np.float32(_MOST_LEFT - np.int32(words[i] >> _UNKEPT))


@compiled
def find_days(
    thresholds: NDArray[np.uint32],
    guide: NDArray[np.uint16],
    width: int,
    laws: NDArray[np.int32],
    cell: NDArray[np.int32],
    words: NDArray[np.uint32],
    left: NDArray[np.float32],
    until: NDArray[np.int32] | None,
    days: NDArray[np.int32],
) -> None:
    """The day that each subject's word means, as far as it comes before `until`, if that is given.

    `cell` numbers the subject's arm and stratum, and `laws` has the law of each cell. Where the
    word means no day before `until`, some day from there on is given: what comes too late to
    matter is not looked for, and a slow law has many days to a place.
    The first step is taken without asking, which is quicker where asking would often surprise.
    Places are unsigned, which spares a test for counting from the end of an array.
    """
    place_words(words, left, days.size)
    bits = left.view(np.int32)
    for i in range(days.size):
        law, word = np.uint64(laws[cell[i]]), min(words[i], HIGHEST)
        place = np.uint64(max((bits[i] >> _SHIFT) - _FIRST, 0))
        day, last = np.uint64(guide[law * np.uint64(PLACES) + place]), np.uint64(width)
        if until is not None:
            last = np.uint64(until[i])
        row = law * np.uint64(width)
        day += np.uint64(thresholds[row + day] <= word)
        while day < last and thresholds[row + day] <= word:
            day += np.uint64(1)
        days[i] = day

"""What a look sees of each subject: the days on study, the arm, and whether the event came.

All three stand in one number, the days times four, plus the arm, plus two for an event.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.compiled import called, compiled
from equipoise.design.kernel.draws import Subjects


class Seen(NamedTuple):
    """A number for each subject; `first` tells where each risk set begins, and the last ends."""

    keys: NDArray[np.int32]
    first: NDArray[np.int32]


def nobody_seen(subjects: int, strata: int = 1) -> Seen:
    """Room for the subjects of one trial."""
    return Seen(np.empty(subjects, np.int32), np.zeros(strata + 1, np.int32))


@compiled
def entered_by(entry: NDArray[np.int32], cut: int) -> int:
    """How many subjects have entered by the day of the cut."""
    low, high = 0, entry.size
    while low < high:
        middle = (low + high) >> 1
        if entry[middle] <= cut:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def see(room: Subjects, cut: int, entered: int, seen: Seen) -> None:
    """Write down what is known on the day of the cut of those who have entered, in that order.

    They are one risk set.
    """
    for i in range(entered):
        follow_up = cut - room.entry[i]
        event = room.event[i] & (room.days[i] <= follow_up)
        seen.keys[i] = (min(room.days[i], follow_up) << 2) | (event << 1) | room.arm[i]
    seen.first[0], seen.first[1] = 0, entered


@called
def put_by_stratum(seen: Seen, stratum: NDArray[np.int32], entered: int, ordered: Seen) -> None:
    """The same in `ordered`, stratum after stratum."""
    first = ordered.first
    first[:] = 0
    for i in range(entered):
        first[stratum[i] + 1] += 1
    for s in range(first.size - 1):
        first[s + 1] += first[s]
    for i in range(entered):
        ordered.keys[first[stratum[i]]] = seen.keys[i]
        first[stratum[i]] += 1
    for s in range(first.size - 1, 0, -1):
        first[s] = first[s - 1]
    first[0] = 0

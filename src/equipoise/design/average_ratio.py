"""The average hazard ratio at one calendar time, and the information it rests on.

`nonproportional` asks the questions; here stands what they rest on.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from equipoise.design.accrual import Setting, over_accrual
from equipoise.design.hazards import Piecewise, bends, first_power
from equipoise.design.incidence import area_seen_by_piece
from equipoise.design.problems import Problem
from equipoise.design.quadrature import FloatArray, panels
from equipoise.design.two_arms import Signal

BOTH, NULL, ALTERNATIVE = "both", "null", "alternative"


@dataclass(frozen=True, slots=True)
class AverageRatio:
    """What is expected at one calendar time: all that the test and its power rest on."""

    log_ratio: float
    events: float
    information: float
    null_information: float

    def signal(self, variance: str) -> Signal:
        """What a test sees of the whole trial, by the information that this choice uses."""
        test = self.information if variance == ALTERNATIVE else self.null_information
        alternative = self.null_information if variance == NULL else self.information
        return Signal(self.log_ratio, 1 / math.sqrt(test), 1 / math.sqrt(alternative))


def look_at(setting: Setting, time: float) -> AverageRatio:
    """What is expected at this calendar time. Checks nothing."""
    laws = setting.control, setting.treatment
    if isinstance(laws[0], Piecewise) and isinstance(laws[1], Piecewise):
        starts = tuple(sorted({*laws[0].starts, *laws[1].starts}))
        below, above = (_by_piece(setting, arm, time, starts) for arm in (0, 1))
        at: FloatArray = np.array(starts)
    else:
        at, below, above = _by_node(setting, time)
    both = (below > 0) & (above > 0)
    log_ratio = np.log(laws[1].hazard(at[both]) / laws[0].hazard(at[both]))
    seen = below + above
    share = setting.ratio / (1 + setting.ratio)
    harmonic = below[both] * above[both] / seen[both]
    return AverageRatio(
        log_ratio=float(np.sum(log_ratio * seen[both]) / np.sum(seen[both])),
        events=float(seen.sum()),
        information=float(harmonic.sum()),
        null_information=float(seen.sum() * share * (1 - share)),
    )


def _by_piece(setting: Setting, arm: int, time: float, starts: tuple[float, ...]) -> FloatArray:
    """Expected events of one arm, told apart by the piece of follow-up they fall in."""
    part, law, dropout = setting.arms[arm]
    assert isinstance(law, Piecewise)
    return part * over_accrual(
        setting.accrual, time, lambda since: area_seen_by_piece(law, dropout, since, starts)
    )


def _by_node(setting: Setting, time: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Times since entry, and the events of each arm at each: an integral in small pieces."""
    edges = [time - edge for edge in setting.accrual.edges]
    for _, law, dropout in setting.arms:
        edges += [*dropout.starts, *bends(law)]
    at, weight = panels(edges, time, min(map(first_power, (setting.control, setting.treatment))))
    entered = setting.accrual.enrolled(time - at)
    below, above = (
        part * weight * entered * law.hazard(at) * law.survival(at) * dropout.survival(at)
        for part, law, dropout in setting.arms
    )
    return at, below, above


def look_problems(setting: Setting) -> Iterator[Problem]:
    """Everything wrong with a setting whose hazard ratio is to be averaged."""
    found = list(setting.problems())
    yield from found
    if found or not all(isinstance(law, Piecewise) for law in (setting.control, setting.treatment)):
        return
    starts = sorted({*setting.control.starts, *setting.treatment.starts})  # type: ignore[union-attr]
    if np.any((setting.control.hazard(starts) == 0) != (setting.treatment.hazard(starts) == 0)):
        because = "one hazard is 0 where the other is not, so that their ratio has no logarithm"
        received = (setting.control, setting.treatment)
        yield Problem("treatment", because, received, "Use a small hazard instead of 0.")


def nothing_to_show(look: AverageRatio) -> Iterator[Problem]:
    """A problem when the average hazard ratio is 1."""
    if abs(look.log_ratio) < 1e-12:
        remedy = "Assume an effect, or use an RMST or milestone design."
        received = math.exp(look.log_ratio)
        yield Problem("treatment", "the average hazard ratio is 1", received, remedy)

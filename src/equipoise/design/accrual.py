"""How participants come in, and how many deaths will have been seen by any calendar day.

Time zero is the day the first participant may enter. Accrual is uniform within each of its
periods; the two arms share it by `ratio` (treatment : control).
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq, minimize_scalar

from equipoise.design.hazards import Cured, Law, Piecewise, Weibull, constant_ratio, floats
from equipoise.design.incidence import NEVER, area_seen, ever_seen
from equipoise.design.problems import Problem, not_negative, positive, refuse
from equipoise.design.quadrature import FloatArray
from equipoise.design.results import Answer, figure, remakeable


@dataclass(frozen=True, slots=True)
class Accrual:
    """Participants per unit of time (both arms together), `rates[i]` for a period `lengths[i]`."""

    rates: tuple[float, ...]
    lengths: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "rates", floats(self.rates))
        object.__setattr__(self, "lengths", floats(self.lengths))

    def problems(self, place: str) -> Iterator[Problem]:
        """What is wrong with the accrual, each named by its place."""
        if not self.rates or len(self.rates) != len(self.lengths):
            pair = (self.rates, self.lengths)
            yield Problem(place, "as many lengths as rates are needed", pair, "Give one for each.")
        for number, rate in enumerate(self.rates):
            yield from not_negative(f"{place}.rates[{number}]", "an accrual rate", rate)
        for number, length in enumerate(self.lengths):
            yield from positive(f"{place}.lengths[{number}]", "the length of accrual", length)
        if self.rates and not any(self.rates):
            yield Problem(f"{place}.rates", "nobody enters", self.rates, "Give a rate above 0.")

    @property
    def until(self) -> float:
        """When the last participant enters."""
        return math.fsum(self.lengths)

    @property
    def subjects(self) -> float:
        """How many enter in all."""
        return math.fsum(r * t for r, t in zip(self.rates, self.lengths, strict=True))

    @property
    def edges(self) -> FloatArray:
        """The times at which the rate changes, from 0 to the end of accrual."""
        return np.concatenate([[0.0], np.cumsum(self.lengths)])

    def enrolled(self, times: ArrayLike) -> FloatArray:
        """How many have entered by these times."""
        spent = np.asarray(times, dtype=float)[..., None] - self.edges[:-1]
        return np.asarray(np.clip(spent, 0.0, np.asarray(self.lengths)) @ np.asarray(self.rates))

    def scaled(self, factor: float) -> "Accrual":
        """The same periods with all rates times this factor."""
        return Accrual(tuple(rate * factor for rate in self.rates), self.lengths)


def uniform(subjects: float, over: float) -> Accrual:
    """This many participants, evenly over this time."""
    refuse(positive("subjects", "the number of participants", subjects),
           positive("over", "the length of accrual", over))  # fmt: skip
    return Accrual((subjects / over,), (over,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """All that decides when deaths are seen: survival by arm, accrual, ratio and drop-out.

    `ratio` is treatment : control (2 means two to one). `dropout_treatment` is taken to equal
    `dropout` when it is None.
    """

    control: Law
    treatment: Law
    accrual: Accrual
    ratio: float = 1.0
    dropout: Piecewise = NEVER
    dropout_treatment: Piecewise | None = None

    def problems(self) -> Iterator[Problem]:
        """Everything wrong with the setting."""
        yield from self.control.problems("control")
        if self.treatment != self.control:
            yield from self.treatment.problems("treatment")
        yield from self.accrual.problems("accrual")
        yield from positive("ratio", "the allocation ratio", self.ratio)
        yield from self.dropout.problems("dropout")
        if self.dropout_treatment is not None:
            yield from self.dropout_treatment.problems("dropout_treatment")

    @property
    def arms(self) -> tuple[tuple[float, Law, Piecewise], tuple[float, Law, Piecewise]]:
        """Share, law and drop-out of the control arm, then of the treatment arm."""
        on_treatment = self.ratio / (1 + self.ratio)
        lost = self.dropout if self.dropout_treatment is None else self.dropout_treatment
        control = (1 - on_treatment, self.control, self.dropout)
        return control, (on_treatment, self.treatment, lost)

    def with_accrual(self, accrual: Accrual) -> "Setting":
        """The same setting with another accrual."""
        return replace(self, accrual=accrual)

    def with_ratio(self, hazard_ratio: float, control: float = 1.0) -> "Setting":
        """The same with the control hazard times `control`, and treatment at this ratio to it."""
        law = self.control
        assert not isinstance(law, Cured)  # whoever asks has refused a mixture
        treatment = law.scaled(control * hazard_ratio)
        return replace(self, control=law.scaled(control), treatment=treatment)

    @property
    def hazard_ratio(self) -> float:
        """Treatment to control, where whoever asks has refused all that is not constant."""
        found = constant_ratio(self.control, self.treatment)
        assert found is not None
        return found


def proportional(
    *,
    control: Piecewise | Weibull,
    hazard_ratio: float,
    accrual: Accrual,
    ratio: float = 1.0,
    dropout: Piecewise = NEVER,
    dropout_treatment: Piecewise | None = None,
) -> Setting:
    """The setting in which the treatment multiplies the control hazard by one ratio.

    Only the ratio is checked here; all else is left to the question asked of the setting, which
    gathers it with its own.
    """
    wrong = list(positive("hazard_ratio", "the hazard ratio", hazard_ratio))
    broken = wrong or list(control.problems("control"))
    setting = Setting(
        control=control,
        treatment=control if broken else control.scaled(hazard_ratio),
        accrual=accrual,
        ratio=ratio,
        dropout=dropout,
        dropout_treatment=dropout_treatment,
    )
    if wrong:
        refuse(wrong, setting.problems())
    return setting


@dataclass(frozen=True, kw_only=True)
class ExpectedEvents(Answer):
    """Expected events by calendar time."""

    times: tuple[float, ...] = figure("Calendar time")
    enrolled: tuple[float, ...] = figure("Participants entered")
    control: tuple[float, ...] = figure("Events, control")
    treatment: tuple[float, ...] = figure("Events, treatment")
    total: tuple[float, ...] = figure("Events, all")


@remakeable
def expected_events(setting: Setting, times: tuple[float, ...]) -> ExpectedEvents:
    """Expected events in each arm by these calendar times; BadDesign for a time below 0."""
    times = floats(times)
    refuse(setting.problems(), *(not_negative("times", "a calendar time", t) for t in times))
    control, treatment = events_by_arm(setting, times)
    return ExpectedEvents(
        times=times,
        enrolled=tuple(setting.accrual.enrolled(times).tolist()),
        control=tuple(control.tolist()),
        treatment=tuple(treatment.tolist()),
        total=tuple((control + treatment).tolist()),
    )


def events_by_arm(setting: Setting, times: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Expected events by these calendar times: control, treatment. Checks nothing."""
    control, treatment = setting.arms
    return (
        _arm_events(setting.accrual, times, *control),
        _arm_events(setting.accrual, times, *treatment),
    )


def over_accrual(
    accrual: Accrual, times: ArrayLike, area: Callable[[FloatArray], FloatArray]
) -> FloatArray:
    """The sum over all who enter, when `area` is the area under one participant's expectation.

    The areas may have more axes than the times (pieces of follow-up, say); they come last.
    """
    since = np.maximum(np.asarray(times, dtype=float)[..., None] - accrual.edges, 0.0)
    areas = area(since)
    rates = np.asarray(accrual.rates)
    axis = since.ndim - 1
    gained = -np.diff(areas, axis=axis)
    return np.asarray(np.tensordot(np.moveaxis(gained, axis, -1), rates, axes=1))


def _arm_events(
    accrual: Accrual, times: ArrayLike, part: float, law: Law, dropout: Piecewise
) -> FloatArray:
    return part * over_accrual(accrual, times, lambda since: area_seen(law, dropout, since))


def most_events(setting: Setting) -> float:
    """The events that would be seen if all were followed for ever."""
    chance = sum(part * ever_seen(law, dropout) for part, law, dropout in setting.arms)
    return setting.accrual.subjects * chance


def calendar_time(setting: Setting, events: float) -> float:
    """The calendar time by which this many events are expected.

    Raises BadDesign when so many would never be seen.
    """
    refuse(setting.problems(), positive("events", "the number of events", events))
    refuse(reachable(setting, events))

    def lacking(time: float) -> float:
        control, treatment = events_by_arm(setting, time)
        return float(control + treatment) - events

    return time_of_zero(lacking, setting.accrual.until)


def both_arms_die(setting: Setting, time: float, place: str) -> Iterator[Problem]:
    """A problem when an arm has no expected events by this time."""
    if not all(float(arm) > 0 for arm in events_by_arm(setting, time)):
        remedy = "Look later, or check the hazards and the accrual."
        yield Problem(place, "no events are expected in an arm by then", time, remedy)


def reachable(setting: Setting, events: float) -> Iterator[Problem]:
    """A problem when these events would not be seen however long the trial ran."""
    most = most_events(setting)
    if not events < most * (1 - 1e-12):
        because = f"only {most:.1f} events would ever be seen"
        yield Problem("events", because, events, "Enrol more, or ask for fewer events.")


def time_of_zero(lacking: Callable[[float], float], guess: float) -> float:
    """The time at which a rising function, below 0 at time 0, reaches 0."""
    late = guess
    while lacking(late) < 0:
        late *= 2
    return float(brentq(lacking, 0.0, late, xtol=1e-12 * late, rtol=1e-14, maxiter=500))


def first_time(gain: Callable[[float], float], grid: FloatArray) -> tuple[float, bool]:
    """The first time at which a function that may rise and fall again reaches 0.

    It is sought on the grid, and between the points around the best one. Where it never gets there:
    the time at which it comes nearest, and False.
    """
    gains: list[float] = []
    for time in grid.tolist():
        gains.append(gain(time))
        if gains[-1] >= 0:
            early = float(grid[len(gains) - 2]) if len(gains) > 1 else 0.0
            return _zero_between(gain, early, time), True
    best = int(np.argmax(gains))
    around = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, grid.size - 1)])
    peak = minimize_scalar(lambda time: -gain(time), bounds=around, method="bounded").x
    if gain(peak) < 0:
        return float(peak), False
    return _zero_between(gain, around[0], float(peak)), True


def _zero_between(gain: Callable[[float], float], early: float, late: float) -> float:
    return float(brentq(gain, early, late, xtol=1e-13 * late, rtol=1e-14))

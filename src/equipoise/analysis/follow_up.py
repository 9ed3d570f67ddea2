"""How long each participant was followed, and whether the follow-up ended with the event.

Time is counted in whole days. Two deaths on one day are then one tied time,
whatever sum of months or years led there: in floating point 0.1 + 0.2 and 0.3
are two times, and a log-rank test that takes them for two can be far off.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

_Scalar = TypeVar("_Scalar", bound=np.generic)

Days = NDArray[np.int64]
Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Unusable(ValueError):
    """What was given cannot be analysed; `problems` holds every reason, a sentence each."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


@dataclass(frozen=True, slots=True, eq=False, init=False)
class FollowUp:
    """Days from the participant's own start to the event, or to the last day known free of it.

    `days` are whole days, 0 or more; `events` say whether the event ended the
    follow-up (True) or it was censored there (False). Whoever is censored on a
    day on which another has the event was still at risk then.

    Raises Unusable for days that are not integers, negative days, an `events`
    that is not yes or no, and lengths that differ.
    """

    days: Days
    events: Flags

    def __init__(self, days: ArrayLike, events: ArrayLike) -> None:
        missing = [*_absent("days", days), *_absent("events", events)]
        if missing:
            raise Unusable(*missing)
        given_days, given_events = np.asarray(days), np.asarray(events)
        problems = [*_day_problems(given_days), *_event_problems(given_events)]
        if given_days.shape != given_events.shape:
            problems.append(f"{given_days.size} days but {given_events.size} events: give one each")
        if problems:
            raise Unusable(*problems)
        object.__setattr__(self, "days", read_only(given_days.astype(np.int64)))
        object.__setattr__(self, "events", read_only(given_events.astype(np.bool_)))

    def __len__(self) -> int:
        return int(self.days.size)

    def of(self, chosen: Flags) -> "FollowUp":
        """The follow-up of the chosen participants."""
        return FollowUp(self.days[chosen], self.events[chosen])


def sorted_codes(
    labels: ArrayLike | Sequence[Hashable], what: str = "labels"
) -> tuple[tuple[Any, ...], Days]:
    """The distinct labels in sorted order, and for each participant the place of theirs.

    Raises Unusable, naming `what` they are, for labels that are missing or of several kinds:
    whoever has none is not a group of their own.
    """
    given = _listed(labels)
    missing = missing_problems(what, given)
    if missing:
        raise Unusable(*missing)
    try:
        distinct = sorted(set(given))
    except TypeError as error:
        kinds = ", ".join(sorted({type(label).__name__ for label in given}))
        raise Unusable(f"{what}: labels of one kind are needed, not {kinds}") from error
    place = {label: index for index, label in enumerate(distinct)}
    return tuple(distinct), np.array([place[label] for label in given], dtype=np.int64)


def missing_problems(what: str, values: Iterable[Any]) -> list[str]:
    """A sentence with the count and the first rows when values are missing; else nothing."""
    given = list(values)
    rows = [row for row, value in enumerate(given, start=1) if is_missing(value)]
    if not rows:
        return []
    shown = ", ".join(map(str, rows[:5])) + (", …" if len(rows) > 5 else "")
    which = f"row {shown}" if len(rows) == 1 else f"rows {shown}"
    verb = "is" if len(rows) == 1 else "are"
    return [
        f"{what}: {len(rows)} of {len(given)} {verb} missing ({which}); find them, or leave those "
        "participants out and say so"
    ]


def is_missing(value: Any) -> bool:
    """None, not a number, masked, an empty text, or a tuple with one of these in it."""
    if value is None or value is np.ma.masked:
        return True
    if isinstance(value, tuple):
        return any(map(is_missing, value))
    if isinstance(value, str):
        return not value.strip()
    try:
        return bool(value != value)  # noqa: PLR0124 (NaN, NaT)
    except (TypeError, ValueError):
        return True  # what compares to nothing, such as the NA of pandas


def _listed(labels: ArrayLike | Sequence[Hashable]) -> list[Any]:
    given: list[Any] = list(labels.tolist() if isinstance(labels, np.ndarray) else labels)  # type: ignore[arg-type]
    return [tuple(each) if isinstance(each, list) else each for each in given]


def read_only(array: NDArray[_Scalar]) -> NDArray[_Scalar]:
    """The same array, closed to changes."""
    array.flags.writeable = False
    return array


def _absent(what: str, values: ArrayLike) -> list[str]:
    if (
        isinstance(values, np.ndarray)
        and values.dtype.kind in "iub"
        and not np.ma.is_masked(values)
    ):
        return []
    return missing_problems(what, np.ma.asanyarray(values).tolist() if np.ndim(values) else [])


def _day_problems(days: NDArray[Any]) -> list[str]:
    if days.size == 0:
        return []
    if days.dtype.kind not in "iu":
        return [f"days: whole numbers are needed, not {days.dtype}; count in days, not in months"]
    if days.min() < 0:
        first = int(np.argmax(days < 0))
        return [f"days[{first}]: {days[first]} is before the start; give 0 or more"]
    return []


def _event_problems(events: NDArray[Any]) -> list[str]:
    if events.size == 0 or events.dtype.kind == "b":
        return []
    if events.dtype.kind in "iu" and np.isin(events, (0, 1)).all():
        return []
    return ["events: give True for an event and False for a censored follow-up"]

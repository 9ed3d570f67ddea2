"""What is wrong with a design, said all at once.

A design is checked before anything is computed. Every function of this folder, and of `sequential`,
gathers all that is wrong with what it was given (where, what, the value received, what would do)
and refuses once.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a design: `place` is the argument, `remedy` what would do.

    Where `because` itself names the value and what would do, the other two are left out.
    """

    place: str
    because: str
    received: object = None
    remedy: str = ""

    def __str__(self) -> str:
        if not self.remedy:
            return f"{self.place}: {self.because}"
        return f"{self.place}: {self.because} (received {self.received!r}). {self.remedy}"


class BadDesign(ValueError):
    """A design that cannot be computed; `problems` holds every reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def refused(place: str, because: str, received: object = None, remedy: str = "") -> BadDesign:
    """The refusal for one problem, where it comes to light only in computing."""
    return BadDesign([Problem(place, because, received, remedy)])


def refuse(*groups: Iterable[Problem]) -> None:
    """Raise BadDesign with all problems of all groups, or return when there are none."""
    problems = [problem for group in groups for problem in group]
    if problems:
        raise BadDesign(problems)


SMALLEST, LARGEST = 1e-15, 1e15
BETWEEN = f"Give a number from {SMALLEST:g} to {LARGEST:g}."


def is_finite(value: object) -> bool:
    """Whether the value is a number that is neither infinite nor NaN (True and False are none)."""
    try:
        return not isinstance(value, bool) and math.isfinite(value)  # type: ignore[arg-type]
    except (TypeError, OverflowError):
        return False


def positive(place: str, what: str, value: float | None) -> Iterator[Problem]:
    """A problem unless the value is a number above 0, and of a size that means something."""
    if value is None or not is_finite(value) or not value > 0:
        yield Problem(place, f"{what} must be above 0", value, "Give a number above 0.")
    elif not SMALLEST <= value <= LARGEST:
        yield Problem(place, f"{what} is beyond all measure", value, BETWEEN)


def not_negative(place: str, what: str, value: float) -> Iterator[Problem]:
    """A problem unless the value is 0 or a number above it of a size that means something."""
    if not is_finite(value) or value < 0:
        yield Problem(place, f"{what} cannot be below 0", value, "Give 0 or a number above it.")
    elif value:
        yield from positive(place, what, value)


def measured(place: str, what: str, value: float) -> Iterator[Problem]:
    """A problem unless the value is a number, of either sign, of a size that means something."""
    if not is_finite(value):
        yield Problem(place, f"{what} must be a number", value, "Give a number.")
    elif abs(value) > LARGEST:
        yield Problem(place, f"{what} is beyond all measure", value, "Give a smaller one.")


def share(place: str, what: str, value: float) -> Iterator[Problem]:
    """A problem unless the value lies strictly between 0 and 1."""
    if not is_finite(value) or not 0 < value < 1:
        yield Problem(place, f"{what} must lie between 0 and 1", value, "Give a share such as 0.4.")
    elif value < SMALLEST:
        yield Problem(place, f"{what} is beyond all measure", value, BETWEEN)


def one_of(place: str, value: object, choices: tuple[str, ...]) -> Iterator[Problem]:
    """A problem unless the value is one of the choices."""
    if value not in choices:
        yield Problem(place, "no such choice", value, f"Choose one of: {', '.join(choices)}.")


def one_given(duration: float | None, events: float | None) -> Iterator[Problem]:
    """A problem unless either a length or a number of events is given."""
    if (duration is None) == (events is None):
        pair = (duration, events)
        yield Problem("duration", "one of duration and events is needed", pair, "Give just one.")
    if duration is not None:
        yield from positive("duration", "the length of the trial", duration)
    if events is not None:
        yield from positive("events", "the number of events", events)


def size_problems(alpha: float, sided: int) -> Iterator[Problem]:
    """What is wrong with the size and the sides of a test."""
    yield from share("alpha", "the size of the test", alpha)
    if sided == 1 and is_finite(alpha) and 0.5 <= alpha < 1:
        because = "a one-sided test of this size is significant without any effect seen"
        yield Problem("alpha", because, alpha, "Give a size below 0.5, such as 0.025.")
    yield from side_problems(sided)


def side_problems(sided: int) -> Iterator[Problem]:
    """A problem unless the test has one side or two."""
    if not is_finite(sided) or sided not in (1, 2):
        yield Problem("sided", "a test has one side or two", sided, "Give 1 or 2.")


def power_problems(power: float, alpha: float, sided: int) -> Iterator[Problem]:
    """What is wrong with the power wanted of a test of this size."""
    wrong = list(share("power", "the wanted power", power))
    yield from wrong
    if not wrong and not list(size_problems(alpha, sided)) and power <= alpha / sided:
        remedy = "Ask for a power above alpha, such as 0.8."
        yield Problem("power", "the power is not above the size of the test", power, remedy)

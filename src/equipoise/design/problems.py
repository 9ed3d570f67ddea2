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


def refuse(*groups: Iterable[Problem]) -> None:
    """Raise BadDesign with all problems of all groups, or return when there are none."""
    problems = [problem for group in groups for problem in group]
    if problems:
        raise BadDesign(problems)


def is_finite(value: object) -> bool:
    """Whether the value is a number that is neither infinite nor NaN (True and False are none)."""
    try:
        return not isinstance(value, bool) and math.isfinite(value)  # type: ignore[arg-type]
    except (TypeError, OverflowError):
        return False


def positive(place: str, what: str, value: float | None) -> Iterator[Problem]:
    """A problem unless the value is a number above 0."""
    if value is None or not is_finite(value) or not value > 0:
        yield Problem(place, f"{what} must be above 0", value, "Give a number above 0.")


def not_negative(place: str, what: str, value: float) -> Iterator[Problem]:
    """A problem unless the value is a number of at least 0."""
    if not is_finite(value) or value < 0:
        yield Problem(place, f"{what} cannot be below 0", value, "Give 0 or a number above it.")


def share(place: str, what: str, value: float) -> Iterator[Problem]:
    """A problem unless the value lies strictly between 0 and 1."""
    if not is_finite(value) or not 0 < value < 1:
        yield Problem(place, f"{what} must lie between 0 and 1", value, "Give a share such as 0.4.")


def one_of(place: str, value: object, choices: tuple[str, ...]) -> Iterator[Problem]:
    """A problem unless the value is one of the choices."""
    if value not in choices:
        yield Problem(place, "no such choice", value, f"Choose one of: {', '.join(choices)}.")


def size_problems(alpha: float, sided: int, power: float | None = None) -> Iterator[Problem]:
    """What is wrong with the size, the sides and the wanted power of a test."""
    yield from share("alpha", "the size of the test", alpha)
    if sided not in (1, 2):
        yield Problem("sided", "a test has one side or two", sided, "Give 1 or 2.")
    if power is None:
        return
    wrong = list(share("power", "the wanted power", power))
    yield from wrong
    if not wrong and is_finite(alpha) and power <= alpha / (sided if sided in (1, 2) else 1):
        remedy = "Ask for a power above alpha, such as 0.8."
        yield Problem("power", "the power is not above the size of the test", power, remedy)

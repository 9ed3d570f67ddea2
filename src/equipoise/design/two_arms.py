"""What all trials of two arms have in common: the test, what it needs, and the answer.

Each kind of trial (`means`, `proportions`, `milestone`, `rmst`) says what its effect is and with
what standard error it is seen; how many participants, with what power, is asked here, once for all.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from scipy.special import ndtr, ndtri

from equipoise.design.problems import (
    BadDesign,
    Problem,
    one_of,
    positive,
    power_problems,
    refuse,
    refused,
    size_problems,
)
from equipoise.design.results import Answer, Rows, figure, labelled, printed, remakeable, title_of


@dataclass(frozen=True, slots=True)
class Signal:
    """What a test sees of one participant (or one event): the effect, and its standard errors.

    The effect is what lies beyond the null; `null` is its standard error under the null,
    `alternative` under what is assumed.
    """

    effect: float
    null: float = 1.0
    alternative: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoArmTest:
    """How two arms are compared.

    `alpha` is the whole size of the test, of both its sides together; `sided` is 1 or 2; `power`
    the one wanted; `ratio` participants on treatment for each on control (a setting brings its
    own); `method` the formula or the form of the test, the trial's usual one when it is left out.
    """

    alpha: float = 0.05
    sided: int = 2
    power: float = 0.8
    ratio: float = 1.0
    method: str = ""

    def by(self, methods: tuple[str, ...], ratio: float | None = None) -> Self:
        """The test as it is made: by the first of these methods unless one is named."""
        ratio = self.ratio if ratio is None else ratio
        return replace(self, method=self.method or methods[0], ratio=ratio)

    def problems(self, methods: tuple[str, ...], ratio: float | None = None) -> Iterator[Problem]:
        """What is wrong with the test, where it is made by these methods in such a setting."""
        yield from size_problems(self.alpha, self.sided)
        if self.method != "":
            yield from one_of("method", self.method, methods)
        if ratio is None:
            yield from positive("ratio", "the allocation ratio", self.ratio)
        elif self.ratio not in (1.0, ratio):
            because = f"the setting has the allocation ratio {ratio}"
            yield Problem("ratio", because, self.ratio, "Leave it out of the test.")

    def power_problems(
        self, methods: tuple[str, ...], ratio: float | None = None
    ) -> Iterator[Problem]:
        """The same, and what is wrong with the power wanted."""
        yield from self.problems(methods, ratio)
        yield from power_problems(self.power, self.alpha, self.sided)

    @property
    def critical(self) -> float:
        """The standardised statistic that is just significant, on the side of the effect."""
        return float(-ndtri(self.alpha / self.sided))

    @property
    def drift(self) -> float:
        """The mean of the standardised statistic that gives the power wanted."""
        return self.critical + float(ndtri(self.power))

    def needed(self, signal: Signal) -> float:
        """The participants (or events) with which the power wanted is reached, broken.

        It is 0 where the wider spread of the alternative gives so little power by itself.
        """
        wanted = self.critical * signal.null + float(ndtri(self.power)) * signal.alternative
        return (max(0.0, wanted) / signal.effect) ** 2

    def reached(self, signal: Signal, subjects: float) -> float:
        """The power with so many participants (or events); a two-sided test counts both sides."""
        drifted = math.sqrt(subjects) * abs(signal.effect) / signal.alternative
        return self.chance(drifted, signal.null / signal.alternative)

    def chance(self, drifted: float, stretch: float = 1.0) -> float:
        """The chance that a normal statistic with this mean and variance 1 is significant.

        `stretch` is the standard error under the null over the one under the alternative. A
        two-sided test counts both its sides, so that it rejects with chance alpha without effect.
        """
        bar = stretch * self.critical
        wrong_side = float(ndtr(-drifted - bar)) if self.sided == 2 else 0.0
        return float(ndtr(drifted - bar)) + wrong_side

    def rows(self) -> Rows:
        """The test as an answer prints it."""
        return [
            *([("Method", [self.method])] if self.method else []),
            ("Size of the test", printed(self.alpha)),
            ("Sides", printed(self.sided)),
            ("Allocation, treatment : control", printed(self.ratio)),
        ]


USUAL = TwoArmTest()


@dataclass(frozen=True, kw_only=True)
class Tested(Answer, ABC):
    """An answer about one test of two arms: what it takes, its power, what that rests on."""

    power: float
    test: TwoArmTest

    @abstractmethod
    def takes(self) -> Rows:
        """What the power takes: participants, or events."""

    def details(self) -> Rows:
        """What the power rests on, besides the test."""
        return labelled(self)

    def rows(self) -> Rows:
        """What it takes, the power, what that rests on, and the test."""
        return [
            *self.takes(),
            ("Power", printed(self.power)),
            *self.details(),
            *self.test.rows(),
        ]


@dataclass(frozen=True, kw_only=True)
class TwoArmTrial(Tested):
    """A trial of two arms, by the participants it needs as exact (broken) numbers."""

    subjects: float

    @property
    def subjects_control(self) -> float:
        """Participants on control."""
        return self.subjects / (1 + self.test.ratio)

    @property
    def subjects_treatment(self) -> float:
        """Participants on treatment."""
        return self.subjects * self.test.ratio / (1 + self.test.ratio)

    @property
    def whole_subjects(self) -> tuple[int, int]:
        """Participants rounded up in each arm: control, treatment."""
        return rounded_up(self.subjects_control), rounded_up(self.subjects_treatment)

    def takes(self) -> Rows:
        """The participants, in all and in each arm."""
        return [
            ("Participants", printed(self.subjects)),
            ("Participants, control", printed(self.subjects_control)),
            ("Participants, treatment", printed(self.subjects_treatment)),
        ]


class Comparison(ABC):
    """What two arms are compared by: each kind of trial brings its effect and standard errors."""

    methods: ClassVar[tuple[str, ...]]  # the first is the usual one
    shown_in: ClassVar[str] = "treatment"  # the argument to blame where there is no effect

    @property
    def ratio(self) -> float | None:
        """Participants treatment : control, of a setting that says so itself."""
        return None

    @abstractmethod
    def problems(self, test: TwoArmTest) -> Iterator[Problem]:
        """Everything wrong with what is compared."""

    @abstractmethod
    def signal(self, test: TwoArmTest) -> Signal:
        """What the test sees of one participant."""

    def needed(self, test: TwoArmTest) -> float:
        """The participants with which the test has the power wanted."""
        return test.needed(self.signal(test))

    def reached(self, test: TwoArmTest, subjects: float) -> float:
        """The power with so many participants."""
        return test.reached(self.signal(test), subjects)

    def count_problems(self, test: TwoArmTest, subjects: float | None) -> Iterator[Problem]:
        """What is wrong with asking the power with so many participants."""
        yield from positive("subjects", "the number of participants", subjects)

    def counted(self, subjects: float | None) -> float:
        """The participants: those given, unless a setting says itself how many."""
        assert subjects is not None  # `count_problems` has refused that
        return subjects

    def figures(self) -> Rows:
        """What is compared, as it is printed."""
        return labelled(self)


@dataclass(frozen=True, kw_only=True)
class ComparedTrial(TwoArmTrial):
    """Trial of two arms, with the effect that the test looks for."""

    compared: Comparison
    effect: float = figure("Effect beyond the null")
    standard_error: float = figure("Standard error of the effect")

    @property
    def title(self) -> str:
        """What is compared."""
        return title_of(self.compared)

    def details(self) -> Rows:
        """What is compared, then the effect."""
        return [*self.compared.figures(), *super().details()]


@remakeable
def sample_size(compared: Comparison, test: TwoArmTest = USUAL) -> ComparedTrial:
    """The participants with which the test has the power wanted, as an exact (broken) number.

    The power is asked of the side of the effect alone. Of a setting, those who must have entered
    by the analysis, its accrual scaled. Raises BadDesign with all that is wrong.
    """
    refuse(compared.problems(test), test.power_problems(compared.methods, compared.ratio))
    test = test.by(compared.methods, compared.ratio)
    refuse(_no_effect(compared, test))
    subjects = compared.needed(test)
    refuse(too_little(subjects, test.power))
    return _trial(compared, test, subjects, test.power)


@remakeable
def power(
    compared: Comparison, test: TwoArmTest = USUAL, *, subjects: float | None = None
) -> ComparedTrial:
    """The power with so many participants in all; a two-sided test counts both its sides.

    A setting says itself how many have entered by the analysis, unless `subjects` does.
    """
    refuse(
        compared.problems(test),
        test.problems(compared.methods, compared.ratio),
        compared.count_problems(test, subjects),
    )
    test, entered = test.by(compared.methods, compared.ratio), compared.counted(subjects)
    return _trial(compared, test, entered, compared.reached(test, entered))


def _no_effect(compared: Comparison, test: TwoArmTest) -> Iterator[Problem]:
    signal = compared.signal(test)
    if abs(signal.effect) <= 1e-12 * signal.alternative:
        because = "the effect is the one under the null: no number of participants shows it"
        yield Problem(compared.shown_in, because, signal.effect, "Assume an effect.")


def too_little(subjects: float, power: float) -> Iterator[Problem]:
    """A problem when the formula finds the power without any participants."""
    if not subjects > 0:
        because = "by this formula so little power is reached without any participants"
        yield Problem("power", because, power, "Ask for more, such as 0.8.")


def never_reached(because: str, test: TwoArmTest) -> BadDesign:
    """The refusal of a power that no length of the trial brings."""
    remedy = "Enrol more participants, or ask for less power."
    return refused("power", because, test.power, remedy)


def rounded_up(number: float) -> int:
    """The number rounded up, forgiving what rounding errors added to a whole number."""
    return math.ceil(number - 1e-9 * max(1.0, abs(number)))


def _trial(compared: Comparison, test: TwoArmTest, subjects: float, power: float) -> ComparedTrial:
    signal = compared.signal(test)
    return ComparedTrial(
        subjects=subjects,
        power=power,
        test=test,
        compared=compared,
        effect=signal.effect,
        standard_error=signal.alternative / math.sqrt(subjects),
    )

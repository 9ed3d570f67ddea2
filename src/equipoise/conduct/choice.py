"""One allocation as it was drawn: the arm, and the chance that each arm had.

Every method of randomisation works out exact chances first and then draws once with them, so that
the record shows what could have happened as well as what did.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from equipoise.conduct.random_source import Draw
from equipoise.study.reason import ENGLISH, OneOf, Phrase, Wording

SUM = Phrase("the chances sum to {sum}, not to 1")
RATIO = Phrase("arm '{arm}' has ratio {ratio}; a whole number of 1 or more would do")
ARMS = Phrase("there are {number} arms; randomisation needs two or more")
STRANGER = Phrase("the history has arm '{arm}', which is not one of {arms}")

Recorded = str | list[str] | dict[str, str]


class Unsound(ValueError):
    """The randomisation cannot be carried out as it is set up; `said` names every reason."""

    def __init__(self, wordings: Sequence[Wording]) -> None:
        self.wordings = tuple(wordings)
        self.problems = tuple(ENGLISH.written(one) for one in wordings)
        super().__init__("; ".join(self.problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The arm that was drawn, and everything it was drawn from."""

    arm: str
    probabilities: Mapping[str, Fraction]  # by arm; they sum to 1
    draw: str  # the draw, 64 hexadecimal digits
    imbalance: Mapping[str, Fraction] = field(default_factory=dict)  # if the arm were given
    favoured: tuple[str, ...] = ()  # the arm, or the tied arms, that balance asks for
    sealed: bool = False  # chances and draw would help to guess what comes next

    def record(self) -> dict[str, Recorded]:
        """What may stand in the ledger while the trial runs: exact fractions, as text.

        Of a sealed choice that is the arm alone. The rest follows from the seed once revealed.
        """
        if self.sealed:
            return {"arm": self.arm}
        return {
            "arm": self.arm,
            "probabilities": _as_text(self.probabilities),
            "draw": self.draw,
            "imbalance": _as_text(self.imbalance),
            "favoured": list(self.favoured),
        }


def picked(probabilities: Mapping[str, Fraction], draw: Draw) -> str:
    """The arm that the draw points to.

    The chances are written over one common denominator and laid end to end in the alphabetical
    order of the arms, so that the order of a file cannot matter; the draw names one slot.
    """
    slots = lcm(*(chance.denominator for chance in probabilities.values()))
    slot = draw.below(slots)
    for arm in sorted(probabilities):
        slot -= int(probabilities[arm] * slots)
        if slot < 0:
            return arm
    raise Unsound([SUM(sum=str(sum(probabilities.values())))])


def by_ratio(arms: Mapping[str, int], among: Collection[str] | None = None) -> dict[str, Fraction]:
    """The chance of each arm when the ratio alone counts; 0 for an arm not `among` these."""
    eligible = arms if among is None else among
    total = sum(arms[arm] for arm in eligible)
    return {arm: Fraction(arms[arm] if arm in eligible else 0, total) for arm in sorted(arms)}


def ratio_problems(arms: Mapping[str, int]) -> list[Wording]:
    """What is wrong with the arms and their ratio; empty when nothing is."""
    problems = [
        RATIO(arm=arm, ratio=str(ratio))
        for arm, ratio in arms.items()
        if isinstance(ratio, bool) or not isinstance(ratio, int) or ratio < 1
    ]
    if len(arms) < 2:
        problems.append(ARMS(number=len(arms)))
    return problems


def stranger_problems(arms: Mapping[str, int], seen: Collection[str]) -> list[Wording]:
    """One problem for each arm that subjects were given but the study does not have."""
    known = OneOf(tuple(sorted(arms)))
    return [STRANGER(arm=arm, arms=known) for arm in sorted(set(seen) - set(arms))]


def _as_text(numbers: Mapping[str, Fraction]) -> dict[str, str]:
    return {name: str(number) for name, number in numbers.items()}

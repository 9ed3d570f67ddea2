"""What a decision table gives: a level of the dose, a grade of toxicity, or a code of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from equipoise.logic.words import Unreadable

__all__ = ["HOLD", "STOP", "Given", "GivenKind", "read_given"]

GivenKind = Literal["level", "grade", "code"]
HOLD, STOP = "hold", "stop"
_BELOW_ALL = {HOLD: Decimal(-1), STOP: Decimal(-2)}
_LEVEL = re.compile(r"(\d+(?:\.\d+)?) ?%")
_GRADES = 5


@dataclass(frozen=True, slots=True)
class Given:
    """One outcome. `place` is where it stands among the others of its kind, the lowest first."""

    kind: GivenKind
    value: Decimal | str
    place: Decimal

    def __str__(self) -> str:
        """As it is written in a study file."""
        is_percentage = self.kind == "level" and isinstance(self.value, Decimal)
        return f"{self.value:f} %" if is_percentage else str(self.value)

    @property
    def severity(self) -> Decimal:
        """The more, the graver: the lowest level of a dose, the highest grade, the last code."""
        return -self.place if self.kind == "level" else self.place


def read_given(kind: GivenKind, text: str | Decimal | int, codes: Sequence[str] = ()) -> Given:
    """What a row gives.

    :param codes: those that a table of codes gives, the gravest last
    :raises Unreadable: where its kind has no such outcome
    """
    if kind == "level":
        return _level(str(text))
    if kind == "grade":
        return _grade(str(text))
    if str(text) not in codes:
        raise Unreadable(f"{text!r} is none of the codes that it gives", 1, ", ".join(codes))
    return Given(kind, str(text), Decimal(codes.index(str(text))))


def _level(text: str) -> Given:
    if text in _BELOW_ALL:
        return Given("level", text, _BELOW_ALL[text])
    found = _LEVEL.fullmatch(text.strip())
    if found is None or not 0 < (percent := Decimal(found[1])) <= 100:
        raise Unreadable(f"{text!r} is no level of a dose", 1, "50 %, hold or stop")
    return Given("level", percent, percent)


def _grade(text: str) -> Given:
    if not text.isascii() or not text.isdigit() or int(text) > _GRADES:
        raise Unreadable(f"{text!r} is no grade", 1, "a whole number from 0 to 5")
    return Given("grade", Decimal(text), Decimal(text))

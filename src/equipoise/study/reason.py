"""Why an act may not be done: a sentence with named places, declared beside the rule, and values.

A `Reason` that is called with its values is a `Refusal`. The values keep their kind (a day, a
number, a text of the study), so that each reader gets them written as they write them, and a
program gets them as they are. The English stands here; other languages are a later folder's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from string import Formatter

from equipoise.logic.figures import day_text
from equipoise.logic.translator import ENGLISH as ENGLISH_TEXTS
from equipoise.study.parts import say

__all__ = [
    "ENGLISH",
    "Amount",
    "Given",
    "OneOf",
    "Phrase",
    "Reader",
    "Reason",
    "Refusal",
    "Unit",
    "Wording",
    "places",
]

_CODE = re.compile(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*")


@lru_cache(maxsize=1024)
def places(sentence: str) -> tuple[str, ...]:
    """The names of the places in a sentence, each once, in their order.

    :raises ValueError: when a place is no plain name in braces
    """
    named: dict[str, None] = {}
    for _, name, form, conversion in Formatter().parse(sentence):
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise ValueError(f"{sentence!r}: a place is a plain name in braces, like {{day}}")
        named[name] = None
    return tuple(named)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit by its UCUM code; each reader gets it as people write it."""

    code: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit, and the comparator that was typed before it."""

    number: Decimal
    unit: str = ""
    comparator: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """A part of a sentence that has places of its own, filled."""

    phrase: Phrase
    values: Mapping[str, Given]


@dataclass(frozen=True, slots=True)
class OneOf:
    """What there is to choose from."""

    choices: tuple[Given, ...]


Given = (
    str
    | int
    | Decimal
    | date
    | datetime
    | Mapping[str, str]
    | Unit
    | Amount
    | Wording
    | OneOf
    | tuple["Given", ...]
)
"""What may stand in a place. A mapping is a text of the study, by language; a `str` is nobody's
language: a name, a number of a participant, what somebody typed."""


class Reader:
    """Someone who reads English. The entry points know readers of other languages."""

    @property
    def language(self) -> str:
        return "en"

    def sentence(self, wording: Phrase | Reason, count: int = 1) -> str:
        """The sentence in the reader's language, its places still open.

        :param count: of what it counts, where it counts something
        """
        return wording.several if wording.several and count != 1 else wording.sentence

    def day(self, on: date) -> str:
        return day_text(on, ENGLISH_TEXTS)

    def moment(self, at: datetime) -> str:
        """A moment to the second, in UTC."""
        utc = at.astimezone(UTC)
        return f"{self.day(utc.date())}, {utc:%H:%M:%S} UTC"

    def number(self, number: Decimal) -> str:
        return f"{number:f}"

    def unit(self, code: str) -> str:
        return code

    def amount(self, amount: Amount) -> str:
        number = amount.comparator + self.number(amount.number)
        return number if amount.unit in ("", "1") else f"{number} {self.unit(amount.unit)}"

    def several(self, items: tuple[str, ...]) -> str:
        """A list within a sentence: `a, b and c`."""
        if len(items) < 2:
            return "".join(items)
        return self.filled(_AND, {"first": ", ".join(items[:-1]), "last": items[-1]})

    def written(self, given: Given) -> str:
        """One value as this reader writes it."""
        match given:
            case str():
                return given
            case int() | Decimal():
                return self.number(Decimal(given))
            case datetime():
                return self.moment(given)
            case date():
                return self.day(given)
            case Unit():
                return self.unit(given.code)
            case Amount():
                return self.amount(given)
            case Wording():
                return self.filled(given.phrase, given.values)
            case OneOf():
                return ", ".join(self.written(choice) for choice in given.choices)
            case tuple():
                return self.several(tuple(self.written(one) for one in given))
        return say(given, self.language)

    def open(self, wording: Phrase | Reason, values: Mapping[str, Given]) -> str:
        """The sentence that goes with these values, its places still open."""
        counts = (value for value in values.values() if isinstance(value, int))
        return self.sentence(wording, next(counts, 1))

    def filled(self, wording: Phrase | Reason, values: Mapping[str, Given]) -> str:
        """The sentence with its values, in the reader's language."""
        parts = Formatter().parse(self.open(wording, values))
        return "".join(
            text + (self.written(values[name]) if name is not None else "")
            for text, name, _, _ in parts
        )


ENGLISH = Reader()


@dataclass(frozen=True, slots=True)
class Phrase:
    """A part of a sentence with named places, for what a reason says of its values.

    :param several: the same of a number that is not one, where it counts something
    """

    sentence: str
    several: str = ""

    def __post_init__(self) -> None:
        places(self.sentence + self.several)

    def __call__(self, **values: Given) -> Wording:
        """The phrase with its values."""
        return Wording(self, _all_given(self.sentence + self.several, values))


_AND = Phrase("{first} and {last}")


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule's reason against an act: a code that never changes, where to mend it, a sentence.

    :param where: the field that is wrong; empty where that is no field, or known only when called
    :param several: the sentence of a number that is not one, where it counts something
    """

    code: str
    where: str
    sentence: str
    several: str = ""

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.code):
            raise ValueError(f"{self.code!r} is no code of a reason; item.not-a-list would be one")
        places(self.sentence + self.several)

    def __call__(self, where: str = "", /, **values: Given) -> Refusal:
        """The refusal of an act for this reason.

        :param where: the field, where the reason does not name it
        :raises TypeError: when a place is not given, or what is given has no place
        """
        return Refusal(self, _all_given(self.sentence + self.several, values), where or self.where)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act may not be done: a reason, the values in its places, where to mend it."""

    reason: Reason
    values: Mapping[str, Given]
    where: str

    @property
    def code(self) -> str:
        """For programs and tests; it never changes."""
        return self.reason.code

    @property
    def because(self) -> str:
        """The sentence in English, for the log, the command line and tests."""
        return self.wording(ENGLISH)

    def wording(self, reader: Reader) -> str:
        """The sentence as this reader reads it."""
        return reader.filled(self.reason, self.values)


def _all_given(sentence: str, values: Mapping[str, Given]) -> Mapping[str, Given]:
    wanted = set(places(sentence))
    if wanted == values.keys():
        return values
    missing, idle = sorted(wanted - values.keys()), sorted(values.keys() - wanted)
    raise TypeError(f"{sentence!r}: not given: {missing}; given and without a place: {idle}")

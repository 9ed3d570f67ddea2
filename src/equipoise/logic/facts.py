"""What is known of one subject, as the language sees it, and what the study declares it may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Protocol

from equipoise.logic.plain import plain
from equipoise.logic.tree import Node


@plain
class Observation:
    """One recorded value of one fact.

    `value` is a number in `unit`, a code, yes or no, a date, or two dates between which a partly
    known date lies ("born in 1960" is 1960-01-01 to 1960-12-31). `on` is the day it is true of.
    `comparator` marks a censored laboratory value, such as "<" for "<3". `uln` and `lln` are the
    laboratory's own limits in the same unit as the value. On one day the highest `order` wins.
    """

    value: Decimal | str | bool | date | tuple[date, date]
    on: date | None = None
    unit: str = ""
    comparator: str = ""
    uln: Decimal | None = None
    lln: Decimal | None = None
    source: str = ""
    order: int = 0


class Kind(Enum):
    """What sort of thing a fact is."""

    NUMBER = "number"
    QUANTITY = "quantity"
    TIME = "time"
    TEXT = "text"
    YES_NO = "yes_no"
    DATE = "date"
    DATED = "dated"
    LIST = "list"
    JUDGED = "judged"
    DERIVED = "derived"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactType:
    """What the study file declares about one fact.

    `unit` is the UCUM unit it is worked with; `equivalents` are units that the study declares to
    count as that unit, one for one. `analyte` opens conversion between mass and amount. `columns`
    belong to a LIST, `choices` to a TEXT, `judge` (who gives it: "the surgeon", or by language) to
    a JUDGED and `formula` to a DERIVED fact.
    """

    name: str
    kind: Kind
    label: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    analyte: str = ""
    columns: Mapping[str, FactType] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    judge: str | Mapping[str, str] = ""
    repeatable: bool = False
    formula: Node | None = None
    equivalents: tuple[str, ...] = ()

    def called(self, language: str) -> str:
        """The label in this language, else in English, else the name in plain words."""
        return self.label.get(language) or self.label.get("en") or self.name.replace("_", " ")

    def judged_by(self, language: str) -> str:
        """Who gives the judgement, in this language, else in English; empty if nobody is named."""
        if isinstance(self.judge, str):
            return self.judge
        return self.judge.get(language) or self.judge.get("en") or ""


Vocabulary = Mapping[str, FactType]
Row = Mapping[str, Observation]


class Facts(Protocol):
    """All that is recorded of one subject."""

    def observations(self, name: str) -> Sequence[Observation]:
        """All recorded values of a fact, in any order; empty if there are none."""

    def rows(self, name: str) -> Sequence[Row] | None:
        """The rows of a list: None if it was never asked, empty if asked and there are none."""

    def anchor(self, name: str) -> date | None:
        """The day of an anchor such as "registration", if it is known."""

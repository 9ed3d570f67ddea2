"""What everything that was done carries, and what every chapter's state can be asked."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, ClassVar

import msgspec

from equipoise.logic.facts import Observation, Row
from equipoise.study.facts import Fact
from equipoise.study.model import Study

__all__ = ["Done", "FactQuery", "Reader", "State", "on_days"]


class Done(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who recorded something, when, the day it happened, and the entry that says so.

    Nothing that is kept in one can point back to it, so that no cycle need be looked for (`gc`):
    a history holds many thousands.

    `seq` is the place of that entry in the subject's own stream; 0 while it is not recorded yet.
    """

    by: str
    at: datetime
    on: date
    seq: int = 0

    @property
    def order(self) -> int:
        """Where it stands among what was recorded; what is not recorded yet comes last."""
        return self.seq or sys.maxsize


class FactQuery(msgspec.Struct, frozen=True, kw_only=True):
    """How a fact is asked: of which study, and on which day."""

    study: Study
    on: date
    registering: date | None = None
    """The day of a registration that is only being tried."""
    language: str = "en"


Reader = (
    Callable[[Any, FactQuery], Iterable[Observation]] | Callable[[Any, FactQuery], Iterable[Row]]
)
"""How a fact is read from the state of the chapter that leaves it; a list, by its rows."""


class State(msgspec.Struct, kw_only=True):
    """What the acts of one chapter leave on a participant; nobody else writes it."""

    facts: ClassVar[Mapping[Fact, Reader]] = {}
    """How each fact that the chapter declares among the study's words is read."""
    alone: ClassVar[tuple[str, ...]] = ()
    """The kinds of act that are told of themselves (`of_themselves`)."""

    def contacts(self, study: Study) -> Iterable[date]:
        """The days on which what is recorded here shows the participant alive."""
        return ()

    def of_themselves(self) -> "Iterable[tuple[str, Done]]":
        """What was recorded here as one thing and not item by item: the kind of act, and who.

        Everything is among it that a signature over all of a participant is put under.
        """
        return ()

    def ends(self) -> date | None:
        """The day from which nothing more may be asked of them; None while it may."""
        return None


def on_days(*days: date | None) -> Iterator[Observation]:
    """Days as observations, each of itself; a day that is not there says nothing."""
    return (Observation(value=day, on=day) for day in days if day is not None)

"""What a chapter of the protocol brings: the page to read before adding one.

A chapter has its section of the study file (`study/sections`), its own state of a participant
(`conduct/state`), and here its acts and what it adds to the questions that are asked of all
chapters together. A hook that is left out brings nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import msgspec

from equipoise.conduct.act import Act, Unfinished
from equipoise.conduct.message import Message
from equipoise.conduct.seals import Seals
from equipoise.conduct.state.done import Done
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Table
from equipoise.study.model import Study
from equipoise.study.reason import Given, Refusal, Wording

__all__ = ["Chapter", "Deviated", "Due", "FormAt", "Happened", "RowAt", "Turn", "Urgency", "Where"]

Urgency = Literal["alarm", "overdue", "expiring", "due", "waiting", "open", "coming"]
"""How something presses, the most pressing first; an alarm is harm under way."""


@dataclass(frozen=True, slots=True)
class FormAt:
    """One copy of a form at a visit."""

    form: str
    visit: str
    number: int = 1


@dataclass(frozen=True, slots=True)
class RowAt:
    """The page of one row of a table, where an act is done of it."""

    page: str
    row: str
    act: type[Act]
    visit: str = ""
    """The visit that it is of, where it is of one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviated:
    """One thing of a participant that went otherwise than the study says."""

    kind: Literal["dose", "outside-window", "report"]
    on: date
    """The day that it is of."""
    known_on: date
    what: Wording
    by: str = ""
    """Who recorded what shows it; empty where no entry does."""


Where = type[Act] | FormAt | RowAt | Literal["", "criteria"]
"""Where something is done."""


class Turn(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """From a day on something presses otherwise; not at all where there is no urgency.

    With a moment it does from that moment of the day on. By then it presses already: what is
    coming becomes due with a day.
    """

    on: date
    urgency: Urgency | None
    when: date | None = None
    at: datetime | None = None

    def has_come(self, day: date, now: datetime | None) -> bool:
        """Whether it has; where the hour of its day is not known, not before that day is over."""
        if self.on != day or self.at is None:
            return self.on <= day
        return now is not None and self.at <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One thing that comes next for a participant: to be done, or to be waited for."""

    urgency: Urgency
    what: Given | type[Act]
    """A sentence with its values; or an act, which is told in its own words."""
    when: date | None = None
    at: datetime | None = None
    """The moment of that day, in UTC, where it is a matter of hours."""
    where: Where = ""
    """Where it is done: an act's own page, a form, what a table has of it, the criteria; empty:
    nothing to be done here."""
    filled: tuple[tuple[str, str], ...] = ()
    """What stands in the fields of the act's page beforehand, by their names."""
    declined_by: type[Act] | None = None
    """The act by which it is said that it need not be done."""
    declined_with: tuple[tuple[str, str], ...] = ()
    """What stands in the fields of that act's page beforehand."""
    later: tuple[Turn, ...] = ()
    """How it presses on days to come, in their order."""
    elsewhere: str = ""
    """The kind of another chapter's act by which it is done, where it is one."""
    one_of: str = ""
    """While it is only coming, the first alone of those with the same name is told."""

    @property
    def name(self) -> str:
        """By which it is known again on another day, as long as it is due on the same."""
        if isinstance(self.where, FormAt):
            place = f"{self.where.visit or self.where.form}~{self.where.number}"
        elif isinstance(self.where, RowAt):
            place = f"{self.where.act.kind}~{self.where.row}"
        else:
            place = self.where if isinstance(self.where, str) else self.where.kind
            place = "~".join([place, *(value for _, value in self.filled)])
        return f"{place} {self.when or ''}".strip()

    @property
    def is_step(self) -> bool:
        """Whether it is an act of its own, as the steps towards the draw are."""
        return isinstance(self.where, type) and not self.filled


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing that happened to a participant, as their course tells it."""

    done: Done
    act: type[Act]
    what: object | Wording | None = None
    """What the act left, of which its line is told; or a sentence; None: the name of the act."""
    more: tuple[Given, ...] = ()
    """What is told beside it."""
    in_error: bool = True
    """Whether its entry may be found to be in error, and is led to for that."""
    signed: bool = True
    """Whether who recorded it is told."""
    other: str = ""
    """The number of another participant whom it names."""


def _nothing(*_: object) -> tuple[()]:
    return ()


def _never(study: Study) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One chapter of the protocol, with what it answers for."""

    name: str
    acts: tuple[type[Act], ...]
    keeps_out: Callable[[Study, Subject, date], Iterable[Refusal]] = _nothing
    """What keeps a participant out of registration and draw, beside the criteria."""
    agenda: Callable[[Study, Subject, date], Iterable[Due]] = _nothing
    """What comes next for a participant."""
    beside: Callable[[Study, Subject, FormAt, date], Iterable[tuple[str, Given]]] = _nothing
    """What stands beside values on one copy of a form, each at its item."""
    unfinished: Callable[[Study, Subject, date], Iterable[Unfinished]] = _nothing
    """What is left to do before a participant's data are locked."""
    deviates: Callable[[Study, Subject, date], Iterable[Deviated]] = _nothing
    """What went otherwise than the study says, beside forms, windows and consent."""
    course: Callable[[Study, Subject], Iterable[Happened]] = _nothing
    """What happened to a participant, one for each thing."""
    tables: tuple[Table, ...] = ()
    """What is known of all participants, for frames, programs and exports."""
    tells: tuple[Message, ...] = ()
    """What people are told of by mail."""
    seals: Seals | None = None
    """What of its acts is kept from most readers."""
    tells_arm: Callable[[Study], bool] = _never
    """Whether it tells the arm that there is something to do of it: then no list of all hospitals
    tells of that."""

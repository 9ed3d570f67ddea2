"""What comes next for a participant, as it can be kept beside them.

It holds from the day on which it was worked out until the next day on which something that the
study asks of the participant may be answered otherwise. In between, what is coming becomes due and
what is due overdue by their dates alone, or by the hour where one is told. It is a function of
study, participant and day; who may do what, and how it is said, is added by whoever reads it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol, Self

import msgspec

from equipoise.conduct.act import Act
from equipoise.conduct.chapter import Due, FormAt, RowAt, Turn, Urgency
from equipoise.logic.watched import Watch, WatchedDay
from equipoise.study.kept_words import days_in, kept, read

__all__ = ["Ahead", "Outlook", "agenda_on"]

_ORDER = ("alarm", "overdue", "expiring", "due", "waiting", "open", "coming")
_packed, _plain = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder()


class Ahead(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One thing that comes next, as it is kept: what it is called is read when it is told."""

    urgency: Urgency
    when: date | None
    later: tuple[Turn, ...]
    one_of: str
    is_step: bool
    rest: bytes
    at: datetime | None = None

    @classmethod
    def of(cls, due: Due) -> Self:
        """What a chapter found."""
        return cls(
            urgency=due.urgency,
            when=due.when,
            later=due.later,
            one_of=due.one_of,
            is_step=due.is_step,
            rest=_packed.encode([_what(due), _where(due), *_besides(due)]),
            at=due.at,
        )

    def is_of(self, closed: Collection[str]) -> bool:
        """Whether it is of a visit, or is done by an act, that is closed."""
        where = _plain.decode(self.rest)[1]
        if isinstance(where, dict):
            return where.get("visit") in closed or where["act"] in closed
        return isinstance(where, list) and FormAt(*where).visit in closed

    def due(self, urgency: Urgency, when: date | None, acts: Mapping[str, type[Act]]) -> Due:
        """The thing itself, as it presses on some day."""
        what, where, *besides = _plain.decode(self.rest)
        filled, declined_by, declined_with = besides or ((), "", ())
        if isinstance(where, list):
            where = FormAt(*where)
        return Due(
            urgency=urgency,
            when=when,
            at=self.at,
            what=acts[what["act"]] if isinstance(what, dict) and "act" in what else read(what),
            where=_read(where, acts) if isinstance(where, dict) else where,
            filled=_pairs(filled),
            declined_by=acts[declined_by] if declined_by else None,
            declined_with=_pairs(declined_with),
        )


class Outlook(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Everything that comes next, each with the days from which it presses otherwise."""

    on: date
    until: date
    """The first day on which it must be worked out anew."""
    ahead: tuple[Ahead, ...]

    @classmethod
    def of(cls, dues: Iterable[Due], watch: Watch, on: date) -> Self:
        """What chapters find while a watch looks on."""
        found = tuple(dues)
        for due in found:
            days = [due.when, *(() if isinstance(due.what, type) else days_in(due.what))]
            if any(isinstance(day, WatchedDay) for day in days):
                watch.turns_tomorrow()  # the day itself is told
            for turn in due.later:
                if turn.urgency is None:
                    watch.turns(turn.on)
        return cls(on=on, until=watch.until, ahead=tuple(map(Ahead.of, found)))

    def agenda(
        self,
        day: date,
        acts: Mapping[str, type[Act]],
        closed: Collection[str] = (),
        now: datetime | None = None,
    ) -> list[Due]:
        """What comes next as seen on a day on which it holds.

        :param acts: every act by its kind
        :param closed: visits and acts that are left out; what comes after them is told instead
        :param now: the moment of the day; not told: what turns on that day has not turned yet
        """
        ahead = self.ahead
        if closed:
            ahead = tuple([one for one in ahead if not one.is_of(closed)])
        return [ahead[n].due(how, when, acts) for n, how, when in _pressing(ahead, day, now)]

    def first(self, *urgencies: Urgency, now: datetime | None = None) -> date | None:
        """The first day, from its own on, that begins with what presses so, or has by now."""
        found = [self.on for one in self.ahead if one.urgency in urgencies]
        turns = [turn for one in self.ahead for turn in one.later if turn.urgency in urgencies]
        found += [_begins(turn, now) for turn in turns]
        return min(found, default=None)

    def next_moment(self, now: datetime | None = None) -> datetime | None:
        """The first moment, of its own day or later, at which something presses otherwise."""
        turns = [turn for one in self.ahead for turn in one.later if turn.on >= self.on]
        moments = [turn.at for turn in turns if turn.at and (now is None or turn.at > now)]
        return min(moments, default=None)


def _begins(turn: Turn, now: datetime | None) -> date:
    """The day that begins with it; that of its moment once that has come."""
    return turn.on if turn.has_come(turn.on, now) else turn.on + timedelta(days=1)


def agenda_on(dues: Iterable[Due], day: date, now: datetime | None = None) -> list[Due]:
    """What presses on a day, at a moment of it where that is told, the most pressing first."""
    found = tuple(dues)
    pressing = _pressing(found, day, now)
    return [
        replace(found[n], urgency=how, when=when, later=(), one_of="") for n, how, when in pressing
    ]


class _Presses(Protocol):
    @property
    def urgency(self) -> Urgency: ...
    @property
    def when(self) -> date | None: ...
    @property
    def at(self) -> datetime | None: ...
    @property
    def later(self) -> tuple[Turn, ...]: ...
    @property
    def one_of(self) -> str: ...
    @property
    def is_step(self) -> bool: ...


def _pressing(
    found: Sequence[_Presses], day: date, moment: datetime | None
) -> list[tuple[int, Urgency, date | None]]:
    """Which press on a day, how, and by when; the steps towards the draw before visits."""
    now: list[tuple[int, Urgency, date | None]] = []
    for number, one in enumerate(found):
        past = [turn for turn in one.later if turn.has_come(day, moment)]
        urgency, when = (past[-1].urgency, past[-1].when) if past else (one.urgency, one.when)
        if urgency is not None:
            now.append((number, urgency, when))
    now.sort(key=lambda n: _order(n[1], found[n[0]], n[2]))
    values, seen = [], set()
    for number, urgency, when in now:
        name = found[number].one_of if urgency == "coming" else ""
        if name not in seen:
            values.append((number, urgency, when))
        if name:
            seen.add(name)
    return values


def _order(urgency: Urgency, one: _Presses, when: date | None) -> tuple[int, bool, bool, date, str]:
    """What is a matter of hours before what has the day; among them the earliest."""
    at = one.at.isoformat() if one.at else ""
    return _ORDER.index(urgency), not one.at, not one.is_step, when or date.max, at


def _what(due: Due) -> Any:
    return {"act": due.what.kind} if isinstance(due.what, type) else kept(due.what)


def _where(due: Due) -> Any:
    if isinstance(due.where, type):
        return {"act": due.where.kind}
    if isinstance(due.where, RowAt):
        one = due.where
        return {"page": one.page, "row": one.row, "act": one.act.kind, "visit": one.visit}
    if isinstance(due.where, FormAt):
        return [due.where.form, due.where.visit, due.where.number]
    return due.where


def _besides(due: Due) -> list[Any]:
    """What stands in pages beforehand, and how it is declined; nothing where there is neither."""
    declined_by = due.declined_by.kind if due.declined_by else ""
    found = [due.filled, declined_by, due.declined_with]
    return found if any(found) else []


def _pairs(found: Iterable[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in found)


def _read(where: Mapping[str, str], acts: Mapping[str, type[Act]]) -> type[Act] | RowAt:
    """An act, or a row of which it is done."""
    act = acts[where["act"]]
    return RowAt(where["page"], where["row"], act, where["visit"]) if "row" in where else act

"""Forms as they were filled, version by version, and what was not done."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import ClassVar, cast

import msgspec

from equipoise.conduct.state.done import Done, State
from equipoise.study.model import Study

__all__ = [
    "NONE",
    "FormsState",
    "NotDone",
    "Record",
    "Row",
    "Save",
    "Value",
    "Version",
    "record_key",
]

NONE = "none"
"""What says on a copy of a form that repeats that there is none so far; no item is called so."""

Row = dict[str, str]
Value = str | list[Row]


class Version(Done, frozen=True, kw_only=True):
    """One value of one item as it once stood."""

    value: Value
    reason: str = ""
    copied: bool = False
    """Whether it was taken over from the last visit, and not read anew."""
    first: str = ""
    """What was typed first, of which it was asked back."""
    checks: tuple[str, ...] = ()
    """The conditions of the soft checks that asked, of this value or of what was typed first."""


class Save(Done, frozen=True, kw_only=True, omit_defaults=True):
    """What one entry says on a copy of a form, and why."""

    values: dict[str, Value]
    reason: str = ""
    confirmed: dict[str, dict[str, str]] = {}
    """Why what was asked back is right, by the code of the question and its place."""
    first: dict[str, dict[str, str]] = {}
    """What was typed first and asked back, in the same way, where something else was saved."""
    checks: dict[str, list[str]] = {}
    """The conditions of the soft checks that asked, by item."""
    reasons: dict[str, str] = {}
    """Why each value was changed, by its item, where that was said of it alone."""
    copied: tuple[str, ...] = ()
    """The items that were taken over from the last visit, and not read anew."""

    def version(self, name: str) -> Version:
        """What it says of one item."""
        value = self.values[name]
        changed = self.reasons.get(name.partition(".")[0], self.reason)
        why = self._why(name, value, changed) if self.confirmed else changed
        first = next((places[name] for places in self.first.values() if name in places), "")
        return Version(
            value=value,
            reason=why,
            copied=name in self.copied,
            first=first,
            checks=tuple(self.checks.get(name, ())),
            by=self.by,
            at=self.at,
            on=self.on,
            seq=self.seq,
        )

    def _why(self, name: str, value: Value, changed: str) -> str:
        """Why one answer is as it is: the reason of its change, and what was confirmed of it.

        What was confirmed of the day holds for all that was answered of that day.
        """
        found = [changed]
        for places in self.confirmed.values():
            for where, answer in places.items():
                in_row = isinstance(value, list) and where.startswith(f"{name}.")
                if where in (name, "happened") or in_row:
                    found.append(answer)
        return "; ".join(dict.fromkeys(one for one in found if one))


class Record(msgspec.Struct, kw_only=True, dict=True):
    """One form as filled at one visit: every save, and by them every version of every item.

    What is kept is the saves. The versions are made of them where somebody asks: most of what was
    recorded is only ever asked for as it stands now.
    """

    form: str
    visit: str
    number: int
    on: date
    dates: list[Done] = []
    """Every day that it was dated by, and who said so; the last one is valid."""
    saves: list[Save] = []

    def copy(self) -> "Record":
        """The same, to be filled in further on its own."""
        other = msgspec.structs.replace(self, dates=[*self.dates], saves=[*self.saves])
        other.__dict__["_now"] = len(self.saves), dict(self.current)
        return other

    @property
    def current(self) -> Mapping[str, Value]:
        """What stands at each item that was ever answered; an empty text, where it was taken back.

        It is added to where there were saves since it was asked.
        """
        known: tuple[int, dict[str, Value]] = self.__dict__.get("_now", (0, {}))
        count, now = known
        if count < len(self.saves):
            for save in self.saves[count:]:
                now.update(_news(now, save))
            self.__dict__["_now"] = len(self.saves), now
        return now

    @property
    def values(self) -> dict[str, list[Version]]:
        """Every version of every item that was ever answered, the last one valid."""
        return {name: self.versions(name) for name in self.current}

    def versions(self, name: str) -> list[Version]:
        """Every version of an item, the last one valid; a save that says the same makes none."""
        return [save.version(name) for save in self.saves_of(name)]

    def saves_of(self, name: str) -> list[Save]:
        """The saves that made a version of an item."""
        found, last = [], cast("Value", "")
        for save in self.saves:
            if save.values.get(name, last) != last:
                found.append(save)
                last = save.values[name]
        return found

    def changes(self) -> Iterator[Save]:
        """The saves that changed an answer."""
        now: dict[str, Value] = {}
        for save in self.saves:
            if any(now.get(name, "") != value for name, value in save.values.items()):
                yield save
            now.update(_news(now, save))

    @property
    def dated(self) -> int:
        """The entry that gave it its date; 0 where none did yet."""
        return self.dates[-1].seq if self.dates else 0

    def now(self, item: str) -> Value | None:
        """The valid value of an item; None when it was never recorded or was taken back."""
        return self.current.get(item) or None

    def answers(self, item: str) -> bool:
        """Whether an item is answered; that a list has no rows is an answer too."""
        return self.current.get(item, "") != ""

    @property
    def is_none(self) -> bool:
        """Whether this copy says that there is none so far, and nothing else."""
        return self.current.get(NONE) == "yes"

    def settles(self, item: str) -> bool:
        """Whether an item is answered, or it was said why it is not."""
        return self.answers(item) or self.answers(f"{item}.absent")


class NotDone(Done, frozen=True, kw_only=True):
    """A form at a visit, or the whole visit where `form` is empty, that was not done, and why."""

    visit: str
    form: str
    why: str
    reason: str = ""


class FormsState(State, kw_only=True, dict=True):
    """Every filled copy of a form by its key, and every form or visit that was not done.

    A copy that is begun stays the one that it is, and is filled in further.
    """

    alone: ClassVar[tuple[str, ...]] = ("visit.not-done",)
    records: dict[str, Record] = {}
    not_done: list[NotDone] = []

    def contacts(self, study: Study) -> Iterable[date]:
        """The days by which forms are dated that are filled of somebody who lives."""
        others = {form.id for form in study.forms if not form.alive}
        return [one.on for one in self.records.values() if one.form not in others]

    def of_themselves(self) -> Iterable[tuple[str, Done]]:
        """What was not done."""
        return [("visit.not-done", one) for one in self.not_done]

    def of(self, form: str) -> list[Record]:
        """Every filled copy of a form, in the order in which they were begun."""
        return list(self.by_form().get(form, ()))

    def by_form(self) -> dict[str, list[Record]]:
        """Every filled copy of every form, in the same order; sorted anew once one is begun."""
        known: tuple[int, dict[str, list[Record]]] = self.__dict__.get("_by_form", (0, {}))
        count, found = known
        if count != len(self.records):
            count, found = (count, dict(found)) if count < len(self.records) else (0, {})
            for record in islice(self.records.values(), count, None):
                # Whoever was given the copies of before goes on with those.
                found[record.form] = [*found.get(record.form, ()), record]
            self.__dict__["_by_form"] = len(self.records), found
        return found


def _news(now: Mapping[str, Value], save: Save) -> dict[str, Value]:
    """What a save says; a blank where nothing was ever said says nothing."""
    if "" not in save.values.values():
        return save.values
    return {name: value for name, value in save.values.items() if value != "" or name in now}


def record_key(form: str, visit: str, number: int) -> str:
    """The name under which a filled form is kept."""
    return f"{form}@{visit}#{number}"

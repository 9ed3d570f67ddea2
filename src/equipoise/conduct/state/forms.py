"""Forms as they were filled, version by version, and what was not done."""

from collections.abc import Iterable
from datetime import date

import msgspec

from equipoise.conduct.state.done import Done, State

__all__ = ["FormsState", "NotDone", "Record", "Row", "Value", "Version", "record_key"]

Row = dict[str, str]
Value = str | list[Row]


class Version(Done, frozen=True, kw_only=True):
    """One value of one item as it once stood."""

    value: Value
    reason: str = ""


class Record(msgspec.Struct, kw_only=True):
    """One form as filled at one visit: every version of every item, the last one valid."""

    form: str
    visit: str
    number: int
    on: date
    dates: list[Done] = []
    """Every day that it was dated by, and who said so; the last one is valid."""
    values: dict[str, list[Version]] = {}

    @property
    def dated(self) -> int:
        """The entry that gave it its date; 0 where none did yet."""
        return self.dates[-1].seq if self.dates else 0

    def now(self, item: str) -> Value | None:
        """The valid value of an item; None when it was never recorded or was taken back."""
        versions = self.values.get(item)
        return versions[-1].value or None if versions and versions[-1].value != "" else None

    def answers(self, item: str) -> bool:
        """Whether an item is answered; that a list has no rows is an answer too."""
        versions = self.values.get(item, [])
        return bool(versions) and versions[-1].value != ""


class NotDone(Done, frozen=True, kw_only=True):
    """A form at a visit, or the whole visit where `form` is empty, that was not done, and why."""

    visit: str
    form: str
    why: str
    reason: str = ""


class FormsState(State, kw_only=True):
    """Every filled copy of a form by its key, and every form or visit that was not done."""

    records: dict[str, Record] = {}
    not_done: list[NotDone] = []

    def contacts(self) -> Iterable[date]:
        """The days by which forms are dated."""
        return [record.on for record in self.records.values()]

    def of(self, form: str) -> list[Record]:
        """Every filled copy of a form, in the order in which they were begun."""
        return [record for record in self.records.values() if record.form == form]


def record_key(form: str, visit: str, number: int) -> str:
    """The name under which a filled form is kept."""
    return f"{form}@{visit}#{number}"

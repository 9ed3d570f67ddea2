"""RECIST 1.1: on which lists the lesions stand, so that the response is worked out and never typed.

Lesions are chosen once, before treatment: those that are measured at every evaluation (targets) and
those that are only looked at (the others). A list at the evaluations says how each has become.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from equipoise.logic.facts import Kind
from equipoise.study.parts import Code, Part, Source, Whole

if TYPE_CHECKING:
    from equipoise.study.forms import Column, Item
    from equipoise.study.model import Study
    from equipoise.study.places import Key

__all__ = ["STATES", "Recist"]

STATES = ("absent", "present", "progression", "not-evaluated")
"""What can be said of a lesion that is not measured."""


class Recist(Part):
    """The lists by which the response is worked out, and their columns.

    A lesion has the same name (`lesion`) before treatment and at each evaluation. An empty diameter
    is a lesion that was not assessed; 0 one that is gone, and `<5` or 5 one that is too small to be
    measured.
    """

    targets: Code = Field(description="the list of target lesions before treatment")
    others: Code = Field(description="the list of the other lesions before treatment")
    measured: Code = Field(description="the list, at an evaluation, of the targets as they are")
    seen: Code = Field(description="the list, at an evaluation, of the others as they are")
    new: Code = Field(description="the list, at an evaluation, of lesions that were not there")
    lesion: Code = Field(default="lesion", description="the column that names a lesion")
    organ: Code = Field(default="organ", description="the column that says where it is")
    node: Code = Field(default="lymph-node", description="the organ that is a lymph node")
    diameter: Code = Field(default="diameter", description="the column of its diameter, in mm")
    state: Code = Field(
        default="lesion_state",
        description="the column with one of `absent`, `present`, `progression`, `not-evaluated`",
    )
    stable_days: Whole = Field(
        default=42, ge=0, description="days from the draw on from which a stable disease counts"
    )
    confirmed_after_days: Whole | None = Field(
        default=None,
        ge=1,
        description="days after which a response is confirmed; left out: it need not be",
    )
    until: tuple[str, ...] = Field(
        default=(), description="days after which an evaluation no longer makes the best response"
    )
    source: Source

    def strangers(self, study: Study) -> Iterator[tuple[Key, str]]:
        """Lists that the study does not ask, or that lack what is needed."""
        needed = {
            "targets": (self.lesion, self.organ, self.diameter),
            "others": (self.lesion,),
            "measured": (self.lesion, self.diameter),
            "seen": (self.lesion, self.state),
            "new": (),
        }
        for field, names in needed.items():
            item = study.items.get(getattr(self, field))
            if item is None or not item.of_kind.rows:
                yield (field,), f"no list named {getattr(self, field)!r}"
            elif item.shown_when:
                yield (field,), f"{item.id!r} is not asked of everybody; leave out `shown_when`"
            else:
                yield from (((field,), because) for because in self._lacking(item, names))
                yield from (((field,), because) for because in self._named(field, item))
        for n, name in enumerate(self.until):
            if name not in study.vocabulary or study.vocabulary[name].kind is not Kind.DATE:
                yield ("until", n), f"{name!r} is no day: a date item, or an event such as death_on"
        for before, after in ((self.targets, self.others), (self.measured, self.seen)):
            if self._form(study, before) != self._form(study, after):
                yield ("others",), f"{before!r} and {after!r} stand on different forms"
        if self._form(study, self.measured) != self._form(study, self.new):
            yield ("new",), f"{self.measured!r} and {self.new!r} stand on different forms"

    def _named(self, field: str, item: Item) -> Iterator[str]:
        """What is wrong with how a lesion is named: before treatment by a choice, later alike, or
        by a link to what stands there."""
        first = {"measured": self.targets, "seen": self.others}.get(field, "")
        for column in item.columns:
            if column.id == self.lesion and not column.choices and field != "new":
                if not first:
                    yield "a lesion is named by a choice"
                elif column.to != f"{first}.{self.lesion}":
                    yield f"a lesion is named by a choice, or a link to {first}.{self.lesion}"

    def _form(self, study: Study, name: str) -> str:
        form = study.form_asking.get(name)
        return form.id if form else ""

    def _lacking(self, item: Item, names: tuple[str, ...]) -> Iterator[str]:
        columns = {column.id: column for column in item.columns}
        for name in names:
            if name not in columns:
                yield f"{item.id!r} has no column {name!r}"
            elif because := self._unfit(columns[name]):
                yield f"{item.id}.{name}: {because}"

    def _unfit(self, column: Column) -> str:
        if column.id == self.diameter and (not column.of_kind.measured or column.unit != "mm"):
            return "a diameter is a quantity in mm"
        if column.id == self.state and set(column.choices) != set(STATES):
            return f"its choices are {', '.join(STATES)}"
        return ""

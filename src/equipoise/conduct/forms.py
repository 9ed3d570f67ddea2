"""Forms: what was asked of one subject at one visit, and every version of every answer.

Values are canonical text typed by the study: 12.5, <5, yes, 2026-11-23, a choice's code. A value
that is recorded again keeps its history and needs a reason. An empty text takes a value back.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import ClassVar

from equipoise.conduct.act import Act, Refusal, Scene, Stamp
from equipoise.conduct.facts import SubjectFacts, is_number, partial_date
from equipoise.conduct.subject import Record, Subject, Value, Version, record_key
from equipoise.logic.evaluate import truth_of
from equipoise.logic.language import parse
from equipoise.logic.tree import Node
from equipoise.logic.truth import Truth
from equipoise.study.forms import Column, Form, Item
from equipoise.study.parts import say

__all__ = ["LIMITS", "SaveForm"]

LIMITS = ("unit", "uln", "lln")


class SaveForm(Act, frozen=True, kw_only=True):
    """The answers of one form, as far as they are known; dated by the day it happened."""

    kind: ClassVar[str] = "forms.save"
    form: str
    visit: str = ""
    number: int = 1
    values: dict[str, Value]
    reason: str = ""

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        form = scene.study.form_of.get(self.form)
        if form is None:
            yield Refusal("form.unknown", f"there is no form {self.form!r}", "form")
            return
        yield from self._place(scene, form)
        yield from self._consented(scene)
        for name, value in self.values.items():
            yield from _value_refusals(form, name, value, self.values.get(f"{name}.unit", ""))
        yield from self._changes(scene)
        yield from self._required(scene, form)

    def apply(self, subject: Subject, stamp: Stamp) -> None:
        key = record_key(self.form, self.visit, self.number)
        record = subject.records.get(key)
        if record is None:
            record = Record(form=self.form, visit=self.visit, number=self.number, on=stamp.on)
            subject.records[key] = record
        record.on = stamp.on
        for name, value in self.values.items():
            versions = record.values.setdefault(name, [])
            if not versions or versions[-1].value != value:
                versions.append(
                    Version(value=value, by=stamp.by, at=stamp.at, on=stamp.on, reason=self.reason)
                )

    def _place(self, scene: Scene, form: Form) -> Iterator[Refusal]:
        visit = scene.study.visit_of.get(self.visit.partition(".")[0])
        if self.visit and visit is None:
            yield Refusal("form.no-visit", f"there is no visit {self.visit!r}", "visit")
        if visit and form.id not in visit.forms:
            title = say(form.title)
            yield Refusal("form.not-here", f"{title} is not asked at {say(visit.label)}", "visit")
        if self.number < 1 or (self.number > 1 and not form.repeats):
            yield Refusal("form.once", f"{say(form.title)} is filled once", "number")

    def _consented(self, scene: Scene) -> Iterator[Refusal]:
        if any(w.scope == "everything" for w in scene.subject.withdrawals):
            yield Refusal("consent.withdrawn", "the participant has withdrawn from the trial")

    def _changes(self, scene: Scene) -> Iterator[Refusal]:
        record = scene.subject.records.get(record_key(self.form, self.visit, self.number))
        if record is None or self.reason.strip():
            return
        changed = [
            name
            for name, value in self.values.items()
            if record.now(name) is not None and record.values[name][-1].value != value
        ]
        if changed:
            labels = ", ".join(_label(scene, name) for name in changed)
            yield Refusal("form.no-reason", f"say why {labels} is changed", "reason")
        if record.on != scene.stamp.on:
            yield Refusal("form.no-reason", "say why the date of the form is changed", "reason")

    def _required(self, scene: Scene, form: Form) -> Iterator[Refusal]:
        """Items that must be answered, and edit checks, on the answers as they will stand."""
        after = _as_saved(scene, self)
        facts = SubjectFacts(scene.study, after, scene.stamp.on)
        words = scene.study.vocabulary
        record = after.records[record_key(self.form, self.visit, self.number)]
        for item in form.items:
            value = record.now(item.id)
            if item.required and value is None and record.values.get(item.id) is None:
                yield Refusal("item.required", f"{say(item.label)} must be answered", item.id)
            for check in item.checks if value is not None else ():
                answer = truth_of(_tree(check.that), words, facts, scene.stamp.on)
                if answer is Truth.FALSE:
                    yield Refusal("item.check", say(check.because), item.id)


def _as_saved(scene: Scene, act: SaveForm) -> Subject:
    """The subject with only this form, as it would stand after the act."""
    key = record_key(act.form, act.visit, act.number)
    before = scene.subject.records.get(key)
    copy = Subject(subject_id=scene.subject.subject_id, site=scene.subject.site)
    copy.consents, copy.registered = scene.subject.consents, scene.subject.registered
    copy.records = {k: r for k, r in scene.subject.records.items() if k != key}
    if before is not None:
        values = {name: list(versions) for name, versions in before.values.items()}
        copy.records[key] = Record(
            form=before.form, visit=before.visit, number=before.number, on=before.on, values=values
        )
    act.apply(copy, scene.stamp)
    return copy


def _value_refusals(form: Form, name: str, value: Value, unit: Value) -> Iterator[Refusal]:
    items = {item.id: item for item in form.items}
    base, _, part = name.partition(".")
    item = items.get(base)
    if item is None:
        yield Refusal("item.unknown", f"{say(form.title)} asks no {name!r}", name)
    elif part:
        yield from _limit_refusals(item, part, value, name)
    elif item.kind == "list":
        yield from _list_refusals(item, value)
    elif not isinstance(value, str):
        yield Refusal("item.not-a-list", f"{say(item.label)} takes one value", name)
    elif value != "":
        # The plausible range is stated in the item's own unit.
        ranged = unit in ("", item.unit)
        yield from _cell_refusals(item, value, name, ranged=ranged)


def _limit_refusals(item: Item, part: str, value: Value, name: str) -> Iterator[Refusal]:
    label = say(item.label)
    if part not in LIMITS or not isinstance(value, str):
        yield Refusal("item.unknown", f"{label} has no {part!r}", name)
    elif part == "unit" and value not in ("", item.unit, *item.units):
        known = ", ".join((item.unit, *item.units))
        yield Refusal("item.unit", f"{label} is given in {known}, not in {value}", name)
    elif part != "unit" and value and not _is_plain(value):
        yield Refusal("item.limit", f"the limit of {label} must be a number, like 40", name)


def _list_refusals(item: Item, value: Value) -> Iterator[Refusal]:
    if isinstance(value, str):
        if value != "":
            yield Refusal("item.a-list", f"{say(item.label)} takes rows", item.id)
        return
    columns = {column.id: column for column in item.columns}
    for index, row in enumerate(value, start=1):
        for cell, text in row.items():
            where = f"{item.id}.{index}.{cell}"
            if cell not in columns:
                yield Refusal("item.unknown", f"{say(item.label)} has no column {cell!r}", where)
            elif text != "":
                yield from _cell_refusals(columns[cell], text, where)


def _cell_refusals(
    column: Column, text: str, where: str, *, ranged: bool = True
) -> Iterator[Refusal]:
    label = say(column.label)
    if column.kind in ("number", "quantity") and not is_number(text):
        unit = f" in {column.unit}" if column.unit not in ("", "1") else ""
        yield Refusal("item.number", f"{label} must be a number{unit}, like 12", where)
    elif column.kind in ("number", "quantity"):
        yield from _plausible(column, text, where) if ranged else ()
    elif column.kind in ("yes-no", "judgement") and text not in ("yes", "no"):
        yield Refusal("item.yes-no", f"{label} must be yes or no", where)
    elif column.kind in ("date", "partial-date") and not _is_date(column, text):
        yield Refusal("item.date", f"{label} must be a date, like 23 11 2026", where)
    elif column.kind == "choice" and text not in column.choices:
        known = ", ".join(say(choice) for choice in column.choices.values())
        yield Refusal("item.choice", f"{label} must be one of {known}", where)


def _plausible(column: Column, text: str, where: str) -> Iterator[Refusal]:
    if not _is_plain(text):
        return
    value, label = Decimal(text), say(column.label)
    if column.lowest is not None and value < column.lowest:
        yield Refusal(
            "item.implausible", f"{label} {text} is below {column.lowest}: is it right?", where
        )
    if column.highest is not None and value > column.highest:
        yield Refusal(
            "item.implausible", f"{label} {text} is above {column.highest}: is it right?", where
        )


def _is_plain(text: str) -> bool:
    return is_number(text) and text[0] not in "<>"


def _is_date(column: Column, text: str) -> bool:
    try:
        if column.kind == "date":
            date.fromisoformat(text)
            return len(text) == 10
        partial_date(text)
    except ValueError:
        return False
    return True


def _label(scene: Scene, name: str) -> str:
    item = scene.study.items.get(name.partition(".")[0])
    return say(item.label) if item else name


@lru_cache(maxsize=1024)
def _tree(text: str) -> Node:
    return parse(text)

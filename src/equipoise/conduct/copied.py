"""Answers that are copied from the last visit, where the study allows it, and marked as such.

What is copied is an answer like any other. It is kept that nobody read it anew; who changes it
before saving has read it, and it is no copy.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Protocol

from equipoise.conduct.act import Context
from equipoise.conduct.facts import unit_of
from equipoise.conduct.state.forms import Record, Value
from equipoise.conduct.subject import Subject
from equipoise.study.forms import Form
from equipoise.study.reason import Reason, Refusal

__all__ = ["copied_refusals", "copy_of", "really_copied"]

NOT_COPIED = Reason(
    "item.not-copied", "", "{form} has no answer '{name}' that is copied from visit to visit"
)


def copied_refusals(form: Form, copied: tuple[str, ...]) -> Iterator[Refusal]:
    """What is said to be copied and cannot be."""
    for name in copied:
        item = form.item_of.get(name)
        if item is None or not item.copies:
            yield NOT_COPIED(name, form=form.title, name=name[:100])


def copy_of(subject: Subject, form: Form, record: Record | None, on: date) -> Record | None:
    """The last copy of a form before this one, from which answers are taken."""
    if not any(item.copies for item in form.items):
        return None
    before = [
        one
        for one in subject.forms.of(form.id)
        if one is not record and one.on <= on and not one.is_none
    ]
    return max(before, key=lambda one: one.on, default=None)


class Copying(Protocol):
    """A save that says which of its answers are copied."""

    @property
    def copied(self) -> tuple[str, ...]: ...

    @property
    def values(self) -> Mapping[str, Value]: ...


def really_copied(
    context: Context, save: Copying, form: Form, record: Record | None, values: Mapping[str, Value]
) -> tuple[str, ...]:
    """Those of which the answers are what stands on the last copy; the others were read anew.

    :param values: the answers as they are kept, each number with its unit
    """
    subject = context.subject
    source = copy_of(subject, form, record, context.stamp.on) if save.copied else None
    if source is None:
        return ()
    units = {f"{name}.unit": name for name in save.copied if source.answers(name)}
    given = {**save.values, **{unit: values[unit] for unit in units if unit in values}}
    there = {name: source.current.get(name, "") for name in given}
    for unit, name in units.items():
        there[unit] = unit_of(context.study, subject, source, name)
    return tuple(name for name in dict.fromkeys(save.copied) if _is_same(name, there, given))


def _is_same(name: str, there: Mapping[str, Value], values: Mapping[str, Value]) -> bool:
    given = [n for n in values if n.partition(".")[0] == name]
    return bool(values.get(name)) and all(there[n] == values[n] for n in given)

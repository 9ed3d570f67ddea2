"""Answers that are copied from the last visit, where the study allows it, and marked as such.

What is copied is an answer like any other. It is kept that nobody read it anew; who changes it
before saving has read it, and it is no copy.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Protocol

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
    save: Copying, subject: Subject, form: Form, record: Record | None, on: date
) -> tuple[str, ...]:
    """Those of which the answers are what stands on the last copy; the others were read anew."""
    source = copy_of(subject, form, record, on) if save.copied else None
    if source is None:
        return ()
    return tuple(n for n in dict.fromkeys(save.copied) if _is_same(n, source, save.values))


def _is_same(name: str, source: Record, values: Mapping[str, Value]) -> bool:
    given = {n: value for n, value in values.items() if n.partition(".")[0] == name}
    return bool(values.get(name)) and all(
        source.current.get(n, "") == value for n, value in given.items()
    )

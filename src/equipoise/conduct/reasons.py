"""Why something recorded is changed: one reason for all of a save, or one for each value.

A reason is one of the usual ones, kept by its code so that every reader gets it in their own
language, or somebody's own words.
"""

from collections.abc import Iterator, Mapping
from typing import Protocol

from equipoise.conduct.act import Context
from equipoise.conduct.answers import canonical_answers
from equipoise.conduct.facts import unit_of
from equipoise.conduct.state.forms import Record, Value
from equipoise.conduct.told_answers import called, under_its_name
from equipoise.conduct.words import Choices
from equipoise.study.forms import Form
from equipoise.study.kinds.blank import is_blank
from equipoise.study.kinds.personal import asked_of_words
from equipoise.study.reason import Phrase, Reason, Refusal

__all__ = ["USUAL", "change_refusals", "reason_refusals", "reasons_kept"]

USUAL = Choices(
    {
        "typing-error": "Typing error",
        "read-wrongly": "The source was read wrongly",
        "source-corrected": "The source was corrected",
        "known-later": "It became known later",
        "another-person": "It was of another participant or visit",
    }
)
WHY = Reason("form.no-reason", "reason", "say why {item} is changed")
WHY_ALL = Reason("form.no-reason", "reason", "say why {items} are changed")
WHY_DATE = Reason("form.no-reason", "reason", "say why the date of the form is changed")
REASON = Phrase("Reason for the change")


class Changing(Protocol):
    """A save, as far as it changes what was recorded."""

    @property
    def values(self) -> dict[str, Value]: ...
    @property
    def reason(self) -> str: ...
    @property
    def reasons(self) -> dict[str, str]: ...


def change_refusals(
    context: Context, form: Form, record: Record | None, act: Changing
) -> Iterator[Refusal]:
    """What is changed and of which nobody says why."""
    if record is None or not is_blank(act.reason):
        return
    changed = [
        name
        for name in _changed(context, form, record, act.values)
        if is_blank(act.reasons.get(name.partition(".")[0], ""))
    ]
    if changed:
        once = dict.fromkeys(under_its_name(name) for name in changed)
        items = tuple(called(context, name) for name in once)
        yield WHY_ALL(items=items) if len(items) > 1 else WHY(item=items[0])
    if record.on != context.stamp.on:
        yield WHY_DATE()


def reason_refusals(act: Changing) -> Iterator[Refusal]:
    """What is wrong with the reasons themselves: they tell nobody's name or number."""
    yield from asked_of_words(act.reason, REASON(), "reason", serial=True)
    for item, text in act.reasons.items():
        yield from asked_of_words(text, REASON(), f"{item}.reason", serial=False)


def reasons_kept(
    context: Context, form: Form, record: Record | None, act: Changing
) -> dict[str, str]:
    """The reasons of what is changed; of what is answered for the first time there is none."""
    if record is None or not act.reasons:
        return {}
    changed = {name.partition(".")[0] for name in _changed(context, form, record, act.values)}
    given = {item: text.strip() for item, text in act.reasons.items() if not is_blank(text)}
    return {item: text for item, text in given.items() if item in changed}


def _changed(
    context: Context, form: Form, record: Record, values: Mapping[str, Value]
) -> Iterator[str]:
    """What is answered otherwise than it was recorded."""
    before = record.current
    others = {
        name: before[name]
        for name, value in values.items()
        if record.answers(name) and before[name] != value
    }
    # What an earlier version of this program kept as 5.50 says no other than 5.5.
    others = canonical_answers(form, others)
    for name, value in values.items():
        if others.get(name, value) != value or _another_unit(context, record, name, value):
            yield name


def _another_unit(context: Context, record: Record, name: str, value: Value) -> bool:
    """Whether a number of before, which stands bare, is given a unit other than its own."""
    item = context.study.items.get(name.removesuffix(".unit"))
    if item is None or item.id == name or name in record.current or not record.answers(item.id):
        return False
    own = unit_of(context.study, context.subject, record, item.id) or item.unit
    return value not in ("", own)

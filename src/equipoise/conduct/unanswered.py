"""Why an item has no answer, where the study lets that be said: not done, unknown, or no matter.

It stands beside the item as `cea.absent`, with `cea.why` of a list and `cea.words` in words. To
criteria, checks and formulas the item stays not known.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from equipoise.conduct.state.forms import Value
from equipoise.study.forms import Form, Item
from equipoise.study.kinds.blank import is_blank
from equipoise.study.kinds.personal import asked_of_words
from equipoise.study.reason import Given, OneOf, Phrase, Reason, Refusal

__all__ = [
    "ABSENT",
    "PARTS",
    "STATES",
    "WHY",
    "WHYS",
    "WORDS",
    "absence",
    "unanswered_refusals",
    "withdrawn_whys",
]

ABSENT, WHY, WORDS = PARTS = ("absent", "why", "words")

STATES = {
    "not-done": Phrase("not done"),
    "unknown": Phrase("unknown"),
    "not-applicable": Phrase("does not apply"),
}
WHYS = {
    "declined": Phrase("the participant did not want it"),
    "unwell": Phrase("the participant was too unwell"),
    "impossible": Phrase("the hospital could not do it"),
    "overlooked": Phrase("it was overlooked"),
    "not-found": Phrase("it cannot be found"),
    "no-need": Phrase("there is no need for it in this participant"),
    "other": Phrase("another reason"),
}
IN_FULL = Phrase("{state}: {why}")

NOT_ALLOWED = Reason("item.absent", "", "of {item} it cannot be said that there is no answer")
STATE = Reason("item.absent", "", "of {item} can be said: {states}")
EITHER = Reason("item.absent-and", "", "{item}: either an answer, or why there is none; not both")
NO_STATE = Reason("item.absent", "", "{item}: say first whether it is {states}")
NO_WHY = Reason("item.absent-why", "", "{item}: choose why there is no answer")
IN_WORDS = Reason("item.absent-why", "", "{item}: say in words why there is no answer")


def unanswered_refusals(
    item: Item, values: Mapping[str, Value], after: Mapping[str, Value]
) -> Iterator[Refusal]:
    """Everything that is wrong with what is said of an item that has no answer.

    :param values: what is said now
    :param after: what will stand on the form
    """
    state, why, words = (_text(after, item, part) for part in PARTS)
    if state and state not in item.unanswered:
        yield from _not_this(item)
        return
    if state and after.get(item.id, "") != "":
        yield EITHER(item.id, item=item.label)
    new_why = any(values.get(f"{item.id}.{part}") for part in (WHY, WORDS))
    if not state and new_why:
        yield NO_STATE(f"{item.id}.{ABSENT}", item=item.label, states=_states(item))
    if state and why not in WHYS:
        yield NO_WHY(f"{item.id}.{WHY}", item=item.label)
    elif state and why == "other" and is_blank(words):
        yield IN_WORDS(f"{item.id}.{WORDS}", item=item.label)
    if words:
        yield from asked_of_words(words, item.label, f"{item.id}.{WORDS}", serial=False)


def withdrawn_whys(
    form: Form, values: Mapping[str, Value], before: Mapping[str, Value]
) -> dict[str, Value]:
    """The reasons that stood beside an item go with what they were given for."""
    gone = [
        f"{item.id}.{part}"
        for item in form.items
        if item.unanswered and values.get(f"{item.id}.{ABSENT}") == ""
        for part in (WHY, WORDS)
    ]
    return {name: "" for name in gone if before.get(name) and not values.get(name)}


def absence(name: str, values: Mapping[str, Any]) -> Given | None:
    """Why an item has no answer, as a reader is told of it; None where nothing is said of it.

    :param name: the item's
    """
    state, why, words = (values.get(f"{name}.{part}", "") for part in PARTS)
    if state not in STATES:
        return None
    reason: list[Given] = [WHYS[why]()] if why in WHYS else []
    if words:
        reason.append(str(words))
    wording = STATES[state]()
    return IN_FULL(state=wording, why=tuple(reason)) if reason else wording


def _not_this(item: Item) -> Iterator[Refusal]:
    where = f"{item.id}.{ABSENT}"
    if item.unanswered:
        yield STATE(where, item=item.label, states=_states(item))
    else:
        yield NOT_ALLOWED(where, item=item.label)


def _states(item: Item) -> OneOf:
    return OneOf(tuple(STATES[state]() for state in item.unanswered))


def _text(values: Mapping[str, Value], item: Item, part: str) -> str:
    value = values.get(f"{item.id}.{part}", "")
    return value if isinstance(value, str) else ""

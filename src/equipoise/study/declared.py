"""What an item says of itself and cannot be: of what is worked out, of links, of what is idle."""

import difflib
from collections.abc import Iterator

from equipoise.logic.facts import Kind
from equipoise.logic.sorts import Shape
from equipoise.study.forms import Column, Item
from equipoise.study.model import Study

__all__ = ["WORKED_OUT", "idle", "leads", "worked_out"]

WORKED_OUT: dict[str, Shape] = {
    "quantity": "number",
    "number": "number",
    "yes-no": "yes or no",
    "choice": "code",
    "date": "date",
}
"""The kinds of item that a formula may have, and what it then gives."""

TYPED_ALONE = (
    "required", "unanswered", "copies", "limits", "units", "checks", "shown_when", "repeatable",
    "lowest", "highest", "never_below", "never_above", "whole", "planned",
)  # fmt: skip
"""What only an item has that somebody answers; of a worked-out value others' checks may speak."""


def worked_out(item: Item) -> Iterator[str]:
    """What an item that is worked out cannot be, or have."""
    if not item.formula:
        return
    if item.of_kind.name not in WORKED_OUT:
        kinds = ", ".join(WORKED_OUT)
        yield f"a {item.kind} cannot be worked out; a {kinds} can"
    for name in TYPED_ALONE:
        if getattr(item, name):
            yield f"{item.id!r} is worked out and never typed, so that it has no `{name}`"


def leads(study: Study, asked: Column) -> Iterator[str]:
    """What is wrong with where a link leads to."""
    if not asked.to:
        return
    name, _, within = asked.to.partition(".")
    item = study.items.get(name)
    columns = {column.id: column for column in item.columns} if item else {}
    target = columns.get(within) if within else item
    if asked.of_kind.name != "link":
        yield f"only a link has `to`, and {asked.id!r} is a {asked.kind}"
    elif target is None:
        known = [*study.items, *(f"{i.id}.{c.id}" for i in study.items.values() for c in i.columns)]
        close = difflib.get_close_matches(asked.to, known, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        yield f"no item or column is called {asked.to!r}{hint}"
    elif target.of_kind.fact is not Kind.TEXT or target.of_kind.name == "link":
        yield f"{asked.to!r} is a {target.kind}: a row is named by words or by a choice"


def idle(asked: Column) -> Iterator[str]:
    """What is said of an item that only another kind has."""
    if asked.scale and asked.of_kind.widget != "scale":
        yield f"only a scale has `scale`, and {asked.id!r} is a {asked.kind}"
    if asked.once and isinstance(asked, Item):
        yield f"only a column is answered `once`, and {asked.id!r} is none"
    if asked.units and not isinstance(asked, Item):
        yield f"a row is recorded in its own unit, so that {asked.id!r} has no `units`"
    whole = asked.of_kind.name == "date"
    if asked.finest and not (asked.of_kind.in_part or (whole and asked.finest == "day")):
        yield f"only a partial date has `finest`, and {asked.id!r} is a {asked.kind}"
    if whole and asked.recorded_to != "day":
        yield (
            f"of a birth the year is recorded unless the study says otherwise: make {asked.id!r} a "
            "partial-date, or say `finest: day` if the whole date is needed"
        )
    if asked.none and not asked.of_kind.many:
        yield f"only of several there is `none`, and {asked.id!r} is a {asked.kind}"

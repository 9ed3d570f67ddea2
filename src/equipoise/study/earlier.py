"""What a check says of the copies of its own form before this one: `previous.weight`, `first.alp`.

`previous` is the answer on the last copy before this one that has one, `first` that on the first of
them. Where there is none it is not known, and what is not known fails no check.
"""

import difflib
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from equipoise.logic.facts import FactType, Kind, Vocabulary
from equipoise.logic.tree import Gathered, Name, Node, Rows, Window, walk
from equipoise.study.forms import Form

if TYPE_CHECKING:
    from equipoise.study.model import Study

__all__ = ["WHICH", "Earlier", "earlier_of", "earlier_words", "misplaced", "said_earlier"]

WHICH = ("previous", "first")


class Earlier(NamedTuple):
    """One name that looks back: on which copy, and on which item."""

    which: str
    item: str


def earlier_of(name: str) -> Earlier | None:
    """What a name looks back on; None where it is of the copy itself, or of another form."""
    which, _, item = name.partition(".")
    return Earlier(which, item) if which in WHICH and item else None


def earlier_words(vocabulary: Vocabulary) -> Iterator[FactType]:
    """The same facts as they were on earlier copies, for the checks of a form."""
    for name, fact in vocabulary.items():
        if fact.kind not in (Kind.LIST, Kind.DERIVED, Kind.DATED):
            yield from (replace(fact, name=f"{which}.{name}") for which in WHICH)


def said_earlier(node: Node) -> Iterator[tuple[Node, Earlier]]:
    """Every name of an expression that looks back, with where it stands."""
    for part in walk(node):
        names = [part.name] if isinstance(part, Gathered | Name | Rows) else []
        names += [part.anchor] if isinstance(part, Window) else []
        for name in names:
            if earlier := earlier_of(name):
                yield part, earlier


def misplaced(study: "Study", form: Form | None, node: Node) -> Iterator[str]:
    """What is wrong with looking back there.

    :param form: that of the check; None where the expression is no check
    """
    for part, (which, name) in said_earlier(node):
        if because := _against(study, form, name):
            yield f"{which}.{name}: {because} (column {part.column})"


def _against(study: "Study", form: Form | None, name: str) -> str:
    item, asking = study.items.get(name), study.form_asking.get(name)
    if form is None:
        return "only a check looks back on earlier copies of its form"
    if item is None or asking is None:
        close = difflib.get_close_matches(name, [item.id for item in form.items], n=1)
        return f"no item is called {name!r}" + (f"; did you mean {close[0]!r}?" if close else "")
    if asking.id != form.id:
        return f"it is asked on {asking.id!r}; a check looks back on items of its own, {form.id!r}"
    if item.formula or item.of_kind.rows or item.of_kind.many:
        what = "worked out" if item.formula else f"a {item.kind}"
        return f"it is {what}; a check looks back on single answers that were given"
    if not study.is_filled_again(form):
        return f"{form.id!r} is filled once, so that there is no copy before it"
    return ""

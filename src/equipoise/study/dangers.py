"""What a study text says without an error, and does not mean: names that are taken, levels that
nobody reaches, limits that cross, and criteria that nobody could judge any more.
"""

from collections.abc import Iterator

from equipoise.logic.language import Unreadable, parse
from equipoise.logic.needed import facts_needed
from equipoise.logic.tree import Choice, Name, Node, Text
from equipoise.logic.words import KEYWORDS
from equipoise.study.forms import Column
from equipoise.study.model import Study
from equipoise.study.places import Key
from equipoise.study.runnable import Report, keyed_criteria, keyed_items
from equipoise.study.vocabulary import ANCHORS, conduct_words

__all__ = ["dangers"]


def dangers(study: Study, report: Report) -> None:
    """Report what holds together and would still decide otherwise than it reads."""
    _taken_names(study, report)
    _crossed(study, report)
    _levels(study, report)
    _retired(study, report)


def _taken_names(study: Study, report: Report) -> None:
    """A fact that is called as one of the trial's own would be taken for it, or hide it."""
    own = {fact.name for fact in conduct_words(study)}
    own |= {f"{form}_done" for form in study.form_of} | {*ANCHORS, *KEYWORDS}
    named = [((*key, "id"), item.id) for key, item in keyed_items(study)]
    named += [(("derived", n, "id"), derived.id) for n, derived in enumerate(study.derived)]
    for key, name in named:
        if name in own:
            report(key, f"{name!r} means something of its own in every study; call it otherwise")


def _crossed(study: Study, report: Report) -> None:
    """Limits between which no value lies."""
    for key, item in keyed_items(study):
        _bounds(key, item, report)
        for n, column in enumerate(item.columns):
            _bounds((*key, "columns", n), column, report)
        for name in ("lower_limit", "upper_limit"):
            span = getattr(item, name)
            if span and _above(span.lowest, span.highest):
                report((*key, name, "lowest"), f"{span.lowest} is above {span.highest}")


def _bounds(key: Key, column: Column, report: Report) -> None:
    for low, high in (
        ("lowest", "highest"),
        ("never_below", "never_above"),
        ("never_below", "highest"),
        ("lowest", "never_above"),
    ):
        under, over = getattr(column, low), getattr(column, high)
        if _above(under, over):
            report((*key, low), f"`{low}` {under} is above `{high}` {over}: no value would do")


def _above(low: object, high: object) -> bool:
    return low is not None and high is not None and bool(low > high)  # type: ignore[operator]


def _levels(study: Study, report: Report) -> None:
    """Every code that a factor may come to is a level of it; else nobody of that code is drawn."""
    for n, factor in enumerate(study.randomisation.factors):
        codes = set(_codes(study, factor.of)) if factor.levels else set()
        for code in sorted(codes - set(factor.levels)):
            report(
                ("randomisation", "factors", n, "levels"),
                f"{factor.id!r} may be {code!r}, which is no level of it: nobody could be drawn "
                "of whom that is so",
            )


def _codes(study: Study, text: str) -> Iterator[str]:
    """The codes that an expression may come to, as far as they are written in it."""
    try:
        yield from _outcomes(study, parse(text))
    except Unreadable:
        return


def _outcomes(study: Study, node: Node) -> Iterator[str]:
    match node:
        case Text():
            yield node.value
        case Choice():
            yield from _outcomes(study, node.then)
            yield from _outcomes(study, node.other)
        case Name():
            yield from study.items[node.name].choices if node.name in study.items else ()
            formulas = {derived.id: derived.formula for derived in study.derived}
            formulas |= {item.id: item.formula for item in study.items.values() if item.formula}
            formula = formulas.get(node.name, "")
            # A formula that follows from itself is told elsewhere.
            if formula and node.name not in formula:
                yield from _codes(study, formula)


def _retired(study: Study, report: Report) -> None:
    """A criterion that rests only on what is asked no longer would let everybody in."""
    gone = {i.id for form in study.forms for i in form.items if form.retired or i.retired}
    for key, criterion in keyed_criteria(study):
        try:
            rests = facts_needed(parse(criterion.when), study.vocabulary) if criterion.when else ()
        except Unreadable:
            continue
        if rests and gone.issuperset(rests):
            named = ", ".join(map(repr, sorted(rests)))
            report(
                (*key, "when"),
                f"it rests on nothing but {named}, which is asked no longer, so that it would "
                "keep nobody out: leave the criterion out, or name what is asked in its place",
            )

"""Working out a rule for one subject, part by part, with reasons.

Every part of a rule is read, also when an earlier part has settled the answer, so that the values
looked at are the same whatever the order; gaps that do not matter to the answer are forgotten.
Where nobody asks why, `bare` finds the same answer without them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from equipoise.logic import tree
from equipoise.logic.calculation import (
    compared,
    computed,
    either,
    elapsed_between,
    extreme,
    in_declared_unit,
    negative,
    rounded,
)
from equipoise.logic.days import DateSpan
from equipoise.logic.facts import FactType, Kind, Row
from equipoise.logic.gathering import Cell, gathered
from equipoise.logic.interval import Interval
from equipoise.logic.lookup import Here, observed, outermost_of
from equipoise.logic.reading import (
    Amount,
    Chosen,
    Gap,
    Listed,
    Presence,
    Reading,
    RowOf,
    Seen,
    Stated,
    Title,
    joined,
    lacking,
    unique,
)
from equipoise.logic.recorded import amiss, amount_of
from equipoise.logic.truth import Truth, all_of, any_of

CALCULATION = Title("calculation")


def read(node: tree.Node, here: Here) -> Reading:
    """The value of any part."""
    return _READERS[type(node)](node, here)


def judge(node: tree.Node, here: Here) -> Reading:
    """The truth of a part that should be a yes or a no; of a dated act, that it was done."""
    found = read(node, here)
    if isinstance(found.value, Truth):
        return found if found.value.known else found.decided(found.value)
    done = found.title.fact is not None and found.title.fact.kind is Kind.DATED
    if done and isinstance(found.value, DateSpan):
        return found.decided(Truth.TRUE, *found.remarks)
    return found.decided(Truth.UNKNOWN)


def _number(node: tree.Number, here: Here) -> Reading:
    return Reading(Amount(Interval.at(node.value)), CALCULATION)


def _quantity(node: tree.Quantity, here: Here) -> Reading:
    return Reading(Amount(Interval.at(node.value), node.unit), CALCULATION)


def _text(node: tree.Text, here: Here) -> Reading:
    return Reading(node.value, CALCULATION)


def _yes_no(node: tree.YesNo, here: Here) -> Reading:
    return Reading(Truth.of(node.value), CALCULATION)


def _day(node: tree.Day, here: Here) -> Reading:
    return Reading(DateSpan(node.value, node.value), CALCULATION)


def _name(node: tree.Name, here: Here) -> Reading:
    if found := here.column(node.name):
        column, row, observations = found
        return observed(column, observations, node.window, here, row)
    fact = here.vocabulary.get(node.name)
    if fact is None:
        return _anchor(node.name, here)
    if fact.kind is Kind.DERIVED:
        return _derived(fact, here)
    if fact.kind is Kind.LIST:
        return _list(fact, here)
    observations = here.facts.observations(node.name)
    if node.which != "latest":
        return outermost_of(fact, observations, node, here)
    return observed(fact, observations, node.window, here)


def _anchor(name: str, here: Here) -> Reading:
    title, day = Title("anchor", name), here.anchor(name)
    if day is None:
        return lacking(Gap("anchor", title))
    return Reading(DateSpan(day, day), title)


def _list(fact: FactType, here: Here) -> Reading:
    """A bare list is only good for `is known`."""
    title, rows = Title("fact", fact.name, fact), here.facts.rows(fact.name)
    if rows is None:
        return lacking(Gap("none", title))
    return Reading(Truth.TRUE, title)


def _derived(fact: FactType, here: Here) -> Reading:
    title = Title("fact", fact.name, fact)
    if fact.formula is None or fact.name in here.inside:
        return lacking(Gap("incomplete", title))
    inside = replace(here, inside=here.inside | {fact.name}, rows=(), wanted=None)
    found = read(fact.formula, inside)
    value = found.value
    if isinstance(value, Amount):
        value = in_declared_unit(value, fact)
    if value is None or value is Truth.UNKNOWN:
        gaps = found.gaps or (Gap("incomplete", title),)
        return replace(joined(None, title, found), gaps=gaps)
    seen = Seen(title, value)
    return replace(
        found, value=value, title=title, on=None, seen=(*found.seen, seen), remarks=(Stated(seen),)
    )


def _not(node: tree.Not, here: Here) -> Reading:
    found = judge(node.arg, here.turned())
    return replace(found, value=~found.truth)


def _and(node: tree.And, here: Here) -> Reading:
    parts = [judge(arg, here) for arg in node.args]
    return _together(parts, all_of(*(part.truth for part in parts)), any_one=Truth.FALSE)


def _or(node: tree.Or, here: Here) -> Reading:
    parts = [judge(arg, here) for arg in node.args]
    return _together(parts, any_of(*(part.truth for part in parts)), any_one=Truth.TRUE)


def _together(parts: Iterable[Reading], truth: Truth, any_one: Truth) -> Reading:
    """The answer of `and` and `or`, resting on those parts that made it what it is."""
    parts = list(parts)
    deciding = [part for part in parts if part.truth is truth]
    judged = [part.judged for part in deciding]
    return Reading(
        truth,
        CALCULATION,
        gaps=unique(*(gap for part in deciding for gap in part.gaps)),
        seen=tuple(seen for part in parts for seen in part.seen),
        remarks=tuple(remark for part in deciding for remark in part.remarks),
        judged=all(judged) if truth is any_one else any(judged),
    )


def _compare(node: tree.Compare, here: Here) -> Reading:
    return compared(node, read(node.left, here), read(node.right, here), here.wanted)


def _among(node: tree.Among, here: Here) -> Reading:
    left = read(node.arg, here)
    options = [read(item, here) for item in node.items]
    tests = [
        compared(tree.Compare("==", node.arg, item), left, option, None)
        for item, option in zip(node.items, options, strict=True)
    ]
    truth = any_of(*(test.truth for test in tests))
    if left.value is None or truth is Truth.UNKNOWN:
        gaps = unique(*(gap for test in tests for gap in test.gaps))
        return replace(joined(None, left.title, left, *options), gaps=gaps).decided(Truth.UNKNOWN)
    values = tuple(option.value for option in options if option.value is not None)
    remark = Chosen(left.title, left.value, left.on, values, truth is Truth.TRUE, here.wanted)
    return joined(None, left.title, left, *options).decided(truth, remark)


def _known(node: tree.Known, here: Here) -> Reading:
    found = read(node.arg, here.hoping(None))
    known = found.value is not None and found.value is not Truth.UNKNOWN
    remark = Presence(found.title, known)
    return replace(found, judged=False).decided(Truth.of(known is node.known), remark)


def _rows(node: tree.Rows, here: Here) -> Reading:
    fact = here.vocabulary.get(node.name)
    rows = here.facts.rows(node.name)
    if fact is None or rows is None:
        return lacking(Gap("none", Title("fact", node.name, fact)))
    wanted = None if node.quantifier == "count" else here.wanted
    if node.quantifier == "none" and wanted is not None:
        wanted = not wanted
    inner = here.hoping(wanted)
    parts = [_row(node, RowOf(fact, at), row, inner) for at, row in enumerate(rows, start=1)]
    hits = tuple(at for at, part in enumerate(parts, start=1) if part.truth is Truth.TRUE)
    remark = Listed(fact, node.quantifier, len(parts), hits)
    if node.quantifier == "count":
        return _count(fact, parts, len(hits), remark)
    found = _together(parts, any_of(*(part.truth for part in parts)), any_one=Truth.TRUE)
    found = replace(found, title=Title("fact", fact.name, fact))
    if found.truth.known:
        found = replace(found, remarks=(remark,))
    return found if node.quantifier == "any" else replace(found, value=~found.truth)


def _gathered(node: tree.Gathered, here: Here) -> Reading:
    fact, rows = here.vocabulary.get(node.name), here.facts.rows(node.name)
    column = fact.columns.get(node.of) if fact else None
    if fact is None or column is None or rows is None:
        return lacking(Gap("none", Title("fact", node.name, fact)))
    inner, title = here.hoping(None), Title(node.how, column.name, column)
    places = [RowOf(fact, at) for at in range(1, len(rows) + 1)]
    parts = [_row(node, at, row, inner) for at, row in zip(places, rows, strict=True)]
    cells = [(part.truth, row.get(node.of)) for part, row in zip(parts, rows, strict=True)]
    value = gathered(node.how, column, cells)
    gaps = tuple(_blanks(column, places, cells)) + tuple(g for part in parts for g in part.gaps)
    hits = tuple(n for n, (truth, _) in enumerate(cells, start=1) if truth is Truth.TRUE)
    found = replace(joined(value, title, *parts), remarks=(Listed(fact, "count", len(rows), hits),))
    if value is not None:
        seen = (*found.seen, Seen(title, value))
        return replace(found, seen=seen, gaps=() if value.number.exact else unique(*gaps))
    return replace(found, gaps=unique(*gaps) or (Gap("none", title),))


def _blanks(column: FactType, places: Sequence[RowOf], cells: Sequence[Cell]) -> Iterator[Gap]:
    """What stands in the way in the rows that are meant, or may be."""
    title = Title("fact", column.name, column)
    for place, (truth, observation) in zip(places, cells, strict=True):
        if truth is Truth.FALSE:
            continue
        if observation is None:
            yield Gap("none", title, place)
        elif gap := amiss(column, observation, amount_of(column, observation)):
            yield replace(gap, row=place)


def _row(node: tree.Rows | tree.Gathered, row_of: RowOf, row: Row, here: Here) -> Reading:
    if node.where is None:
        return Reading(Truth.TRUE, Title("fact", row_of.fact.name, row_of.fact))
    return judge(node.where, here.within(row_of, row))


def _count(fact: FactType, parts: list[Reading], hits: int, remark: Listed) -> Reading:
    open_ = sum(part.truth is Truth.UNKNOWN for part in parts)
    number = Interval(Decimal(hits), Decimal(hits + open_))
    title = Title("count", fact.name, fact)
    return replace(joined(Amount(number), title, *parts), remarks=(remark,))


def _prefer(node: tree.Prefer, here: Here) -> Reading:
    parts = []
    for arg in node.args:
        found = read(arg, here)
        if found.value is not None and found.value is not Truth.UNKNOWN:
            return found
        parts.append(found)
    value = Truth.UNKNOWN if all(part.value is Truth.UNKNOWN for part in parts) else None
    return joined(value, parts[0].title, *parts)


def _choice(node: tree.Choice, here: Here) -> Reading:
    test = judge(node.test, here.hoping(None))
    if test.truth is Truth.TRUE:
        return _after(test, read(node.then, here))
    if test.truth is Truth.FALSE:
        return _after(test, read(node.other, here))
    then, other = read(node.then, here), read(node.other, here)
    value = either(then.value, other.value)
    found = joined(value, then.title, test, then, other)
    if isinstance(value, Truth):
        return found.decided(value, *then.remarks, *other.remarks)
    return found


def _after(test: Reading, found: Reading) -> Reading:
    judged = test.judged or found.judged
    return replace(found, seen=(*test.seen, *found.seen), judged=judged)


def _minus(node: tree.Minus, here: Here) -> Reading:
    return negative(read(node.arg, here))


def _arithmetic(node: tree.Arithmetic, here: Here) -> Reading:
    return computed(node.op, read(node.left, here), read(node.right, here))


def _elapsed(node: tree.Elapsed, here: Here) -> Reading:
    return elapsed_between(node.unit, read(node.start, here), read(node.end, here))


def _rounded(node: tree.Rounded, here: Here) -> Reading:
    return rounded(node.way, read(node.arg, here), read(node.step, here))


def _extreme(node: tree.Extreme, here: Here) -> Reading:
    return extreme(node.side, [read(arg, here) for arg in node.args])


_READERS: dict[type[tree.Node], Callable[[Any, Here], Reading]] = {
    tree.Number: _number,
    tree.Quantity: _quantity,
    tree.Text: _text,
    tree.YesNo: _yes_no,
    tree.Day: _day,
    tree.Name: _name,
    tree.Not: _not,
    tree.And: _and,
    tree.Or: _or,
    tree.Compare: _compare,
    tree.Among: _among,
    tree.Known: _known,
    tree.Rows: _rows,
    tree.Gathered: _gathered,
    tree.Prefer: _prefer,
    tree.Choice: _choice,
    tree.Minus: _minus,
    tree.Arithmetic: _arithmetic,
    tree.Elapsed: _elapsed,
    tree.Rounded: _rounded,
    tree.Extreme: _extreme,
}

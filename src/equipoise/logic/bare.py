"""The bare answer to a rule: what `interpret` finds, without anything that is told of it.

Each part of a rule is made into a function once, and a rule is asked of everybody many times. No
more is read than settles the answer. Where somebody asks why, `interpret` reads all of it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from equipoise.logic import tree
from equipoise.logic.calculation import (
    either,
    extreme_of,
    holds,
    in_declared_unit,
    in_steps,
    is_turned,
    minus,
    result,
    time_between,
)
from equipoise.logic.days import DateSpan
from equipoise.logic.facts import FactType, Kind
from equipoise.logic.gathering import gathered
from equipoise.logic.interpret import judge
from equipoise.logic.interval import Interval
from equipoise.logic.lookup import Here, bare_outermost, bare_value
from equipoise.logic.reading import Amount, RowOf, Value
from equipoise.logic.truth import FALSE, TRUE, UNKNOWN, Truth

__all__ = ["truth_at", "value_at"]

Read = Callable[[Here], Value | None]
Ask = Callable[[Here], Truth]
MOST = 8192


@dataclass(frozen=True, slots=True)
class _Made:
    """What was made of a part. It keeps the part, so that no other takes its place in memory."""

    node: tree.Node
    read: Read
    ask: Ask


_made: dict[int, _Made] = {}


def value_at(node: tree.Node, here: Here) -> Value | None:
    """The value of any part."""
    return _of(node).read(here)


def truth_at(node: tree.Node, here: Here) -> Truth:
    """The truth of a part that should be a yes or a no; of a dated act, that it was done."""
    return _of(node).ask(here)


def _of(node: tree.Node) -> _Made:
    made = _made.get(id(node))
    if made is None:
        if len(_made) >= MOST:
            _made.clear()
        made = _made[id(node)] = _Made(node, _reading(node), _asking(node))
    return made


def _reading(node: tree.Node) -> Read:
    return _MAKERS[type(node)](node)


def _asking(node: tree.Node) -> Ask:
    if isinstance(node, tree.YES_OR_NO):
        return cast("Ask", _reading(node))
    if isinstance(node, tree.Choice):
        return _asking_choice(node)
    if isinstance(node, tree.Prefer):
        return _asking_prefer(node)
    read, name = _reading(node), node.name if isinstance(node, tree.Name) else ""

    def ask(here: Here) -> Truth:
        value = read(here)
        if isinstance(value, Truth):
            return value
        done = name and isinstance(value, DateSpan) and _is_dated(name, here)
        return TRUE if done else UNKNOWN

    return ask


def _asking_choice(node: tree.Choice) -> Ask:
    test, then, other, read = *map(_asking, (node.test, node.then, node.other)), _choice(node)

    def ask(here: Here) -> Truth:
        truth = test(here)
        if truth is not UNKNOWN:
            return then(here) if truth is TRUE else other(here)
        value = read(here)
        # Which of two days it is that is not known may be that of a dated act, or not.
        return value if isinstance(value, Truth) else judge(node, here).truth

    return ask


def _asking_prefer(node: tree.Prefer) -> Ask:
    parts = [(_reading(arg), _asking(arg)) for arg in node.args]

    def ask(here: Here) -> Truth:
        known = (ask for read, ask in parts if _is_known(read(here)))
        first = next(known, None)
        return UNKNOWN if first is None else first(here)

    return ask


def _is_known(value: Value | None) -> bool:
    return value is not None and value is not UNKNOWN


def _is_dated(name: str, here: Here) -> bool:
    column = here.column(name)
    fact = column[0] if column else here.vocabulary.get(name)
    return fact is not None and fact.kind is Kind.DATED


def _fixed(value: Value) -> Read:
    return lambda here: value


def _number(node: tree.Number) -> Read:
    return _fixed(Amount(Interval.at(node.value)))


def _quantity(node: tree.Quantity) -> Read:
    return _fixed(Amount(Interval.at(node.value), node.unit))


def _text(node: tree.Text) -> Read:
    return _fixed(node.value)


def _yes_no(node: tree.YesNo) -> Read:
    return _fixed(Truth.of(node.value))


def _day(node: tree.Day) -> Read:
    return _fixed(DateSpan(node.value, node.value))


def _name(node: tree.Name) -> Read:
    name, window = node.name, node.window

    def read(here: Here) -> Value | None:
        if here.rows and (found := here.column(name)):
            return bare_value(found[0], found[2], window, here)
        fact = here.vocabulary.get(name)
        if fact is None:
            day = here.anchor(name)
            return None if day is None else DateSpan(day, day)
        if fact.kind in _WITHOUT_VALUES:
            return _worked_out(fact, here)
        observations = here.facts.observations(name)
        if node.which != "latest":
            return bare_outermost(fact, observations, node, here)
        return bare_value(fact, observations, window, here)

    return read


_WITHOUT_VALUES = (Kind.DERIVED, Kind.LIST)


def _worked_out(fact: FactType, here: Here) -> Value | None:
    """The value of a derived fact; of a bare list, that it was asked."""
    if fact.kind is Kind.LIST:
        return None if here.facts.rows(fact.name) is None else TRUE
    if fact.formula is None or fact.name in here.inside:
        return None
    known = here.worked_out
    if known is None:
        return _of_formula(fact, fact.formula, here)
    if fact.name not in known:
        known[fact.name] = _of_formula(fact, fact.formula, here)
    return known[fact.name]


def _of_formula(fact: FactType, formula: tree.Node, here: Here) -> Value | None:
    inside, known = here.inside | {fact.name}, here.worked_out
    there = Here(here.vocabulary, here.facts, here.on, inside=inside, worked_out=known)
    value = value_at(formula, there)
    if isinstance(value, Amount):
        return in_declared_unit(value, fact)
    return None if value is UNKNOWN else value


def _not(node: tree.Not) -> Read:
    ask = _asking(node.arg)
    return lambda here: ~ask(here)


def _and(node: tree.And) -> Read:
    parts = [_asking(arg) for arg in node.args]
    return lambda here: _every_one(part(here) for part in parts)


def _or(node: tree.Or) -> Read:
    parts = [_asking(arg) for arg in node.args]
    return lambda here: _any_one(part(here) for part in parts)


def _any_one(answers: Iterable[Truth]) -> Truth:
    """Whether any is true; no more of them are asked once one is."""
    found = FALSE
    for truth in answers:
        if truth is TRUE:
            return truth
        if truth is UNKNOWN:
            found = truth
    return found


def _every_one(answers: Iterable[Truth]) -> Truth:
    """Whether all are true; no more of them are asked once one is not."""
    found = TRUE
    for truth in answers:
        if truth is FALSE:
            return truth
        if truth is UNKNOWN:
            found = truth
    return found


def _no_one(answers: Iterable[Truth]) -> Truth:
    return ~_any_one(answers)


def _compare(node: tree.Compare) -> Read:
    op, turned = node.op, is_turned(node)
    left, right = _reading(node.left), _reading(node.right)
    return lambda here: holds(op, left(here), right(here), turned=turned)


def _among(node: tree.Among) -> Read:
    left = _reading(node.arg)
    options = [
        (_reading(item), is_turned(tree.Compare("==", node.arg, item))) for item in node.items
    ]

    def read(here: Here) -> Truth:
        value = left(here)
        return _any_one(
            holds("==", value, option(here), turned=turned) for option, turned in options
        )

    return read


def _known(node: tree.Known) -> Read:
    read, known = _reading(node.arg), node.known

    def ask(here: Here) -> Truth:
        return TRUE if _is_known(read(here)) is known else FALSE

    return ask


def _rows(node: tree.Rows) -> Read:
    where = _asking(node.where) if node.where else None

    def read(here: Here) -> Value | None:
        fact, rows = here.vocabulary.get(node.name), here.facts.rows(node.name)
        if fact is None or rows is None:
            return None
        inside = (here.within(RowOf(fact, at), row) for at, row in enumerate(rows, start=1))
        return tell(TRUE if where is None else where(row) for row in inside)

    tell = _TOLD[node.quantifier]
    return read


def _gathered(node: tree.Gathered) -> Read:
    where = _asking(node.where) if node.where else None

    def read(here: Here) -> Value | None:
        fact, rows = here.vocabulary.get(node.name), here.facts.rows(node.name)
        column = fact.columns.get(node.of) if fact else None
        if fact is None or column is None or rows is None:
            return None
        inside = (here.within(RowOf(fact, at), row) for at, row in enumerate(rows, start=1))
        meant = [TRUE if where is None else where(row) for row in inside]
        cells = [(truth, row.get(node.of)) for truth, row in zip(meant, rows, strict=True)]
        return gathered(node.how, column, cells)

    return read


def _count(answers: Iterable[Truth]) -> Amount:
    found = list(answers)
    hits = found.count(TRUE)
    return Amount(Interval(Decimal(hits), Decimal(hits + found.count(UNKNOWN))))


_TOLD: dict[tree.Quantifier, Callable[[Iterable[Truth]], Value]] = {
    "any": _any_one,
    "none": _no_one,
    "count": _count,
}


def _prefer(node: tree.Prefer) -> Read:
    parts = [_reading(arg) for arg in node.args]

    def read(here: Here) -> Value | None:
        values = list[Value | None]()
        for part in parts:
            values.append(part(here))
            if _is_known(values[-1]):
                return values[-1]
        return UNKNOWN if all(value is UNKNOWN for value in values) else None

    return read


def _choice(node: tree.Choice) -> Read:
    test, then, other = _asking(node.test), _reading(node.then), _reading(node.other)

    def read(here: Here) -> Value | None:
        truth = test(here)
        if truth is UNKNOWN:
            return either(then(here), other(here))
        return then(here) if truth is TRUE else other(here)

    return read


def _minus(node: tree.Minus) -> Read:
    read = _reading(node.arg)
    return lambda here: minus(read(here))


def _arithmetic(node: tree.Arithmetic) -> Read:
    op, left, right = node.op, _reading(node.left), _reading(node.right)
    return lambda here: result(op, left(here), right(here))


def _elapsed(node: tree.Elapsed) -> Read:
    unit, start, end = node.unit, _reading(node.start), _reading(node.end)
    return lambda here: time_between(unit, start(here), end(here))


def _rounded(node: tree.Rounded) -> Read:
    way, arg, step = node.way, _reading(node.arg), _reading(node.step)
    return lambda here: in_steps(way, arg(here), step(here))


def _extreme(node: tree.Extreme) -> Read:
    parts = [_reading(arg) for arg in node.args]
    return lambda here: extreme_of(node.side, [part(here) for part in parts])


_MAKERS: dict[type[tree.Node], Callable[[Any], Read]] = {
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

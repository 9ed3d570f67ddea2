"""The day an answer will change by itself: a value grows too old, a birthday comes.

Only days on which something could happen are tried: a date on record, moved by a length that the
rule names, or the day after that; and birthdays, as far as ten years ahead (months: two years).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from equipoise.logic import tree
from equipoise.logic.bare import truth_at
from equipoise.logic.days import shifted, whole
from equipoise.logic.facts import Facts, Kind, Observation, Row, Vocabulary
from equipoise.logic.lookup import TODAY, Here
from equipoise.logic.truth import Truth
from equipoise.logic.units import DURATIONS

BIRTHDAYS = 10
MONTHS = 24
MOST = 400
FURTHEST = 10**5
_WORKED_OUT = (tree.Arithmetic, tree.Rounded, tree.Extreme)
_UNIT = {"days": "d", "months": "mo", "years": "a"}


@dataclass(frozen=True, slots=True)
class _Later:
    """The same facts on a later day: anchors that were today have moved along."""

    facts: Facts
    today: date
    later: date

    def observations(self, name: str) -> Sequence[Observation]:
        return self.facts.observations(name)

    def rows(self, name: str) -> Sequence[Row] | None:
        return self.facts.rows(name)

    def anchor(self, name: str) -> date | None:
        day = self.facts.anchor(name)
        return self.later if day == self.today else day


def changes_on(node: tree.Node, here: Here, truth: Truth) -> date | None:
    """The first day after today on which the answer differs if nothing new is recorded."""
    parts = list(_with_formulas(node, here.vocabulary))
    if not _moves(parts, here):
        return None
    for day in sorted(set(_candidates(parts, here)))[:MOST]:
        later = replace(here, facts=_Later(here.facts, here.on, day), on=day)
        if truth_at(node, later) is not truth:
            return day
    return None


def _with_formulas(node: tree.Node, vocabulary: Vocabulary) -> Iterator[tree.Node]:
    """All parts of a rule, and of the derived items that it uses."""
    done: set[str] = set()
    waiting = [node]
    while waiting:
        for part in tree.walk(waiting.pop()):
            yield part
            name = part.anchor if isinstance(part, tree.Window) else getattr(part, "name", "")
            fact = vocabulary.get(name)
            if fact is not None and fact.formula is not None and fact.name not in done:
                done.add(fact.name)
                waiting.append(fact.formula)


def _moves(parts: list[tree.Node], here: Here) -> bool:
    names = {part.window.anchor for part in parts if isinstance(part, tree.Name) and part.window}
    names |= {part.name for part in parts if isinstance(part, tree.Name)}
    return any(name == TODAY or here.facts.anchor(name) == here.on for name in names)


def _candidates(parts: list[tree.Node], here: Here) -> Iterator[date]:
    for day, length, unit in (*_windows(parts, here), *_times(parts, here)):
        moved = shifted(day, length, unit)
        for candidate in (moved, shifted(moved, 1, "d")):
            if candidate > here.on:
                yield candidate


Step = tuple[date, int, str]


def _windows(parts: list[tree.Node], here: Here) -> Iterator[Step]:
    """When each value enters its window and leaves it. Columns are looked for in every list."""
    names = [part for part in parts if isinstance(part, tree.Name) and part.window is not None]
    for part in names:
        if part.window is None:
            continue
        days = [day for each in _values(part, parts, here) for day in _days_of(each)]
        for day in days:
            yield day, 0, "d"
            yield day, part.window.length or 0, part.window.unit or "d"


def _times(parts: list[tree.Node], here: Here) -> Iterator[Step]:
    """When the time since a date, or a date moved by a length, passes a limit that is named."""
    lengths = list(_lengths(parts))
    for day in set(_dates(parts, here)):
        for length, unit in lengths:
            yield day, length, unit
        if any(isinstance(part, _WORKED_OUT) for part in parts):
            for birthday in range(BIRTHDAYS):
                yield day, here.on.year - day.year + birthday, "a"
            if any(isinstance(part, tree.Elapsed) and part.unit == "months" for part in parts):
                for month in range(MONTHS):
                    yield day, whole("months", day, here.on) + month, "mo"


def _lengths(parts: list[tree.Node]) -> Iterator[tuple[int, str]]:
    """By how much a date on record could matter later than its own day."""
    yield 0, "d"
    units = {_UNIT[part.unit] for part in parts if isinstance(part, tree.Elapsed)}
    if any(isinstance(part, tree.Arithmetic) and part.op == "-" for part in parts):
        units.add("d")
    for part in parts:
        if not isinstance(part, tree.Number | tree.Quantity) or part.value >= FURTHEST:
            continue
        number, unit = int(part.value), getattr(part, "unit", "")
        spans = {unit} if unit in DURATIONS.values() else units
        for each in spans | (units if unit in DURATIONS.values() else set()):
            yield from ((number, each), (number + 1, each), (-number, each))


def _dates(parts: list[tree.Node], here: Here) -> Iterator[date]:
    """Every date that can stand as a value: literals, anchors that have come, dates and acts."""
    for part in parts:
        if isinstance(part, tree.Day):
            yield part.value
        if isinstance(part, tree.Name):
            if (day := here.facts.anchor(part.name)) and day != here.on:
                yield day
            for each in _values(part, parts, here):
                if isinstance(each.value, date | tuple) or _is_dated(part.name, here):
                    yield from _days_of(each)


def _is_dated(name: str, here: Here) -> bool:
    fact = here.vocabulary.get(name)
    return fact is None or fact.kind is Kind.DATED


def _values(part: tree.Name, parts: list[tree.Node], here: Here) -> Iterator[Observation]:
    """The values a name may stand for: of the fact, or of the column in any list that is asked."""
    fact = here.vocabulary.get(part.name)
    if fact is not None and fact.kind not in (Kind.LIST, Kind.DERIVED):
        yield from here.facts.observations(part.name)
    for rows in parts:
        if isinstance(rows, tree.Rows | tree.Gathered):
            for row in here.facts.rows(rows.name) or ():
                if part.name in row:
                    yield row[part.name]


def _days_of(each: Observation) -> Iterator[date]:
    if each.on is not None:
        yield each.on
    if isinstance(each.value, tuple):
        yield from each.value
    elif isinstance(each.value, date):
        yield each.value

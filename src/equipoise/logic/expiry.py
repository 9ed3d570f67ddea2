"""The day an answer will change by itself: a value grows too old, a birthday comes.

Only days on which something could happen are tried: a date on record, moved by a length that the
rule names, or the day after that; and birthdays, as far as ten years ahead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from equipoise.logic import tree
from equipoise.logic.days import shifted
from equipoise.logic.facts import Facts, Kind, Observation, Row, Vocabulary
from equipoise.logic.interpret import judge
from equipoise.logic.lookup import TODAY, Here
from equipoise.logic.truth import Truth
from equipoise.logic.units import DURATIONS

BIRTHDAYS = 10
MOST = 400
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
        if judge(node, later).truth is not truth:
            return day
    return None


def _with_formulas(node: tree.Node, vocabulary: Vocabulary) -> Iterator[tree.Node]:
    """All parts of a rule, and of the derived items that it uses."""
    done: set[str] = set()
    waiting = [node]
    while waiting:
        for part in tree.walk(waiting.pop()):
            yield part
            fact = vocabulary.get(part.name) if isinstance(part, tree.Name) else None
            if fact is not None and fact.formula is not None and fact.name not in done:
                done.add(fact.name)
                waiting.append(fact.formula)


def _moves(parts: list[tree.Node], here: Here) -> bool:
    names = {part.window.anchor for part in parts if isinstance(part, tree.Name) and part.window}
    names |= {part.name for part in parts if isinstance(part, tree.Name)}
    return any(name == TODAY or here.facts.anchor(name) == here.on for name in names)


def _candidates(parts: list[tree.Node], here: Here) -> Iterator[date]:
    lengths = list(_lengths(parts))
    for day in set(_dates(parts, here)):
        for length, unit in lengths:
            moved = shifted(day, length, unit)
            for candidate in (moved, shifted(moved, 1, "d")):
                if candidate > here.on:
                    yield candidate


def _lengths(parts: list[tree.Node]) -> Iterator[tuple[int, str]]:
    """By how much a date on record could matter later than its own day."""
    yield 0, "d"
    units = {_UNIT[part.unit] for part in parts if isinstance(part, tree.Elapsed)}
    numbers = {part.value for part in parts if isinstance(part, tree.Number | tree.Quantity)}
    whole = {int(number) for number in numbers if number == int(number) and number < 10**5}
    for part in parts:
        if isinstance(part, tree.Window) and part.length is not None:
            yield part.length, part.unit
        if isinstance(part, tree.Quantity) and part.unit in DURATIONS.values():
            for sign in (1, -1):
                yield sign * min(int(part.value), 10**5), part.unit
    for unit in units | ({"d"} if any(isinstance(p, tree.Arithmetic) for p in parts) else set()):
        for number in whole:
            yield number, unit
            yield number + 1, unit


def _dates(parts: list[tree.Node], here: Here) -> Iterator[date]:
    """Every date on record, and for whole years the birthdays to come."""
    years = any(isinstance(part, tree.Elapsed) and part.unit == "years" for part in parts)
    for day in _recorded(parts, here):
        yield day
        if years:
            for birthday in range(BIRTHDAYS):
                age = here.on.year - day.year + birthday
                yield shifted(day, age, "a")


def _recorded(parts: list[tree.Node], here: Here) -> Iterator[date]:
    for part in parts:
        if isinstance(part, tree.Day):
            yield part.value
        if isinstance(part, tree.Name):
            if (day := here.facts.anchor(part.name)) and day != here.on:
                yield day
            fact = here.vocabulary.get(part.name)
            if fact is not None and fact.kind not in (Kind.LIST, Kind.DERIVED):
                yield from _days_of(here.facts.observations(part.name))
        if isinstance(part, tree.Rows):
            for row in here.facts.rows(part.name) or ():
                yield from _days_of(list(row.values()))


def _days_of(observations: Sequence[Observation]) -> Iterator[date]:
    for each in observations:
        if each.on is not None:
            yield each.on
        if isinstance(each.value, tuple):
            yield from each.value
        elif isinstance(each.value, date):
            yield each.value

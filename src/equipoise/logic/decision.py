"""Decision tables: what follows from a few values, by the one row whose cells all hold.

One kind of table serves dose, hold and grade. A row is a rule of the language, so that an answer
is three-valued as every other: where a value is missing, or known in part, rows stay possible; it
is known what the table gives once all of them give the same.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from equipoise.logic import tree
from equipoise.logic.bare import truth_at
from equipoise.logic.cells import Cell, condition
from equipoise.logic.facts import Facts, FactType, Kind, Vocabulary
from equipoise.logic.given import Given, GivenKind
from equipoise.logic.interpret import judge, read
from equipoise.logic.lookup import Here
from equipoise.logic.plain import plain
from equipoise.logic.reading import Gap, Reading, unique
from equipoise.logic.truth import Truth

__all__ = [
    "Column",
    "Combined",
    "Decided",
    "DecisionTable",
    "Row",
    "decide",
    "most_severe",
    "outcomes",
]


@dataclass(frozen=True, kw_only=True)
class Column:
    """What is compared: an expression of the language.

    `within` is what its values may be at all; `whole` says that they are whole numbers; `gives`
    says that what the table gives never falls (up) or never rises (down) as the value rises.
    """

    name: str
    node: tree.Node
    label: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    within: Cell = None
    whole: bool = False
    gives: str = ""

    @cached_property
    def subject(self) -> tree.Node:
        """What a cell is asked of: a fact itself, or what is worked out of several."""
        return self.node if isinstance(self.node, tree.Name) else tree.Name(f"column {self.name}")

    @cached_property
    def fact(self) -> FactType | None:
        """What is worked out, as a fact with the column's label; None for a fact itself."""
        if not isinstance(self.subject, tree.Name) or self.subject is self.node:
            return None
        label = self.label or {"en": self.name.replace("_", " ")}
        return FactType(
            name=self.subject.name,
            kind=Kind.DERIVED,
            label=label,
            unit=self.unit,
            formula=self.node,
        )


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row; the first is 1. A column that has no cell will do whatever it is."""

    number: int
    cells: Mapping[str, Cell]
    gives: Given


@dataclass(frozen=True, kw_only=True)
class DecisionTable:
    """A table of which exactly one row holds, for all that its columns may be."""

    name: str
    label: Mapping[str, str]
    columns: tuple[Column, ...]
    kind: GivenKind
    rows: tuple[Row, ...]
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def column_of(self) -> dict[str, Column]:
        """Every column by its name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def worked_out(self) -> dict[str, FactType]:
        """What its columns work out, as facts."""
        return {column.fact.name: column.fact for column in self.columns if column.fact}

    @cached_property
    def rules(self) -> tuple[tuple[Row, tree.Node], ...]:
        """Every row, with the rule that it stands for."""
        return tuple((row, self._rule(row)) for row in self.rows)

    def _rule(self, row: Row) -> tree.Node:
        every = (
            condition(cell, column.subject)
            for column in self.columns
            for cell in (row.cells.get(column.name), column.within)
        )
        parts = tuple(part for part in every if part is not None)
        if not parts:
            return tree.YesNo(True)
        return parts[0] if len(parts) == 1 else tree.And(parts)

    def words(self, vocabulary: Vocabulary) -> Vocabulary:
        """What its rules may speak of."""
        return ChainMap(self.worked_out, dict(vocabulary)) if self.worked_out else vocabulary


@plain
class Decided:
    """What a table gives, or what it waits for.

    `row` fired; where none did, the `possible` ones may still. `gives` is known without a row
    where all of these give the same. `values` are those of the columns.
    """

    table: DecisionTable
    gives: Given | None
    row: Row | None
    possible: tuple[Row, ...]
    values: tuple[Reading, ...]
    why: Reading

    @property
    def missing(self) -> tuple[Gap, ...]:
        """What leaves it open; nothing once it is known what the table gives."""
        return () if self.gives is not None else self.why.gaps


def decide(table: DecisionTable, vocabulary: Vocabulary, facts: Facts, on: date) -> Decided:
    """What the table gives on a day."""
    here = Here(table.words(vocabulary), facts, on)
    values = tuple(read(column.subject, here) for column in table.columns)
    bare = replace(here, worked_out={})
    for row, rule in table.rules:
        if truth_at(rule, bare) is Truth.TRUE:
            return Decided(table, row.gives, row, (row,), values, judge(rule, here))
    readings = [(row, judge(rule, here)) for row, rule in table.rules]
    unsettled = [(row, found) for row, found in readings if found.truth is Truth.UNKNOWN]
    possible = tuple(row for row, _ in unsettled)
    given = {row.gives for row in possible}
    why = _unsettled(values, [found for _, found in unsettled])
    return Decided(table, given.pop() if len(given) == 1 else None, None, possible, values, why)


def _unsettled(values: tuple[Reading, ...], found: list[Reading]) -> Reading:
    gaps = unique(*(gap for each in found for gap in each.gaps))
    start = values[0]
    remarks = tuple(remark for each in values for remark in each.remarks)
    return replace(start, value=Truth.UNKNOWN, gaps=gaps, remarks=remarks)


def outcomes(
    table: DecisionTable, vocabulary: Vocabulary, facts: Facts, on: date
) -> frozenset[Given]:
    """All that the table may give on a day, without reasons: one where that is known."""
    here, possible = Here(table.words(vocabulary), facts, on, worked_out={}), []
    for row, rule in table.rules:
        truth = truth_at(rule, here)
        if truth is Truth.TRUE:
            return frozenset((row.gives,))
        if truth is Truth.UNKNOWN:
            possible.append(row.gives)
    return frozenset(possible)


@plain
class Combined:
    """What several tables give together: the gravest of it, or what that waits for."""

    gives: Given | None
    deciding: tuple[Decided, ...]
    waiting: tuple[Decided, ...]


def most_severe(decided: Iterable[Decided]) -> Combined:
    """The gravest that any of the tables gives; not known while one may yet give worse."""
    every = tuple(decided)
    known = [one for one in every if one.gives is not None]
    worst = max((one.gives for one in known if one.gives), key=_severity, default=None)
    waiting = tuple(one for one in every if one.gives is None and _may_be_worse(one, worst))
    if worst is None or waiting:
        return Combined(None, (), waiting)
    return Combined(worst, tuple(one for one in known if one.gives == worst), ())


def _severity(given: Given) -> Decimal:
    return given.severity


def _may_be_worse(one: Decided, worst: Given | None) -> bool:
    if worst is None or not one.possible:
        return True
    return any(row.gives.severity > worst.severity for row in one.possible)

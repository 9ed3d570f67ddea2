"""What is wrong with a decision table before anybody is asked: each problem with its place.

Beside what is wrong with its rules: values for which no row holds or more than one, rows that can
never fire, and a table that is not monotone where it says that it is.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from equipoise.logic.cells import condition
from equipoise.logic.decision import Column, DecisionTable, Row
from equipoise.logic.facts import Vocabulary
from equipoise.logic.pieces import Piece, held, limits_named, pieces
from equipoise.logic.typing_check import Problem, problems, sort_of

__all__ = ["Flaw", "flaws"]

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong, and where: ("columns", 0), or ("rows", 2, "ratio")."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class _Grid:
    """The pieces of each column, and of each row those for which its cells hold."""

    table: DecisionTable
    pieces: tuple[list[Piece], ...]
    rows: tuple[tuple[frozenset[int], ...], ...]


def flaws(table: DecisionTable, vocabulary: Vocabulary, anchors: Collection[str]) -> list[Flaw]:
    """All that is wrong with a table; whether its rows fit together once each can be read."""
    words = table.words(vocabulary)
    found = list(_columns(table, vocabulary, anchors))
    wrong = {table.columns[int(flaw.place[1])].name for flaw in found}
    found += _cells(table, words, anchors, wrong)
    if found or not table.rows or not table.columns:
        return found or [Flaw(("rows",), "a table has at least one column and one row")]
    grid = _grid(table, words, anchors)
    never = list(_never(grid))
    return never or [*_overlaps(grid), *_gap(grid), *_turns(grid)]


def _columns(
    table: DecisionTable, vocabulary: Vocabulary, anchors: Collection[str]
) -> Iterator[Flaw]:
    for n, column in enumerate(table.columns):
        found = problems(column.node, vocabulary, anchors, unit=column.unit)
        yield from (Flaw(("columns", n, "is"), _told(one)) for one in found)
        sort = sort_of(column.node, vocabulary, anchors)
        if not found and sort.shape not in ("number", "code", "yes or no"):
            because = f"a column is a number, a code, or a yes or no, and this is a {sort.shape}"
            yield Flaw(("columns", n, "is"), because)
        own = [row.cells.get(column.name) for row in table.rows]
        if len(limits_named([*own, column.within])) > 1:
            because = (
                "one column holds a value against numbers or against a limit of normal, not both"
            )
            yield Flaw(("columns", n), f"{because}; make two columns of it")
        if column.gives and sort.shape != "number" and not found:
            yield Flaw(("columns", n, "gives"), "only a number rises and falls")


def _told(problem: Problem) -> str:
    hint = f" {problem.suggestion}" if problem.suggestion else ""
    return f"{problem.message}{hint} (column {problem.column})"


def _cells(
    table: DecisionTable, words: Vocabulary, anchors: Collection[str], wrong: Collection[str]
) -> Iterator[Flaw]:
    """What is wrong with the cells of the columns that are right."""
    for n, column in enumerate(table.columns):
        rule = condition(column.within, column.subject)
        if rule and column.name not in wrong:
            for one in problems(rule, words, anchors, expected="yes or no"):
                yield Flaw(("columns", n, "within"), _bare(one))
    for at, row in enumerate(table.rows):
        for name, cell in row.cells.items():
            place = ("rows", at, name)
            if name not in table.column_of:
                yield Flaw(place, _stranger(name, table))
            elif name in wrong:
                continue
            elif rule := condition(cell, table.column_of[name].subject):
                for one in problems(rule, words, anchors, expected="yes or no"):
                    yield Flaw(place, _bare(one))


def _bare(problem: Problem) -> str:
    return f"{problem.message}{f'; {problem.suggestion} would do' if problem.suggestion else ''}"


def _stranger(name: str, table: DecisionTable) -> str:
    close = difflib.get_close_matches(name, table.column_of, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(table.column_of)}"
    return f"there is no column {name!r}; {hint}"


def _grid(table: DecisionTable, words: Vocabulary, anchors: Collection[str]) -> _Grid:
    columns, by_column = [], []
    for column in table.columns:
        sort = sort_of(column.subject, words, anchors)
        cells = [row.cells.get(column.name) for row in table.rows]
        own = pieces(sort, cells, column.within, whole=column.whole)
        columns.append(own)
        by_column.append(
            [frozenset(n for n, p in enumerate(own) if held(cell, p, sort)) for cell in cells]
        )
    return _Grid(table, tuple(columns), tuple(zip(*by_column, strict=True)))


def _never(grid: _Grid) -> Iterator[Flaw]:
    """Rows with a cell for which no value will do."""
    for at, row in enumerate(grid.rows):
        for column, own in zip(grid.table.columns, row, strict=True):
            if not own:
                yield Flaw(
                    ("rows", at, column.name),
                    f"row {at + 1} can never fire: no value of {column.name!r} is in this cell",
                )


def _overlaps(grid: _Grid) -> Iterator[Flaw]:
    """Two rows that hold for the same values; one that lies within another never fires alone."""
    for later, other in enumerate(grid.rows):
        for earlier, one in enumerate(grid.rows[:later]):
            both = [a & b for a, b in zip(one, other, strict=True)]
            if not all(both):
                continue
            example = _example(grid, [min(pieces) for pieces in both])
            within = all(b <= a for a, b in zip(one, other, strict=True))
            never = f"row {later + 1} can never fire alone: " if within else ""
            because = f"rows {earlier + 1} and {later + 1} both hold for {example}"
            yield Flaw(("rows", later), never + because)


def _gap(grid: _Grid) -> Iterator[Flaw]:
    """The first values for which no row holds."""
    every = frozenset(range(len(grid.rows)))
    example = _uncovered(grid, 0, every, set())
    if example is not None:
        yield Flaw(("rows",), f"no row holds for {_example(grid, example)}")


def _uncovered(
    grid: _Grid, column: int, rows: frozenset[int], seen: set[tuple[int, frozenset[int]]]
) -> list[int] | None:
    """Pieces from this column on for which none of the rows holds."""
    if column == len(grid.pieces):
        return None if rows else []
    if (column, rows) in seen:
        return None
    seen.add((column, rows))
    for piece in range(len(grid.pieces[column])):
        left = frozenset(row for row in rows if piece in grid.rows[row][column])
        rest = _uncovered(grid, column + 1, left, seen)
        if rest is not None:
            return [piece, *rest]
    return None


def _turns(grid: _Grid) -> Iterator[Flaw]:
    """Where what the table gives rises along a column though it says that it falls, or falls."""
    for at, column in enumerate(grid.table.columns):
        if column.gives:
            yield from _turns_along(grid, at, column)


def _turns_along(grid: _Grid, at: int, column: Column) -> Iterator[Flaw]:
    sign = 1 if column.gives == "up" else -1
    for low, one in enumerate(grid.rows):
        for high, other in enumerate(grid.rows):
            lower, higher = grid.table.rows[low], grid.table.rows[high]
            wrong = sign * (higher.gives.place - lower.gives.place) < 0
            if wrong and min(one[at]) < max(other[at]) and _beside(one, other, at):
                yield Flaw(("rows", high), _turned(grid, column, lower, higher))


def _beside(one: tuple[frozenset[int], ...], other: tuple[frozenset[int], ...], at: int) -> bool:
    """Whether two rows hold for the same values of all the other columns."""
    others = (n for n in range(len(one)) if n != at)
    return all(one[n] & other[n] for n in others)


def _turned(grid: _Grid, column: Column, lower: Row, higher: Row) -> str:
    way = "falls" if column.gives == "up" else "rises"
    return (
        f"what the table gives {way} as {column.name!r} rises, from row {lower.number} to row "
        f"{higher.number}; it says that it never does"
    )


def _example(grid: _Grid, found: list[int]) -> str:
    columns = zip(grid.table.columns, grid.pieces, found, strict=True)
    return ", ".join(f"{column.name} {own[n]}" for column, own, n in columns)

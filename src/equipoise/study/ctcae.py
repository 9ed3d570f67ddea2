"""The numeric grades of laboratory terms in the CTCAE, as decision tables.

The limits stand in `ctcae.yaml`, as printed. A value is graded by the limits that are printed in
its own unit, or in one to which it converts; a way to grade is one table, the gravest counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from equipoise.logic import tree
from equipoise.logic.cells import Cell, Limits, read_cell
from equipoise.logic.decision import Column, DecisionTable, Row
from equipoise.logic.given import read_given
from equipoise.logic.language import parsed
from equipoise.logic.units import factor
from equipoise.study.catalogue import everywhere
from equipoise.study.parts import Part
from equipoise.study.places import Places, read_yaml

__all__ = ["ANY_UNIT", "VERSIONS", "Term", "Unprinted", "prints", "tables_of", "term_of", "terms"]

VERSIONS = ("4", "5", "6")
"""Of 4.03, 5.0 and 6.0; what follows the first point changes no limit."""
ANY_UNIT = "any"
_FILE = Path(__file__).with_suffix(".yaml")
_STEP = re.compile(r"(<=|>=|<|>) ([\d.]+)(?: (ULN|LLN|baseline|above ULN|above baseline|fall))?")
_BARE = "value"
_OPPOSITE: dict[str, tree.Comparator] = {"<": ">=", ">=": "<", ">": "<=", "<=": ">"}


class Unprinted(Exception):
    """No limits are printed in this unit, nor in one to which it converts."""


class Branch(Part):
    """Where grades 1, 2, 3 and 4 begin, by unit, for those for whom `of` holds."""

    of: dict[str, str | bool] = {}
    grades: dict[str, tuple[str, ...]]


class Term(Part):
    """One laboratory term of some versions."""

    term: str
    versions: tuple[str, ...]
    within: str = ""
    ways: tuple[tuple[Branch, ...], ...]

    @property
    def units(self) -> list[str]:
        """The units in which limits are printed."""
        grades = (branch.grades for way in self.ways for branch in way)
        return list(dict.fromkeys(unit for each in grades for unit in each))

    @property
    def falls(self) -> bool:
        """Whether the lower value is the graver."""
        every = (step for way in self.ways for b in way for g in b.grades.values() for step in g)
        return any(step.startswith("<") for step in every)


@dataclass(frozen=True, slots=True)
class _Step:
    """Where a grade begins."""

    grade: int
    column: str
    op: tree.Comparator
    bound: tree.Node

    @property
    def reached(self) -> tuple[tree.Comparator, tree.Node]:
        return self.op, self.bound

    @property
    def below(self) -> tuple[tree.Comparator, tree.Node]:
        return _OPPOSITE[self.op], self.bound


def terms(version: str) -> dict[str, Term]:
    """The laboratory terms of a version such as "5.0", by their names."""
    first = version.partition(".")[0]
    return {term.term: term for term in _read() if first in term.versions}


def term_of(version: str, name: str) -> Term:
    """:raises KeyError: where the version has no such laboratory term"""
    return terms(version)[name]


def tables_of(term: Term, unit: str, analyte: str = "") -> tuple[str, tuple[DecisionTable, ...]]:
    """The unit in which a value of this unit is graded, and a table for each way to grade it.

    :raises Unprinted: where no limits are printed for such a unit
    """
    printed = _printed(term, unit, analyte)
    return printed, _tables(term.term, term.versions, printed)


def prints(term: Term, unit: str, analyte: str = "") -> bool:
    """Whether limits are printed for values of this unit."""
    try:
        _printed(term, unit, analyte)
    except Unprinted:
        return False
    return True


def _printed(term: Term, unit: str, analyte: str) -> str:
    """The unit of limits that goes with a value's unit: its own first, then of its measure."""
    named = [one for one in term.units if one != ANY_UNIT]
    if not named:
        return unit
    for substance in ("", analyte):
        for one in (unit, *named):
            if one in named and factor(unit, one, substance) is not None:
                return one
    raise Unprinted


@lru_cache(maxsize=512)
def _tables(name: str, versions: tuple[str, ...], unit: str) -> tuple[DecisionTable, ...]:
    term = next(one for one in _read() if (one.term, one.versions) == (name, versions))
    return tuple(_table(term, n, way, unit) for n, way in enumerate(term.ways, start=1))


def _table(term: Term, number: int, way: tuple[Branch, ...], unit: str) -> DecisionTable:
    """One way to grade: its branches beside each other, each with its grades."""
    branches = [(branch, _steps(branch, unit)) for branch in way]
    names = [name for branch in way for name in branch.of]
    names += [step.column for _, steps in branches for step in steps]
    rows: list[tuple[int, dict[str, Cell]]] = []
    for branch, steps in branches:
        own = {name: read_cell(cell) for name, cell in branch.of.items()}
        rows += [(grade, _joined(own, cells)) for grade, cells in _rows(steps)]
    within = read_cell(term.within, unit) if term.within else None
    return DecisionTable(
        name=f"{term.term} {number}" if len(term.ways) > 1 else term.term,
        label={"en": f"CTCAE {term.term}"},
        kind="grade",
        columns=tuple(_column(name, within) for name in dict.fromkeys(names or [_BARE])),
        rows=tuple(
            Row(number=n, cells=cells, gives=read_given("grade", grade))
            for n, (grade, cells) in enumerate(rows, start=1)
        ),
    )


def _joined(own: Mapping[str, Cell], cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """The cells of a branch with those of one of its grades; both may speak of one column."""
    found = {**own, **cells}
    for name in own.keys() & cells.keys():
        one, other = own[name], cells[name]
        if isinstance(one, Limits) and isinstance(other, Limits):
            found[name] = Limits((*one.tests, *other.tests))
    return found


def _rows(steps: list[_Step]) -> Iterator[tuple[int, dict[str, Cell]]]:
    """A row for each grade: its own step is reached, and none that is graver."""
    graver: dict[str, _Step] = {}
    for step in reversed(steps):
        cells: dict[str, Cell] = {name: Limits((one.below,)) for name, one in graver.items()}
        above = graver.get(step.column)
        cells[step.column] = Limits((step.reached, above.below) if above else (step.reached,))
        yield step.grade, cells
        graver[step.column] = step
    yield 0, {name: Limits((one.below,)) for name, one in graver.items()}


def _steps(branch: Branch, unit: str) -> list[_Step]:
    texts = branch.grades.get(unit) or branch.grades.get(ANY_UNIT, ())
    return [_step(n, text, unit) for n, text in enumerate(texts, start=1) if text != "-"]


def _step(grade: int, text: str, unit: str) -> _Step:
    found = _STEP.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no bound of a grade")
    op, number, of = found.groups()
    bound: tree.Node = tree.Number(Decimal(number))
    if of in ("ULN", "LLN"):
        bound = tree.Quantity(Decimal(number), of)
    elif of is None or of.startswith("above"):
        bound = tree.Quantity(Decimal(number), unit) if unit != "1" else bound
    return _Step(grade, (of or _BARE).lower().replace(" ", "_"), _COMPARED[op], bound)


_COMPARED: dict[str, tree.Comparator] = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}
_COLUMNS: dict[str, tuple[str, Mapping[str, str]]] = {
    _BARE: ("value", {}),
    "uln": ("value", {}),
    "lln": ("value", {}),
    "baseline": ("value / baseline", everywhere("ratio to baseline")),
    "above_uln": ("value - uln", everywhere("rise above the upper limit of normal")),
    "above_baseline": ("value - baseline", everywhere("rise above baseline")),
    "fall": ("(baseline - value) / baseline", everywhere("fall as a share of baseline")),
    "baseline_known_high": ("prefer(baseline_high, false)", everywhere("raised baseline")),
}
"""What each column asks of the value and what goes with it; the others are facts themselves."""


def _column(name: str, within: Cell) -> Column:
    text, label = _COLUMNS.get(name, (name, {}))
    return Column(
        name=name,
        node=parsed(text),
        label=label,
        within=within if name == _BARE else None,
    )


@lru_cache
def _read() -> tuple[Term, ...]:
    raw = read_yaml(_FILE, _FILE.name, Places())
    return tuple(_term(one) for one in raw) if isinstance(raw, list) else ()


def _term(raw: Mapping[str, object]) -> Term:
    """A term as the file has it: grades alone stand for one way with one branch."""
    ways = raw.get("ways") or [[{"grades": raw["grades"]}]]
    branches = [
        [{"of": b.get("if", {}), "grades": b["grades"]} for b in way] for way in _lists(ways)
    ]
    versions = [str(version) for version in _lists(raw["versions"])]
    told = {"term": raw["term"], "within": raw.get("within", ""), "ways": branches}
    return Term.model_validate({**told, "versions": versions})


def _lists(raw: object) -> list:  # type: ignore[type-arg]
    return raw if isinstance(raw, list) else []

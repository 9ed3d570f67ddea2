"""The CTCAE grade of one laboratory value, by the tables of the version that the study names.

A grade is not known where a unit, a limit or the baseline that it needs is not: then it says which.
Of several ways to grade, the gravest that is known counts; another could only make it worse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from equipoise.logic.decision import Combined, Decided, decide, most_severe, outcomes
from equipoise.logic.facts import FactType, Kind, Observation, Row
from equipoise.logic.interval import Interval, compare
from equipoise.logic.truth import Truth
from equipoise.logic.units import convert
from equipoise.study.catalogue import everywhere
from equipoise.study.ctcae import Term, Unprinted, tables_of, term_of

__all__ = ["Grade", "Measured", "graded", "graded_by_limit", "level", "measured_by_limit"]

Because = Literal["", "no-unit", "unknown-unit", "missing"]
_NOWHERE = date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A laboratory value, with what goes with it.

    `baseline` is the value before treatment; whether it was raised is told by its own limit,
    else by that of the value. `anticoagulated` is None where that is not known.
    """

    value: Observation
    baseline: Observation | None = None
    anticoagulated: bool | None = None
    analyte: str = ""
    label: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """The grade of a value, or why there is none.

    `value` may be the least that it is (`at_least`). `by_limit` is what it would be if the baseline
    had been normal, where the baseline was raised and that makes a difference.
    """

    term: str
    value: int | None
    at_least: bool = False
    by_limit: int | None = None
    because: Because = ""
    found: Combined | None = None


def graded(term: Term, measured: Measured) -> Grade:
    """The grade of one value by one term."""
    unit = measured.value.unit
    try:
        printed, tables = tables_of(term, unit, measured.analyte)
    except Unprinted:
        return Grade(term=term.term, value=None, because="unknown-unit" if unit else "no-unit")
    facts = _Facts(_observations(measured))
    decided = [decide(table, _words(measured, printed), facts, _NOWHERE) for table in tables]
    grade = _grade(term, decided)
    if facts.raised is Truth.TRUE and grade.value is not None:
        return replace(grade, by_limit=_by_limit(term, measured, grade.value))
    return grade


def level(term: Term, measured: Measured) -> int | None:
    """The bare grade of one value, as `graded` has it; the same values come again and again."""
    alone = replace(measured, label=None)
    return _level(term.term, term.versions, replace(alone, value=_undated(measured.value)))


@lru_cache(maxsize=65536)
def _level(name: str, versions: tuple[str, ...], measured: Measured) -> int | None:
    try:
        printed, tables = tables_of(
            term_of(versions[0], name), measured.value.unit, measured.analyte
        )
    except Unprinted:
        return None
    facts, words = _Facts(_observations(measured)), _words(measured, printed)
    found = [outcomes(table, words, facts, _NOWHERE) for table in tables]
    known = [int(given.value) for each in found if len(each) == 1 for given in each]
    worst = max(known, default=0)
    may_be_more = any(
        not each or max(int(given.value) for given in each) > worst
        for each in found
        if len(each) != 1
    )
    return None if may_be_more and worst == 0 else worst


def _undated(value: Observation) -> Observation:
    return replace(value, on=None, source="", order=0)


def _grade(term: Term, decided: Sequence[Decided]) -> Grade:
    found = most_severe(decided)
    if found.gives is not None:
        return Grade(term=term.term, value=_number(found), found=found)
    known = most_severe(one for one in decided if one.gives is not None)
    if known.gives is not None and _number(known) > 0:
        return Grade(term=term.term, value=_number(known), at_least=True, found=found)
    return Grade(term=term.term, value=None, because="missing", found=found)


def _number(found: Combined) -> int:
    return int(found.gives.value) if found.gives else 0


def graded_by_limit(term: Term, measured: Measured) -> Grade:
    """The grade as if the baseline had been normal, such as that of the baseline itself."""
    return graded(term, measured_by_limit(measured))


def measured_by_limit(measured: Measured) -> Measured:
    """The same value beside a baseline that is just normal."""
    limit = measured.value.uln or measured.value.lln
    normal = replace(measured.value, value=limit, comparator="") if limit is not None else None
    return replace(measured, baseline=normal)


def _by_limit(term: Term, measured: Measured, value: int) -> int | None:
    """What the grade would be by the limit of normal alone, where that is another."""
    other = graded_by_limit(term, measured).value
    return other if other != value else None


class _Facts:
    """What goes with one value, as the language sees it."""

    def __init__(self, known: Mapping[str, Observation]) -> None:
        self._known = known
        high = known.get("baseline_high")
        self.raised = Truth.of(high.value is True if high else None)

    def observations(self, name: str) -> Sequence[Observation]:
        return (self._known[name],) if name in self._known else ()

    def rows(self, name: str) -> Sequence[Row] | None:
        return None

    def anchor(self, name: str) -> date | None:
        return None


def _observations(measured: Measured) -> dict[str, Observation]:
    value, baseline = measured.value, measured.baseline
    known = {"value": value}
    for name, limit in (("uln", value.uln), ("lln", value.lln)):
        if limit is not None:
            known[name] = Observation(limit, value.on, value.unit)
    if measured.anticoagulated is not None:
        known["anticoagulated"] = Observation(measured.anticoagulated)
    if baseline is not None:
        known["baseline"] = baseline
        own, analyte = baseline.unit, measured.analyte
        uln, lln = (_in_unit(one, value.unit, own, analyte) for one in (value.uln, value.lln))
        high = _beyond(baseline, baseline.uln or uln, ">")
        low = _beyond(baseline, baseline.lln or lln, "<")
        sides = (("baseline_high", high), ("baseline_low", low))
        known |= {name: Observation(side) for name, side in sides if side is not None}
    return known


def _in_unit(limit: Decimal | None, source: str, target: str, analyte: str) -> Decimal | None:
    """A limit that stands beside a value, in the unit of its baseline; None where it has none."""
    return None if limit is None else convert(limit, source, target, analyte)


def _beyond(baseline: Observation, limit: Decimal | None, op: Literal["<", ">"]) -> bool | None:
    """Whether a baseline lay beyond a limit; None where that is not known."""
    if limit is None or not isinstance(baseline.value, Decimal):
        return None
    truth = compare(op, Interval.censored(baseline.comparator, baseline.value), Interval.at(limit))
    return truth is Truth.TRUE if truth.known else None


def _words(measured: Measured, unit: str) -> dict[str, FactType]:
    """The facts of which the tables speak, in the unit of their limits."""
    label = measured.label or {"en": "value"}
    labels = {"value": label, **_LABELS}
    found = {
        name: FactType(
            name=name,
            kind=Kind.QUANTITY,
            unit=unit,
            analyte=measured.analyte,
            label=labels[name],
        )
        for name in ("value", "baseline", "uln", "lln")
    }
    yes_or_no = ("baseline_high", "baseline_low", "anticoagulated")
    return found | {
        name: FactType(name=name, kind=Kind.YES_NO, label=labels[name]) for name in yes_or_no
    }


_LABELS = {
    "baseline": everywhere("baseline"),
    "uln": everywhere("upper limit of normal"),
    "lln": everywhere("lower limit of normal"),
    "baseline_high": everywhere("baseline above the upper limit of normal"),
    "baseline_low": everywhere("baseline below the lower limit of normal"),
    "anticoagulated": everywhere("uses an anticoagulant"),
}

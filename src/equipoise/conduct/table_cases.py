"""Worked cases of decision tables: what they give for facts that are stated, without a form."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.subject import Subject
from equipoise.logic import tree
from equipoise.logic.cells import Limits, YesNo, read_cell, signed
from equipoise.logic.decision import Decided, decide
from equipoise.logic.decision_sentences import decided_text
from equipoise.logic.facts import FactType, Kind, Observation, Row
from equipoise.logic.translator import ENGLISH
from equipoise.logic.words import Unreadable
from equipoise.study.cases import Case
from equipoise.study.model import Study

__all__ = ["decided", "tables_otherwise"]


@dataclass(frozen=True, slots=True)
class _Stated:
    """Facts as a case states them, each true of the day of the case."""

    values: Mapping[str, Observation]

    def observations(self, name: str) -> Sequence[Observation]:
        return (self.values[name],) if name in self.values else ()

    def rows(self, name: str) -> Sequence[Row] | None:
        return None

    def anchor(self, name: str) -> date | None:
        return None


def tables_otherwise(study: Study, subject: Subject, case: Case) -> Iterator[str]:
    """What each table gives that the case says otherwise of."""
    for name in (name for name in case.facts if name not in study.vocabulary):
        yield f"there is no fact {name}"
    for name, expected in case.tables.items():
        if name not in study.table_of:
            yield f"there is no table {name}"
            continue
        try:
            found = decided(study, subject, case, name)
        except Unreadable as error:
            yield str(error)
            return
        given = "unknown" if found.gives is None else str(found.gives)
        if given != expected:
            yield f"{name} gives {given}, not {expected}: {decided_text(found, ENGLISH)}"


def decided(study: Study, subject: Subject, case: Case, table: str) -> Decided:
    """Of the facts that the case states where it states any; else of the participant."""
    if not case.facts:
        facts = SubjectFacts(study, subject, case.on)
        return decide(study.table_of[table], study.vocabulary, facts, case.on)
    stated = {name: _observation(str(text), case.on) for name, text in case.facts.items()}
    words = study.vocabulary
    known = {n: _plain(words[n], one) for n, one in stated.items() if n in words}
    return decide(study.table_of[table], {**words, **known}, _Stated(stated), case.on)


def _plain(fact: FactType, one: Observation) -> FactType:
    """What follows from others, where it is stated, as if it had been measured."""
    if fact.kind is not Kind.DERIVED:
        return fact
    kind = Kind.YES_NO if isinstance(one.value, bool) else Kind.QUANTITY
    kind = Kind.TEXT if isinstance(one.value, str) else kind
    return replace(fact, kind=kind, formula=None)


def _observation(text: str, on: date) -> Observation:
    """What a case states, written as a cell of a table is: a number with its unit, <5, a code."""
    cell = read_cell(text)
    if isinstance(cell, YesNo):
        return Observation(cell.value, on)
    if isinstance(cell, Limits):
        op, limit = cell.tests[0]
        return _number(op, limit, on)
    return Observation(text, on)


def _number(op: tree.Comparator, limit: tree.Node, on: date) -> Observation:
    number, unit = signed(limit)
    return Observation(number, on, unit, comparator="" if op == "==" else op)

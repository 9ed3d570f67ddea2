"""The facts that criteria, windows, checks and formulas may speak of.

A fact is an item of a form, a derived value, or one of the few facts that conduct itself leaves on
a subject: consent, registration, randomisation, arm, site, and what the panel concluded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from equipoise.logic.facts import FactType, Kind
from equipoise.logic.language import parse
from equipoise.study.facts import Fact
from equipoise.study.forms import Column, Item
from equipoise.study.sections import (
    consent,
    follow_up,
    panel,
    pump_facts,
    randomisation,
    safety,
    screening,
    treatment,
)

if TYPE_CHECKING:
    from equipoise.study.model import Study

__all__ = ["ANCHORS", "CODE", "CONDUCT_FACTS", "ENDS", "EVENTS", "conduct_words", "words"]

ANCHORS: tuple[str, ...] = ("today", "screening", "consent", "registration", "randomisation")

CODE = "code"
"""The column of several choices, of which each row is one."""

CONDUCT_FACTS: tuple[Fact, ...] = (
    *consent.FACTS,
    *screening.FACTS,
    *randomisation.FACTS,
    *follow_up.FACTS,
    *panel.FACTS,
    *treatment.FACTS,
    *pump_facts.FACTS,
    *safety.FACTS,
)
"""What the chapters declare; conduct says how each is read (`conduct/state`)."""

EVENTS = frozenset(fact.name for fact in CONDUCT_FACTS if fact.event)
"""Events from which visits may count; until one has happened, nobody has such a visit."""
ENDS = frozenset(fact.name for fact in CONDUCT_FACTS if fact.end)
"""Those that end a participant's part: what counts from them comes after it."""


def words(study: Study) -> Iterator[FactType]:
    """Every fact that a study's expressions may speak of."""
    yield from conduct_words(study)
    for form in study.forms:
        yield FactType(name=f"{form.id}_done", kind=Kind.DATED, label=form.title)
        yield from (_item_fact(item) for item in form.items)
    for fact in study.derived:
        yield FactType(
            name=fact.id,
            kind=Kind.DERIVED,
            label=fact.label,
            unit=fact.unit,
            formula=parse(fact.formula),
        )


def conduct_words(study: Study) -> Iterator[FactType]:
    """The facts that conduct leaves on a participant of this study."""
    yield from filter(None, (fact.declared(study) for fact in CONDUCT_FACTS))


def _item_fact(item: Item) -> FactType:
    return FactType(
        name=item.id,
        kind=Kind.DERIVED if item.formula else item.of_kind.fact,
        formula=parse(item.formula) if item.formula else None,
        label=item.label,
        unit=_unit(item),
        analyte=item.analyte,
        choices=item.choices,
        columns=_columns(item),
        judge=item.judge,
        repeatable=item.repeatable,
        equivalents=item.equivalents,
    )


def _unit(column: Column) -> str:
    """A time of day is worked with in minutes since midnight."""
    return "min" if column.of_kind.fact is Kind.TIME else column.unit


def _columns(item: Item) -> dict[str, FactType]:
    """Those of a list; of several choices the one column is the code of each."""
    if item.of_kind.many:
        code = FactType(name=CODE, kind=Kind.TEXT, label=item.label, choices=item.choices)
        return {CODE: code}
    return {column.id: _column_fact(column) for column in item.columns}


def _column_fact(column: Column) -> FactType:
    return FactType(
        name=column.id,
        kind=column.of_kind.fact,
        label=column.label,
        unit=_unit(column),
        analyte=column.analyte,
        choices=column.choices,
        equivalents=column.equivalents,
    )

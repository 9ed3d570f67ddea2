"""What the chapter of safety leaves for criteria, stops and decision tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from equipoise.logic.facts import FactType, Kind
from equipoise.study.facts import Fact

if TYPE_CHECKING:
    from equipoise.study.model import Study

__all__ = ["EVENTS", "FACTS", "WORST_GRADE"]


def _codes(study: Study) -> Mapping[str, Mapping[str, str]]:
    return {term.id: term.label for term in study.safety.terms} if study.safety else {}


def _events(study: Study) -> FactType | None:
    """The list of adverse events, if the study records any."""
    if study.safety is None:
        return None
    columns = (
        FactType(name="code", kind=Kind.TEXT, choices=_codes(study)),
        FactType(name="grade", kind=Kind.NUMBER),
        FactType(name="serious", kind=Kind.YES_NO),
        FactType(name="begin", kind=Kind.DATE),
        FactType(name="end", kind=Kind.DATE),
        FactType(name="related", kind=Kind.YES_NO),
    )
    return FactType(name="events", kind=Kind.LIST, columns={one.name: one for one in columns})


def _worst(study: Study) -> FactType | None:
    return FactType(name="worst_grade", kind=Kind.NUMBER) if study.safety else None


EVENTS = Fact(name="events", kind=Kind.LIST, label="adverse events", of_study=_events)
WORST_GRADE = Fact(
    name="worst_grade",
    kind=Kind.NUMBER,
    label="worst grade of all adverse events",
    of_study=_worst,
)
FACTS = (EVENTS, WORST_GRADE)

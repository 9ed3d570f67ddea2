"""What the chapter of safety leaves for criteria, stops and decision tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.logic.facts import FactType, Kind
from equipoise.study.facts import Fact, labels_of

if TYPE_CHECKING:
    from equipoise.study.model import Study

__all__ = ["EVENTS", "FACTS", "WORST_GRADE"]


def _events(study: Study) -> FactType:
    columns = (
        FactType(name="code", kind=Kind.TEXT, choices=labels_of(study.safety, "terms")),
        FactType(name="grade", kind=Kind.NUMBER),
        FactType(name="serious", kind=Kind.YES_NO),
        FactType(name="begin", kind=Kind.DATE),
        FactType(name="end", kind=Kind.DATE),
        FactType(name="related", kind=Kind.YES_NO),
        FactType(name="coded", kind=Kind.YES_NO),
    )
    return FactType(name="events", kind=Kind.LIST, columns={one.name: one for one in columns})


EVENTS = Fact(
    name="events", kind=Kind.LIST, label="adverse events", section="safety", of_study=_events
)
WORST_GRADE = Fact(
    name="worst_grade",
    kind=Kind.NUMBER,
    label="worst grade of all adverse events",
    section="safety",
)
FACTS = (EVENTS, WORST_GRADE)

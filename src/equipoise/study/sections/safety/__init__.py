"""Safety: how adverse events are recorded, and by which clocks the serious ones are reported."""

from equipoise.study.sections.safety.facts import FACTS
from equipoise.study.sections.safety.reporting import ReferenceDocument, Reporting
from equipoise.study.sections.safety.section import Graded, Grading, Intervention, Safety, Term

__all__ = [
    "FACTS",
    "Graded",
    "Grading",
    "Intervention",
    "ReferenceDocument",
    "Reporting",
    "Safety",
    "Term",
]

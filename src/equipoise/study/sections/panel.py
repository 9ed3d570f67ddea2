"""The panel: the facts that it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.logic.facts import FactType, Kind
from equipoise.study.facts import Fact
from equipoise.study.parts import say

if TYPE_CHECKING:
    from equipoise.study.model import Study

__all__ = ["FACTS", "PANEL_SCAN", "PANEL_VERDICT"]


def _categories(study: Study) -> FactType | None:
    panel = study.panel
    if panel is None:
        return None
    label = {
        "en": f"conclusion of the {say(panel.name, 'en')}",
        "nl": f"conclusie van het {say(panel.name, 'nl')}",
    }
    choices = {category.id: category.label for category in panel.categories}
    return FactType(name="panel_verdict", kind=Kind.TEXT, label=label, choices=choices)


PANEL_SCAN = Fact(
    name="panel_scan",
    kind=Kind.DATED,
    label={"en": "scan that the panel read", "nl": "scan die het panel beoordeelde"},
)
PANEL_VERDICT = Fact(
    name="panel_verdict", kind=Kind.TEXT, label={}, repeatable=True, of_study=_categories
)

FACTS = (PANEL_SCAN, PANEL_VERDICT)

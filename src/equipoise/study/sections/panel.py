"""The expert panel: its rules of order, and the facts that it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from equipoise.logic.facts import FactType, Kind
from equipoise.study.catalogue import spoken, text
from equipoise.study.facts import Fact
from equipoise.study.parts import Code, Part, Source, Text, Whole, YesNo, say
from equipoise.study.reason import Phrase

if TYPE_CHECKING:
    from equipoise.study.model import Study

__all__ = ["FACTS", "PANEL_SCAN", "PANEL_VERDICT", "Category", "Panel"]


class Category(Part):
    """One answer a panel member may give."""

    id: Code
    label: Text


class Panel(Part):
    """The expert panel and its rules of order."""

    name: Text
    question: Text
    role: Code = Field(description="the role whose people vote")
    chair: Code = Field(description="the role that writes the conclusion")
    first: Whole = Field(default=3, ge=1, description="independent votes at first")
    more: Whole = Field(default=2, ge=0, description="further votes when the first disagree")
    own_site_excluded: YesNo = True
    categories: tuple[Category, ...] = Field(min_length=2)
    reasons: tuple[Category, ...] = Field(default=(), description="checklist with each vote")
    remind_days: tuple[Whole, ...] = ()
    points: tuple[str, ...] = ()
    source: Source


_CONCLUSION = Phrase("conclusion of the {panel}").sentence


def _categories(study: Study) -> FactType | None:
    panel = study.panel
    if panel is None:
        return None
    label = {
        language: text(_CONCLUSION, language).format(panel=say(panel.name, language))
        for language in spoken()
    }
    choices = {category.id: category.label for category in panel.categories}
    return FactType(name="panel_verdict", kind=Kind.TEXT, label=label, choices=choices)


PANEL_SCAN = Fact(
    name="panel_scan",
    kind=Kind.DATED,
    label="scan that the panel read",
)
PANEL_VERDICT = Fact(
    name="panel_verdict", kind=Kind.TEXT, label="", repeatable=True, of_study=_categories
)

FACTS = (PANEL_SCAN, PANEL_VERDICT)

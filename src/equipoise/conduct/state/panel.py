"""The questions that were put to the panel, and what it held."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import ClassVar

import msgspec

from equipoise.conduct.state.done import Done, FactQuery, Reader, State
from equipoise.logic.facts import Observation
from equipoise.study.facts import Fact
from equipoise.study.parts import say
from equipoise.study.sections.panel import PANEL_SCAN, PANEL_VERDICT

__all__ = ["Conclusion", "PanelState", "Review", "Vote"]


class Vote(Done, frozen=True, kw_only=True):
    """One panel member's opinion."""

    category: str
    reasons: list[str] = []
    remark: str = ""


class Conclusion(Done, frozen=True, kw_only=True):
    """What the chair concluded, and by which rule."""

    category: str
    rule: str
    advice: str = ""


class Review(msgspec.Struct, kw_only=True):
    """One question put to the panel: who was drawn, in this order, and what they said."""

    number: int
    asked: Done
    scan_on: date
    drawn: list[str]
    votes: list[Vote] = []
    conclusion: Conclusion | None = None


def _scans(state: "PanelState", _: FactQuery) -> Iterator[Observation]:
    # A scan that waits for its conclusion says nothing yet.
    for review in state.reviews:
        if review.conclusion:
            yield Observation(value=review.scan_on, on=review.scan_on, order=review.number)


def _verdicts(state: "PanelState", query: FactQuery) -> Iterator[Observation]:
    panel = query.study.panel
    source = say(panel.name, query.language) if panel else ""
    for review in state.reviews:
        if review.conclusion:
            yield Observation(
                value=review.conclusion.category,
                on=review.conclusion.on,
                source=source,
                order=review.number,
            )


class PanelState(State, kw_only=True):
    """Every question on the subject, in the order of asking."""

    facts: ClassVar[Mapping[Fact, Reader]] = {PANEL_SCAN: _scans, PANEL_VERDICT: _verdicts}
    alone: ClassVar[tuple[str, ...]] = ("panel.ask", "panel.conclude")
    reviews: list[Review] = []

    def of_themselves(self) -> Iterable[tuple[str, Done]]:
        """Each question and what was concluded; votes are nobody's to see before that."""
        for review in self.reviews:
            yield "panel.ask", review.asked
            if review.conclusion:
                yield "panel.conclude", review.conclusion

"""The arm that was drawn, and whether it was drawn in error."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import ClassVar

import msgspec

from equipoise.conduct.state.done import Done, FactQuery, Reader, State, on_days
from equipoise.conduct.state.shared import SharedState
from equipoise.logic.facts import Observation
from equipoise.study.facts import Fact
from equipoise.study.model import Study
from equipoise.study.sections.randomisation import ARM, RANDOMISED_ON

__all__ = ["Allocation", "Draw", "DrawError", "DrawsState", "RandomisationState"]


class Allocation(Done, frozen=True, kw_only=True):
    """The arm the subject was drawn; its entry stands in the stream of all draws."""

    stream: str = "allocation"
    number: int
    arm: str
    strata: dict[str, str]
    study: str = ""
    """The text of the study under which it was drawn."""


class DrawError(Done, frozen=True, kw_only=True):
    """That the subject should not have been drawn, or not so; the allocation stands."""

    reason: str


def _randomised_on(state: "RandomisationState", _: FactQuery) -> Iterator[Observation]:
    return on_days(state.allocation.on if state.allocation else None)


def _arm(state: "RandomisationState", _: FactQuery) -> Iterator[Observation]:
    if state.allocation:
        yield Observation(value=state.allocation.arm, on=state.allocation.on)


class RandomisationState(State, kw_only=True):
    """The subject's one allocation."""

    facts: ClassVar[Mapping[Fact, Reader]] = {RANDOMISED_ON: _randomised_on, ARM: _arm}
    alone: ClassVar[tuple[str, ...]] = ("randomisation.randomise", "randomisation.in-error")
    allocation: Allocation | None = None
    draw_error: DrawError | None = None

    def contacts(self, study: Study) -> Iterable[date]:
        """The day of the draw."""
        return [self.allocation.on] if self.allocation else []

    def of_themselves(self) -> Iterable[tuple[str, Done]]:
        """The draw, by its entry in the stream of all draws, and that it was made in error."""
        if self.allocation:
            yield "randomisation.randomise", self.allocation
        if self.draw_error:
            yield "randomisation.in-error", self.draw_error


class Draw(msgspec.Struct, frozen=True, kw_only=True):
    """One allocation as the next draw must know it."""

    number: int
    subject_id: str
    arm: str
    strata: dict[str, str]
    on: date


class DrawsState(SharedState, kw_only=True):
    """Every draw of the trial, in the order of drawing."""

    draws: list[Draw] = []

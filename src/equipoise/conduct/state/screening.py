"""Entry into screening, registration, and screening that failed."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import ClassVar

from equipoise.conduct.state.done import Done, FactQuery, Reader, State, on_days
from equipoise.logic.facts import Observation
from equipoise.study.facts import Fact
from equipoise.study.model import Study
from equipoise.study.sections.screening import FAILED_ON, REGISTERED_ON, SITE

__all__ = ["Failure", "ScreenedBefore", "ScreeningState"]


class Failure(Done, frozen=True, kw_only=True):
    """The subject will not enter the trial, and why."""

    criteria: list[str]
    note: str = ""


class ScreenedBefore(Done, frozen=True, kw_only=True):
    """The number under which the same person was screened before."""

    earlier: str


def _registered_on(state: "ScreeningState", query: FactQuery) -> Iterator[Observation]:
    """Before registration the day on which it is tried; else today, as if registered now."""
    known = state.registered.on if state.registered else None
    return on_days(known or query.registering or query.on)


def _failed_on(state: "ScreeningState", _: FactQuery) -> Iterator[Observation]:
    return on_days(state.failure.on if state.failure else None)


def _site(state: "ScreeningState", query: FactQuery) -> Iterator[Observation]:
    if state.site:
        yield Observation(value=state.site, on=state.entered.on if state.entered else None)


class ScreeningState(State, kw_only=True):
    """Where and when the subject entered screening, and how it ended."""

    facts: ClassVar[Mapping[Fact, Reader]] = {
        REGISTERED_ON: _registered_on,
        FAILED_ON: _failed_on,
        SITE: _site,
    }
    alone: ClassVar[tuple[str, ...]] = (
        "screening.enter",
        "registration.register",
        "screening.fail",
        "screening.again",
    )
    site: str = ""
    entered: Done | None = None
    registered: Done | None = None
    failure: Failure | None = None
    again: ScreenedBefore | None = None

    @property
    def again_of(self) -> str:
        """The number that they had when they were screened before; empty where none is known."""
        return self.again.earlier if self.again else ""

    def contacts(self, study: Study) -> Iterable[date]:
        """The day of registration."""
        return [self.registered.on] if self.registered else []

    def of_themselves(self) -> Iterable[tuple[str, Done]]:
        """Entry, registration, or why it never came to it, and an earlier screening."""
        if self.entered:
            yield "screening.enter", self.entered
        if self.registered:
            yield "registration.register", self.registered
        if self.failure:
            yield "screening.fail", self.failure
        if self.again:
            yield "screening.again", self.again

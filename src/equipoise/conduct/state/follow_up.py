"""What became of the subject after the draw: contacts, progression, treatment, death."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import ClassVar

from equipoise.conduct.state.done import Done, FactQuery, Reader, State, on_days
from equipoise.logic.facts import Observation
from equipoise.study.facts import Fact
from equipoise.study.model import Study
from equipoise.study.sections.follow_up import (
    DEATH_ON,
    LAST_LOCAL_TREATMENT_ON,
    LOCAL_TREATMENT_ON,
    PROGRESSION_ON,
)

__all__ = ["Death", "FollowUpState", "Progression", "Resection"]


class Death(Done, frozen=True, kw_only=True):
    """The death of the subject."""

    cause: str


class Progression(Done, frozen=True, kw_only=True):
    """Disease progression, and where."""

    place: str
    basis: str = ""


class Resection(Done, frozen=True, kw_only=True):
    """Local treatment of the disease, and what remained."""

    residual: str
    what: str = ""


def _death_on(state: "FollowUpState", _: FactQuery) -> Iterator[Observation]:
    return on_days(state.death.on if state.death else None)


def _local_treatment_on(state: "FollowUpState", _: FactQuery) -> Iterator[Observation]:
    return on_days(min((one.on for one in state.resections), default=None))


def _last_local_treatment_on(state: "FollowUpState", _: FactQuery) -> Iterator[Observation]:
    """Every one of them: a second operation on the liver counts as the first did."""
    for one in state.resections:
        yield Observation(value=one.on, on=one.on)


def _progression_on(state: "FollowUpState", _: FactQuery) -> Iterator[Observation]:
    return on_days(min((one.on for one in state.progressions), default=None))


class FollowUpState(State, kw_only=True):
    """Events of the disease, and days on which somebody saw or spoke to the subject."""

    facts: ClassVar[Mapping[Fact, Reader]] = {
        DEATH_ON: _death_on,
        LOCAL_TREATMENT_ON: _local_treatment_on,
        LAST_LOCAL_TREATMENT_ON: _last_local_treatment_on,
        PROGRESSION_ON: _progression_on,
    }
    alone: ClassVar[tuple[str, ...]] = (
        "contact.alive",
        "event.progression",
        "event.resection",
        "event.death",
    )
    death: Death | None = None
    progressions: list[Progression] = []
    resections: list[Resection] = []
    seen: list[Done] = []

    def contacts(self, study: Study) -> Iterable[date]:
        """Contacts, and the days of progression and treatment."""
        return [one.on for one in (*self.seen, *self.progressions, *self.resections)]

    def of_themselves(self) -> Iterable[tuple[str, Done]]:
        """Each contact, the events of the disease, and death."""
        yield from (("contact.alive", one) for one in self.seen)
        yield from (("event.progression", one) for one in self.progressions)
        yield from (("event.resection", one) for one in self.resections)
        if self.death:
            yield "event.death", self.death

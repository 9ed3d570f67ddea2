"""Reporting of what is serious: by whose clock, to whom, against which document, and what is not.

It is a part of the section `safety`. All hours and days of another trial stand in its own file.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from pydantic import Field

from equipoise.logic.facts import Kind
from equipoise.study.parts import Code, Day, Part, Source, Text, Whole

if TYPE_CHECKING:
    from equipoise.study.model import Study
    from equipoise.study.places import Key

__all__ = ["Described", "NotReported", "ReferenceDocument", "Reporting", "Surgery"]


class HospitalClock(Part):
    """How long a hospital has from the moment at which it knew of a serious event."""

    hours: Whole = Field(ge=1, description="hours in which it reports to the sponsor")
    warns: Whole = Field(default=0, ge=0, description="hours before their end that it is told")
    source: Source


class SponsorClock(Part):
    """How long the sponsor has, in days; the day of its first knowledge is day 0."""

    days: Whole = Field(ge=1, description="days in which it reports")
    further: Whole = Field(
        ge=1, description="further days in which it tells what has become known since"
    )
    source: Source


class Receiver(Part):
    """To whom the sponsor reports; each has its own clock, and is reported to by itself."""

    id: Code
    label: Text
    terms: tuple[Code, ...] = Field(
        default=(),
        description="kinds of event that are reported on, and go to it alone; it gets no others",
    )
    fatal: SponsorClock | None = Field(
        default=None, description="its own days; left out: those of `fatal` of all"
    )
    other: SponsorClock | None = Field(
        default=None, description="its own days; left out: those of `other` of all"
    )


class History(Part):
    """The list that tells what the participant had before, by its columns; `D.7.1` of E2B(R3)."""

    rows: Code
    name: Code
    since: str = ""
    until: str = ""
    goes_on: str = ""


class Medicines(Part):
    """The list that tells what the participant used besides, by its columns; `G.k`, role 2."""

    rows: Code
    name: Code
    dose: str = ""
    route: str = ""
    since: str = ""
    until: str = ""
    reason: str = Field(default="", description="the column that tells the indication")


class Described(Part):
    """By which facts or items of the study the participant of a report is described."""

    birth: str = Field(default="", description="for the age; `D.2.2` of E2B(R3)")
    sex: str = Field(default="", description="`D.5`")
    weight: str = Field(default="", description="`D.3`")
    height: str = Field(default="", description="`D.4`")
    history: History | None = None
    medicines: Medicines | None = None
    tests_before: Whole | None = Field(
        default=None,
        description="so many days before the event graded laboratory values are told from; `F.r`",
    )

    def strangers(self, study: Study) -> Iterator[tuple[Key, str]]:
        """Facts, lists and columns that the study does not have."""
        for name in ("birth", "sex", "weight", "height"):
            fact = getattr(self, name)
            if fact and fact not in study.vocabulary:
                yield (name,), f"no item or fact named {fact!r}"
        for name, listed in (("history", self.history), ("medicines", self.medicines)):
            item = study.items.get(listed.rows) if listed else None
            if listed and (item is None or not item.columns):
                yield (name, "rows"), f"no list named {listed.rows!r}"
                continue
            columns = {one.id for one in item.columns} if item else set()
            for part in type(listed).model_fields if listed else ():
                column = getattr(listed, part)
                if part != "rows" and column and column not in columns:
                    yield (name, part), f"no column of that list is named {column!r}"


class Reporting(Part):
    """By which clocks serious events are reported."""

    hospital: HospitalClock
    fatal: SponsorClock = Field(description="of what was fatal or life-threatening")
    other: SponsorClock = Field(description="of all other suspected unexpected serious reactions")
    receivers: tuple[Receiver, ...] = Field(min_length=1)
    country: str = Field(
        default="", pattern="^([A-Z]{2})?$", description="where events occur, such as NL"
    )
    participant: Described = Described()

    def strangers(self, study: Study) -> Iterator[tuple[Key, str]]:
        """Facts that the study does not have, and a warning before the clock begins."""
        for place, wrong in self.participant.strangers(study):
            yield ("participant", *place), wrong
        if self.hospital.warns >= self.hospital.hours:
            yield ("hospital", "warns"), "it is told before the hospital has begun"
        yield from _twice(("receivers",), [one.id for one in self.receivers])
        onward = {one.id for one in study.safety.terms if one.onward} if study.safety else set()
        for n, receiver in enumerate(self.receivers):
            for m, code in enumerate(receiver.terms):
                if code not in onward:
                    because = f"no term named {code!r} that is reported on (`onward`)"
                    yield ("receivers", n, "terms", m), because
        if all(one.terms for one in self.receivers):
            yield ("receivers",), "no receiver gets a SUSAR: each is named for some kinds alone"


class ReferenceDocument(Part):
    """A reference safety document: which events were expected, of what, from which day on."""

    id: Code
    label: Text
    since: Day
    until: Day | None = Field(default=None, description="the last day on which it was in force")
    expects: tuple[Code, ...] = Field(default=(), description="terms that are expected by it")
    source: Source

    def in_force(self, on: date) -> bool:
        """Whether it was in force on a day."""
        return self.since <= on and (self.until is None or on <= self.until)


class NotReported(Part):
    """Something that need not be reported though it is serious, such as an admission as planned."""

    id: Code
    label: Text
    source: Source


class Surgery(Part):
    """Events after an operation, which are graded by Clavien-Dindo too."""

    interventions: tuple[Code, ...] = Field(min_length=1, description="what is an operation")
    since: str = Field(description="the fact or item that tells the day of the operation")
    days: Whole = Field(ge=1, description="so many days from then on")
    source: Source

    def strangers(self, study: Study) -> Iterator[tuple[Key, str]]:
        """A day that the study does not know, and interventions that it does not have."""
        known = study.vocabulary.get(self.since)
        if known is None or known.kind not in (Kind.DATE, Kind.DATED):
            yield ("since",), f"no date named {self.since!r}"
        named = {one.id for one in study.safety.interventions} if study.safety else set()
        for n, one in enumerate(self.interventions):
            if one not in named:
                yield ("interventions", n), f"no intervention named {one!r}"


def _twice(above: Key, ids: list[str]) -> Iterator[tuple[Key, str]]:
    for n, code in enumerate(ids):
        if code in ids[:n]:
            yield (*above, n, "id"), f"{code!r} stands twice"

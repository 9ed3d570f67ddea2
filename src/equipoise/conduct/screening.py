"""Screening: a participant gets a number, fails with reasons, or is registered.

Registration is the day from which the eligibility windows count. It is refused until consent
stands, the panel has concluded (where the study has one) and every criterion is met on that day.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, ClassVar

from equipoise.conduct.act import Act, Scene, Stamp
from equipoise.conduct.eligibility import checklist, open_points, retired_site
from equipoise.conduct.reason import Reason, Refusal
from equipoise.conduct.schedule import unfilled
from equipoise.conduct.subject import Failure, Subject
from equipoise.conduct.words import Ask, Labels, Words, hospitals_of
from equipoise.logic.truth import Truth
from equipoise.study.model import Study

__all__ = ["EnterScreening", "FailScreening", "Register"]

NUMBER_TAKEN = Reason("screening.number-taken", "", "{number} is taken; ask for the next number")
NUMBER = Reason("screening.number", "", "a number at this site begins with {start}")
NOT_OPEN = Reason("site.not-open", "site", "site {site} is not open")
NO_CRITERION = Reason("screening.no-criterion", "criteria", "there is no criterion {criterion}")
NO_REASON = Reason("screening.no-reason", "criteria", "say which criterion failed, or why")
FAILED_BEFORE = Reason("screening.failed-before", "", "this was recorded before")
RANDOMISED = Reason("screening.randomised", "", "the participant has been randomised")
REGISTERED_BEFORE = Reason("registration.before", "", "the participant was registered before")
NUMBER_STANDS = Reason(
    "void.number-stands", "entry", "the number was given; record a screening failure instead"
)
DRAWN_SINCE = Reason(
    "void.draw-rests", "entry", "the randomisation of {day} rests on it, and cannot be voided"
)
FAILED = Reason("registration.failed", "", "the participant failed screening")


def criteria_of(study: Study) -> Labels:
    """Every criterion that is judged, by its number."""
    return {
        leaf.id: {language: f"{leaf.id} {text}" for language, text in leaf.text.items()}
        for _, leaf in study.criteria.leaves()
    }


def not_met(study: Study, subject: Subject, on: date) -> list[str]:
    """The criteria that keep the participant out on that day."""
    lines = checklist(study, subject, on)
    return [line.criterion.id for line in lines if line.stands is Truth.FALSE]


_NUMBER = re.compile(r"[0-9]{4,6}")


class EnterScreening(Act, frozen=True, kw_only=True):
    """Someone is considered for the trial, under a number that says nothing about them."""

    kind: ClassVar[str] = "screening.enter"
    gives_number: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Screening started",
        title="New participant",
        intro=(
            "The participant gets a number that says nothing about them. Keep the list of names "
            "and numbers in your hospital; no name is entered here."
        ),
        happened="Day on which screening starts",
        button="Give the next number",
    )
    site: Annotated[str, Ask("Hospital", hospitals_of, needed="Choose the hospital")]

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        number = scene.subject.subject_id
        start = f"{scene.study.identity.prefix}-{self.site}-"
        shaped = number.startswith(start) and _NUMBER.fullmatch(number.removeprefix(start))
        given = scene.whole.numbers.get(self.site, 0)
        if scene.subject.entered_on or (shaped and int(number.removeprefix(start)) <= given):
            yield NUMBER_TAKEN(number=number)
        if not shaped:
            yield NUMBER(start=start)
        if self.site not in scene.whole.sites:
            yield NOT_OPEN(site=self.site)
        yield from retired_site(scene.study, self.site)

    def rests(self, scene: Scene, seq: int) -> Iterator[Refusal]:
        yield NUMBER_STANDS()

    def apply(self, subject: Subject, stamp: Stamp) -> None:
        subject.site = self.site
        subject.entered_on = stamp.on


class FailScreening(Act, frozen=True, kw_only=True):
    """The participant will not enter the trial: the criteria that failed, or another reason."""

    kind: ClassVar[str] = "screening.fail"
    words: ClassVar[Words] = Words(
        name="Screening failed",
        title="Record that screening failed",
        link="Record a screening failure",
        intro="The criteria that are not met today are ticked already.",
        happened="Day on which this was decided",
        button="Record the screening failure",
        done="The screening failure is recorded",
        address="screening-failed",
    )
    criteria: Annotated[
        list[str],
        Ask(
            "Which criteria keep the participant out?",
            criteria_of,
            label="Criteria",
            before=not_met,
        ),
    ] = []
    note: Annotated[
        str,
        Ask(
            "Another reason, or a note",
            label="Note",
            kind="area",
            hint="For example: chose another hospital. No names here.",
        ),
    ] = ""

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return not (subject.allocation or subject.failure or subject.death)

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        known = {leaf.id for _, leaf in scene.study.criteria.leaves()}
        for unknown in sorted(set(self.criteria) - known):
            yield NO_CRITERION(criterion=unknown)
        if not self.criteria and not self.note.strip():
            yield NO_REASON()
        if scene.subject.failure:
            yield FAILED_BEFORE()
        if scene.subject.allocation:
            yield RANDOMISED()

    def apply(self, subject: Subject, stamp: Stamp) -> None:
        subject.failure = Failure(criteria=self.criteria, note=self.note, **stamp.marks)


class Register(Act, frozen=True, kw_only=True):
    """The participant is registered on the day it happened; the windows are fixed from then on."""

    kind: ClassVar[str] = "registration.register"
    irreversible: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Registered",
        title="Register",
        intro=(
            "The windows of the criteria count back from the day of registration. "
            "After it the participant can be randomised."
        ),
        happened="Day of registration",
        button="Register the participant",
        done="The participant is registered",
        address="register",
    )

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return not (subject.registered or subject.failure or subject.death)

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        subject, on = scene.subject, scene.stamp.on
        if subject.registered:
            yield REGISTERED_BEFORE()
        if subject.failure:
            yield FAILED()
        yield from unfilled(scene.study, subject, "registration", on)
        yield from open_points(scene.study, subject, on, registering=on)

    def rests(self, scene: Scene, seq: int) -> Iterator[Refusal]:
        if drawn := scene.subject.randomised_on:
            yield DRAWN_SINCE(day=drawn)

    def apply(self, subject: Subject, stamp: Stamp) -> None:
        subject.registered = stamp.done

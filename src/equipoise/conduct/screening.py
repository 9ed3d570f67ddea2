"""Screening: a participant gets a number, fails with reasons, or is registered.

Registration is the day from which the eligibility windows count. It is refused until consent
stands, the panel has concluded (where the study has one) and every criterion is met on that day.
"""

import re
from collections.abc import Iterator
from typing import ClassVar

from equipoise.conduct.act import Act, Refusal, Scene, Stamp
from equipoise.conduct.eligibility import open_points
from equipoise.conduct.subject import Done, Failure, Subject

__all__ = ["EnterScreening", "FailScreening", "Register"]

_NUMBER = re.compile(r"[0-9]{4,6}")


class EnterScreening(Act, frozen=True, kw_only=True):
    """Someone is considered for the trial, under a number that says nothing about them."""

    kind: ClassVar[str] = "screening.enter"
    site: str

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        number = scene.subject.subject_id
        start = f"{scene.study.identity.prefix}-{self.site}-"
        if scene.subject.entered_on:
            yield Refusal("screening.number-taken", f"{number} is taken; ask for the next number")
        if not number.startswith(start) or not _NUMBER.fullmatch(number.removeprefix(start)):
            yield Refusal("screening.number", f"a number at this site begins with {start}")
        if self.site not in scene.whole.sites:
            yield Refusal("site.not-open", f"site {self.site} is not open", "site")

    def apply(self, subject: Subject, stamp: Stamp) -> None:
        subject.site = self.site
        subject.entered_on = stamp.on


class FailScreening(Act, frozen=True, kw_only=True):
    """The participant will not enter the trial: the criteria that failed, or another reason."""

    kind: ClassVar[str] = "screening.fail"
    criteria: list[str] = []
    note: str = ""

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        known = {leaf.id for _, leaf in scene.study.criteria.leaves()}
        for unknown in sorted(set(self.criteria) - known):
            yield Refusal("screening.no-criterion", f"there is no criterion {unknown}", "criteria")
        if not self.criteria and not self.note.strip():
            yield Refusal("screening.no-reason", "say which criterion failed, or why", "criteria")
        if scene.subject.failure:
            yield Refusal("screening.failed-before", "this was recorded before")
        if scene.subject.allocation:
            yield Refusal("screening.randomised", "the participant has been randomised")

    def apply(self, subject: Subject, stamp: Stamp) -> None:
        subject.failure = Failure(
            criteria=self.criteria, note=self.note, by=stamp.by, at=stamp.at, on=stamp.on
        )


class Register(Act, frozen=True, kw_only=True):
    """The participant is registered on the day it happened; the windows are fixed from then on."""

    kind: ClassVar[str] = "registration.register"
    irreversible: ClassVar[bool] = True

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        subject, on = scene.subject, scene.stamp.on
        if subject.registered:
            yield Refusal("registration.before", "the participant was registered before")
        if subject.failure:
            yield Refusal("registration.failed", "the participant failed screening")
        yield from open_points(scene.study, subject, on, registering=on)

    def apply(self, subject: Subject, stamp: Stamp) -> None:
        subject.registered = Done(by=stamp.by, at=stamp.at, on=stamp.on)

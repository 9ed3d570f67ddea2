"""Follow-up: death, progression, local treatment, and the last day known alive."""

from collections.abc import Iterator
from datetime import date
from typing import ClassVar, Literal

from equipoise.conduct.act import Act, Scene, Stamp
from equipoise.conduct.eligibility import NOTHING_AFTER
from equipoise.conduct.reason import Reason, Refusal
from equipoise.conduct.subject import Death, Progression, Resection, Subject

__all__ = [
    "RecordAlive",
    "RecordDeath",
    "RecordProgression",
    "RecordResection",
    "last_known_alive",
]

DIED_BEFORE = Reason("event.died-before", "", "the death was recorded before")
ALIVE_LATER = Reason("event.alive-later", "happened", "the participant was known alive on {day}")
NOT_RANDOMISED = Reason("event.not-randomised", "", "the participant has not been randomised")
BEFORE_DRAW = Reason(
    "event.before-randomisation", "happened", "the participant was randomised on {day}"
)


class RecordDeath(Act, frozen=True, kw_only=True):
    """The participant died on the day it happened."""

    kind: ClassVar[str] = "event.death"
    irreversible: ClassVar[bool] = True
    cause: Literal["disease", "treatment", "other", "unknown"]

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        alive = last_known_alive(scene.subject)
        if scene.subject.death:
            yield DIED_BEFORE()
        elif alive and scene.stamp.on < alive:
            yield ALIVE_LATER(day=alive)

    def apply(self, subject: Subject, stamp: Stamp) -> None:
        subject.death = Death(cause=self.cause, **stamp.marks)


class RecordProgression(Act, frozen=True, kw_only=True):
    """The disease progressed, and where."""

    kind: ClassVar[str] = "event.progression"
    place: Literal["liver", "elsewhere", "both"]
    basis: str = ""

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        yield from _not_randomised(scene)
        yield from _left(scene)

    def apply(self, subject: Subject, stamp: Stamp) -> None:
        subject.progressions.append(Progression(place=self.place, basis=self.basis, **stamp.marks))


class RecordResection(Act, frozen=True, kw_only=True):
    """The metastases were resected or ablated; R0, R1 or R2 says what remained."""

    kind: ClassVar[str] = "event.resection"
    residual: Literal["R0", "R1", "R2"]
    what: Literal["resection", "ablation", "both"] = "resection"

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        yield from _not_randomised(scene)
        yield from _left(scene)

    def apply(self, subject: Subject, stamp: Stamp) -> None:
        subject.resections.append(Resection(residual=self.residual, what=self.what, **stamp.marks))


class RecordAlive(Act, frozen=True, kw_only=True):
    """Someone saw or spoke to the participant on that day."""

    kind: ClassVar[str] = "contact.alive"

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        yield from _left(scene)

    def apply(self, subject: Subject, stamp: Stamp) -> None:
        subject.contacts.append(stamp.done)


def last_known_alive(subject: Subject) -> date | None:
    """The last day on which a recorded fact shows the participant alive."""
    days = [
        *subject.alive_on,
        *(record.on for record in subject.records.values()),
        *(done.on for done in subject.progressions),
        *(done.on for done in subject.resections),
        *(done.on for done in subject.consents),
    ]
    days += [day for day in (subject.registered_on, subject.randomised_on) if day]
    return max(days, default=None)


def _not_randomised(scene: Scene) -> Iterator[Refusal]:
    randomised = scene.subject.randomised_on
    if randomised is None:
        yield NOT_RANDOMISED()
    elif scene.stamp.on < randomised:
        yield BEFORE_DRAW(day=randomised)


def _left(scene: Scene) -> Iterator[Refusal]:
    """Nothing is collected of someone who left; a death may stand in a public register."""
    left = scene.subject.left_on
    if left and scene.stamp.on > left:
        yield NOTHING_AFTER(day=left)

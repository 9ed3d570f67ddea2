"""Follow-up: death, progression, local treatment, and the last day known alive."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, ClassVar, Literal

from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.chapter import Chapter, Happened
from equipoise.conduct.eligibility import DIED
from equipoise.conduct.state.follow_up import Death, FollowUpState, Progression, Resection
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table, TableColumn
from equipoise.conduct.withdrawal import withdrawn
from equipoise.conduct.words import Ask, Choices, Words
from equipoise.study.model import Study
from equipoise.study.reason import Phrase, Reason, Refusal

__all__ = [
    "RecordAlive",
    "RecordDeath",
    "RecordProgression",
    "RecordResection",
]

DIED_BEFORE = Reason("event.died-before", "", "the death was recorded before")
ALIVE_LATER = Reason("event.alive-later", "happened", "the participant was known alive on {day}")
NOT_RANDOMISED = Reason("event.not-randomised", "", "the participant has not been randomised")
BEFORE_DRAW = Reason(
    "event.before-randomisation", "happened", "the participant was randomised on {day}"
)

LAST_ALIVE = Phrase("Last known alive")

Cause = Literal["disease", "treatment", "other", "unknown"]
CAUSES = Choices(
    {
        "disease": "The disease",
        "treatment": "The treatment",
        "other": "Another cause",
        "unknown": "Not known",
    }
)
Place = Literal["liver", "elsewhere", "both"]
PLACES = Choices(
    {
        "liver": "In the liver",
        "elsewhere": "Outside the liver",
        "both": "In the liver and elsewhere",
    }
)
Treatment = Literal["resection", "ablation", "both"]
TREATMENTS = Choices(
    {
        "resection": "Resection",
        "ablation": "Ablation",
        "both": "Resection and ablation",
    }
)
Residual = Literal["R0", "R1", "R2"]
RESIDUALS = Choices(
    {
        "R0": "R0: nothing left, margins free",
        "R1": "R1: left under the microscope",
        "R2": "R2: visible disease left",
    }
)


class RecordDeath(Act, frozen=True, kw_only=True):
    """The participant died on the day it happened."""

    kind: ClassVar[str] = "event.death"
    writes: ClassVar[str] = "follow_up"
    irreversible: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Death",
        title="Record a death",
        line="Death: {cause}",
        happened="Day of death",
        button="Record the death",
        done="The death is recorded",
        address="death",
        today=False,
    )
    cause: Annotated[
        Cause, Ask("Cause of death", CAUSES, needed="Choose the cause; it may be not known")
    ]

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return subject.died_on is None

    def refusals(self, context: Context) -> Iterator[Refusal]:
        alive = context.subject.last_known_alive(context.study)
        if context.subject.died_on:
            yield DIED_BEFORE()
        elif alive and context.stamp.on < alive:
            yield ALIVE_LATER(day=alive)
        yield from withdrawn(context.study, context.subject, context.stamp.on, "vital status")

    def apply(self, state: FollowUpState, stamp: Stamp) -> None:
        state.death = Death(cause=self.cause, **stamp.marks)


class RecordProgression(Act, frozen=True, kw_only=True):
    """The disease progressed, and where."""

    kind: ClassVar[str] = "event.progression"
    writes: ClassVar[str] = "follow_up"
    words: ClassVar[Words] = Words(
        name="Progression",
        title="Record progression",
        line="Progression: {place}",
        happened="Day on which it was seen",
        button="Record the progression",
        done="The progression is recorded",
        address="progression",
        today=False,
    )
    place: Annotated[Place, Ask("Where did the disease progress?", PLACES, needed="Choose where")]
    basis: Annotated[str, Ask("Seen on", hint="For example: CT of the abdomen", words=True)] = ""

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return subject.randomised_on is not None

    def refusals(self, context: Context) -> Iterator[Refusal]:
        yield from _not_randomised(context)
        yield from withdrawn(context.study, context.subject, context.stamp.on, "data")

    def apply(self, state: FollowUpState, stamp: Stamp) -> None:
        state.progressions.append(Progression(place=self.place, basis=self.basis, **stamp.marks))


class RecordResection(Act, frozen=True, kw_only=True):
    """The metastases were resected or ablated; R0, R1 or R2 says what remained."""

    kind: ClassVar[str] = "event.resection"
    writes: ClassVar[str] = "follow_up"
    words: ClassVar[Words] = Words(
        name="Local treatment",
        title="Record local treatment of the metastases",
        link="Record local treatment",
        line="{what}, {residual}",
        happened="Day of the treatment",
        button="Record the treatment",
        done="The treatment is recorded",
        address="local-treatment",
        today=False,
    )
    what: Annotated[Treatment, Ask("What was done?", TREATMENTS, needed="Choose what was done")] = (
        "resection"
    )
    residual: Annotated[Residual, Ask("What remained?", RESIDUALS, needed="Choose what remained")]

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return subject.randomised_on is not None

    def refusals(self, context: Context) -> Iterator[Refusal]:
        yield from _not_randomised(context)
        yield from withdrawn(context.study, context.subject, context.stamp.on, "data")

    def apply(self, state: FollowUpState, stamp: Stamp) -> None:
        state.resections.append(Resection(residual=self.residual, what=self.what, **stamp.marks))


class RecordAlive(Act, frozen=True, kw_only=True):
    """Someone saw or spoke to the participant on that day."""

    kind: ClassVar[str] = "contact.alive"
    writes: ClassVar[str] = "follow_up"
    words: ClassVar[Words] = Words(
        name="Known alive",
        title="Record that the participant is alive",
        intro="For a day on which someone saw or spoke to the participant.",
        happened="Day of the contact",
        button="Record the contact",
        done="The contact is recorded",
        address="alive",
    )

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return subject.randomised_on is not None and not (subject.failed_on or subject.died_on)

    def refusals(self, context: Context) -> Iterator[Refusal]:
        yield from withdrawn(context.study, context.subject, context.stamp.on, "vital status")

    def apply(self, state: FollowUpState, stamp: Stamp) -> None:
        state.seen.append(stamp.done)


def _not_randomised(context: Context) -> Iterator[Refusal]:
    randomised = context.subject.randomised_on
    if randomised is None:
        yield NOT_RANDOMISED()
    elif context.stamp.on < randomised:
        yield BEFORE_DRAW(day=randomised)


def _keeps_out(study: Study, subject: Subject, on: date) -> Iterator[Refusal]:
    # Whoever is dead enters no trial, on an earlier day either; after it `perform` says so.
    if subject.died_on and on <= subject.died_on:
        yield DIED(day=subject.died_on)


def _course(study: Study, subject: Subject) -> Iterator[Happened]:
    state = subject.follow_up
    for one in state.progressions:
        yield Happened(done=one, act=RecordProgression, what=one, more=(one.basis,))
    for treated in state.resections:
        yield Happened(done=treated, act=RecordResection, what=treated)
    if state.death:
        yield Happened(done=state.death, act=RecordDeath, what=state.death)
    elif state.seen:
        last = max(state.seen, key=lambda contact: contact.on)
        yield Happened(done=last, act=RecordAlive, what=LAST_ALIVE(), signed=False)


def _rows(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    who, state = subject.subject_id, subject.follow_up
    for seen in state.seen:
        yield who, "alive", seen.on, None, None, None, None
    for one in state.progressions:
        yield who, "progression", one.on, one.place, None, None, one.basis
    for treated in state.resections:
        yield who, "local treatment", treated.on, None, treated.what, treated.residual, None
    if state.death:
        yield who, "death", state.death.on, None, None, None, state.death.cause


FOLLOW_UP = Table(
    name="follow_up",
    label=Phrase("Every contact and event of follow-up"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("what", "text", Phrase("What happened")),
        TableColumn("on", "day", Phrase("Day")),
        TableColumn("place", "text", Phrase("Where the disease progressed")),
        TableColumn("treatment", "text", Phrase("Local treatment")),
        TableColumn("residual", "text", Phrase("What remained")),
        TableColumn("basis", "text", Phrase("Seen on, or cause of death")),
    ),
    rows=_rows,
)

CHAPTER = Chapter(
    name="follow-up",
    acts=(RecordAlive, RecordProgression, RecordResection, RecordDeath),
    keeps_out=_keeps_out,
    course=_course,
    tables=(FOLLOW_UP,),
)

"""Randomisation: one participant after another is drawn an arm, and the draw is final.

The draw is refused until consent, the panel and every criterion stand. It is recorded in the stream
`allocation`, where draws queue, with what it was drawn from, so that it can be made again once the
seed is revealed and tells nothing about the next one.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, ClassVar, Self
from zoneinfo import ZoneInfo

import msgspec

from equipoise.conduct.act import Act, Context, Refused, Stamp, StreamName
from equipoise.conduct.allocation import choose, strata_of
from equipoise.conduct.chapter import Chapter, Due, Happened
from equipoise.conduct.choice import Unsound
from equipoise.conduct.coverage import draws_wait_for
from equipoise.conduct.eligibility import open_points
from equipoise.conduct.message import Message, staff
from equipoise.conduct.random_source import RandomSource
from equipoise.conduct.schedule import unfilled
from equipoise.conduct.seals import Seals
from equipoise.conduct.sight import Sight
from equipoise.conduct.state.randomisation import (
    Allocation,
    Draw,
    DrawError,
    DrawsState,
    RandomisationState,
)
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table, TableColumn
from equipoise.conduct.words import Ask, Labels, Words
from equipoise.ledger import Entry
from equipoise.study.kinds.blank import is_blank
from equipoise.study.model import Study
from equipoise.study.reason import Phrase, Reason, Refusal

__all__ = ["MarkDraw", "Randomise"]

DRAWN_BEFORE = Reason("randomisation.before", "", "the participant was randomised before")
ARM_GIVEN = Reason("randomisation.arm-given", "", "the trial draws the arm; do not name it")
CLOSED = Reason("randomisation.closed", "", "the trial has stopped taking participants")
NOT_REGISTERED = Reason("randomisation.not-registered", "", "the participant is not registered")
BEFORE_REGISTRATION = Reason(
    "randomisation.before-registration", "happened", "the participant was registered on {day}"
)
FAILED = Reason("randomisation.failed", "", "the participant failed screening")
UNSOUND = Reason(
    "randomisation.unsound", "", "the arm cannot be drawn as the study file says: {problem}"
)
NOT_AMENDED = Reason(
    "randomisation.amendment-not-active",
    "",
    "{hospital} does not work by amendment {amendment} on {day}, and nobody is randomised without",
)
NOT_KNOWN = Reason("randomisation.factor-unknown", "", "{factor} is not known")
NO_FACTOR = Reason("randomisation.factor-unknown", "", "there is no factor {factor}")
CHANGED = Reason(
    "randomisation.factor-changed",
    "",
    "{factor} is not what was read back; read the factors again",
)
NOT_DRAWN = Reason("randomisation.not-drawn", "", "the participant has not been randomised")
MARKED_BEFORE = Reason("randomisation.marked-before", "", "this error was recorded before")
NO_REASON = Reason("randomisation.no-reason", "reason", "say what was wrong with it")
BACKDATED = Reason(
    "randomisation.backdated",
    "happened",
    "the arm is drawn today; an earlier day cannot be recorded",
)


def arms_of(study: Study) -> Labels:
    """The arms of the study."""
    return {arm.id: arm.label for arm in study.arms}


class Randomise(Act, frozen=True, kw_only=True):
    """Draw the arm. `strata` are the factors as they were read back and confirmed."""

    kind: ClassVar[str] = "randomisation.randomise"
    writes_trial: ClassVar[str] = "randomisation"
    writes: ClassVar[str] = "randomisation"
    stream: ClassVar[StreamName] = "allocation"
    irreversible: ClassVar[bool] = True
    step_up: ClassVar[bool] = True
    gives_number: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Randomised",
        title="Randomise",
        meaning="I have read this back, and have the arm drawn. It cannot be undone.",
        line="Randomised as number {number}: {arm}",
    )
    strata: Annotated[dict[str, str], Ask("Factors that the randomisation balances", kind="strata")]
    number: Annotated[int, Ask("Randomisation number", by_trial=True)] = 0
    arm: Annotated[str, Ask("Arm", arms_of, by_trial=True)] = ""
    basis: Annotated[
        dict[str, str | list[str] | dict[str, str]],
        Ask("What the arm was drawn from", kind="draw", by_trial=True),
    ] = {}

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        out = subject.randomised_on or subject.failed_on or subject.died_on
        return subject.registered_on is not None and not out

    def refusals(self, context: Context) -> Iterator[Refusal]:
        subject, on = context.subject, context.stamp.on
        drawn = {draw.subject_id for draw in context.trial_state.draws}
        if subject.randomised_on or subject.subject_id in drawn:
            yield DRAWN_BEFORE()
            return
        if self.arm or self.number or self.basis:
            yield ARM_GIVEN()
        yield from _today(context)
        if context.trial_state.closed_on:
            yield CLOSED()
        if subject.registered_on is None:
            yield NOT_REGISTERED()
        elif subject.registered_on > on:
            yield BEFORE_REGISTRATION(day=subject.registered_on)
        if subject.failed_on:
            yield FAILED()
        yield from _not_amended(context)
        yield from unfilled(context.study, subject, "randomisation", on)
        yield from context.keeps_out(context.study, subject, on)
        yield from open_points(context.study, subject, on)
        yield from self._strata(context)

    def settled(self, context: Context, random_source: RandomSource | None) -> Self:
        number, sealed = context.trial_state.next_draw, context.sealed(random_source)
        try:
            draws, since = context.trial_state.draws, context.trial_state.counted_from(number)
            choice = choose(context.study, draws, self.strata, number, sealed, since)
        except Unsound as error:
            # Such as after an amendment of the factors; `equipoise check` tries one draw before.
            raise Refused(tuple(UNSOUND(problem=problem) for problem in error.wordings)) from error
        basis = {name: part for name, part in choice.record().items() if name != "arm"}
        return msgspec.structs.replace(self, number=number, arm=choice.arm, basis=basis)

    def apply(self, state: RandomisationState, stamp: Stamp) -> None:
        state.allocation = Allocation(
            number=self.number,
            arm=self.arm,
            strata=self.strata,
            study=stamp.study,
            **stamp.marks,
        )

    def apply_to_trial(self, state: DrawsState, stamp: Stamp, subject_id: str) -> None:
        state.draws.append(
            Draw(
                number=self.number,
                subject_id=subject_id,
                arm=self.arm,
                strata=self.strata,
                on=stamp.on,
            )
        )

    def _strata(self, context: Context) -> Iterator[Refusal]:
        now = strata_of(context.study, context.subject, context.stamp.on)
        labels = {factor.id: factor.label for factor in context.study.randomisation.factors}
        for factor, level in now.items():
            if not level:
                yield NOT_KNOWN(factor, factor=labels[factor])
            elif self.strata.get(factor) != level:
                yield CHANGED(factor, factor=labels[factor])
        for factor in sorted(set(self.strata) - set(now)):
            yield NO_FACTOR(factor, factor=factor)


class MarkDraw(Act, frozen=True, kw_only=True):
    """The participant was drawn in error. The allocation stands; this is told beside it."""

    kind: ClassVar[str] = "randomisation.in-error"
    writes: ClassVar[str] = "randomisation"
    of_record: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Randomised in error",
        title="Record that the participant was randomised in error",
        intro="The allocation stands and is analysed; this is told beside it.",
        happened="Day on which the error was found",
        button="Record the error",
        done="The error is recorded",
        address="drawn-in-error",
    )
    reason: Annotated[str, Ask("What was wrong?", label="Reason", kind="area")]

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return subject.randomised_on is not None and subject.randomisation.draw_error is None

    def refusals(self, context: Context) -> Iterator[Refusal]:
        if context.subject.randomised_on is None:
            yield NOT_DRAWN()
        if context.subject.randomisation.draw_error:
            yield MARKED_BEFORE()
        if is_blank(self.reason):
            yield NO_REASON()

    def apply(self, state: RandomisationState, stamp: Stamp) -> None:
        state.draw_error = DrawError(reason=self.reason, **stamp.marks)


def _not_amended(context: Context) -> Iterator[Refusal]:
    """An arm that an amendment opens is drawn where the hospital works by it, and no other is."""
    study, on, site = context.study, context.stamp.on, context.subject.site
    known = study.site_of.get(site)
    for amendment in draws_wait_for(study, site, on):
        hospital = known.name if known else site
        yield NOT_AMENDED(hospital=hospital, amendment=amendment.id, day=on)


def _today(context: Context) -> Iterator[Refusal]:
    """The arm is drawn now; no earlier day can be written on it."""
    zone, at = ZoneInfo(context.study.identity.timezone), context.stamp.at
    if at.tzinfo and context.stamp.on < at.astimezone(zone).date():
        yield BACKDATED()


def _agenda(study: Study, subject: Subject, on: date) -> Iterator[Due]:
    if subject.registered_on and not (subject.randomised_on or subject.is_out):
        yield Due(urgency="due", what=Randomise, where=Randomise)


def _course(study: Study, subject: Subject) -> Iterator[Happened]:
    state = subject.randomisation
    if drawn := state.allocation:
        yield Happened(done=drawn, act=Randomise, what=drawn, in_error=False)
    if wrong := state.draw_error:
        yield Happened(done=wrong, act=MarkDraw, more=(wrong.reason,))


def _rows(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    """One row for every factor of a draw, with its level as it was read back then."""
    drawn = subject.randomisation.allocation
    if drawn is None:
        return
    text = study.under(drawn.study)
    version = text.version if text else None
    for factor, level in drawn.strata.items():
        yield subject.subject_id, drawn.number, drawn.on, version, factor, level


STRATA = Table(
    name="strata",
    label=Phrase("The factors that each participant was randomised under"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("number", "number", Phrase("Randomisation number")),
        TableColumn("randomised_on", "day", Phrase("Day of randomisation")),
        TableColumn("version", "text", Phrase("Version of the study text")),
        TableColumn("factor", "text", Phrase("Factor")),
        TableColumn("level", "text", Phrase("Level")),
    ),
    rows=_rows,
    of_study=lambda study: bool(study.randomisation.factors),
)


def _open_to(study: Study, sight: Sight, subject: Subject, entry: Entry) -> bool:
    return sight.draws


DRAWN = Message(
    name="draw.done",
    title=Phrase("Randomised"),
    heading=Phrase("{trial}: randomised, {subject}"),
    text=Phrase(
        "Participant {subject} was randomised. The arm stands on the participant's page, not in "
        "this mail."
    ),
    after=(Randomise,),
    to=staff,
)

CHAPTER = Chapter(
    name="randomisation",
    acts=(Randomise, MarkDraw),
    agenda=_agenda,
    course=_course,
    tables=(STRATA,),
    tells=(DRAWN,),
    seals=Seals(fields={Randomise: ("basis",)}, open_to=_open_to, logged_as="draws-seen"),
)

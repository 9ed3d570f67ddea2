"""What is frozen, locked and unlocked: a form, a participant, the study; each with its reason.

Before a lock everything is done that was to be done, or is left open knowingly, by name and reason.
A freeze asks for nothing.
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, Self

import msgspec

from equipoise.conduct.act import Act, Context, Stamp, StreamName, Unfinished
from equipoise.conduct.digests import FormOf
from equipoise.conduct.state.forms import record_key
from equipoise.conduct.state.locks import Grade, Locked, LocksState, StudyLockState
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import Ask, Choices, Words, forms_of, visits_of
from equipoise.ledger import EVERYTHING
from equipoise.study.kinds.blank import is_blank
from equipoise.study.model import Study
from equipoise.study.reason import OneOf, Reason, Refusal

__all__ = [
    "CODES",
    "LEFT",
    "LockForm",
    "LockParticipant",
    "LockStudy",
    "UnlockForm",
    "UnlockParticipant",
    "UnlockStudy",
    "left_of",
]

WHY = Reason("lock.no-reason", "reason", "say why")
NOT_BEGUN = Reason("lock.no-form", "form", "this form of the participant has not been begun")
ALREADY = Reason("lock.already", "grade", "this is locked already, or frozen; unlock it first")
NOT_LOCKED = Reason("lock.not-locked", "", "this is neither frozen nor locked")
ABOVE = Reason("lock.above", "", "the participant is locked; unlock the participant first")
LEFT = Reason("lock.left-open", "", "{what}")
NO_CODE = Reason("lock.no-exception", "exceptions", "'{code}' is no point of the list: {known}")
NO_WHY = Reason("lock.exception-why", "exceptions", "say why this is left open: {point}")
NOT_EVERYBODY = Reason(
    "lock.not-everybody",
    "",
    "{count} participant is not locked, such as {number}",
    several="{count} participants are not locked, such as {number}",
)
KEPT = Reason("void.lock", "entry", "a lock is not voided; unlock it, with a reason")

GRADES = Choices(
    {
        "freeze": "Freeze: values stay as they are; queries, verification and signatures go on",
        "lock": "Lock: nothing more is recorded",
    }
)
NO_VISIT = "-"
"""What stands for no visit in the address of a page."""
CODES = Choices(
    {
        "forms": "Forms that were not filled in",
        "queries": "Open queries",
        "verification": "Values that are not verified",
        "review": "Forms that are not reviewed",
        "signatures": "Forms that are not signed",
        "events": "Events that are not told wholly",
        "panel": "Questions to the panel without a conclusion",
        "pump": "Pumps that still run",
    }
)
"""What is looked at before a lock."""
Why = Annotated[str, Ask("Why?", label="Reason", kind="area", hint="No names.", needed="Say why")]


def left_of(context: Context, place: FormOf | None = None) -> list[Unfinished]:
    """What is left to do, of one copy of a form or of everything."""
    found = context.unfinished(context.study, context.subject, context.stamp.on)
    return [one for one in found if place is None or one.form == place]


class _Lock(Act, frozen=True, kw_only=True):
    """Something is frozen or locked."""

    of_record: ClassVar[bool] = True
    of_now: ClassVar[bool] = True
    under_lock: ClassVar[Literal["", "freeze", "lock"]] = "lock"

    reason: Why

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return False

    def refusals(self, context: Context) -> Iterator[Refusal]:
        if is_blank(self.reason):
            yield WHY()

    def rests(self, context: Context, seq: int) -> Iterator[Refusal]:
        yield KEPT()


class _OfParticipant(_Lock, frozen=True, kw_only=True):
    """A lock of data of one participant, of either grade."""

    writes: ClassVar[str] = "locks"

    grade: Annotated[Grade, Ask("Freeze or lock?", GRADES, label="Grade", needed="Choose one")]
    exceptions: Annotated[dict[str, str], Ask("Left open", kind="exceptions")] = {}
    """What is left open knowingly: the code of the point, and why."""

    def _held(self, context: Context) -> Locked | None:
        """The lock that there is."""
        return context.subject.locks.participant

    def refusals(self, context: Context) -> Iterator[Refusal]:
        yield from super().refusals(context)
        held = self._held(context)
        if held and (held.grade == "lock" or self.grade == "freeze"):
            yield ALREADY()
        for code, why in self.exceptions.items():
            if code not in CODES:
                yield NO_CODE(code=code[:100], known=OneOf(tuple(CODES)))
            elif is_blank(why):
                yield NO_WHY(point=code)
        if self.grade == "lock":
            left = left_of(context, self.form_place(context.subject))
            yield from (LEFT(what=one.what) for one in left if one.code not in self.exceptions)

    def _locked(self, stamp: Stamp) -> Locked:
        return Locked(
            grade=self.grade, reason=self.reason, exceptions=self.exceptions, **stamp.marks
        )


class LockForm(_OfParticipant, frozen=True, kw_only=True):
    """One copy of a form is frozen or locked."""

    kind: ClassVar[str] = "lock.form"
    words: ClassVar[Words] = Words(
        name="Form locked",
        title="Freeze or lock a form",
        line="{grade}: {form}[, {visit}]: {reason}",
        happened="Day from which it is locked",
        button="Freeze or lock it",
        done="It is recorded",
    )
    form: Annotated[str, Ask("Form", forms_of)]
    visit: Annotated[str, Ask("Visit", visits_of)] = ""
    number: Annotated[int, Ask("Copy of this form")] = 1

    def form_place(self, subject: Subject) -> FormOf:
        return self.form, self.visit, self.number

    def _held(self, context: Context) -> Locked | None:
        return context.subject.locks.forms.get(record_key(self.form, self.visit, self.number))

    def refusals(self, context: Context) -> Iterator[Refusal]:
        key = record_key(self.form, self.visit, self.number)
        if key not in context.subject.forms.records:
            yield NOT_BEGUN()
        yield from super().refusals(context)

    def apply(self, state: LocksState, stamp: Stamp) -> None:
        state.forms[record_key(self.form, self.visit, self.number)] = self._locked(stamp)


class LockParticipant(_OfParticipant, frozen=True, kw_only=True):
    """All data of a participant are frozen or locked."""

    kind: ClassVar[str] = "lock.participant"
    words: ClassVar[Words] = Words(
        name="Participant locked",
        title="Freeze or lock a participant",
        line="{grade}: {reason}",
        happened="Day from which it is locked",
        button="Freeze or lock it",
        done="It is recorded",
    )

    def apply(self, state: LocksState, stamp: Stamp) -> None:
        state.participant = self._locked(stamp)


class UnlockForm(_Lock, frozen=True, kw_only=True):
    """A copy of a form is opened again."""

    kind: ClassVar[str] = "lock.open-form"
    writes: ClassVar[str] = "locks"
    step_up: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Form unlocked",
        title="Unlock a form",
        line="Unlocked: {form}[, {visit}]: {reason}",
        happened="Day on which it is unlocked",
        button="Unlock it",
        done="It is unlocked",
        meaning="I open what was locked, so that it can be changed again.",
        address="unlock/{form}/{visit}/{number}",
    )
    form: Annotated[str, Ask("Form", forms_of)]
    visit: Annotated[str, Ask("Visit", visits_of)] = ""
    number: Annotated[int, Ask("Copy of this form")] = 1

    def form_place(self, subject: Subject) -> FormOf:
        return self.form, self.visit, self.number

    def canonical(self, study: Study) -> Self:
        return msgspec.structs.replace(self, visit="") if self.visit == NO_VISIT else self

    def refusals(self, context: Context) -> Iterator[Refusal]:
        yield from super().refusals(context)
        locks = context.subject.locks
        if record_key(self.form, self.visit, self.number) not in locks.forms:
            yield NOT_LOCKED()
        elif locks.participant:
            yield ABOVE()

    def apply(self, state: LocksState, stamp: Stamp) -> None:
        state.forms.pop(record_key(self.form, self.visit, self.number), None)


class UnlockParticipant(_Lock, frozen=True, kw_only=True):
    """The data of a participant are opened again; forms that are locked by themselves stay so."""

    kind: ClassVar[str] = "lock.open-participant"
    writes: ClassVar[str] = "locks"
    step_up: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Participant unlocked",
        title="Unlock a participant",
        line="Unlocked: {reason}",
        happened="Day on which it is unlocked",
        button="Unlock it",
        done="It is unlocked",
        meaning="I open what was locked, so that it can be changed again.",
        address="unlock",
    )

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return subject.locks.participant is not None

    def refusals(self, context: Context) -> Iterator[Refusal]:
        yield from super().refusals(context)
        if context.subject.locks.participant is None:
            yield NOT_LOCKED()

    def apply(self, state: LocksState, stamp: Stamp) -> None:
        state.participant = None


class LockStudy(_Lock, frozen=True, kw_only=True):
    """The study is locked: every participant was locked before."""

    kind: ClassVar[str] = "study.lock"
    writes_trial: ClassVar[str] = "locks"
    stream: ClassVar[StreamName] = "study"
    step_up: ClassVar[bool] = True
    holds: ClassVar[tuple[str, ...]] = (EVERYTHING,)
    words: ClassVar[Words] = Words(
        name="Study locked",
        title="Lock the study",
        line="The study is locked: {reason}",
        intro="Nothing more is recorded of any participant, and nobody can be entered.",
        happened="Day from which it is locked",
        button="Lock the study",
        done="The study is locked",
        meaning="I lock the data of the study.",
        address="lock",
    )

    def refusals(self, context: Context) -> Iterator[Refusal]:
        yield from super().refusals(context)
        if context.trial_state.locks.locked:
            yield ALREADY()
            return
        left = [one.subject_id for one in context.everybody() if not _is_locked(one)]
        if left:
            yield NOT_EVERYBODY(count=len(left), number=left[0])

    def apply_to_trial(self, state: StudyLockState, stamp: Stamp, subject_id: str) -> None:
        state.locked = Locked(grade="lock", reason=self.reason, **stamp.marks)


class UnlockStudy(_Lock, frozen=True, kw_only=True):
    """The study is opened again; each participant stays locked until unlocked."""

    kind: ClassVar[str] = "study.unlock"
    writes_trial: ClassVar[str] = "locks"
    stream: ClassVar[StreamName] = "study"
    step_up: ClassVar[bool] = True
    words: ClassVar[Words] = Words(
        name="Study unlocked",
        title="Unlock the study",
        line="The study is unlocked: {reason}",
        intro="Each participant stays locked until unlocked.",
        happened="Day on which it is unlocked",
        button="Unlock the study",
        done="The study is unlocked",
        meaning="I open what was locked, so that it can be changed again.",
        address="unlock",
    )

    def refusals(self, context: Context) -> Iterator[Refusal]:
        yield from super().refusals(context)
        if context.trial_state.locks.locked is None:
            yield NOT_LOCKED()

    def apply_to_trial(self, state: StudyLockState, stamp: Stamp, subject_id: str) -> None:
        state.locked = None


def _is_locked(subject: Subject) -> bool:
    held = subject.locks.participant
    return held is not None and held.grade == "lock"

"""The shape of every act: who may not do it and why, and what it leaves behind."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Literal, Self, TypedDict

import msgspec

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.how import PLAINLY, How
from equipoise.conduct.random_source import RandomSource
from equipoise.conduct.state.done import Done
from equipoise.conduct.state.dose import DoseGiven
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial_state import TrialState
from equipoise.conduct.words import Words
from equipoise.ledger import Entry
from equipoise.study.model import Study
from equipoise.study.reason import Given, Refusal

__all__ = [
    "Act",
    "Context",
    "Copy",
    "Entered",
    "KeepsOut",
    "Named",
    "Refusal",
    "Refused",
    "Stamp",
    "StreamName",
    "Unfinished",
    "UnfinishedOf",
    "WrongSeed",
]

StreamName = Literal["subject", "study", "allocation"]


class Marks(TypedDict):
    """Who, when, the day it happened, and the entry: what everything that was done carries."""

    by: str
    at: datetime
    on: date
    seq: int


class Stamp(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who did an act, when it was recorded, and when it happened. The caller reads the clock."""

    by: str
    at: datetime
    happened: date | None = None
    seq: int = 0
    """The place of its entry in its stream; 0 while it is not recorded yet."""
    study: str = ""
    """The digest of the study text that it was done under."""
    how: How = PLAINLY
    live: bool = False
    """Whether somebody can be asked; what is rehearsed or replayed has nobody to ask."""
    invented: bool = False
    """Whether all people of the trial are invented: a rehearsal, a worked case, a demonstration."""

    @property
    def on(self) -> date:
        """The day it happened; if not told, the day it was recorded (UTC).

        `trial.perform` fills in a day that is not told: the day it is where the trial is run.
        """
        return self.happened or self.at.date()

    @property
    def done(self) -> Done:
        """The same as it is left on a subject."""
        return Done(by=self.by, at=self.at, on=self.on, seq=self.seq)

    @property
    def marks(self) -> Marks:
        """The same for what is left with more than that."""
        return {"by": self.by, "at": self.at, "on": self.on, "seq": self.seq}


class Refused(Exception):
    """The act was not recorded, for all of these reasons."""

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        super().__init__("; ".join(refusal.because for refusal in refusals))
        self.refusals = refusals


class WrongSeed(Exception):
    """The draw was not made: the sealed seed is missing, or not the one the trial committed to."""

    def __init__(self) -> None:
        super().__init__(
            "the sealed seed is missing, or is not the one that was committed when the trial "
            "opened; nothing was drawn"
        )


KeepsOut = Callable[[Study, Subject, date], Iterable[Refusal]]


def _none(until: str) -> int:
    return 0


class Unfinished(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is left to do before data are locked: of which sort, and where."""

    code: str
    what: Given
    form: tuple[str, str, int] | None = None


UnfinishedOf = Callable[[Study, Subject, date], Iterable[Unfinished]]


def _all_done(study: Study, subject: Subject, on: date) -> Iterable[Unfinished]:
    return ()


def _nothing_of(number: str) -> Subject:
    return Subject(subject_id=number)


class Context(msgspec.Struct, frozen=True, eq=False):
    """What an act is judged against: the study, the whole trial, one subject, who and when."""

    study: Study
    trial_state: TrialState
    subject: Subject
    stamp: Stamp
    keeps_out: KeepsOut
    """What keeps a participant out beside the criteria, by all chapters; an act is below them."""
    seen: int | None = None
    """The last entry of the subject's own stream that the person knew of; None: all of them."""
    named: "Named | None" = None
    """The entry that the act names, where it names one that there is."""
    entered: "Entered | None" = None
    """The entry of their own that the act redacts, where there is one."""
    copy: "Copy | None" = None
    """The copy that the trial goes on from, where it does."""
    entries_by: Callable[[str], int] = _none
    """How many entries were recorded by a moment, in all streams."""
    unfinished: UnfinishedOf = _all_done
    """What is left to do before a participant's data are locked, by all chapters."""
    other: Callable[[str], Subject] = _nothing_of
    """Another participant by number; an empty one where there is none."""
    everybody: Callable[[], Iterable[Subject]] = tuple
    """Every participant; to fold them takes long."""
    _facts: dict[date, SubjectFacts] = {}

    @property
    def waits_for_numbers(self) -> bool:
        """Whether numbers were given after the copy was made, and nobody has stated which."""
        return self.copy is not None and self.trial_state.restored.restated <= self.copy.study_seq

    def facts(self, on: date) -> SubjectFacts:
        """What is known of the subject on a day, worked out once for the whole judgement."""
        if on not in self._facts:
            self._facts[on] = SubjectFacts(self.study, self.subject, on)
        return self._facts[on]

    def sealed(self, random_source: RandomSource | None) -> RandomSource:
        """The source of draws, if it is the one the trial committed to.

        :raises WrongSeed: when it is missing or another
        """
        if random_source is None or random_source.commitment != self.trial_state.seed_commitment:
            raise WrongSeed
        return random_source


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy that an installation was made of. The entry points know of it, the ledger does not."""

    ends: datetime
    """The moment of the newest entry that it holds."""
    study_seq: int
    """How many entries the stream `study` holds in it."""
    made_at: datetime | None = None
    put_back_at: datetime | None = None
    origin: str = ""
    """The name of the trial's tree."""
    known: int = 0
    """How many leaves the tree is known to have had: those of the copy, or more."""
    leaves: int = 0
    """How many leaves the tree has here."""
    root_of: Callable[[int], bytes] = bytes
    """The root of the first so many of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """An entry as it was recorded, and what it says now."""

    entry: Entry
    content: dict[str, Any]
    folded_with: Callable[[str], Subject]
    """The subject as it would be, did the entry say this (its payload)."""
    unreadable: type[Exception]
    """What that raises when it can not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An entry that another act names."""

    act: "Act"
    without: Callable[[], Subject]
    """The subject as it would be without it; only once nothing in its own chapter rests on it."""
    replaced: bool = False
    """Whether another act is about to be put in its place."""


class Act(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing that a person does. Its fields are what the ledger keeps.

    They hold plain values, so that no cycle need be looked for (`gc`): a fold reads thousands.

    `kind` is its name in the ledger and in the roles of a study file; it is never renamed.
    """

    kind: ClassVar[str]
    words: ClassVar[Words]
    stream: ClassVar[StreamName] = "subject"
    holds: ClassVar[tuple[str, ...]] = ()
    """Further streams in which nothing may be recorded while it is judged; or `EVERYTHING`."""
    writes: ClassVar[str] = ""
    """The chapter whose state of the subject it leaves something on, and no other; empty: none."""
    writes_trial: ClassVar[str] = ""
    """The chapter whose state of the whole trial it leaves something on; empty: none."""
    sealed: ClassVar[bool] = False
    """Whether its own reasons would tell of sealed votes; then who may not do it hears none."""
    bounded: ClassVar[bool] = True
    """Whether its texts are kept to the length of what people type."""
    by_trial: ClassVar[bool] = False
    """Whether it is done by the trial itself, by rule, and by nobody else."""
    irreversible: ClassVar[bool] = False
    """Whether it cannot be done over; it is judged on the ledger alone, never on a kept fold."""
    gives_number: ClassVar[bool] = False
    """Whether it gives a number that must never be given again, as after a copy was restored."""
    step_up: ClassVar[bool] = False
    """Whether who does it proves once more who they are, and says what they mean by it."""
    of_record: ClassVar[bool] = False
    """Whether it tells of the record and not of the subject, so that it may follow their death."""
    of_now: ClassVar[bool] = False
    """Whether it is about what stands when it is recorded, so that it has no earlier day."""
    puts_right: ClassVar[bool] = False
    """Whether it puts right what an earlier entry said, which then stands in its fields."""

    under_lock: ClassVar[Literal["", "freeze", "lock"]] = ""
    """The strongest lock under which it is done all the same; empty: under none."""
    unrecorded: ClassVar[tuple[str, ...]] = ()
    """The fields that are recorded nowhere, not by a digest either."""
    under_study_lock: ClassVar[bool] = False
    """Whether it is done of a participant when the whole study is locked."""

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        """Whether it is worth offering of this participant as they stand; it refuses nothing."""
        return True

    @classmethod
    def standing(cls, subject: Subject, named: int) -> "Act | None":
        """What stands in the fields before anybody typed, of an act that names an earlier entry."""
        return None

    def form_place(self, subject: Subject) -> tuple[str, str, int] | None:
        """The one copy of a form that it is about: form, visit, number; None where none is."""
        return None

    def refusals(self, context: Context) -> Iterator[Refusal]:
        """Yield every reason against the act, not only the first."""
        yield from ()

    def held(self) -> tuple[str, ...]:
        """The further streams in which nothing may be recorded while it is judged."""
        return self.holds

    def canonical(self, study: Study) -> Self:
        """Return the act as it is kept: what means the same is written in one way."""
        return self

    def rests(self, context: Context, seq: int) -> Iterator[Refusal]:
        """Yield every reason why an entry of this kind, at this place, can no longer be voided.

        What rests on consent, conclusion or registration is looked at for all kinds together.
        """
        yield from ()

    def settled(self, context: Context, random_source: RandomSource | None) -> Self:
        """Return the act with what only the trial can fill in, such as an arm that was drawn."""
        return self

    def leave(self, subject: Subject, stamp: Stamp) -> None:
        """Leave what follows on the one part of the subject that is its chapter's."""
        if self.writes:
            self.apply(getattr(subject, self.writes), stamp)
        if dose := self.gives(stamp):
            subject.treatment.counts_dose(dose)

    def gives(self, stamp: Stamp) -> DoseGiven | None:
        """The dose of a regimen that it gives beside what it leaves on its own chapter."""
        return None

    def apply(self, state: Any, stamp: Stamp) -> None:
        """Leave on its chapter's state of the subject what follows. It may not fail: it is done."""

    def leave_on_trial(self, trial_state: TrialState, stamp: Stamp, subject_id: str) -> None:
        """Leave what follows on the one part of the whole trial that is its chapter's."""
        if self.writes_trial:
            self.apply_to_trial(getattr(trial_state, self.writes_trial), stamp, subject_id)

    def apply_to_trial(self, state: Any, stamp: Stamp, subject_id: str) -> None:
        """Leave on its chapter's state of the whole trial what follows."""

"""One participant as the chapters of the protocol know them.

A subject is mutable so that a long history folds in linear time; only `trial` and the acts change
it, and whoever asks for one gets a subject of its own. An act writes its own chapter's state
alone; the other chapters read the few properties below.
"""

from collections.abc import Iterator
from datetime import date

import msgspec

from equipoise.conduct.state.consent import ConsentState
from equipoise.conduct.state.done import State
from equipoise.conduct.state.follow_up import FollowUpState
from equipoise.conduct.state.forms import FormsState, Record
from equipoise.conduct.state.locks import LocksState
from equipoise.conduct.state.panel import PanelState
from equipoise.conduct.state.pump import PumpState
from equipoise.conduct.state.queries import QueriesState
from equipoise.conduct.state.randomisation import RandomisationState
from equipoise.conduct.state.redaction import RedactionState
from equipoise.conduct.state.safety import SafetyState
from equipoise.conduct.state.screening import ScreeningState
from equipoise.conduct.state.signatures import SignaturesState
from equipoise.conduct.state.treatment import TreatmentState
from equipoise.conduct.state.verification import VerificationState
from equipoise.conduct.state.voiding import VoidingState
from equipoise.study.model import Study

__all__ = ["FOLD", "STATES", "Subject"]

FOLD = 47
"""The number of the fold: one more whenever the same entries fold to another state than before, or
something else comes next by it, so that nothing which an earlier code has kept is taken for what
this code would say. A golden ledger (`tests/fixtures/fold`) fails when the state or what comes next
changes and the number does not."""


class Subject(msgspec.Struct, kw_only=True):
    """One person in the trial, by the trial's own number: one line for each chapter's state."""

    subject_id: str
    screening: ScreeningState = msgspec.field(default_factory=ScreeningState)
    consent: ConsentState = msgspec.field(default_factory=ConsentState)
    forms: FormsState = msgspec.field(default_factory=FormsState)
    panel: PanelState = msgspec.field(default_factory=PanelState)
    randomisation: RandomisationState = msgspec.field(default_factory=RandomisationState)
    follow_up: FollowUpState = msgspec.field(default_factory=FollowUpState)
    treatment: TreatmentState = msgspec.field(default_factory=TreatmentState)
    safety: SafetyState = msgspec.field(default_factory=SafetyState)
    pump: PumpState = msgspec.field(default_factory=PumpState)
    queries: QueriesState = msgspec.field(default_factory=QueriesState)
    verification: VerificationState = msgspec.field(default_factory=VerificationState)
    signatures: SignaturesState = msgspec.field(default_factory=SignaturesState)
    locks: LocksState = msgspec.field(default_factory=LocksState)
    voiding: VoidingState = msgspec.field(default_factory=VoidingState)
    redaction: RedactionState = msgspec.field(default_factory=RedactionState)
    seq: int = 0
    """How many of its own entries were applied."""
    elsewhere: dict[str, int] = {}
    """Of each other stream that names it, the last entry that was applied."""
    texts: list[tuple[int, str]] = []
    """Under which study text what was recorded, from which entry of their own stream on."""

    def with_records(self, records: dict[str, Record]) -> "Subject":
        """The same subject, had these forms been filled and no others."""
        forms = msgspec.structs.replace(self.forms, records=records)
        return msgspec.structs.replace(self, forms=forms)

    def states(self) -> Iterator[State]:
        """The state of every chapter."""
        return (getattr(self, chapter) for chapter in STATES)

    def text_of(self, seq: int) -> str:
        """The digest of the study text that an entry of their own stream names; empty: not known.

        What is not recorded yet (0) is of no other text than the one at hand.
        """
        return next((text for first, text in reversed(self.texts) if 0 < first <= seq), "")

    def begin_anew(self) -> None:
        """Forget everything but the number, to be folded from the beginning."""
        fresh = Subject(subject_id=self.subject_id)
        for name in self.__struct_fields__:
            setattr(self, name, getattr(fresh, name))

    @property
    def site(self) -> str:
        """The hospital at which they entered; empty before they did."""
        return self.screening.site

    @property
    def entered_on(self) -> date | None:
        """The day on which they entered screening."""
        return self.screening.entered.on if self.screening.entered else None

    @property
    def failed_on(self) -> date | None:
        """The day on which screening failed."""
        return self.screening.failure.on if self.screening.failure else None

    @property
    def consent_on(self) -> date | None:
        """The day of the first consent."""
        return self.consent.first_on

    @property
    def registered_on(self) -> date | None:
        """The day of registration, from which the eligibility windows count."""
        return self.screening.registered.on if self.screening.registered else None

    @property
    def randomised_on(self) -> date | None:
        """The day of the draw."""
        return self.randomisation.allocation.on if self.randomisation.allocation else None

    @property
    def arm(self) -> str:
        """The arm that they were drawn; empty before the draw."""
        return self.randomisation.allocation.arm if self.randomisation.allocation else ""

    @property
    def died_on(self) -> date | None:
        """The day of death."""
        return self.follow_up.death.on if self.follow_up.death else None

    @property
    def died_of(self) -> str:
        """The cause of death as it was recorded; empty where they are not known to be dead."""
        return self.follow_up.death.cause if self.follow_up.death else ""

    @property
    def left_on(self) -> date | None:
        """The day from which nothing more may be asked of the subject or collected about them."""
        days = [day for state in self.states() if (day := state.ends())]
        return min(days) if days else None

    @property
    def locked_on(self) -> date | None:
        """The day on which their data were locked; None while they are not, or are frozen."""
        lock = self.locks.participant
        return lock.on if lock and lock.grade == "lock" else None

    @property
    def is_out(self) -> bool:
        """Whether nothing more is to be done towards or after the draw: failed, withdrawn, dead."""
        gone = self.failed_on or self.died_on or (self.randomised_on and self.left_on)
        return bool(gone or self.consent.left_everything)

    @property
    def is_entering(self) -> bool:
        """Whether they are on their way to registration."""
        return not (self.is_out or self.registered_on or self.randomised_on)

    def last_known_alive(self, study: Study) -> date | None:
        """The last day on which a recorded fact shows the participant alive."""
        return max((day for one in self.states() for day in one.contacts(study)), default=None)


STATES: dict[str, type[State]] = {
    field.name: field.type
    for field in msgspec.structs.fields(Subject)
    if isinstance(field.type, type) and issubclass(field.type, State)
}
"""The state of each chapter, by its name on the subject."""

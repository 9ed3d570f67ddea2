"""The trial as a whole, as the chapters know it: one line for each chapter's state.

An act writes its own chapter's state alone; the others read the few properties below.
"""

from datetime import date

import msgspec

from equipoise.conduct.state.administration import AdministrationState, Person
from equipoise.conduct.state.amendments import AmendmentsState
from equipoise.conduct.state.assumptions import AssumptionsState
from equipoise.conduct.state.clock import ClockState
from equipoise.conduct.state.laboratory import LaboratoryState
from equipoise.conduct.state.locks import StudyLockState
from equipoise.conduct.state.openings import OpeningsState
from equipoise.conduct.state.randomisation import Draw, DrawsState
from equipoise.conduct.state.restored import RestoredState
from equipoise.conduct.state.shared import SharedState
from equipoise.conduct.state.study_text import StudyTextState
from equipoise.conduct.state.witnesses import WitnessesState

__all__ = ["SHARED", "TrialState"]


class TrialState(msgspec.Struct, kw_only=True):
    """The trial's own state, folded from the streams `study` and `allocation`."""

    administration: AdministrationState = msgspec.field(default_factory=AdministrationState)
    study_text: StudyTextState = msgspec.field(default_factory=StudyTextState)
    amendments: AmendmentsState = msgspec.field(default_factory=AmendmentsState)
    assumptions: AssumptionsState = msgspec.field(default_factory=AssumptionsState)
    openings: OpeningsState = msgspec.field(default_factory=OpeningsState)
    clock: ClockState = msgspec.field(default_factory=ClockState)
    restored: RestoredState = msgspec.field(default_factory=RestoredState)
    witnesses: WitnessesState = msgspec.field(default_factory=WitnessesState)
    laboratory: LaboratoryState = msgspec.field(default_factory=LaboratoryState)
    locks: StudyLockState = msgspec.field(default_factory=StudyLockState)
    randomisation: DrawsState = msgspec.field(default_factory=DrawsState)
    seq: dict[str, int] = {}
    """Of each stream of the whole trial, the last entry that was applied."""

    @property
    def opened_on(self) -> date | None:
        """The day on which the trial opened."""
        return self.administration.opened_on

    @property
    def closed_on(self) -> date | None:
        """The day from which nobody more is randomised."""
        return self.administration.closed_on

    @property
    def seed_commitment(self) -> str:
        """What the trial committed to, of the seed that all draws are made with."""
        return self.administration.seed_commitment

    @property
    def study_digest(self) -> str:
        """The digest of the study text that holds."""
        return self.administration.study_digest

    @property
    def study_version(self) -> str:
        """The version of the study text that holds."""
        return self.administration.study_version

    @property
    def adopted(self) -> list[str]:
        """The digest of every text that the trial ran under, in order; the last one holds."""
        return self.administration.adopted

    @property
    def sites(self) -> dict[str, date]:
        """The hospitals that take part, each with the day from which it does."""
        return self.administration.sites

    @property
    def people(self) -> dict[str, Person]:
        """Everyone who holds or held a role, by their ids."""
        return self.administration.people

    @property
    def draws(self) -> list[Draw]:
        """Every draw, in the order of drawing."""
        return self.randomisation.draws

    @property
    def next_draw(self) -> int:
        """The number of the next draw: after those that are recorded, and those that are lost."""
        known = [draw.number for draw in self.draws[-1:]]
        return max([0, *self.restored.last_draws, *known]) + 1

    def counted_from(self, number: int) -> int:
        """The first draw that counts at this one; 0 where the balance never began anew."""
        return max((n for n in self.administration.counted_from if n <= number), default=0)

    def may_be_draw(self, number: int) -> bool:
        """Whether the next draw may bear this number: nothing is left out that was not stated."""
        before = self.draws[-1].number if self.draws else 0
        stated = number - 1 in self.restored.last_draws
        return number == before + 1 or (number > before and stated)

    def holders(self, role: str) -> list[Person]:
        """Everyone who holds the role, in the order of their ids."""
        return sorted(
            (person for person in self.people.values() if person.has(role)),
            key=lambda person: person.person_id,
        )


SHARED: dict[str, type[SharedState]] = {
    field.name: field.type
    for field in msgspec.structs.fields(TrialState)
    if isinstance(field.type, type) and issubclass(field.type, SharedState)
}
"""The state of the whole trial that each chapter keeps, by its name."""

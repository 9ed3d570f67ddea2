"""What is frozen or locked, and why."""

from typing import Literal

from equipoise.conduct.state.done import Done, State
from equipoise.conduct.state.shared import SharedState

__all__ = ["Grade", "Locked", "LocksState", "StudyLockState"]

Grade = Literal["freeze", "lock"]


class Locked(Done, frozen=True, kw_only=True):
    """One lock, with what was left open knowingly."""

    grade: Grade
    reason: str
    exceptions: dict[str, str] = {}
    """What was left open, by the code of the point, and why."""


class LocksState(State, kw_only=True):
    """What of one participant is locked: copies of forms by their key, and all that is theirs."""

    forms: dict[str, Locked] = {}
    participant: Locked | None = None


class StudyLockState(SharedState, kw_only=True):
    """Whether the study as a whole is locked."""

    locked: Locked | None = None

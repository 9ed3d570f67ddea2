"""What was recorded in error."""

from equipoise.conduct.state.done import Done, State

__all__ = ["Voided", "VoidingState"]


class Voided(Done, frozen=True, kw_only=True):
    """One entry of the subject's own stream that was recorded in error."""

    entry: int
    voids: str
    """The kind of the entry."""
    reason: str


class VoidingState(State, kw_only=True):
    """Every entry that no longer counts."""

    voided: list[Voided] = []

"""Which study texts stand in the ledger."""

from equipoise.conduct.state.shared import SharedState

__all__ = ["StudyTextState"]


class StudyTextState(SharedState, kw_only=True):
    """The texts that were recorded, letter by letter."""

    recorded: dict[str, int] = {}
    """Where in the stream `study` each of them is recorded, by its digest."""

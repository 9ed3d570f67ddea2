"""What had been given before the trial went on from a copy."""

from equipoise.conduct.state.shared import SharedState

__all__ = ["RestoredState"]


class RestoredState(SharedState, kw_only=True):
    """Numbers that are known to have been given, and draws to have been made, though lost."""

    numbers: dict[str, int] = {}
    """By site, the last participant's number that is known to have been given, recorded or not."""
    last_draws: list[int] = []
    """The last draws that were known to have been made when the trial went on from a copy."""
    restated: int = 0
    """Where in the stream `study` that was last stated; 0 when it never was."""

"""The server's clock, as far as it is known to have been wrong."""

from equipoise.conduct.state.shared import SharedState

__all__ = ["ClockState"]


class ClockState(SharedState, kw_only=True):
    """How far the clock ran ahead."""

    ahead: str = ""
    """The moment until which the server's clock is known to have run ahead."""

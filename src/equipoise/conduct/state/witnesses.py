"""Who the witnesses of the trial's tree are."""

from equipoise.conduct.state.shared import SharedState

__all__ = ["WitnessesState"]


class WitnessesState(SharedState, kw_only=True):
    """The policy that holds."""

    policy: str = ""
    """Who the witnesses are, in the form that is signed; empty before the first are named."""

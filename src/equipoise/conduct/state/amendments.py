"""By which amendments each hospital works."""

from equipoise.conduct.state.shared import SharedState
from equipoise.study.sections.amendments import Activation

__all__ = ["AmendmentsState"]


class AmendmentsState(SharedState, kw_only=True):
    """Every amendment that was activated, and not taken back."""

    active: dict[str, dict[str, Activation]] = {}
    """By hospital and amendment."""

"""What was compared with the source, item by item."""

from equipoise.conduct.state.done import Done, State

__all__ = ["VerificationState", "Verified"]


class Verified(Done, frozen=True, kw_only=True):
    """What was last done of one item: verified as it stood then, or taken back."""

    digest: str
    """Of what was verified; empty where it was taken back."""
    reason: str = ""


class VerificationState(State, kw_only=True):
    """By the key of a copy of a form, and by item."""

    items: dict[str, dict[str, Verified]] = {}

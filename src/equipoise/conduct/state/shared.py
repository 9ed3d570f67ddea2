"""What every chapter's state of the trial as a whole is."""

import msgspec

__all__ = ["SharedState"]


class SharedState(msgspec.Struct, kw_only=True):
    """What the acts of one chapter leave on the trial as a whole; nobody else writes it."""

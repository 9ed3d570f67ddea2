"""A trial that goes on from a copy: what was recorded after the copy was made is on paper alone.

Participants' numbers and draws that were given then must never be given again. Nothing here can
know them, so nobody is entered and nobody drawn until the trial office states the last number
that each hospital gave and the last draw that was made; both go on after these.
"""

from datetime import datetime

import msgspec

__all__ = ["Copy"]


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """The copy that an installation was made of."""

    ends: datetime
    """The moment of the newest entry that it holds."""
    study_seq: int
    """How many entries the stream `study` held in it."""

"""As of when results by arm are shown to someone: at every exit, the data cut that two agreed to.

Where the ledger holds other entries by that moment than were agreed to, nothing is shown.
"""

from dataclasses import dataclass
from datetime import date, datetime

from equipoise.conduct.cut import entries_by
from equipoise.web import write_service
from equipoise.web.viewer import Viewer

__all__ = ["CLOSED", "ByArm", "earlier", "shown_by_arm"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ByArm:
    """What someone is shown of results by arm."""

    by_arm: bool = False
    until: date | None = None
    """The last day on which they are open."""
    cut: datetime | None = None
    """As of when; None where an older opening named no cut, so that all that is recorded shows."""
    moved: bool = False
    """Whether they stay closed because the cut does not hold what it held."""


CLOSED = ByArm()


def shown_by_arm(viewer: Viewer) -> ByArm:
    """What this viewer is shown now."""
    opening = viewer.opening
    if opening is None:
        return CLOSED
    if not opening.cut:
        return ByArm(by_arm=True, until=opening.until)
    if entries_by(write_service.LEDGER, opening.cut) != opening.entries:
        return ByArm(moved=True)
    return ByArm(by_arm=True, until=opening.until, cut=datetime.fromisoformat(opening.cut))


def earlier(moment: datetime | None, cut: datetime | None) -> datetime | None:
    """The earlier of two moments, of which either may be untold."""
    return min((one for one in (moment, cut) if one is not None), default=None)

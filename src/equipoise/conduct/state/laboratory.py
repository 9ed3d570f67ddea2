"""What the hospitals' laboratories hold normal."""

from collections.abc import Sequence
from datetime import date

import msgspec

from equipoise.conduct.state.shared import SharedState

__all__ = ["LaboratoryState", "ReferenceRange"]


class ReferenceRange(msgspec.Struct, frozen=True, kw_only=True):
    """A laboratory's limits of normal of one item, from a day on; an empty one is open."""

    from_on: date
    unit: str
    lln: str
    uln: str


class LaboratoryState(SharedState, kw_only=True):
    """Every limit of normal that was ever given."""

    ranges: dict[str, list[ReferenceRange]] = {}
    """By `site item`, in the order of recording."""

    def range_on(self, site: str, item: str, on: date) -> ReferenceRange | None:
        """The limits that a hospital's laboratory gives on a day; those recorded last count."""
        found = [one for one in self.ranges_of(site, item) if one.from_on <= on]
        latest = max((one.from_on for one in found), default=None)
        return next((one for one in reversed(found) if one.from_on == latest), None)

    def ranges_of(self, site: str, item: str) -> Sequence[ReferenceRange]:
        """All limits that a hospital's laboratory ever gave, in the order of recording."""
        return self.ranges.get(f"{site} {item}", ())

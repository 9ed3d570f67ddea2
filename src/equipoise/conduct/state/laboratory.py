"""What the hospitals' laboratories hold normal."""

from collections.abc import Sequence
from datetime import date

import msgspec

from equipoise.conduct.state.shared import SharedState

__all__ = ["LaboratoryState", "ReferenceRange"]


class ReferenceRange(msgspec.Struct, frozen=True, kw_only=True):
    """A laboratory's limits of normal of one item, from a day on; an empty one is open.

    They hold for everybody, or for people of one sex or of an age in whole years.
    """

    from_on: date
    unit: str
    lln: str
    uln: str
    sex: str = ""
    from_age: str = ""
    below_age: str = ""

    @property
    def whose(self) -> tuple[str, str, str]:
        """Whom they hold for; empty texts: everybody."""
        return self.sex, self.from_age, self.below_age

    @property
    def narrowness(self) -> int:
        """By how much they are told apart: by sex, by age, by both."""
        return bool(self.sex) + bool(self.from_age or self.below_age)


class LaboratoryState(SharedState, kw_only=True):
    """Every limit of normal that was ever given."""

    ranges: dict[str, list[ReferenceRange]] = {}
    """By `site item`, in the order of recording."""

    def ranges_on(self, site: str, item: str, on: date) -> list[ReferenceRange]:
        """The limits that a hospital's laboratory gives on a day, one for each sort of people.

        Of those for the same people the latest day counts, and of one day what was recorded last.
        """
        found: dict[tuple[str, str, str], ReferenceRange] = {}
        for one in self.ranges_of(site, item):
            before = found.get(one.whose)
            if one.from_on <= on and (before is None or before.from_on <= one.from_on):
                found[one.whose] = one
        return list(found.values())

    def ranges_of(self, site: str, item: str) -> Sequence[ReferenceRange]:
        """All limits that a hospital's laboratory ever gave, in the order of recording."""
        return self.ranges.get(f"{site} {item}", ())

"""What is true of the trial as a whole: whether it is open, its sites, its people, its draws."""

from collections.abc import Sequence
from datetime import date

import msgspec

__all__ = ["Draw", "Opening", "Person", "ReferenceRange", "RoleHeld", "Whole"]


class RoleHeld(msgspec.Struct, frozen=True):
    """A role at a site; an empty site means the whole trial."""

    role: str
    site: str = ""


class Person(msgspec.Struct, kw_only=True):
    """Someone who works on the trial, by an opaque id. Names stand elsewhere, encrypted."""

    person_id: str
    roles: list[RoleHeld] = []
    had: list[str] = []
    """Every role that they ever held, anywhere."""

    def has(self, role: str) -> bool:
        """Whether they hold the role anywhere."""
        return any(held.role == role for held in self.roles)

    def sites(self) -> set[str]:
        """The sites at which they hold any role."""
        return {held.site for held in self.roles if held.site}


class Opening(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Results by arm, which one person asked to open and another agreed to."""

    seq: int
    asked_by: str
    asked_on: date
    until: date
    agreed_by: str = ""
    agreed_on: date | None = None
    cut: str = ""
    """Until when data are shown by it; empty where none was agreed to: all that there is."""
    entries: int = 0
    """How many entries were recorded by then."""

    def waits_on(self, on: date) -> bool:
        """Whether nobody has agreed, and somebody still may: to what names its cut."""
        return bool(self.cut) and not self.agreed_by and on <= self.until

    def is_open(self, on: date) -> bool:
        """Whether results by arm are open by it."""
        return self.agreed_on is not None and self.agreed_on <= on <= self.until


class Draw(msgspec.Struct, frozen=True, kw_only=True):
    """One allocation as the next draw must know it."""

    number: int
    subject_id: str
    arm: str
    strata: dict[str, str]
    on: date


class ReferenceRange(msgspec.Struct, frozen=True, kw_only=True):
    """A laboratory's limits of normal of one item, from a day on; an empty one is open."""

    from_on: date
    unit: str
    lln: str
    uln: str


class Whole(msgspec.Struct, kw_only=True):
    """The trial's own state, folded from the streams `study` and `allocation`."""

    opened_on: date | None = None
    opened_by: str = ""
    closed_on: date | None = None
    seed_commitment: str = ""
    study_digest: str = ""
    study_version: str = ""
    adopted: list[str] = []
    """The digest of every text that the trial ran under, in order; the last one holds."""
    texts: dict[str, int] = {}
    """Where in the stream `study` each of them is recorded."""
    sites: dict[str, date] = {}
    people: dict[str, Person] = {}
    draws: list[Draw] = []
    clock_ahead: str = ""
    """The moment until which the server's clock is known to have run ahead."""
    ranges: dict[str, list[ReferenceRange]] = {}
    """The limits of normal by `site item`, in the order of recording."""
    numbers: dict[str, int] = {}
    """By site, the last participant's number that is known to have been given, recorded or not."""
    last_draws: list[int] = []
    """The last draws that were known to have been made when the trial went on from a copy."""
    restated: int = 0
    """Where in the stream `study` that was last stated; 0 when it never was."""
    policy: str = ""
    """Who the witnesses are, in the form that is signed; empty before the first are named."""
    openings: list[Opening] = []
    """Each time that results by arm were asked to be opened."""
    seq: dict[str, int] = {}

    @property
    def next_draw(self) -> int:
        """The number of the next draw: after those that are recorded, and those that are lost."""
        return max([0, *self.last_draws, *(draw.number for draw in self.draws[-1:])]) + 1

    def may_be_draw(self, number: int) -> bool:
        """Whether the next draw may bear this number: nothing is left out that was not stated."""
        before = self.draws[-1].number if self.draws else 0
        return number == before + 1 or (number > before and number - 1 in self.last_draws)

    def range_on(self, site: str, item: str, on: date) -> ReferenceRange | None:
        """The limits that a hospital's laboratory gives on a day; those recorded last count."""
        found = [one for one in self.ranges_of(site, item) if one.from_on <= on]
        latest = max((one.from_on for one in found), default=None)
        return next((one for one in reversed(found) if one.from_on == latest), None)

    def ranges_of(self, site: str, item: str) -> Sequence[ReferenceRange]:
        """All limits that a hospital's laboratory ever gave, in the order of recording."""
        return self.ranges.get(f"{site} {item}", ())

    def waiting_on(self, on: date) -> Opening | None:
        """The opening that was asked last and waits for another person."""
        return next((one for one in reversed(self.openings) if one.waits_on(on)), None)

    def opening_on(self, on: date) -> Opening | None:
        """The opening by which results by arm are open; of several, the one that shows most."""
        opened = (one for one in self.openings if one.is_open(on))
        return max(opened, key=lambda one: (not one.cut, one.cut, one.until), default=None)

    def holders(self, role: str) -> list[Person]:
        """Everyone who holds the role, in the order of their ids."""
        return sorted(
            (person for person in self.people.values() if person.has(role)),
            key=lambda person: person.person_id,
        )

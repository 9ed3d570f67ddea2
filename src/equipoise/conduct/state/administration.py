"""The trial's own course, its hospitals, and who may act in which role."""

from datetime import date

import msgspec

from equipoise.conduct.state.shared import SharedState

__all__ = ["AdministrationState", "Person", "RoleHeld"]


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


class AdministrationState(SharedState, kw_only=True):
    """Whether the trial is open and under which text, which hospitals are, and who works on it."""

    opened_on: date | None = None
    opened_by: str = ""
    closed_on: date | None = None
    seed_commitment: str = ""
    study_digest: str = ""
    study_version: str = ""
    adopted: list[str] = []
    """The digest of every text that the trial ran under, in order; the last one holds."""
    counted_from: list[int] = []
    """The draws at which the balance began anew: nobody drawn before counts from there on."""
    adopted_on: dict[str, date] = {}
    """The day on which each of them was adopted first."""
    sites: dict[str, date] = {}
    people: dict[str, Person] = {}

"""In which role, and at which hospital, somebody acted: as it was at that moment, not as it is now.

An entry names a person alone. What they were follows from the roles that were given and ended
before it, and from the study text that it was done under.
"""

from collections.abc import Iterator
from functools import cached_property

from equipoise.conduct import folding
from equipoise.conduct.administration import EndRole, GiveRole
from equipoise.conduct.authorisation import LIKE
from equipoise.conduct.state.administration import RoleHeld
from equipoise.ledger import Entry
from equipoise.study.model import Study
from equipoise.web import write_service
from equipoise.web.jinja import say

__all__ = ["Capacities"]

STREAM = "study"


class Capacities:
    """Who held which role when; read from the ledger once, where it is asked."""

    def __init__(self, study: Study) -> None:
        self._study = study

    def of_entry(self, entry: Entry, site: str) -> str:
        """In which role whoever recorded an entry did so.

        :param site: the hospital that the entry concerns; empty for the whole trial
        """
        before = entry.seq if entry.stream == STREAM else 0
        return self.text(entry.by, entry.at, entry.kind, site, entry.study, before)

    def text(self, by: str, at: str, kind: str, site: str, study: str = "", before: int = 0) -> str:
        """The role with its hospital; of several roles those that allow this kind of act there.

        :param at: the moment in UTC, as the ledger has it
        :param study: the digest of the text that it was done under
        :param before: the number of the entry, where it stands in the stream of the roles itself
        """
        then = self._study.under(study) or self._study
        held = self._held(by, at, before)
        acting = [one for one in held if _allows(then, one, LIKE.get(kind, kind), site)]
        return "; ".join(dict.fromkeys(_text(then, one) for one in acting or held))

    def _held(self, person: str, at: str, before: int) -> list[RoleHeld]:
        held: list[RoleHeld] = []
        for entry in self._changes:
            if (before and entry.seq >= before) or entry.at > at:
                break
            act = folding.read(entry)
            if isinstance(act, GiveRole) and act.person == person:
                held.append(RoleHeld(act.role, act.site))
            elif isinstance(act, EndRole) and act.person == person:
                held = [one for one in held if one != RoleHeld(act.role, act.site)]
        return held

    @cached_property
    def _changes(self) -> list[Entry]:
        """Every role that was given or ended, in order."""
        return sorted(_changes(), key=lambda entry: entry.seq)


def _changes() -> Iterator[Entry]:
    for kind in (GiveRole.kind, EndRole.kind):
        yield from write_service.LEDGER.of_kind(kind, (STREAM,))


def _allows(study: Study, held: RoleHeld, kind: str, site: str) -> bool:
    role = study.role_of.get(held.role)
    return role is not None and kind in role.may and (role.scope == "trial" or held.site == site)


def _text(study: Study, held: RoleHeld) -> str:
    role, site = study.role_of.get(held.role), study.site_of.get(held.site)
    name = say(role.label) if role else held.role
    return f"{name}, {site.name if site else held.site}" if held.site else name

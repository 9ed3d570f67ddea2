"""Who is looking, and what their roles let them see and do.

Every page and every answer is made for one viewer. Whoever holds a role at a site sees that site's
participants; a role in the whole trial sees all of them, if the study file says that it sees
participants. Panel readers meet a participant in the panel's room only, and only while drawn.
Results by arm are closed to everyone whose role does not see them, and to those whose role does
until two people have opened them. In an open-label trial that is a rule on what is put together:
whoever sees a participant sees their arm, and whoever sees all of them could count.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from equipoise.conduct import panel, trial
from equipoise.conduct.administration import GiveRole
from equipoise.conduct.chapters import closed_to
from equipoise.conduct.randomisation import Randomise
from equipoise.conduct.screening import EnterScreening, Register
from equipoise.conduct.sight import Sight, closed_visits
from equipoise.conduct.state.administration import RoleHeld
from equipoise.conduct.state.openings import Opening
from equipoise.conduct.trial_state import TrialState
from equipoise.study.model import Study
from equipoise.web import write_service
from equipoise.web.people import name_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from equipoise.conduct.subject import Subject
    from equipoise.web.models import Account, DeviationRow, SubjectRow, TableRow

    Kept = TypeVar("Kept", SubjectRow, DeviationRow, TableRow)

__all__ = ["Viewer", "viewer_of"]

ENROLLING = {EnterScreening.kind, Register.kind, Randomise.kind}


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """One person as the trial knows them now; `sites` is None when they see every site."""

    person_id: str
    account: "Account | None" = field(repr=False)
    roles: tuple[RoleHeld, ...]
    sites: frozenset[str] | None
    sees: frozenset[str]
    study: Study = field(repr=False)
    trial_state: TrialState = field(repr=False)
    on: date
    now: datetime

    @cached_property
    def name(self) -> str:
        """What they are called; it is unsealed for whoever shows it, and no program does."""
        return name_of(self.account) if self.person_id else ""

    @property
    def home_site(self) -> str:
        """The hospital they work at; empty for someone of the whole trial."""
        return next((held.site for held in self.roles if held.site), "")

    @property
    def opening(self) -> Opening | None:
        """The opening by which they see results by arm; `results_open` tells as of when."""
        return (
            self.trial_state.openings.opening_on(self.on) if self.could_see_results_by_arm else None
        )

    @property
    def could_see_results_by_arm(self) -> bool:
        """Whether they would see results by arm, if two people opened them."""
        return "results-by-arm" in self.sees

    @property
    def sees_audit(self) -> bool:
        """Whether they may read who did what, of the participants they see."""
        return "audit" in self.sees

    @property
    def sees_whole_audit(self) -> bool:
        """Whether they may also read what was done in the trial as a whole."""
        return any(
            "audit" in _sight(self.study, held) and self.study.role_of[held.role].scope == "trial"
            for held in self.roles
        )

    @property
    def sees_access(self) -> bool:
        """Whether they may read who came in or took out data: the office, whom the study names."""
        named = any(
            "access" in _sight(self.study, held) and self.study.role_of[held.role].scope == "trial"
            for held in self.roles
        )
        return named or self.may(GiveRole.kind)

    @property
    def sees_draws(self) -> bool:
        """Whether they may see what an arm was drawn from: chances, imbalance, the draw itself.

        Whoever can bring someone to a draw could guess the next arm from it, and choose whom.
        """
        allowed = {kind for held in self.roles for kind in _may(self.study, held)}
        return self.sees_whole_audit and not allowed & ENROLLING

    @property
    def sight(self) -> Sight:
        """What is open to them of what is closed to most; results by arm are opened elsewhere."""
        return Sight(
            person_id=self.person_id,
            all_votes=self.sees_all_votes,
            draws=self.sees_draws,
            everywhere=self.sites is None,
        )

    @property
    def closed_visits(self) -> frozenset[str]:
        """The visits that lists leave out for them, since they could count arms by them.

        Also while results by arm are open to them: these are as of a data cut, and lists as of now.
        """
        return closed_visits(self.study, self.sight)

    @property
    def closed(self) -> frozenset[str]:
        """The same, with the acts and deviations that lists leave out for that."""
        return closed_to(self.study, self.sight)

    @property
    def sees_status(self) -> bool:
        """Whether they may see how the trial as a whole is doing, all arms together."""
        return "status" in self.sees

    @property
    def sees_all_votes(self) -> bool:
        """Whether they may see every vote of the panel, once none is awaited."""
        return "all-votes" in self.sees

    @property
    def sees_subjects(self) -> bool:
        """Whether there is any site whose participants they see."""
        return self.sites is None or bool(self.sites)

    @property
    def may_read_panel(self) -> bool:
        """Whether the panel's pages are open to them: they read for it, or chair it."""
        rules = self.study.panel
        return rules is not None and (self.has(rules.role) or self.has(rules.chair))

    def has(self, role: str) -> bool:
        """Whether they hold the role anywhere."""
        return any(held.role == role for held in self.roles)

    def may_see_site(self, site: str) -> bool:
        """Whether they see the participants of this site."""
        return bool(site) and (self.sites is None or site in self.sites)

    def sites_asked(self, site: str) -> frozenset[str] | None:
        """The hospitals that numbers are of, where one may be asked for; None: all of them."""
        if site not in self.study.site_of:
            return self.sites
        return frozenset({site}) if self.may_see_site(site) else frozenset()

    def may_see_subject(self, subject: "Subject | SubjectRow") -> bool:
        """Whether they see this participant; one who does not exist is seen by nobody."""
        return self.may_see_site(subject.site)

    def may(self, kind: str, site: str = "") -> bool:
        """Whether their roles allow this kind of act at this site."""
        return bool(self.person_id) and trial.may(
            self.study, self.trial_state, self.person_id, kind, site
        )

    def sites_where(self, kind: str) -> list[str]:
        """The open sites, retired ones not, at which they may do this kind of act."""
        known = (self.study.site_of.get(site) for site in self.trial_state.sites)
        return sorted(s.id for s in known if s and not s.retired and self.may(kind, s.id))

    def reads(self, subject: "Subject") -> bool:
        """Whether the panel's open question on this participant is theirs to read now."""
        rules, review = self.study.panel, panel.open_review(subject)
        if rules is None or review is None:
            return False
        if self.has(rules.chair):
            return True
        return self.has(rules.role) and self.person_id in panel.readers(rules, review)

    def visible(self, rows: "QuerySet[Kept]") -> "QuerySet[Kept]":
        """Of these participants, or of what is kept of them, those whom they see."""
        return rows if self.sites is None else rows.filter(site__in=self.sites)


def viewer_of(study: Study, trial_state: TrialState, account: "Account | None") -> Viewer:
    """The viewer behind an account; someone without one, or shut out, holds no role."""
    known = account is not None and account.is_active and bool(account.person_id)
    person_id = account.person_id if account and known else ""
    person = trial_state.people.get(person_id)
    roles, now = tuple(person.roles) if person else (), write_service.now()
    return Viewer(
        person_id=person_id,
        account=account,
        roles=roles,
        sites=_sites(study, roles),
        sees=frozenset(sight for held in roles for sight in _sight(study, held)),
        study=study,
        trial_state=trial_state,
        on=now.astimezone(ZoneInfo(study.identity.timezone)).date(),
        now=now,
    )


def _may(study: Study, held: RoleHeld) -> tuple[str, ...]:
    role = study.role_of.get(held.role)
    return role.may if role else ()


def _sight(study: Study, held: RoleHeld) -> tuple[str, ...]:
    role = study.role_of.get(held.role)
    return role.sees if role else ()


def _sites(study: Study, roles: tuple[RoleHeld, ...]) -> frozenset[str] | None:
    seeing = [held for held in roles if "subjects" in _sight(study, held)]
    if any(study.role_of[held.role].scope == "trial" for held in seeing):
        return None
    return frozenset(held.site for held in seeing if held.site)

"""The trial office: opening the trial, its sites, its people and their roles, amendments."""

from collections.abc import Iterator
from typing import ClassVar

from equipoise.conduct.act import Act, Refusal, Scene, Stamp, StreamName
from equipoise.conduct.whole import Person, RoleHeld, Whole

__all__ = ["AdoptAmendment", "CloseAccrual", "EndRole", "GiveRole", "OpenSite", "OpenTrial"]


class OpenTrial(Act, frozen=True, kw_only=True):
    """The first act of all: adopts the study text and commits to the secret seed by its hash."""

    kind: ClassVar[str] = "study.open"
    stream: ClassVar[StreamName] = "study"
    version: str
    digest: str
    seed_commitment: str

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        if scene.whole.opened_on:
            yield Refusal("study.open-already", "the trial was opened before")
        if self.digest != scene.study.digest:
            yield Refusal("study.other-text", "this is not the study text that is being opened")
        if len(self.seed_commitment) != 64:
            yield Refusal("study.no-commitment", "the secret seed must be committed by its hash")

    def apply_to_whole(self, whole: Whole, stamp: Stamp, subject_id: str) -> None:
        whole.opened_on = stamp.on
        whole.seed_commitment = self.seed_commitment
        whole.study_digest, whole.study_version = self.digest, self.version


class AdoptAmendment(Act, frozen=True, kw_only=True):
    """From now on the trial runs under another study text, named by its digest."""

    kind: ClassVar[str] = "study.amend"
    stream: ClassVar[StreamName] = "study"
    version: str
    digest: str
    because: str

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        if not scene.whole.opened_on:
            yield Refusal("study.not-open", "the trial has not been opened")
        if self.digest == scene.whole.study_digest:
            yield Refusal("study.same-text", "the trial runs under this study text already")
        if not self.because.strip():
            yield Refusal("study.no-reason", "say why the study is amended", "because")

    def apply_to_whole(self, whole: Whole, stamp: Stamp, subject_id: str) -> None:
        whole.study_digest, whole.study_version = self.digest, self.version


class CloseAccrual(Act, frozen=True, kw_only=True):
    """Nobody more is randomised."""

    kind: ClassVar[str] = "study.close-accrual"
    stream: ClassVar[StreamName] = "study"
    because: str

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        if scene.whole.closed_on:
            yield Refusal("study.closed-already", "accrual was closed before")

    def apply_to_whole(self, whole: Whole, stamp: Stamp, subject_id: str) -> None:
        whole.closed_on = stamp.on


class OpenSite(Act, frozen=True, kw_only=True):
    """A hospital starts to take part."""

    kind: ClassVar[str] = "site.open"
    stream: ClassVar[StreamName] = "study"
    site: str

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        if self.site not in scene.study.site_of:
            yield Refusal("site.unknown", f"the study file names no site {self.site!r}", "site")
        if self.site in scene.whole.sites:
            yield Refusal("site.open-already", f"site {self.site} is open already", "site")

    def apply_to_whole(self, whole: Whole, stamp: Stamp, subject_id: str) -> None:
        whole.sites[self.site] = stamp.on


class GiveRole(Act, frozen=True, kw_only=True):
    """Someone may act in a role from now on."""

    kind: ClassVar[str] = "role.give"
    stream: ClassVar[StreamName] = "study"
    person: str
    role: str
    site: str = ""

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        role = scene.study.role_of.get(self.role)
        person = scene.whole.people.get(self.person)
        if role is None:
            yield Refusal("role.unknown", f"the study file names no role {self.role!r}", "role")
        if role and role.scope == "site" and not self.site:
            yield Refusal("role.needs-site", f"the role {self.role} is held at a site", "site")
        if self.site and self.site not in scene.study.site_of:
            yield Refusal("site.unknown", f"the study file names no site {self.site!r}", "site")
        if not self.person.strip() or "@" in self.person:
            yield Refusal("role.no-person", "a person is named by an id, not an e-mail", "person")
        if person and RoleHeld(self.role, self.site) in person.roles:
            yield Refusal("role.held-already", f"{self.person} holds this role already", "role")

    def apply_to_whole(self, whole: Whole, stamp: Stamp, subject_id: str) -> None:
        person = whole.people.setdefault(self.person, Person(person_id=self.person))
        person.roles.append(RoleHeld(self.role, self.site))


class EndRole(Act, frozen=True, kw_only=True):
    """Someone may no longer act in a role. What they did stays theirs."""

    kind: ClassVar[str] = "role.end"
    stream: ClassVar[StreamName] = "study"
    person: str
    role: str
    site: str = ""

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        person = scene.whole.people.get(self.person)
        if person is None or RoleHeld(self.role, self.site) not in person.roles:
            yield Refusal("role.not-held", f"{self.person} does not hold this role", "role")

    def apply_to_whole(self, whole: Whole, stamp: Stamp, subject_id: str) -> None:
        person = whole.people[self.person]
        person.roles = [held for held in person.roles if held != RoleHeld(self.role, self.site)]

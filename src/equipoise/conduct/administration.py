"""The trial office: opening the trial, its sites, its people and their roles, amendments."""

import re
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, Self

import msgspec

from equipoise.conduct import unverified
from equipoise.conduct.act import Act, Context, Stamp, StreamName
from equipoise.conduct.adoption import keeps_out
from equipoise.conduct.chapter import Chapter
from equipoise.conduct.draw_rules import CHANGES, begins_anew, codes_of, draw_rules
from equipoise.conduct.eligibility import retired_site
from equipoise.conduct.random_source import RandomSource
from equipoise.conduct.state.administration import AdministrationState, Person, RoleHeld
from equipoise.conduct.trial_state import TrialState
from equipoise.conduct.words import Ask, Choices, Labels, Words, hospitals_of
from equipoise.ledger import EVERYTHING
from equipoise.study.kinds.blank import is_blank
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal

__all__ = [
    "AdoptAmendment",
    "CloseAccrual",
    "EndRole",
    "GiveRole",
    "OpenSite",
    "OpenTrial",
    "is_of_office",
]

OPEN_ALREADY = Reason("study.open-already", "", "the trial was opened before")
NO_COMMITMENT = Reason(
    "study.no-commitment", "seed_commitment", "the secret seed must be committed by its hash"
)
NO_OPENER = Reason("role.no-person", "", "whoever opens the trial is named by an id")
NO_PERSON = Reason(
    "role.no-person",
    "person",
    "a person is named by an id of letters and digits, not a name or an e-mail",
)
OTHER_TEXT = Reason(
    "study.other-text", "", "the study file that was read is another text than this"
)
WHY_AMENDED = Reason("study.no-reason", "because", "say why the study is amended")
WHY_CLOSED = Reason("study.no-reason", "because", "say why accrual is closed")
DRAWS_GIVEN = Reason(
    "study.draws-given", "", "the trial works out what becomes of the draws; do not name it"
)
CLOSED_ALREADY = Reason("study.closed-already", "", "accrual was closed before")
NO_SITE = Reason("site.unknown", "site", "the study file names no site '{site}'")
SITE_OPEN = Reason("site.open-already", "site", "{hospital} is open already")
NO_ROLE = Reason("role.unknown", "role", "the study file names no role '{role}'")
NEEDS_SITE = Reason("role.needs-site", "site", "the role {role} is held at a site")
HELD_ALREADY = Reason("role.held-already", "role", "this person holds this role already")
NOT_HELD = Reason("role.not-held", "role", "this person does not hold this role")
APART = Reason(
    "role.kept-apart",
    "role",
    "{role} and {other} exclude each other: this person holds the other, or held it",
)
FIRST_ROLE = Reason("role.first", "role", "the first role given must be one that may give roles")
LAST_GIVER = Reason(
    "role.last",
    "role",
    "nobody could give roles any more; give someone else this role first",
)

EARLIER = Choices(
    {
        "": "All are in the ledger",
        "lost": "Lost: the new text could not be compared with all of them",
    }
)

_PERSON = re.compile(r"(?!(?:trial|participant)$)[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def roles_of(study: Study) -> Labels:
    """The roles of the study."""
    return {role.id: role.label for role in study.roles}


class OpenTrial(Act, frozen=True, kw_only=True):
    """The first act of all: adopts the study text and commits to the secret seed by its hash."""

    kind: ClassVar[str] = "study.open"
    writes_trial: ClassVar[str] = "administration"
    stream: ClassVar[StreamName] = "study"
    words: ClassVar[Words] = Words(
        name="Trial opened", title="Open the trial", line="Trial opened: version {version}"
    )
    version: Annotated[str, Ask("Version of the study text")]
    digest: Annotated[str, Ask("Digest of the study text")]
    seed_commitment: Annotated[str, Ask("Commitment to the sealed seed")]

    def refusals(self, context: Context) -> Iterator[Refusal]:
        if context.trial_state.opened_on:
            yield OPEN_ALREADY()
        yield from _other_text(context.study, self.version, self.digest)
        if not _DIGEST.fullmatch(self.seed_commitment):
            yield NO_COMMITMENT()
        if not _PERSON.fullmatch(context.stamp.by):
            yield NO_OPENER()
        yield from _unverified(context)

    def apply_to_trial(self, state: AdministrationState, stamp: Stamp, subject_id: str) -> None:
        state.opened_on, state.opened_by = stamp.on, stamp.by
        state.seed_commitment = self.seed_commitment
        _adopt(state, self.version, self.digest, stamp)


class AdoptAmendment(Act, frozen=True, kw_only=True):
    """From now on the trial runs under another study text, named by its digest.

    It is done under the new text: the study that is passed to `perform` is the one adopted.
    """

    kind: ClassVar[str] = "study.amend"
    writes_trial: ClassVar[str] = "administration"
    stream: ClassVar[StreamName] = "study"
    holds: ClassVar[tuple[str, ...]] = (EVERYTHING,)
    words: ClassVar[Words] = Words(
        name="Study amended", title="Adopt an amendment", line="Study amended: version {version}"
    )
    version: Annotated[str, Ask("Version of the study text")]
    digest: Annotated[str, Ask("Digest of the study text")]
    because: Annotated[str, Ask("Why is the study amended?", label="Reason", kind="area")]
    earlier_texts: Annotated[
        Literal["", "lost"],
        Ask("Earlier study texts that the ledger does not hold", EARLIER, label="Earlier texts"),
    ] = ""
    """What can not be compared is stated, and stands in the record."""
    draws: Annotated[
        list[str], Ask("What it changes of the randomisation", CHANGES, by_trial=True)
    ] = []
    """Worked out from the two texts; of before there were rules, nothing is said."""
    counted_from: Annotated[
        int,
        Ask("The balance begins anew: the first draw that counts", kind="number", by_trial=True),
    ] = 0
    """0: those who were drawn before count on."""

    def refusals(self, context: Context) -> Iterator[Refusal]:
        if not context.trial_state.opened_on:
            return  # `perform` says so
        if is_blank(self.because):
            yield WHY_AMENDED()
        other = list(_other_text(context.study, self.version, self.digest))
        if self.draws or self.counted_from:
            yield DRAWS_GIVEN()
        lost = self.earlier_texts == "lost"
        yield from other or keeps_out(context.trial_state, context.study, stated_lost=lost)
        yield from () if other else _unverified(context)

    def apply_to_trial(self, state: AdministrationState, stamp: Stamp, subject_id: str) -> None:
        _adopt(state, self.version, self.digest, stamp)
        if self.counted_from:
            state.counted_from.append(self.counted_from)

    def settled(self, context: Context, random_source: RandomSource | None) -> Self:
        before = context.study.under(context.trial_state.study_digest)
        if before is None:
            codes, anew = ["lost"], True
        else:
            rules = draw_rules(before, context.study)
            codes, anew = codes_of(rules), begins_anew(rules)
        counted_from = context.trial_state.next_draw if anew else 0
        return msgspec.structs.replace(self, draws=codes, counted_from=counted_from)


class CloseAccrual(Act, frozen=True, kw_only=True):
    """Nobody more is randomised."""

    kind: ClassVar[str] = "study.close-accrual"
    writes_trial: ClassVar[str] = "administration"
    stream: ClassVar[StreamName] = "study"
    words: ClassVar[Words] = Words(
        name="Accrual closed",
        title="Close accrual",
        intro="From then on nobody is randomised.",
        happened="Day on which accrual closes",
        button="Close accrual",
        done="Accrual is closed",
        address="close-accrual",
    )
    because: Annotated[
        str,
        Ask(
            "Why is accrual closed?",
            label="Reason",
            kind="area",
            needed="Say why accrual is closed",
        ),
    ]

    def refusals(self, context: Context) -> Iterator[Refusal]:
        if context.trial_state.closed_on:
            yield CLOSED_ALREADY()
        if is_blank(self.because):
            yield WHY_CLOSED()

    def apply_to_trial(self, state: AdministrationState, stamp: Stamp, subject_id: str) -> None:
        state.closed_on = stamp.on


class OpenSite(Act, frozen=True, kw_only=True):
    """A hospital starts to take part."""

    kind: ClassVar[str] = "site.open"
    writes_trial: ClassVar[str] = "administration"
    stream: ClassVar[StreamName] = "study"
    words: ClassVar[Words] = Words(
        name="Site opened", title="Open a hospital", line="Site opened: {site}"
    )
    site: Annotated[str, Ask("Hospital", hospitals_of, needed="Choose the hospital")]

    def refusals(self, context: Context) -> Iterator[Refusal]:
        if self.site not in context.study.site_of:
            yield NO_SITE(site=self.site)
        if self.site in context.trial_state.sites:
            known = context.study.site_of.get(self.site)
            yield SITE_OPEN(hospital=known.name if known else self.site)
        yield from retired_site(context.study, self.site)

    def apply_to_trial(self, state: AdministrationState, stamp: Stamp, subject_id: str) -> None:
        state.sites[self.site] = stamp.on


class GiveRole(Act, frozen=True, kw_only=True):
    """Someone may act in a role from now on."""

    kind: ClassVar[str] = "role.give"
    writes_trial: ClassVar[str] = "administration"
    stream: ClassVar[StreamName] = "study"
    words: ClassVar[Words] = Words(
        name="Role given",
        title="Give a role",
        line="Role given: {person}, {role}[, site {site}]",
    )
    person: Annotated[str, Ask("Person", kind="person")]
    role: Annotated[str, Ask("Role", roles_of, needed="Choose the role")]
    site: Annotated[str, Ask("Hospital", hospitals_of, by_code=True)] = ""

    def refusals(self, context: Context) -> Iterator[Refusal]:
        role = context.study.role_of.get(self.role)
        person = context.trial_state.people.get(self.person)
        if role is None:
            yield NO_ROLE(role=self.role)
        elif role.scope == "site" and not self.site:
            yield NEEDS_SITE(role=role.label)
        if self.site and self.site not in context.study.site_of:
            yield NO_SITE(site=self.site)
        if not _PERSON.fullmatch(self.person):
            yield NO_PERSON()
        if person and RoleHeld(self.role, self.site) in person.roles:
            yield HELD_ALREADY()
        if role and person:
            apart = context.study.kept_apart(role.id)
            for other in (context.study.role_of.get(had) for had in person.had if had in apart):
                yield APART(role=role.label, other=other.label if other else "")
        if not context.trial_state.people and self.role not in _givers(context.study):
            yield FIRST_ROLE()

    def apply_to_trial(self, state: AdministrationState, stamp: Stamp, subject_id: str) -> None:
        person = state.people.setdefault(self.person, Person(person_id=self.person))
        person.roles.append(RoleHeld(self.role, self.site))
        if self.role not in person.had:
            person.had.append(self.role)


class EndRole(Act, frozen=True, kw_only=True):
    """Someone may no longer act in a role. What they recorded stays under their name."""

    kind: ClassVar[str] = "role.end"
    writes_trial: ClassVar[str] = "administration"
    stream: ClassVar[StreamName] = "study"
    words: ClassVar[Words] = Words(
        name="Role ended",
        title="End a role",
        line="Role ended: {person}, {role}[, site {site}]",
    )
    person: Annotated[str, Ask("Person", kind="person")]
    role: Annotated[str, Ask("Role", roles_of)]
    site: Annotated[str, Ask("Hospital", hospitals_of, by_code=True)] = ""

    def refusals(self, context: Context) -> Iterator[Refusal]:
        person = context.trial_state.people.get(self.person)
        if person is None or RoleHeld(self.role, self.site) not in person.roles:
            yield NOT_HELD()
        elif self._last_giver(context):
            yield LAST_GIVER()

    def apply_to_trial(self, state: AdministrationState, stamp: Stamp, subject_id: str) -> None:
        person = state.people[self.person]
        person.roles = [held for held in person.roles if held != RoleHeld(self.role, self.site)]

    def _last_giver(self, context: Context) -> bool:
        givers = _givers(context.study)
        holding = [
            (person.person_id, held)
            for person in context.trial_state.people.values()
            for held in person.roles
            if held.role in givers
        ]
        return holding == [(self.person, RoleHeld(self.role, self.site))]


def is_of_office(study: Study, trial_state: TrialState, person_id: str) -> bool:
    """Whether someone holds, or held, a role that gives roles."""
    person, givers = trial_state.people.get(person_id), _givers(study)
    return person is not None and any(had in givers for had in person.had)


def _adopt(state: AdministrationState, version: str, digest: str, stamp: Stamp) -> None:
    state.study_digest, state.study_version = digest, version
    state.adopted.append(digest)
    state.adopted_on.setdefault(digest, stamp.on)


def _other_text(study: Study, version: str, digest: str) -> Iterator[Refusal]:
    if (version, digest) != (study.version, study.digest):
        yield OTHER_TEXT()


def _unverified(context: Context) -> Iterator[Refusal]:
    """What is recalled in the text, and not confirmed."""
    confirmed = context.trial_state.assumptions
    return unverified.keeps_out(context.study, confirmed, invented=context.stamp.invented)


def _givers(study: Study) -> set[str]:
    """The roles that may give roles."""
    return {role.id for role in study.roles if GiveRole.kind in role.may}


CHAPTER = Chapter(
    name="trial administration",
    acts=(OpenTrial, AdoptAmendment, CloseAccrual, OpenSite, GiveRole, EndRole),
)

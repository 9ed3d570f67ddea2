"""Consent: given for one version of the form, withdrawn in part or in whole."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal

from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.chapter import Chapter, Due, Happened, Turn
from equipoise.conduct.coverage import again, versions_barred, versions_of_amendment
from equipoise.conduct.eligibility import NO_CONSENT, NOTHING_SIGNED
from equipoise.conduct.screened_before import rested_on
from equipoise.conduct.state.consent import ConsentGiven, ConsentState, Withdrawal
from equipoise.conduct.subject import Subject
from equipoise.conduct.withdrawal import LEFT, withdrawn
from equipoise.conduct.words import Ask, Choices, Labels, Words
from equipoise.logic.watched import unwatched
from equipoise.study.model import Study
from equipoise.study.reason import OneOf, Phrase, Reason, Refusal
from equipoise.study.sections.consent import ConsentVersion

__all__ = ["GiveConsent", "WithdrawConsent"]

NO_VERSION = Reason(
    "consent.unknown-version",
    "version",
    "there is no consent version '{version}'; there are {known}",
)
BEFORE_VERSION = Reason(
    "consent.before-version", "happened", "version {version} may be signed from {day}"
)
GIVEN_BEFORE = Reason("consent.given-before", "version", "version {version} was signed already")
TOO_EARLY = Reason(
    "consent.withdrawn-too-early",
    "happened",
    "consent was given on {day}; it cannot be withdrawn before",
)
WITHDRAWN_BEFORE = Reason("consent.withdrawn-before", "scope", "this was withdrawn already")

NOT_YET = Reason(
    "consent.not-active",
    "version",
    "version {version} belongs to amendment {amendment}, by which {hospital} does not work on "
    "{day}",
)
TOO_OLD = Reason(
    "consent.superseded",
    "version",
    "version {version} may be signed no longer at {hospital}: version {newer} took its place by "
    "amendment {amendment}",
)
AGAIN_FIRST = Reason(
    "consent.again",
    "consent",
    "version {version} of the consent form is to be signed first, by amendment {amendment}",
)
AGAIN = Phrase("Consent again: version {version}, by amendment {amendment}")

Scope = Literal["treatment", "questionnaires", "contact", "further-use", "follow-up", "everything"]
SCOPES = Choices(
    {
        "treatment": "Treatment only: stays in follow-up",
        "questionnaires": "Questionnaires: visits and everything else go on",
        "contact": "Being called or written to: visits and records go on",
        "further-use": "Use of data and samples beyond this trial",
        "follow-up": "Follow-up visits too: what is recorded may be used",
        "everything": "Everything: leaves the trial",
    }
)


def versions_of(study: Study) -> Labels:
    """The versions of the consent form, by their codes."""
    return {version.version: version.label for version in study.consent.versions}


def unsigned(study: Study, subject: Subject) -> list[str]:
    """The versions that may still be signed; all of them once each has been."""
    given = {done.version for done in subject.consent.given}
    known = _signable(study, subject)
    return [version for version in known if version not in given] or known


def _signable(study: Study, subject: Subject) -> list[str]:
    """The versions that were signed at the hospital at some time, up to the newest there."""
    active = study.active.get(subject.site, {})
    asked_later = (one for one in study.amendments if one.id not in active)
    waits = {name for one in asked_later for name in versions_of_amendment(study, one)}
    return [version for version in versions_of(study) if version not in waits]


def newest(study: Study, subject: Subject, on: date) -> str:
    """The version that is signed most likely."""
    left, barred = unsigned(study, subject), versions_barred(study, subject, on)
    return ([version for version in left if version not in barred] or left)[-1]


def not_withdrawn(study: Study, subject: Subject) -> list[str]:
    """What may still be withdrawn; all of it once nothing is left."""
    done = {one.scope for one in subject.consent.withdrawals}
    left = [] if "everything" in done else [scope for scope in SCOPES if scope not in done]
    return left or [*SCOPES]


class GiveConsent(Act, frozen=True, kw_only=True):
    """The participant signed this version of the consent form on the day it happened."""

    kind: ClassVar[str] = "consent.give"
    writes: ClassVar[str] = "consent"
    words: ClassVar[Words] = Words(
        name="Consent signed",
        title="Record a signed consent",
        link="Record the signed consent",
        line="Consent signed, version {version}",
        happened="Day on which the participant signed",
        button="Record the consent",
        done="The consent is recorded",
        address="consent",
    )

    version: Annotated[
        str,
        Ask(
            "Which form was signed?",
            versions_of,
            needed="Choose the form that was signed",
            by_code=True,
            fits=unsigned,
            before=newest,
        ),
    ]

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        given = {done.version for done in subject.consent.given}
        return not given.issuperset(_signable(study, subject)) and not (
            subject.failed_on or subject.died_on
        )

    def refusals(self, context: Context) -> Iterator[Refusal]:
        version = _version(context, self.version)
        if version is None:
            known = OneOf(tuple(v.version for v in context.study.consent.versions))
            yield NO_VERSION(version=self.version, known=known)
        elif context.stamp.on < version.from_on:
            yield BEFORE_VERSION(version=self.version, day=version.from_on)
        yield from self._barred(context)
        if any(given.version == self.version for given in context.subject.consent.given):
            yield GIVEN_BEFORE(version=self.version)
        if any(w.scope == "everything" for w in context.subject.consent.withdrawals):
            yield LEFT()

    def _barred(self, context: Context) -> Iterator[Refusal]:
        """Why an amendment lets nobody sign this version at the hospital on the day."""
        study, on = context.study, context.stamp.on
        amendment = versions_barred(study, context.subject, on).get(self.version)
        if amendment is None:
            return
        known = study.site_of.get(context.subject.site)
        values = {
            "hospital": known.name if known else context.subject.site,
            "version": self.version,
        }
        if self.version in versions_of_amendment(study, amendment):
            yield NOT_YET(**values, amendment=amendment.id, day=on)
        else:
            yield TOO_OLD(**values, amendment=amendment.id, newer=amendment.consent)

    def apply(self, state: ConsentState, stamp: Stamp) -> None:
        state.given.append(ConsentGiven(version=self.version, **stamp.marks))


class WithdrawConsent(Act, frozen=True, kw_only=True):
    """The participant no longer agrees. What was recorded before stays recorded."""

    kind: ClassVar[str] = "consent.withdraw"
    writes: ClassVar[str] = "consent"
    words: ClassVar[Words] = Words(
        name="Consent withdrawn",
        title="Record that consent is withdrawn",
        link="Record a withdrawal",
        line="Consent withdrawn: {scope}",
        intro="What was recorded before stays recorded. Nobody has to give a reason.",
        happened="Day on which the participant said so",
        button="Record the withdrawal",
        done="The withdrawal is recorded",
        address="withdraw",
    )

    scope: Annotated[
        Scope,
        Ask("What is withdrawn?", SCOPES, needed="Choose what is withdrawn", fits=not_withdrawn),
    ]
    reason: Annotated[
        str,
        Ask(
            "Reason, if one was given",
            label="Reason",
            kind="area",
            hint="No names here, nor anything else that tells who it is.",
        ),
    ] = ""

    @classmethod
    def offered(cls, study: Study, subject: Subject) -> bool:
        return bool(subject.consent.given) and not subject.consent.left_everything

    def refusals(self, context: Context) -> Iterator[Refusal]:
        consented = context.subject.consent_on
        if consented is None:
            yield NOTHING_SIGNED()
        elif context.stamp.on < consented:
            yield TOO_EARLY(day=consented)
        if any(w.scope in (self.scope, "everything") for w in context.subject.consent.withdrawals):
            yield WITHDRAWN_BEFORE()

    def rests(self, context: Context, seq: int) -> Iterator[Refusal]:
        return rested_on(context)

    def apply(self, state: ConsentState, stamp: Stamp) -> None:
        state.withdrawals.append(
            Withdrawal(
                scope=self.scope,
                reason=self.reason,
                **stamp.marks,
            )
        )


def _version(context: Context, version: str) -> ConsentVersion | None:
    return next((v for v in context.study.consent.versions if v.version == version), None)


def _keeps_out(study: Study, subject: Subject, on: date) -> Iterator[Refusal]:
    if subject.consent_on is None or subject.consent_on > on:
        yield NO_CONSENT()
    yield from withdrawn(study, subject, on, "entry")
    needed = again(study, subject)
    if needed and on >= needed.since:
        yield AGAIN_FIRST(version=needed.amendment.consent, amendment=needed.amendment.id)


def _agenda(study: Study, subject: Subject, on: date) -> Iterator[Due]:
    if subject.is_entering and not subject.consent.given:
        yield Due(urgency="due", what=GiveConsent, where=GiveConsent)
    if needed := again(study, subject):
        amendment, last = needed.amendment, needed.last
        late = Turn(last + timedelta(days=1), "overdue", last)
        is_late = unwatched(on) > last
        yield Due(
            urgency="overdue" if is_late else "due",
            what=AGAIN(version=amendment.consent, amendment=amendment.id),
            when=last,
            where=GiveConsent,
            later=() if is_late else (late,),
        )


def _course(study: Study, subject: Subject) -> Iterator[Happened]:
    for given in subject.consent.given:
        yield Happened(done=given, act=GiveConsent, what=given)
    for left in subject.consent.withdrawals:
        yield Happened(done=left, act=WithdrawConsent, what=left, more=(left.reason,))


CHAPTER = Chapter(
    name="consent",
    acts=(GiveConsent, WithdrawConsent),
    keeps_out=_keeps_out,
    agenda=_agenda,
    course=_course,
)

"""Consent: given for one version of the form, withdrawn in part or in whole."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from equipoise.conduct.act import Act, Scene, Stamp
from equipoise.conduct.eligibility import LEFT, NOTHING_SIGNED
from equipoise.conduct.reason import OneOf, Reason, Refusal
from equipoise.conduct.subject import ConsentGiven, Subject, Withdrawal
from equipoise.study.blocks import ConsentVersion

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


class GiveConsent(Act, frozen=True, kw_only=True):
    """The participant signed this version of the consent form on the day it happened."""

    kind: ClassVar[str] = "consent.give"

    version: str

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        version = _version(scene, self.version)
        if version is None:
            known = OneOf(tuple(v.version for v in scene.study.consent.versions))
            yield NO_VERSION(version=self.version, known=known)
        elif scene.stamp.on < version.from_on:
            yield BEFORE_VERSION(version=self.version, day=version.from_on)
        if any(given.version == self.version for given in scene.subject.consents):
            yield GIVEN_BEFORE(version=self.version)
        if any(w.scope == "everything" for w in scene.subject.withdrawals):
            yield LEFT()

    def apply(self, subject: Subject, stamp: Stamp) -> None:
        subject.consents.append(ConsentGiven(version=self.version, **stamp.marks))


class WithdrawConsent(Act, frozen=True, kw_only=True):
    """The participant no longer agrees. What was recorded before stays recorded."""

    kind: ClassVar[str] = "consent.withdraw"

    scope: Literal["treatment", "follow-up", "everything"]
    reason: str = ""

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        consented = scene.subject.consent_on
        if consented is None:
            yield NOTHING_SIGNED()
        elif scene.stamp.on < consented:
            yield TOO_EARLY(day=consented)
        if any(w.scope in (self.scope, "everything") for w in scene.subject.withdrawals):
            yield WITHDRAWN_BEFORE()

    def apply(self, subject: Subject, stamp: Stamp) -> None:
        subject.withdrawals.append(
            Withdrawal(
                scope=self.scope,
                reason=self.reason,
                **stamp.marks,
            )
        )


def _version(scene: Scene, version: str) -> ConsentVersion | None:
    return next((v for v in scene.study.consent.versions if v.version == version), None)

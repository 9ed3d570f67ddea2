"""Consent: given for one version of the form, withdrawn in part or in whole."""

from collections.abc import Iterator
from typing import ClassVar, Literal

from equipoise.conduct.act import Act, Refusal, Scene, Stamp
from equipoise.conduct.subject import ConsentGiven, Subject, Withdrawal
from equipoise.study.blocks import ConsentVersion

__all__ = ["GiveConsent", "WithdrawConsent"]


class GiveConsent(Act, frozen=True, kw_only=True):
    """The participant signed this version of the consent form on the day it happened."""

    kind: ClassVar[str] = "consent.give"

    version: str

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        version = _version(scene, self.version)
        if version is None:
            known = ", ".join(v.version for v in scene.study.consent.versions)
            yield Refusal(
                "consent.unknown-version",
                f"there is no consent version {self.version!r}; there are {known}",
                "version",
            )
        elif scene.stamp.on < version.from_on:
            yield Refusal(
                "consent.before-version",
                f"version {self.version} may be signed from {version.from_on:%-d %B %Y}",
                "happened",
            )
        if any(given.version == self.version for given in scene.subject.consents):
            yield Refusal(
                "consent.given-before", f"version {self.version} was signed already", "version"
            )
        if any(w.scope == "everything" for w in scene.subject.withdrawals):
            yield Refusal("consent.withdrawn", "the participant has withdrawn from the trial")

    def apply(self, subject: Subject, stamp: Stamp) -> None:
        subject.consents.append(
            ConsentGiven(version=self.version, by=stamp.by, at=stamp.at, on=stamp.on)
        )


class WithdrawConsent(Act, frozen=True, kw_only=True):
    """The participant no longer agrees. What was recorded before stays recorded."""

    kind: ClassVar[str] = "consent.withdraw"

    scope: Literal["treatment", "follow-up", "everything"]
    reason: str = ""

    def refusals(self, scene: Scene) -> Iterator[Refusal]:
        consented = scene.subject.consent_on
        if consented is None:
            yield Refusal("consent.none", "there is no consent to withdraw")
        elif scene.stamp.on < consented:
            yield Refusal(
                "consent.withdrawn-too-early",
                f"consent was given on {consented:%-d %B %Y}; it cannot be withdrawn before",
                "happened",
            )
        if any(w.scope in (self.scope, "everything") for w in scene.subject.withdrawals):
            yield Refusal("consent.withdrawn-before", "this was withdrawn already", "scope")

    def apply(self, subject: Subject, stamp: Stamp) -> None:
        subject.withdrawals.append(
            Withdrawal(
                scope=self.scope,
                reason=self.reason,
                by=stamp.by,
                at=stamp.at,
                on=stamp.on,
            )
        )


def _version(scene: Scene, version: str) -> ConsentVersion | None:
    return next((v for v in scene.study.consent.versions if v.version == version), None)

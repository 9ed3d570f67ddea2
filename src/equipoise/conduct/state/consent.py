"""Consents given, and what was withdrawn."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import ClassVar

from equipoise.conduct.state.done import Done, Reader, State, on_days
from equipoise.study.facts import Fact
from equipoise.study.model import Study
from equipoise.study.sections.consent import CONSENT_ON, TREATMENT_WITHDRAWN_ON

__all__ = ["ConsentGiven", "ConsentState", "Withdrawal"]

_OF_TRIAL = ("treatment", "follow-up", "everything")
"""Withdrawn from the trial itself; the others leave taking part as it is."""


class ConsentGiven(Done, frozen=True, kw_only=True):
    """A signed consent."""

    version: str


class Withdrawal(Done, frozen=True, kw_only=True):
    """What the subject no longer agrees to: a part, follow-up, or everything."""

    scope: str
    reason: str = ""


class ConsentState(State, kw_only=True):
    """What the subject agreed to, and no longer agrees to."""

    facts: ClassVar[Mapping[Fact, Reader]] = {
        CONSENT_ON: lambda state, _: on_days(state.first_on),
        TREATMENT_WITHDRAWN_ON: lambda state, _: on_days(state.without("treatment")),
    }
    alone: ClassVar[tuple[str, ...]] = ("consent.give", "consent.withdraw")
    given: list[ConsentGiven] = []
    withdrawals: list[Withdrawal] = []

    @property
    def first_on(self) -> date | None:
        """The day of the first consent."""
        return min((one.on for one in self.given), default=None)

    @property
    def from_trial(self) -> list[Withdrawal]:
        """The withdrawals from treatment, follow-up or everything."""
        return [one for one in self.withdrawals if one.scope in _OF_TRIAL]

    def without(self, part: str) -> date | None:
        """The day from which they no longer agree to a part, with it alone or with everything."""
        first = self.first_without(part)
        return first.on if first else None

    def first_without(self, *parts: str) -> Withdrawal | None:
        """The first withdrawal, by its day, from one of these parts or from everything."""
        found = (one for one in self.withdrawals if one.scope in (*parts, "everything"))
        return min(found, key=lambda one: one.on, default=None)

    @property
    def left_everything(self) -> bool:
        """Whether they withdrew from the trial as a whole."""
        return any(one.scope == "everything" for one in self.withdrawals)

    def contacts(self, study: Study) -> Iterable[date]:
        """The days on which they signed."""
        return [one.on for one in self.given]

    def of_themselves(self) -> Iterable[tuple[str, Done]]:
        """Each consent and each withdrawal."""
        yield from (("consent.give", one) for one in self.given)
        yield from (("consent.withdraw", one) for one in self.withdrawals)

    def ends(self) -> date | None:
        """The day from which they no longer agree to be followed."""
        return self.without("follow-up")

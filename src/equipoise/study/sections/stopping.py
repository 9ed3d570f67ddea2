"""What the monitoring board watches: how many of an arm something befell, beside a limit.

Each rule is judged by one of two ways: an exact one-sided binomial test against the limit, or the
probability that the true share is above it, after a beta prior whose two figures stand here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from equipoise.study.expression import Expression
from equipoise.study.parts import Code, Number, Part, Source, Text

if TYPE_CHECKING:
    from equipoise.study.model import Study
    from equipoise.study.places import Key

__all__ = ["Exact", "Posterior", "Stopping", "Watched"]


class Exact(Part):
    """Crossed when so many would be this improbable at a true share that is the limit."""

    alpha: Number = Field(gt=0, lt=1, description="one-sided, of each look; looks are not counted")
    source: Source


class Posterior(Part):
    """Crossed when it is this probable that the true share is above the limit."""

    prior_with: Number = Field(gt=0, description="first figure of the beta prior: people with it")
    prior_without: Number = Field(gt=0, description="its second figure: people without it")
    probability: Number = Field(gt=0, lt=1, description="from this on it is crossed")
    source: Source


class Watched(Part):
    """One rule: what counts, among whom, and how many are too many."""

    id: Code
    label: Text
    arm: Code
    among: str = Field(description="a rule: who of the arm is looked at, such as the operated")
    counts: str = Field(description="a rule: whom it befell; who is not known to, it did not")
    complete: str = Field(
        default="",
        description="a rule: from when on someone counts whom it did not befall, such as after 90 "
        "days; left out: at once",
    )
    limit: Number = Field(gt=0, lt=100, description="share of the people, in percent")
    exact: Exact | None = None
    posterior: Posterior | None = None
    source: Source

    def expressions(self) -> Iterator[Expression]:
        """Its rules, and where they stand."""
        for name in ("among", "counts", "complete"):
            if text := getattr(self, name):
                yield Expression((name,), text)

    def strangers(self, study: Study) -> Iterator[tuple[Key, str]]:
        """An arm that there is not, and none or two ways by which it is judged."""
        if self.arm not in study.arm_of:
            yield ("arm",), f"no arm named {self.arm!r}"
        if (self.exact is None) == (self.posterior is None):
            yield (), "it is judged by one of `exact` and `posterior`"


class Stopping(Part):
    """Every rule that the monitoring board watches."""

    rules: tuple[Watched, ...] = Field(min_length=1)

    def expressions(self) -> Iterator[Expression]:
        """Every rule of the section, and where it stands."""
        for n, rule in enumerate(self.rules):
            for one in rule.expressions():
                yield Expression(("rules", n, *one.key), one.text)

    def strangers(self, study: Study) -> Iterator[tuple[Key, str]]:
        """What is wrong with a rule, and names that stand twice."""
        ids = [rule.id for rule in self.rules]
        for n, rule in enumerate(self.rules):
            if rule.id in ids[:n]:
                yield ("rules", n, "id"), f"{rule.id!r} stands twice"
            for key, because in rule.strangers(study):
                yield ("rules", n, *key), because

"""Randomisation: how the arm is drawn, and the facts that it leaves."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from equipoise.logic.facts import FactType, Kind
from equipoise.study.facts import Fact
from equipoise.study.parts import Code, Number, Part, Source, Text, Whole

if TYPE_CHECKING:
    from equipoise.study.model import Study

__all__ = ["ARM", "FACTS", "RANDOMISED_ON", "Factor", "Randomisation"]


class Factor(Part):
    """One factor that the allocation balances: an expression, and the levels it may take."""

    id: Code
    label: Text
    of: str
    levels: dict[str, Text] = Field(default={}, description="empty: the open sites")
    weight: Whole = Field(default=1, ge=1)
    source: Source


class Randomisation(Part):
    """How the arm is drawn."""

    method: Literal["minimisation", "blocks", "simple", "big-stick"]
    factors: tuple[Factor, ...] = ()
    favoured: Number = Field(
        default=Decimal("0.80"), gt=0, lt=1, description="probability of the favoured arm"
    )
    measure: Literal["range", "sd", "variance", "marginal balance"] = "range"
    block_sizes: tuple[Whole, ...] = ()
    tolerated: Whole = Field(default=3, ge=1, description="big stick: the largest imbalance")
    points: tuple[str, ...] = ()
    source: Source


def _arms(study: Study) -> FactType:
    choices = {arm.id: arm.label for arm in study.arms}
    return FactType(name="arm", kind=Kind.TEXT, choices=choices)


RANDOMISED_ON = Fact(
    name="randomised_on",
    kind=Kind.DATE,
    label="date of randomisation",
)
ARM = Fact(name="arm", kind=Kind.TEXT, label="arm", of_study=_arms)

FACTS = (RANDOMISED_ON, ARM)

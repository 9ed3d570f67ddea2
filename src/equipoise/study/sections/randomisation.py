"""Randomisation: the facts that it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.logic.facts import FactType, Kind
from equipoise.study.facts import Fact

if TYPE_CHECKING:
    from equipoise.study.model import Study

__all__ = ["ARM", "FACTS", "RANDOMISED_ON"]


def _arms(study: Study) -> FactType:
    choices = {arm.id: arm.label for arm in study.arms}
    return FactType(name="arm", kind=Kind.TEXT, choices=choices)


RANDOMISED_ON = Fact(
    name="randomised_on",
    kind=Kind.DATE,
    label={"en": "date of randomisation", "nl": "datum van randomisatie"},
)
ARM = Fact(name="arm", kind=Kind.TEXT, label={"en": "arm", "nl": "arm"}, of_study=_arms)

FACTS = (RANDOMISED_ON, ARM)

"""Screening and registration: the facts that they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from equipoise.logic.facts import FactType, Kind
from equipoise.study.facts import Fact

if TYPE_CHECKING:
    from equipoise.study.model import Study

__all__ = ["FACTS", "FAILED_ON", "REGISTERED_ON", "SITE"]


def _hospitals(study: Study) -> FactType:
    choices = {site.id: {"en": site.name} for site in study.sites}
    return FactType(name="site", kind=Kind.TEXT, choices=choices)


REGISTERED_ON = Fact(
    name="registered_on",
    kind=Kind.DATE,
    label="date of registration",
)
FAILED_ON = Fact(
    name="failed_on",
    kind=Kind.DATE,
    label="date on which screening failed",
    event=True,
    end=True,
)
SITE = Fact(
    name="site",
    kind=Kind.TEXT,
    label="hospital",
    of_study=_hospitals,
)

FACTS = (REGISTERED_ON, FAILED_ON, SITE)

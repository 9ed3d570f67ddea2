"""Treatment: a cycle is planned, checked by a second person, given, put off or left out."""

from equipoise.conduct.treatment.amiss import amiss
from equipoise.conduct.treatment.chapter import CHAPTER
from equipoise.conduct.treatment.components import (
    Components,
    components,
    fill_of,
    strengths_of,
)
from equipoise.conduct.treatment.cycles import digest_of_plan, next_cycle, regimens_for
from equipoise.conduct.treatment.giving import DelayCycle, GiveDose, OmitCycle
from equipoise.conduct.treatment.planning import CheckPlan, PlanCycle
from equipoise.conduct.treatment.proposal import Proposal, propose
from equipoise.conduct.treatment.releasing import ReleasePreparation
from equipoise.conduct.treatment.stops import Standing, hard_stops, standing
from equipoise.conduct.treatment.tablets import CountTablets, taken
from equipoise.conduct.treatment.warning import WARNS, warnings_of, warns

__all__ = [
    "CHAPTER",
    "WARNS",
    "CheckPlan",
    "Components",
    "CountTablets",
    "DelayCycle",
    "GiveDose",
    "OmitCycle",
    "PlanCycle",
    "Proposal",
    "ReleasePreparation",
    "Standing",
    "amiss",
    "components",
    "digest_of_plan",
    "fill_of",
    "hard_stops",
    "next_cycle",
    "propose",
    "regimens_for",
    "standing",
    "strengths_of",
    "taken",
    "warnings_of",
    "warns",
]

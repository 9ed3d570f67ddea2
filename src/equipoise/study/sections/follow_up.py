"""Follow-up: the facts that it leaves."""

from equipoise.logic.facts import Kind
from equipoise.study.facts import Fact

__all__ = [
    "DEATH_ON",
    "FACTS",
    "LAST_LOCAL_TREATMENT_ON",
    "LOCAL_TREATMENT_ON",
    "PROGRESSION_ON",
]

DEATH_ON = Fact(
    name="death_on",
    kind=Kind.DATE,
    label="date of death",
    event=True,
    end=True,
)
LOCAL_TREATMENT_ON = Fact(
    name="local_treatment_on",
    kind=Kind.DATE,
    label="date of the first local treatment",
    event=True,
)
LAST_LOCAL_TREATMENT_ON = Fact(
    name="last_local_treatment_on",
    kind=Kind.DATE,
    label="date of the last local treatment",
    event=True,
)
PROGRESSION_ON = Fact(
    name="progression_on",
    kind=Kind.DATE,
    label="date of the first progression",
    event=True,
)

FACTS = (DEATH_ON, LOCAL_TREATMENT_ON, LAST_LOCAL_TREATMENT_ON, PROGRESSION_ON)

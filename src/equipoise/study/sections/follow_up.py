"""Follow-up: the fact that it leaves."""

from equipoise.logic.facts import Kind
from equipoise.study.facts import Fact

__all__ = ["DEATH_ON", "FACTS"]

DEATH_ON = Fact(
    name="death_on",
    kind=Kind.DATE,
    label="date of death",
)

FACTS = (DEATH_ON,)

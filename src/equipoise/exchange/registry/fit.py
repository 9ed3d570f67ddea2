"""Whether someone could take part, from the three things that every record says in a field.

Age, sex, and whether healthy people may. What the criteria ask beyond that is not judged here: no
answer is ever that someone fits.
"""

from dataclasses import dataclass

from equipoise.exchange.registry import ages
from equipoise.exchange.registry.study import Eligibility
from equipoise.logic.truth import Truth

__all__ = ["Person", "fit"]


@dataclass(frozen=True)
class Person:
    """What somebody told of who would take part; nothing of it is kept."""

    age: int | None = None
    sex: str = ""
    healthy: bool | None = None

    @property
    def is_told(self) -> bool:
        return self != Person()


def fit(person: Person, asked: Eligibility) -> dict[str, Truth]:
    """Of each thing that was told, whether the record takes it; unknown where it does not say."""
    found: dict[str, Truth] = {}
    if person.age is not None:
        found["age"] = _age(person.age, asked)
    if person.sex:
        found["sex"] = _sex(person.sex, asked.sex)
    if person.healthy is not None:
        found["healthy"] = _healthy(person.healthy, asked.healthy_volunteers)
    return found


def _age(years: int, asked: Eligibility) -> Truth:
    """Unknown too where it turns on the month of their birthday."""
    if not (asked.minimum_age or asked.maximum_age):
        return Truth.UNKNOWN
    first, last = ages.months_of_year(years)
    least, most = ages.minimum(asked.minimum_age), ages.maximum(asked.maximum_age)
    if last < least or first > most:
        return Truth.FALSE
    return Truth.TRUE if least <= first and last <= most else Truth.UNKNOWN


def _sex(sex: str, asked: str) -> Truth:
    if not asked:
        return Truth.UNKNOWN
    return Truth.TRUE if asked in ("ALL", sex) else Truth.FALSE


def _healthy(healthy: bool, asked: bool | None) -> Truth:
    """Who has the condition is not kept out because healthy people may join as well."""
    if not healthy:
        return Truth.TRUE
    if asked is None:
        return Truth.UNKNOWN
    return Truth.TRUE if asked else Truth.FALSE

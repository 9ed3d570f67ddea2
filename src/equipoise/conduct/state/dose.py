"""A dose of a regimen that an act of another chapter gave, as treatment counts it."""

from equipoise.conduct.state.done import Done

__all__ = ["DoseGiven"]


class DoseGiven(Done, frozen=True, kw_only=True):
    """How much of which part of a regimen was given, and at what time of the day."""

    regimen: str
    part: str
    amount: str
    time: str

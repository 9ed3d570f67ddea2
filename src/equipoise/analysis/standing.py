"""Where participants stand, counted: all that the status of the trial tells of them together.

It is made of participants, or of counts that were kept; the status cannot tell which.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from equipoise.analysis.endpoints import followed, primary
from equipoise.conduct.subject import Subject
from equipoise.study.model import Study

__all__ = ["Followed", "Month", "Standing", "Standings", "standing"]

Month = tuple[int, int]
"""A year and its month."""
Followed = tuple[int, bool]
"""Days of follow-up, and whether the event ended it."""


class Standing(NamedTuple):
    """How far one participant came, and what ended it."""

    registered: bool
    randomised: bool
    failed: bool
    died: bool
    withdrew: bool
    criterion: str = ""
    """The first criterion recorded of a failed screening."""
    arm: str = ""


@dataclass(frozen=True, slots=True)
class Standings:
    """How many stand where, were randomised in which month, and were followed for how long."""

    standings: Counter[Standing] = field(default_factory=Counter)
    months: Counter[Month] = field(default_factory=Counter)
    followed: Counter[Followed] = field(default_factory=Counter)

    @classmethod
    def of(cls, study: Study, subjects: Iterable[Subject]) -> Self:
        """Those of participants, as they stand; followed to the primary endpoint."""
        made, endpoint = cls(), primary(study)
        for subject in subjects:
            made.standings[standing(subject)] += 1
            if day := subject.randomised_on:
                made.months[day.year, day.month] += 1
            if endpoint and (seen := followed(study, endpoint, subject)):
                made.followed[seen] += 1
        return made

    def number(self, **told: bool | str) -> int:
        """How many stand so."""
        return self.where(**told).total()

    def where(self, **told: bool | str) -> Counter[Standing]:
        """Those that stand so."""
        return Counter(
            {
                one: number
                for one, number in self.standings.items()
                if all(getattr(one, name) == value for name, value in told.items())
            }
        )


def standing(subject: Subject) -> Standing:
    """Where one participant stands."""
    failure = subject.screening.failure
    return Standing(
        registered=subject.registered_on is not None,
        randomised=subject.randomised_on is not None,
        failed=subject.failed_on is not None,
        died=subject.died_on is not None,
        withdrew=bool(subject.consent.from_trial),
        criterion=failure.criteria[0] if failure and failure.criteria else "",
        arm=subject.arm if subject.randomised_on else "",
    )

"""When a participant of one arm may expect each visit, in days from the draw, if all goes to plan.

What is counted from an operation or a first cycle is taken to come on its own planned day. For
pictures and plain words; the windows of a real participant are those of `conduct.schedule`.
"""

from dataclasses import dataclass

from equipoise.study.model import Study
from equipoise.study.sections.visits import Visit
from equipoise.study.vocabulary import EVENTS

__all__ = ["Expected", "Rhythm", "course", "rhythm"]

BEFORE = ("screening", "consent", "registration")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """From when on a row of visits comes, how often, and how many times."""

    anchor: str
    day: int
    every: int
    times: int


def rhythm(study: Study, visit: Visit, arm: str = "") -> Rhythm:
    """That of the visit itself; of one that goes with cycles, that of the first of its regimens.

    :param arm: of whom it is asked; empty: of all arms
    """
    known = study.treatment.regimen_of if study.treatment else {}
    named = [known[name] for name in visit.cycles if name in known]
    for regimen in (one for one in named if not arm or one.given_to(arm)):
        for first in regimen.first:
            if not (arm and first.arms) or arm in first.arms:
                return Rhythm(first.anchor, first.day, regimen.every, regimen.times)
    return Rhythm(visit.anchor, visit.day, visit.every, visit.times)


@dataclass(frozen=True, slots=True)
class Expected:
    """One row of visits, and the days on which they are expected; none where they go before."""

    visit: Visit
    days: tuple[int, ...]


def course(study: Study, arm: str) -> list[Expected]:
    """Every visit of the arm that is still planned: those before the draw, then by their days.

    What is filled in after an event, as a death, nobody expects.
    """
    had = [
        visit
        for visit in study.visits
        if not visit.retired
        and visit.anchor not in EVENTS
        and (not visit.arms or arm in visit.arms)
        and (not visit.cycles or rhythm(study, visit, arm).anchor)
    ]
    found = [Expected(visit, tuple(_days(study, had, visit, arm))) for visit in had]
    return sorted(found, key=lambda one: one.days[:1] or (-1,))


def _days(study: Study, had: list[Visit], visit: Visit, arm: str) -> list[int]:
    if visit.anchor in BEFORE:
        return []
    row = rhythm(study, visit, arm)
    first = _day_of(study, had, row.anchor, frozenset()) + row.day
    return [first + n * row.every for n in range(row.times)]


def _day_of(study: Study, had: list[Visit], anchor: str, within: frozenset[str]) -> int:
    """The day of an anchor: that of the first visit with the form that records it."""
    form = study.form_asking.get(anchor)
    name = form.id if form else anchor.removesuffix("_done")
    visit = next((one for one in had if name in one.forms), None)
    if visit is None or visit.id in within or visit.anchor in BEFORE:
        return 0  # the draw itself, or what comes before it
    return _day_of(study, had, visit.anchor, within | {visit.id}) + visit.day

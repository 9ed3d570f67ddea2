"""What the public is told: the study as the hospital that is furthest works by it.

What is asked since an amendment is told once any hospital works by it; what it ended, no more.
"""

from collections.abc import Collection, Iterator
from datetime import date

from equipoise.study.model import Study
from equipoise.study.sections.criteria import Criterion
from equipoise.study.sections.visits import Visit

__all__ = ["as_published"]

DEPENDING = (
    "visit_of",
    "visit_keyed",
    "visits_of_an_arm",
    "items_of_criteria",
    "items_of_criterion",
)
"""What a study has worked out of its visits and criteria."""


def as_published(study: Study, on: date) -> Study:
    """The study without the visits and criteria that no hospital asks on a day."""
    if not study.amendments:
        return study
    active = {
        name for own in study.active.values() for name, since in own.items() if since.on <= on
    }
    criteria = study.criteria
    shown = study.model_copy(
        update={
            "visits": tuple(visit for visit in study.visits if _is_asked(visit, active)),
            "criteria": criteria.model_copy(
                update={
                    "inclusion": tuple(_kept(criteria.inclusion, active)),
                    "exclusion": tuple(_kept(criteria.exclusion, active)),
                }
            ),
        }
    )
    for name in DEPENDING:
        vars(shown).pop(name, None)
    return shown


def _is_asked(one: Visit | Criterion, active: Collection[str]) -> bool:
    return (not one.since or one.since in active) and one.until not in active


def _kept(criteria: tuple[Criterion, ...], active: Collection[str]) -> Iterator[Criterion]:
    """The criteria that are asked; of a group, those of its parts."""
    for one in criteria:
        parts = tuple(_kept(one.parts, active))
        if one.parts and parts:
            yield one.model_copy(update={"parts": parts})
        elif not one.parts and _is_asked(one, active):
            yield one

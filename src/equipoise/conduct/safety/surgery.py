"""Events after an operation, which are graded by Clavien-Dindo beside their CTCAE grade."""

from collections.abc import Iterator, Sequence
from datetime import date

from equipoise.conduct.act import Context
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.state.safety import days_of
from equipoise.conduct.subject import Subject
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal

__all__ = ["clavien_refusals", "days_after_surgery"]

CLAVIEN = Reason(
    "ae.clavien",
    "clavien",
    "an event of the first {days} days after the operation, and related to it, has a grade by "
    "Clavien-Dindo",
)
NO_CLAVIEN = Reason(
    "ae.no-clavien", "clavien", "only what is related to an operation has a grade by Clavien-Dindo"
)


def clavien_refusals(
    context: Context, interventions: Sequence[str], clavien: str, begin: str
) -> Iterator[Refusal]:
    """Every reason against the grade of an event by what an operation's events are graded by."""
    surgery = context.study.safety.surgery if context.study.safety else None
    related = surgery is not None and not set(surgery.interventions).isdisjoint(interventions)
    if clavien and not related:
        yield NO_CLAVIEN()
    if surgery and related and not clavien:
        day = context.stamp.on
        after = days_after_surgery(context.study, context.subject, begin, day)
        if after is not None and after <= surgery.days:
            yield CLAVIEN(days=surgery.days)


def days_after_surgery(study: Study, subject: Subject, begin: str, on: date) -> int | None:
    """How many days after the last operation before it an event began; None where none was."""
    began = days_of(begin)
    surgery = study.safety.surgery if study.safety else None
    if began is None or surgery is None:
        return None
    found = SubjectFacts(study, subject, on).observations(surgery.since)
    days = [one.value for one in found if isinstance(one.value, date) and one.value <= began[1]]
    return (began[1] - max(days)).days if days else None

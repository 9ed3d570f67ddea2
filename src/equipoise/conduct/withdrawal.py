"""What may still be done of someone who withdrew: one rule for draw, panel, forms and follow-up.

Whoever withdrew from the trial, if from treatment alone, enters no trial. Whoever left (withdrew
from follow-up, or everything) is put to no panel, and nothing that was found after that day is
recorded. Who withdrew from questionnaires fills none from then on. Not to be contacted, and no
further use, stop no act and are told wherever it matters. Whether someone who left lives is the
study's to say, and alike for both answers: a death that counts while a life cannot be told would
make everyone seem to die earlier.
"""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from equipoise.conduct.subject import Subject
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal

__all__ = ["LEFT", "NOTHING_AFTER", "WITHDRAWN", "What", "withdrawn"]

LEFT = Reason("consent.withdrawn", "", "the participant has withdrawn from the trial")
WITHDRAWN = Reason("consent.withdrawn", "consent", "the participant has withdrawn consent")
NOTHING_AFTER = Reason(
    "consent.withdrawn",
    "happened",
    "the participant withdrew on {day}; nothing after it may be recorded",
)

NO_QUESTIONNAIRE = Reason(
    "consent.no-questionnaire",
    "happened",
    "the participant fills in no questionnaires since {day}; say that it was not done",
)

What = Literal["entry", "panel", "data", "questionnaire", "vital status"]


def withdrawn(study: Study, subject: Subject, on: date, what: What) -> Iterator[Refusal]:
    """Why something may not be done or recorded of a subject, for their withdrawal alone.

    :param on: the day on which it happened
    """
    left = subject.left_on
    if what == "entry" or (what == "panel" and subject.randomised_on is None):
        if subject.consent.from_trial:
            yield WITHDRAWN()
    elif what == "panel":
        if left:
            yield WITHDRAWN()
    elif what == "questionnaire" and _is_after(on, subject.consent.without("questionnaires")):
        yield NO_QUESTIONNAIRE(day=subject.consent.without("questionnaires") or on)
    elif left and on > left and not (what == "vital status" and _is_public(study)):
        yield NOTHING_AFTER(day=left)


def _is_after(on: date, day: date | None) -> bool:
    return day is not None and on > day


def _is_public(study: Study) -> bool:
    """Whether someone who left may be looked up in public records; so where nothing is said."""
    after = study.consent.after_withdrawal
    return after is None or after.vital_status

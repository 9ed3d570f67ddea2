"""What may still be done of someone who withdrew: one rule for draw, panel, forms and follow-up.

Whoever withdrew anything enters no trial. Whoever left (withdrew from follow-up, or everything) is
put to no panel, and nothing that was found after that day is recorded. Whether they live is the
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

What = Literal["entry", "panel", "data", "vital status"]


def withdrawn(study: Study, subject: Subject, on: date, what: What) -> Iterator[Refusal]:
    """Why something may not be done or recorded of a subject, for their withdrawal alone.

    :param on: the day on which it happened
    """
    left = subject.left_on
    if what == "entry" or (what == "panel" and subject.randomised_on is None):
        if subject.consent.withdrawals:
            yield WITHDRAWN()
    elif what == "panel":
        if left:
            yield WITHDRAWN()
    elif left and on > left and not (what == "vital status" and _is_public(study)):
        yield NOTHING_AFTER(day=left)


def _is_public(study: Study) -> bool:
    """Whether someone who left may be looked up in public records; so where nothing is said."""
    after = study.consent.after_withdrawal
    return after is None or after.vital_status

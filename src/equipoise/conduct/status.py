"""Where a participant stands. Status is worked out from facts, never stored."""

from typing import Literal

from equipoise.conduct.subject import Subject

__all__ = ["Status", "status"]

Status = Literal[
    "in screening", "screen failure", "registered", "on study", "off study", "withdrawn", "died"
]


def status(subject: Subject) -> Status:
    """The one word for the participant's place in the trial."""
    if subject.died_on:
        return "died"
    scopes = {withdrawal.scope for withdrawal in subject.consent.withdrawals}
    if "everything" in scopes:
        return "withdrawn"
    if subject.failed_on:
        return "screen failure"
    if subject.randomised_on:
        return "off study" if "follow-up" in scopes else "on study"
    return "registered" if subject.registered_on else "in screening"

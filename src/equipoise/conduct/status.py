"""Where a participant stands. Status is worked out from facts, never stored."""

from typing import Literal

from equipoise.conduct.subject import Subject

__all__ = ["Status", "status"]

Status = Literal[
    "in screening", "screen failure", "registered", "on study", "off study", "withdrawn", "died"
]


def status(subject: Subject) -> Status:
    """The one word for the participant's place in the trial."""
    if subject.death:
        return "died"
    scopes = {withdrawal.scope for withdrawal in subject.withdrawals}
    if "everything" in scopes:
        return "withdrawn"
    if subject.failure:
        return "screen failure"
    if subject.allocation:
        return "off study" if "follow-up" in scopes else "on study"
    return "registered" if subject.registered else "in screening"

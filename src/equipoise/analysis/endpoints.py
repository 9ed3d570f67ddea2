"""Endpoints: whole days from an anchor to the first of some events, or to the last day free."""

from collections.abc import Iterable, Iterator
from datetime import date

from equipoise.analysis.follow_up import FollowUp
from equipoise.conduct.subject import Subject
from equipoise.study.sections.endpoints import Endpoint

__all__ = ["at_risk_subjects", "follow_up", "last_seen_on"]


def last_seen_on(subject: Subject) -> date | None:
    """The day of death, else the last day on which the participant was known alive."""
    return subject.died_on if subject.died_on else subject.last_known_alive


def at_risk_subjects(endpoint: Endpoint, subjects: Iterable[Subject]) -> list[Subject]:
    """Those whose clock has started, as randomised (intention to treat)."""
    return [subject for subject in subjects if _origin(endpoint, subject)]


def follow_up(endpoint: Endpoint, subjects: Iterable[Subject]) -> FollowUp:
    """The follow-up of everyone whose clock has started, in the order given; days."""
    days, events = [], []
    for subject in at_risk_subjects(endpoint, subjects):
        origin = _origin(endpoint, subject)
        event = min(_events(endpoint, subject), default=None)
        if origin:
            # Of whom nothing more is known the clock stops on the day on which it started.
            end = event or last_seen_on(subject) or origin
            days.append(max((end - origin).days, 0))
            events.append(event is not None)
    return FollowUp(days, events)


def _origin(endpoint: Endpoint, subject: Subject) -> date | None:
    origins = {
        "randomisation": subject.randomised_on,
        "registration": subject.registered_on,
        "consent": subject.consent_on,
        "screening": subject.entered_on,
    }
    return origins.get(endpoint.origin)


def _events(endpoint: Endpoint, subject: Subject) -> Iterator[date]:
    if "death" in endpoint.events and subject.died_on:
        yield subject.died_on
    if "progression" in endpoint.events:
        yield from (done.on for done in subject.follow_up.progressions)
    if "resection" in endpoint.events:
        yield from (done.on for done in subject.follow_up.resections)
    if "withdrawal" in endpoint.events:
        yield from (done.on for done in subject.consent.withdrawals)

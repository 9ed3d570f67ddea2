"""Endpoints: whole days from an anchor to the first of some events, or to the last day free."""

from collections.abc import Iterable, Iterator
from datetime import date

from equipoise.analysis.follow_up import FollowUp
from equipoise.conduct.subject import Subject
from equipoise.study.model import Study
from equipoise.study.sections.endpoints import Endpoint

__all__ = ["at_risk_subjects", "follow_up", "followed", "last_seen_on", "primary"]


def primary(study: Study) -> Endpoint | None:
    """The primary endpoint, else the first."""
    endpoints = study.endpoints
    return next((e for e in endpoints if e.primary), endpoints[0] if endpoints else None)


def last_seen_on(study: Study, subject: Subject) -> date | None:
    """The day of death, else the last day on which the participant was known alive."""
    return subject.died_on if subject.died_on else subject.last_known_alive(study)


def at_risk_subjects(endpoint: Endpoint, subjects: Iterable[Subject]) -> list[Subject]:
    """Those whose clock has started, as randomised (intention to treat)."""
    return [subject for subject in subjects if _origin(endpoint, subject)]


def follow_up(study: Study, endpoint: Endpoint, subjects: Iterable[Subject]) -> FollowUp:
    """The follow-up of everyone whose clock has started, in the order given; days."""
    found = [seen for subject in subjects if (seen := followed(study, endpoint, subject))]
    return FollowUp([days for days, _ in found], [event for _, event in found])


def followed(study: Study, endpoint: Endpoint, subject: Subject) -> tuple[int, bool] | None:
    """For how many days one was followed, and whether the event ended it; None before the start."""
    origin = _origin(endpoint, subject)
    if origin is None:
        return None
    event = min(_events(endpoint, subject), default=None)
    # Of whom nothing more is known the clock stops on the day on which it started.
    end = event or last_seen_on(study, subject) or origin
    return max((end - origin).days, 0), event is not None


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
        yield from (done.on for done in subject.consent.from_trial)

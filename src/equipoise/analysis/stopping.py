"""What the monitoring board watches: how many of an arm it befell, and how many are too many.

Only the numbers decide, in whatever order people came. Nothing is corrected for looking again and
again: a rule is a reason for the board to meet, and the board decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.subject import Subject
from equipoise.logic.truth import Truth
from equipoise.study.model import Study
from equipoise.study.sections.stopping import Watched

__all__ = ["Count", "boundary", "crosses", "improbable", "steps", "watched_now"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Of how many it is known whether it befell them, how many it befell, how many are to come."""

    people: int
    events: int
    waiting: int


def watched_now(study: Study, rule: Watched, subjects: Iterable[Subject], on: date) -> Count:
    """How a rule stands on a day.

    Whoever it befell counts at once, and whom it did not once their time is complete. So the
    share errs upwards, towards a boundary that is crossed too early, and never too late.
    """
    people = events = waiting = 0
    for subject in subjects:
        facts = SubjectFacts(study, subject, on)
        if subject.arm != rule.arm or facts.holds(rule.among) is not Truth.TRUE:
            continue
        befell = facts.holds(rule.counts) is Truth.TRUE
        counted = befell or not rule.complete or facts.holds(rule.complete) is Truth.TRUE
        events, people, waiting = events + befell, people + counted, waiting + (not counted)
    return Count(people=people, events=events, waiting=waiting)


def improbable(rule: Watched, events: int, people: int) -> float:
    """What is compared: of an exact rule P(X >= events), else P(share <= limit | events).

    Both are the regularised incomplete beta function I_x(a, b) at the limit x. With X binomial of
    n people and chance x, P(X >= k) = I_x(k, n - k + 1) (NIST Handbook of Mathematical Functions
    8.17.5, dlmf.nist.gov). After a prior Beta(a, b), k events in n people leave Beta(a + k,
    b + n - k), of which I_x is the distribution function (Thall and Simon, Biometrics 1994;50:337).
    """
    from scipy.special import betainc  # here, for it takes a fifth of a cold start

    limit = float(rule.limit) / 100
    if rule.posterior:
        with_it, without = float(rule.posterior.prior_with), float(rule.posterior.prior_without)
        return float(betainc(with_it + events, without + people - events, limit))
    return float(betainc(events, people - events + 1, limit)) if events else 1.0


def crosses(rule: Watched, events: int, people: int) -> bool:
    """Whether so many events in so many people are too many."""
    if not 0 < events <= people:
        return False
    if rule.posterior:
        return improbable(rule, events, people) <= float(1 - rule.posterior.probability)
    return rule.exact is not None and improbable(rule, events, people) <= float(rule.exact.alpha)


def boundary(rule: Watched, people: int) -> int | None:
    """The fewest events in so many people that are too many; None where none would be."""
    return next((n for n in range(1, people + 1) if crosses(rule, n, people)), None)


def steps(rule: Watched, people: int) -> list[tuple[int, int, int]]:
    """The boundary up to so many people: events, and in how many people at least and at most."""
    found: dict[int, tuple[int, int]] = {}
    for number in range(1, people + 1):
        events = boundary(rule, number)
        if events is not None:
            found[events] = (found.get(events, (number, number))[0], number)
    return [(events, *between) for events, between in sorted(found.items())]

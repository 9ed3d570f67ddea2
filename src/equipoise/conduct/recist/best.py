"""The best response over time: that of the evaluations until progression, or until the study stops.

Eisenhauer et al. 2009, sections 4.4.3 to 4.6 and table 3. A stable disease counts from a least
time on; where the study confirms responses, one that is not confirmed counts as stable disease.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.recist.evaluations import Evaluation, evaluations
from equipoise.conduct.recist.response import Response
from equipoise.conduct.subject import Subject
from equipoise.study.model import Study
from equipoise.study.sections.recist import Recist

__all__ = ["Best", "BestResponses", "best_of", "best_responses", "confirmed_best_of"]

LASTING: tuple[Response, ...] = ("SD", "non-CR/non-PD", "NED")
"""Responses that count from a least time on."""


@dataclass(frozen=True, slots=True)
class Best:
    """A best response, the day of the scan that first showed it, and of that which confirmed it."""

    response: Response
    on: date
    confirmed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BestResponses:
    """The best response so far, as it was seen, and where the study confirms, as confirmed."""

    seen: Best
    confirmed: Best | None
    counted: int
    """How many evaluations it is the best of."""


def best_responses(
    study: Study, subject: Subject, found: Sequence[Evaluation] | None = None
) -> BestResponses | None:
    """None where no response is known yet.

    :param found: the evaluations, where they have been worked out
    """
    rules = study.recist
    if rules is None:
        return None
    found = evaluations(study, subject) if found is None else found
    counted = _counted(study, subject, rules, found)
    since = subject.randomised_on or subject.registered_on or (counted[0].on if counted else None)
    if not counted or since is None:
        return None
    lasts = since + timedelta(days=rules.stable_days)
    after = rules.confirmed_after_days
    return BestResponses(
        seen=best_of(counted, lasts),
        confirmed=None if after is None else confirmed_best_of(counted, lasts, after),
        counted=len(counted),
    )


def _counted(
    study: Study, subject: Subject, rules: Recist, found: Sequence[Evaluation]
) -> list[Evaluation]:
    """Those of which the response is known, until what ends the response, or the first PD."""
    known = [one for one in found if one.overall]
    facts = SubjectFacts(study, subject, date.max)
    values = [one.value for name in rules.until for one in facts.observations(name)]
    stop = min((day for day in values if isinstance(day, date)), default=date.max)
    pd = min((one.on for one in known if one.overall == "PD"), default=date.max)
    return [one for one in known if one.on <= min(stop, pd)]


def best_of(counted: Sequence[Evaluation], lasts: date) -> Best:
    """The best response as it was seen.

    :param counted: the evaluations until progression, in the order of their days
    :param lasts: the first day on which a stable disease counts
    """
    for response in ("CR", "PR"):
        if one := next((one for one in counted if one.overall == response), None):
            return Best(response, one.on)
    return _lasting(counted, lasts) or _left(counted)


def confirmed_best_of(counted: Sequence[Evaluation], lasts: date, after: int) -> Best:
    """The best response where one counts that a later scan confirms.

    :param after: the days that lie between them at least
    """
    for response, by in (("CR", ("CR",)), ("PR", ("PR", "CR"))):
        for n, one in enumerate(counted):
            if one.overall == response and (on := _confirmed(counted[n:], by, after)):
                return Best(response, one.on, on)
    return _lasting(counted, lasts) or _left(counted)


def _confirmed(ahead: Sequence[Evaluation], by: Sequence[str], after: int) -> date | None:
    """The day of the scan that confirms the first one; at most one between cannot be evaluated."""
    missed = 0
    for one in (one for one in ahead if one.on > ahead[0].on):
        missed += one.overall == "NE"
        if missed > 1 or one.overall not in (*by, "NE"):
            return None
        if one.overall in by and one.on >= ahead[0].on + timedelta(days=after):
            return one.on
    return None


def _lasting(counted: Sequence[Evaluation], lasts: date) -> Best | None:
    """The first stable disease that lasted long enough, a response that nothing confirmed too."""
    responses = ("CR", "PR", *LASTING)
    one = next((one for one in counted if one.overall in responses and one.on >= lasts), None)
    if one is None or one.overall is None:
        return None
    if one.overall in LASTING:
        return Best(one.overall, one.on)
    return Best("non-CR/non-PD" if one.sums is None else "SD", one.on)


def _left(counted: Sequence[Evaluation]) -> Best:
    """Progression, or nothing that could be evaluated for long enough."""
    pd = next((one for one in counted if one.overall == "PD"), None)
    return Best("PD", pd.on) if pd else Best("NE", counted[0].on)

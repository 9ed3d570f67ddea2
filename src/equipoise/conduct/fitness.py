"""Whether a trial can run under a text: it holds together, arms can be drawn, its cases hold.

`equipoise check`, the opening and every amendment ask this one question.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from equipoise.conduct import cases as worked
from equipoise.conduct.allocation import unsound
from equipoise.conduct.cases import CaseFailed
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.trial import ACTS
from equipoise.conduct.verification import ALONE
from equipoise.study.bundle import Bundle
from equipoise.study.cases import load_cases
from equipoise.study.check import consistency
from equipoise.study.load import Invalid, load_with_places
from equipoise.study.model import Study
from equipoise.study.places import Places, Problem
from equipoise.study.reason import Reason, Refusal
from equipoise.study.unread import not_read

__all__ = ["INVALID", "Examined", "examined", "unfit"]

INVALID = Reason("study.invalid", "", "the study file can not be used: {problem}")


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in a study text. The cases are run when nothing else is wrong."""

    study: Study
    problems: list[Problem]
    cases: int
    failed: list[CaseFailed]


def examined(source: Path | Bundle) -> Examined:
    """What is to be mended in a study text, and which of its worked cases do not hold.

    :raises Invalid: when the text, or a case, can not be read
    """
    unread = _unread(source)
    try:
        study, places = load_with_places(source)
        cases = load_cases(source)
    except Invalid as error:
        raise Invalid([*unread, *error.problems]) from error
    problems = [*unread, *consistency(study, places, ACTS), *_never_alone(study, places)]
    if not problems and (because := unsound(study)):
        key = ("randomisation",)
        problems = [Problem(places.place(key), "randomisation", because)]
    failed = [] if problems else worked.run(study, cases)
    return Examined(study, problems, len(cases), failed)


def _never_alone(study: Study, places: Places) -> Iterator[Problem]:
    """Acts that the plan has verified by themselves, and that leave nothing which could be."""
    known = ", ".join(sorted(ALONE))
    for n, kind in enumerate(study.verification.acts if study.verification else ()):
        # What there is no such act of at all is told with the names of the others.
        if kind in ACTS and kind not in ALONE and kind != SaveForm.kind:
            message = f"{kind!r} is verified by nobody; what is recorded by itself is {known}"
            yield Problem(places.place(("verification", "acts", n)), "verification.acts", message)


def _unread(source: Path | Bundle) -> list[Problem]:
    """Files of the folder that a text comes from which were meant to be read, and are not."""
    place = source.place if isinstance(source, Bundle) else str(source)
    return not_read(Path(place)) if place else []


def unfit(text: Bundle) -> list[Refusal]:
    """Why the trial may not run under a text; [] when it may."""
    try:
        found = examined(text)
    except Invalid as error:
        return [INVALID(problem=str(one)) for one in error.problems]
    wrong = [INVALID(problem=str(one)) for one in found.problems]
    wrong += [
        INVALID(problem=f"{case.place}: {case.because}: {case.found}") for case in found.failed
    ]
    return wrong

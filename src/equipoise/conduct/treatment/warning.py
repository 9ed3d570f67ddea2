"""What whoever plans a dose must have seen: a warning stops nothing, and is kept with the plan."""

from collections.abc import Collection, Iterator
from datetime import date

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import Labels
from equipoise.logic.truth import Truth
from equipoise.study.model import Study
from equipoise.study.reason import Reason, Refusal
from equipoise.study.sections.treatment_rules import DoseWarning

__all__ = ["WARNS", "unseen", "warnings_of", "warns"]

WARNS = Reason(
    "treatment.warns",
    "acknowledged",
    "{because}: confirm that you have seen this warning ({warning}), and plan if it is meant so",
)


def warnings_of(study: Study) -> Labels:
    """The warnings of the study, by why they warn."""
    found = study.treatment.warnings if study.treatment else ()
    return {one.id: one.because for one in found}


def warns(
    study: Study, subject: Subject, drugs: Collection[str], on: date
) -> Iterator[DoseWarning]:
    """Every warning that is known to hold on a day, of any of these drugs."""
    facts = SubjectFacts(study, subject, on)
    for one in study.treatment.warnings if study.treatment else ():
        concerned = not one.drugs or not set(one.drugs).isdisjoint(drugs)
        if concerned and facts.holds(one.when) is Truth.TRUE:
            yield one


def unseen(standing: Collection[DoseWarning], acknowledged: Collection[str]) -> Iterator[Refusal]:
    """Those that nobody has said to have seen."""
    for one in standing:
        if one.id not in acknowledged:
            yield WARNS(because=one.because, warning=one.id)

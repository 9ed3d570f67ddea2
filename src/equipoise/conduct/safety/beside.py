"""What stands beside a laboratory value on its form: the grades that it has."""

from collections.abc import Iterator
from datetime import date

from equipoise.conduct.chapter import FormAt
from equipoise.conduct.safety.grades import grades
from equipoise.conduct.safety.grading import Grade
from equipoise.conduct.subject import Subject
from equipoise.logic.sentences import gap_text
from equipoise.study.catalogue import spoken, translator
from equipoise.study.model import Study
from equipoise.study.reason import Given, Phrase, Wording

__all__ = ["beside"]

GRADE = Phrase("Grade {grade} by CTCAE {version}: {term}")
AT_LEAST = Phrase("At least grade {grade} by CTCAE {version}: {term}")
AGAINST_BASELINE = Phrase(
    "Grade {grade} by CTCAE {version}, held against a raised baseline: {term}. "
    "By the limit of normal alone it would be grade {other}"
)
NO_UNIT = Phrase("No grade by CTCAE {version} in this unit: {term}")
UNKNOWN = Phrase("Grade by CTCAE {version} not known: {term}. {why}")
WORTH_SAYING = 2  # what can be no graver than the first grade is not told as not known


def beside(
    study: Study, subject: Subject, place: FormAt, on: date
) -> Iterator[tuple[str, Wording]]:
    """The grades of the values on one copy of a form, each at its item."""
    grading = study.safety.grading if study.safety else None
    if study.safety is None or grading is None:
        return
    copies = subject.forms.by_form().get(place.form, [])
    here = (place.visit, place.number)
    order = next((n for n, one in enumerate(copies) if (one.visit, one.number) == here), -1)
    for one in grading.values if order >= 0 else ():
        if study.form_asking[one.item].id == place.form:
            for grade in grades(study, subject, on, one.item, order):
                if wording := _wording(grade, study.safety.ctcae):
                    yield one.item, wording


def _wording(grade: Grade, version: str) -> Wording | None:
    """One grade; nothing where there is none, or could be no more than the first."""
    of: dict[str, Given] = {"term": grade.term, "version": version}
    if grade.value is None:
        return _unknown(grade, of)
    of |= {"grade": str(grade.value)}
    if grade.at_least:
        return AT_LEAST(**of)
    if grade.by_limit is not None:
        return AGAINST_BASELINE(**of, other=str(grade.by_limit))
    return GRADE(**of) if grade.value else None


def _unknown(grade: Grade, of: dict[str, Given]) -> Wording | None:
    if grade.because != "missing":
        return NO_UNIT(**of)
    waiting = grade.found.waiting if grade.found else ()
    gravest = max((int(row.gives.place) for one in waiting for row in one.possible), default=0)
    gaps = [gap for one in waiting for gap in one.missing]
    if gravest < WORTH_SAYING or not gaps:
        return None
    # Of a baseline that is not there it need not be said that it is not known to be raised.
    gap = next((gap for gap in gaps if gap.title.name == "baseline"), gaps[0])
    why = {language: gap_text(gap, translator(language)) for language in spoken()}
    return UNKNOWN(**of, why=why)

"""What RECIST adds to the questions that are asked of all chapters together. It has no acts."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from equipoise.conduct.chapter import Chapter, Due, FormAt
from equipoise.conduct.recist.best import best_responses
from equipoise.conduct.recist.evaluations import evaluations
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table, TableColumn
from equipoise.conduct.words import Choices, visits_of
from equipoise.logic.extremes import half_up
from equipoise.study.model import Study
from equipoise.study.reason import Phrase

__all__ = ["BEST", "CHAPTER", "RESPONSES", "WORDS", "percent"]

PROGRESSED = Phrase("RECIST 1.1 gives progressive disease: record the progression")

WORDS = Choices(
    {
        "CR": "Complete response (CR)",
        "PR": "Partial response (PR)",
        "SD": "Stable disease (SD)",
        "PD": "Progressive disease (PD)",
        "non-CR/non-PD": "Neither complete response nor progression",
        "NE": "Not evaluable (NE)",
        "NED": "No evidence of disease (NED)",
    }
)


def _agenda(study: Study, subject: Subject, on: date) -> Iterator[Due]:
    """A progression that the measurements show and nobody recorded."""
    if study.recist is None or subject.follow_up.progressions:
        return
    first = next((one for one in evaluations(study, subject) if one.overall == "PD"), None)
    if first:
        where = FormAt(first.form, first.visit, first.number)
        yield Due(urgency="due", what=PROGRESSED(), when=first.on, where=where)


def _rows(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    for one in evaluations(study, subject):
        sums = one.sums
        yield (
            subject.subject_id,
            one.on,
            one.form,
            one.visit or None,
            one.number,
            sums.now if sums else None,
            " ".join(sums.missing) or None if sums else None,
            sums.baseline if sums else None,
            sums.smallest if sums else None,
            _share(sums.from_baseline) if sums else None,
            _share(sums.from_smallest) if sums else None,
            sums.growth if sums else None,
            one.target,
            one.other,
            one.new,
            one.overall,
        )


def _share(share: Decimal | None) -> Decimal | None:
    return None if share is None else percent(share)


def percent(share: Decimal) -> Decimal:
    """A share in per cent, to one decimal. What decides is the exact share."""
    return half_up(share * 100, 1)


def _best(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    found = best_responses(study, subject)
    if found is None:
        return
    seen, confirmed = found.seen, found.confirmed
    yield (
        subject.subject_id,
        seen.response,
        seen.on,
        *((confirmed.response, confirmed.on, confirmed.confirmed_on) if confirmed else [None] * 3),
        found.counted,
    )


RESPONSES = Table(
    name="tumour_responses",
    label=Phrase("Tumour response by RECIST 1.1"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("on", "day", Phrase("Date of the evaluation")),
        TableColumn("form", "text", Phrase("Form")),
        TableColumn("visit", "text", Phrase("Visit"), visits_of),
        TableColumn("number", "number", Phrase("Copy of this form")),
        TableColumn("sum", "number", Phrase("Sum of the diameters, mm")),
        TableColumn("missing", "codes", Phrase("Target lesions that were not measured")),
        TableColumn("baseline", "number", Phrase("Sum at baseline, mm")),
        TableColumn("smallest", "number", Phrase("Smallest sum before, mm")),
        TableColumn("from_baseline", "number", Phrase("Change from baseline, %")),
        TableColumn("from_smallest", "number", Phrase("Change from the smallest sum, %")),
        TableColumn("growth", "number", Phrase("Above the smallest sum, mm")),
        TableColumn("target", "text", Phrase("Target lesions"), WORDS),
        TableColumn("other", "text", Phrase("Non-target lesions"), WORDS),
        TableColumn("new", "yes or no", Phrase("New lesions")),
        TableColumn("overall", "text", Phrase("Response"), WORDS),
    ),
    rows=_rows,
    of_study=lambda study: study.recist is not None,
)


def _of_an_arm(study: Study, row: Row) -> bool:
    """Whether evaluations are made at visits of one arm: then which there are tells of it."""
    if study.recist is None:
        return False
    form = study.form_asking[study.recist.measured].id
    return any(visit.arms and form in visit.forms for visit in study.visits)


BEST = Table(
    name="best_responses",
    label=Phrase("Best response by RECIST 1.1"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("best", "text", Phrase("Best response"), WORDS),
        TableColumn("on", "day", Phrase("Date of the scan that first showed it")),
        TableColumn("confirmed", "text", Phrase("Best confirmed response"), WORDS),
        TableColumn(
            "since", "day", Phrase("Date of the scan that first showed what was confirmed")
        ),
        TableColumn("confirmed_on", "day", Phrase("Date of the scan that confirmed it")),
        TableColumn("evaluations", "number", Phrase("Evaluations that count")),
    ),
    rows=_best,
    tells_arm=_of_an_arm,
    of_study=lambda study: study.recist is not None,
)

CHAPTER = Chapter(name="recist", acts=(), agenda=_agenda, tables=(RESPONSES, BEST))

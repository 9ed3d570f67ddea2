"""Events after an operation, which are graded by Clavien-Dindo beside their CTCAE grade."""

from collections.abc import Iterator, Sequence
from datetime import date

from equipoise.conduct.act import Context
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.safety.choices import CLAVIENS, words_of_terms
from equipoise.conduct.state.safety import EventTold, days_of
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table, TableColumn
from equipoise.study.model import Study
from equipoise.study.reason import Phrase, Reason, Refusal

__all__ = ["SURGICAL_GRADES", "clavien_refusals", "days_after_surgery"]

CLAVIEN = Reason(
    "ae.clavien",
    "clavien",
    "an event of the first {days} days after the operation, and related to it, has a grade by "
    "Clavien-Dindo",
)
NO_CLAVIEN = Reason(
    "ae.no-clavien", "clavien", "only what is related to an operation has a grade by Clavien-Dindo"
)


def clavien_refusals(
    context: Context, interventions: Sequence[str], clavien: str, begin: str
) -> Iterator[Refusal]:
    """Every reason against the grade of an event by what an operation's events are graded by."""
    surgery = context.study.safety.surgery if context.study.safety else None
    related = surgery is not None and not set(surgery.interventions).isdisjoint(interventions)
    if clavien and not related:
        yield NO_CLAVIEN()
    if surgery and related and not clavien:
        day = context.stamp.on
        after = days_after_surgery(context.study, context.subject, begin, day)
        if after is not None and after <= surgery.days:
            yield CLAVIEN(days=surgery.days)


def days_after_surgery(study: Study, subject: Subject, begin: str, on: date) -> int | None:
    """How many days after the last operation before it an event began; None where none was."""
    began = days_of(begin)
    surgery = study.safety.surgery if study.safety else None
    if began is None or surgery is None:
        return None
    found = SubjectFacts(study, subject, on).observations(surgery.since)
    days = [one.value for one in found if isinstance(one.value, date) and one.value <= began[1]]
    return (began[1] - max(days)).days if days else None


def _within(study: Study, subject: Subject) -> Iterator[tuple[int, EventTold, int]]:
    """The events of an operation that have a grade and began within its days, and after how many.

    Which is gravest is the same whenever it is asked: each is held against what is recorded now.
    """
    surgery = study.safety.surgery if study.safety else None
    for event in subject.safety.events:
        now = event.now
        after = days_after_surgery(study, subject, now.begin, now.on) if now.clavien else None
        if surgery and after is not None and after <= surgery.days:
            yield event.number, now, after


def _highest(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    """The gravest grade of a participant; of two alike the one that began first."""
    order = [*CLAVIENS].index
    found = sorted(_within(study, subject), key=lambda one: (-order(one[1].clavien), one[2]))
    for number, now, after in found[:1]:
        grade = (now.clavien, now.term, now.begin, after, len(found))
        yield subject.subject_id, now.on, *grade, number


def _tells_arm(study: Study, row: Row) -> bool:
    """Whether an operation is of some arms alone."""
    safety = study.safety
    cut = safety.surgery.interventions if safety and safety.surgery else ()
    return any(one.arms for one in safety.interventions if one.id in cut) if safety else False


SURGICAL_GRADES = Table(
    name="surgical_grades",
    label=Phrase("Gravest event after an operation"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("known_on", "day", Phrase("Day on which the hospital knew of it")),
        TableColumn("clavien", "text", Phrase("Grade, by Clavien-Dindo"), CLAVIENS),
        TableColumn("term", "text", Phrase("Event"), words_of_terms),
        TableColumn("begin", "partial", Phrase("Began")),
        TableColumn("days_after", "number", Phrase("Days after the operation")),
        TableColumn("events", "number", Phrase("Events with such a grade")),
        TableColumn("event", "number", Phrase("Entry that first told of the event")),
    ),
    rows=_highest,
    listed=("clavien", "term", "begin", "days_after", "events"),
    tells_arm=_tells_arm,
    of_study=lambda study: study.safety is not None and study.safety.surgery is not None,
)

"""What locks add to the questions that are asked of all chapters together."""

from collections.abc import Iterator
from datetime import date

from equipoise.conduct.chapter import Chapter, Happened
from equipoise.conduct.locks.acts import (
    GRADES,
    LockForm,
    LockParticipant,
    LockStudy,
    UnlockForm,
    UnlockParticipant,
    UnlockStudy,
)
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table, TableColumn
from equipoise.conduct.words import forms_of, visits_of
from equipoise.study.model import Study
from equipoise.study.reason import Phrase

__all__ = ["CHAPTER"]


def _course(study: Study, subject: Subject) -> Iterator[Happened]:
    if held := subject.locks.participant:
        yield Happened(done=held, act=LockParticipant, what=held, in_error=False)


def _rows(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    held = subject.locks.participant
    every = {"": held} if held else {}
    for key, one in {**every, **subject.locks.forms}.items():
        form, _, rest = key.rpartition("@")
        visit, _, number = rest.rpartition("#")
        left = "; ".join(f"{code}: {why}" for code, why in sorted(one.exceptions.items()))
        yield (
            subject.subject_id,
            form or None,
            visit or None,
            int(number or 1),
            one.grade,
            one.on,
            one.by,
            one.reason,
            left or None,
        )


LOCKS = Table(
    name="locks",
    label=Phrase("Frozen and locked"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("form", "text", Phrase("Form; empty: everything"), forms_of),
        TableColumn("visit", "text", Phrase("Visit"), visits_of),
        TableColumn("number", "number", Phrase("Copy of this form")),
        TableColumn("grade", "text", Phrase("Grade of the lock"), GRADES),
        TableColumn("on", "day", Phrase("Day")),
        TableColumn("by", "text", Phrase("By")),
        TableColumn("reason", "text", Phrase("Reason")),
        TableColumn("exceptions", "text", Phrase("Left open")),
    ),
    rows=_rows,
)

CHAPTER = Chapter(
    name="locks",
    acts=(
        LockForm,
        LockParticipant,
        UnlockForm,
        UnlockParticipant,
        LockStudy,
        UnlockStudy,
    ),
    course=_course,
    tables=(LOCKS,),
)

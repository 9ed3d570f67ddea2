"""What source verification adds to the questions that are asked of all chapters together."""

from collections.abc import Iterator
from datetime import date

from equipoise.conduct.act import Unfinished
from equipoise.conduct.chapter import Chapter
from equipoise.conduct.state.forms import record_key
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table, TableColumn
from equipoise.conduct.verification.acts import TakeBack, VerifyItems, called_here, items_here
from equipoise.conduct.verification.derived import of_derived
from equipoise.conduct.verification.verdicts import (
    STATES,
    all_places,
    count_open,
    digests_at,
    verdicts,
)
from equipoise.conduct.words import YES_NO, visits_of
from equipoise.study.model import Study
from equipoise.study.reason import Phrase

__all__ = ["CHAPTER"]

TO_VERIFY = Phrase("{form}: {count} value to verify", several="{form}: {count} values to verify")


def _unfinished(study: Study, subject: Subject, on: date) -> Iterator[Unfinished]:
    """What the plan has verified and is not, form by form."""
    if study.verification is None:
        return
    known = called_here(study)
    for place in all_places(subject):
        count = count_open(study, subject, place)
        if count:
            what = TO_VERIFY(form=known.get(place[0], place[0]), count=count)
            yield Unfinished(code="verification", what=what, form=place)


def _rows(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    for place in all_places(subject):
        form, visit, number = place
        digests = digests_at(subject, place) or {}
        for one in verdicts(study, subject, place):
            last = one.last
            yield (
                subject.subject_id,
                form,
                visit or None,
                number,
                one.item,
                one.state,
                "yes" if one.planned else "no",
                digests.get(one.item),
                last.digest or None if last else None,
                last.on if last else None,
                last.by if last else None,
                last.reason or None if last else None,
            )
        if record := subject.forms.records.get(record_key(*place)):
            for item, state in of_derived(study, subject, record).items():
                follows = (subject.subject_id, form, visit or None, number, item, state, "no")
                yield (*follows, None, None, None, None, None)


VERIFICATION = Table(
    name="verification",
    label=Phrase("Source verification"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("form", "text", Phrase("Form"), called_here),
        TableColumn("visit", "text", Phrase("Visit"), visits_of),
        TableColumn("number", "number", Phrase("Copy of this form, or entry")),
        TableColumn("item", "text", Phrase("Question"), items_here),
        TableColumn("state", "text", Phrase("State"), STATES),
        TableColumn("planned", "text", Phrase("Whether the plan has it verified"), YES_NO),
        TableColumn("digest", "text", Phrase("Digest of what stands now")),
        TableColumn("verified", "text", Phrase("Digest of what was verified")),
        TableColumn("on", "day", Phrase("Day of the last act")),
        TableColumn("by", "text", Phrase("By")),
        TableColumn("reason", "text", Phrase("Why it was taken back")),
    ),
    rows=_rows,
)

CHAPTER = Chapter(
    name="verification",
    acts=(VerifyItems, TakeBack),
    unfinished=_unfinished,
    tables=(VERIFICATION,),
)

"""What review and signature add to the questions that are asked of all chapters together."""

from collections.abc import Iterator
from datetime import date

from equipoise.conduct.act import Unfinished
from equipoise.conduct.chapter import Chapter, Happened
from equipoise.conduct.digests import form_places
from equipoise.conduct.signatures.acts import ReviewForm, SignForm, SignParticipant
from equipoise.conduct.signatures.holding import STATES, held, holds
from equipoise.conduct.signatures.messages import MESSAGES
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table, TableColumn
from equipoise.conduct.words import Choices, forms_of, visits_of
from equipoise.study.model import Study
from equipoise.study.reason import Phrase

__all__ = ["CHAPTER"]

TO_REVIEW = Phrase("{form}: not reviewed as it stands")
TO_SIGN = Phrase("{form}: not signed as it stands")
WHAT = Choices({"review": "Review", "signature": "Signature"})


def _unfinished(study: Study, subject: Subject, on: date) -> Iterator[Unfinished]:
    """Forms that are to be reviewed or signed, and are not as they stand."""
    rules = study.signing
    reviewed, signed = held(subject) if rules else (set(), set())
    for place, record in form_places(subject) if rules else ():
        form = study.form_of.get(record.form)
        if rules is None or form is None:
            continue
        if rules.reviews(form.id) and place not in reviewed:
            yield Unfinished(code="review", what=TO_REVIEW(form=form.title), form=place)
        if rules.signs(form.id) and place not in signed:
            yield Unfinished(code="signatures", what=TO_SIGN(form=form.title), form=place)


def _course(study: Study, subject: Subject) -> Iterator[Happened]:
    for hold in holds(subject):
        if not hold.signed.form:
            yield Happened(done=hold.signed, act=SignParticipant, more=(_since(hold.state),))


def _since(state: str) -> str:
    return "" if state == "holds" else STATES[state]


def _rows(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    for hold in holds(subject):
        one = hold.signed
        yield (
            subject.subject_id,
            hold.what,
            one.form or None,
            one.visit or None,
            one.number,
            hold.state,
            one.on,
            one.at,
            one.by,
            one.meaning or None,
            one.digest,
        )


SIGNATURES = Table(
    name="signatures",
    label=Phrase("Reviews and signatures"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("what", "text", Phrase("Review or signature"), WHAT),
        TableColumn("form", "text", Phrase("Form; empty: everything"), forms_of),
        TableColumn("visit", "text", Phrase("Visit"), visits_of),
        TableColumn("number", "number", Phrase("Copy of this form")),
        TableColumn("state", "text", Phrase("State"), STATES),
        TableColumn("on", "day", Phrase("Day")),
        TableColumn("at", "moment", Phrase("Moment of the signature")),
        TableColumn("by", "text", Phrase("By")),
        TableColumn("meaning", "text", Phrase("Meaning of the signature")),
        TableColumn("digest", "text", Phrase("Digest of what was signed")),
    ),
    rows=_rows,
)

CHAPTER = Chapter(
    name="signatures",
    acts=(ReviewForm, SignForm, SignParticipant),
    unfinished=_unfinished,
    course=_course,
    tables=(SIGNATURES,),
    tells=MESSAGES,
)

"""Items that the server works out from others: the value on one copy of a form, and its arithmetic.

Nothing of it is kept, so that nothing of it can be out of date. A copy of a form knows its own
answers, and of other forms what was true up to its day; later visits change nothing on it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from equipoise.conduct.coverage import is_asked
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.state.forms import Record
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table, TableColumn
from equipoise.logic.evaluate import Calculated, calculated
from equipoise.logic.translator import ENGLISH, Translator
from equipoise.study.forms import Form, Item
from equipoise.study.model import Study
from equipoise.study.reason import Phrase

__all__ = ["WORKED_OUT", "Copy", "items_worked_out", "worked_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One copy of a form, begun or not."""

    form: Form
    visit: str
    number: int
    on: date


def worked_out(
    study: Study, subject: Subject, copy: Copy, into: Translator = ENGLISH
) -> dict[str, Calculated]:
    """What is worked out on one copy of a form, by item."""
    items = items_worked_out(study, subject, copy.form, copy.on)
    if not items:
        return {}
    facts = SubjectFacts(study, _up_to(subject, copy), copy.on)
    return {
        item.id: calculated(item.id, study.vocabulary, facts, copy.on, item.decimals, into)
        for item in items
    }


def items_worked_out(study: Study, subject: Subject, form: Form, on: date) -> list[Item]:
    """What is worked out on a form of a day, as amendments ask it then."""
    periods = study.item_period
    return [
        item
        for item in form.items
        if item.formula
        and (item.id not in periods or is_asked(study, subject, periods[item.id], on))
    ]


def _up_to(subject: Subject, copy: Copy) -> Subject:
    """The participant as this copy knows them."""
    here = copy.visit, copy.number
    records = {
        key: one
        for key, one in subject.forms.records.items()
        if (one.form == copy.form.id and (one.visit, one.number) == here)
        or (one.form != copy.form.id and one.on <= copy.on)
    }
    return subject.with_records(records)


def _rows(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    """One row for every worked-out item of every filled copy of a form.

    Where it is not known, `waits_for` names the items that are missing.
    """
    for record in subject.forms.records.values():
        form = study.form_of.get(record.form)
        if form is None:
            continue
        found = worked_out(study, subject, _copy(form, record))
        place = (subject.subject_id, record.form, record.visit, record.number, record.on)
        for name, one in found.items():
            item = study.items[name]
            unit = item.unit if one.value is not None else ""
            yield (*place, name, one.value, unit or None, " ".join(one.waits_for) or None)


def _copy(form: Form, record: Record) -> Copy:
    return Copy(form=form, visit=record.visit, number=record.number, on=record.on)


WORKED_OUT = Table(
    name="derived",
    label=Phrase("Every value that is worked out from others"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("form", "text", Phrase("Form")),
        TableColumn("visit", "text", Phrase("Visit")),
        TableColumn("number", "number", Phrase("Number of the copy of the form")),
        TableColumn("on", "day", Phrase("Day of the form")),
        TableColumn("item", "text", Phrase("Question")),
        TableColumn("value", "text", Phrase("Value; empty: not known")),
        TableColumn("unit", "text", Phrase("Unit")),
        TableColumn("waits_for", "text", Phrase("What is missing, with blanks between")),
    ),
    rows=_rows,
)

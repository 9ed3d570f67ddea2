"""The table of values: every version of every answer, with what it was asked as."""

from collections.abc import Iterator
from datetime import date

from equipoise.conduct.facts import SubjectFacts, asked_then, unit_of
from equipoise.conduct.state.forms import Record, Version
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table, TableColumn
from equipoise.conduct.unanswered import ABSENT, PARTS, STATES, WHY, WHYS
from equipoise.logic.truth import Truth
from equipoise.study.forms import Column
from equipoise.study.model import Study
from equipoise.study.parts import say
from equipoise.study.reason import ENGLISH, Phrase

__all__ = ["VALUES"]

_KNOWN = {Truth.TRUE: True, Truth.FALSE: False, Truth.UNKNOWN: None}


def _rows(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    """One row for every version of every value; the last version of a value is the valid one.

    An empty value was taken back. A list that was stated to have no rows has one row numbered 0.
    Unit and label (of a choice, in English) are those of the study text that the value was recorded
    under; they are left open where that text is lost.

    `asked` says whether the item is asked on that copy of its form, given the other answers as they
    stand; what is not asked counts in no criterion and no analysis. Open where it is not known.
    """
    facts = SubjectFacts(study, subject, on)
    for record in subject.forms.records.values():
        place = (subject.subject_id, record.form, record.visit, record.number)
        for item, versions in record.values.items():
            is_asked = _KNOWN[_asks(study, facts, record, item)]
            for n, version in enumerate(versions, start=1):
                asked_back = (version.first or None, "; ".join(version.checks) or None)
                who = (n, version.by, version.at, version.reason, is_asked)
                recorded = (*who, *asked_back, version.copied)
                item_then = asked_then(study, subject, item, version)
                if isinstance(version.value, str):
                    unit = _unit(study, subject, record, item, version)
                    label = _meaning(item, version.value) or _label(item_then, version.value)
                    meant = (version.value, unit, label)
                    yield (*place, version.on, item, None, None, *meant, *recorded)
                    continue
                if not version.value:
                    yield (*place, version.on, item, 0, None, "", None, None, *recorded)
                columns = {column.id: column for column in item_then.columns} if item_then else {}
                for index, row in enumerate(version.value, start=1):
                    for column, cell in row.items():
                        of = columns.get(column)
                        meant = (cell, of.unit or None if of else None, _label(of, cell))
                        yield (*place, version.on, item, index, column, *meant, *recorded)


def _asks(study: Study, facts: SubjectFacts, record: Record, name: str) -> Truth:
    item = study.items.get(name.partition(".")[0])
    return facts.asks(item, record) if item else Truth.UNKNOWN


def _unit(
    study: Study, subject: Subject, record: Record, item: str, version: Version
) -> str | None:
    if version.value == "" or item.partition(".")[2] in ("unit", *PARTS):
        return None
    # A limit of normal is in the unit of its value.
    value = item.partition(".")[0]
    whose = version if value == item else None
    if whose is None and not record.versions(value):
        return None
    return unit_of(study, subject, record, value, whose) or None


def _meaning(name: str, value: str) -> str | None:
    """What is meant by a code beside an item that has no answer."""
    part = name.partition(".")[2]
    meant = {ABSENT: STATES, WHY: WHYS}.get(part, {}).get(value)
    return ENGLISH.written(meant()) if meant else None


def _label(column: Column | None, value: str) -> str | None:
    codes = column.of_kind.codes(value) if column else ()
    if column is None or not codes or any(code not in column.choices for code in codes):
        return None
    return "; ".join(say(column.choices[code]) for code in codes)


VALUES = Table(
    name="values",
    label=Phrase("Every version of every value"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("form", "text", Phrase("Form")),
        TableColumn("visit", "text", Phrase("Visit")),
        TableColumn("number", "number", Phrase("Number of the copy of the form")),
        TableColumn("on", "day", Phrase("Day of the form")),
        TableColumn("item", "text", Phrase("Question")),
        TableColumn("row", "number", Phrase("Number of the row in a list; 0: stated to be empty")),
        TableColumn("column", "text", Phrase("Column of a list")),
        TableColumn("value", "text", Phrase("Value; empty: taken back")),
        TableColumn("unit", "text", Phrase("Unit")),
        TableColumn("label", "text", Phrase("What a choice means")),
        TableColumn("version", "number", Phrase("Number of the version; the last one is valid")),
        TableColumn("by", "text", Phrase("Recorded by")),
        TableColumn("at", "moment", Phrase("Recorded at")),
        TableColumn("reason", "text", Phrase("Reason of a change")),
        TableColumn("asked", "yes or no", Phrase("Whether it is asked, given the other answers")),
        TableColumn("first", "text", Phrase("What was typed first, of which it was asked back")),
        TableColumn("checks", "text", Phrase("The soft checks that asked")),
        TableColumn("copied", "yes or no", Phrase("Whether it was copied from the last visit")),
    ),
    rows=_rows,
)

"""Every answer that one question ever had, with what was recorded in error since."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import msgspec
from django.utils.translation import gettext

from equipoise.conduct import folding
from equipoise.conduct.act import Stamp
from equipoise.conduct.cut import moment as utc
from equipoise.conduct.digests import DATE, FormOf
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.state.done import Done
from equipoise.conduct.state.forms import NONE, FormsState, Record, Save, Value, Version, record_key
from equipoise.conduct.subject import Subject
from equipoise.study.forms import Form
from equipoise.web import write_service
from equipoise.web.forms.form_history import VersionLine, none_line, parts_of, version_line
from equipoise.web.jinja import day, moment
from equipoise.web.views.next_act import visit_name
from equipoise.web.views.page import Page
from equipoise.web.views.spoken import reason_text, value_text

__all__ = ["AnswerLine", "Answered", "Cell", "Who", "answered", "lines_of", "record_of", "who"]

Cell = tuple[int, str]
"""A row of a list, counted from 1, and the column."""


@dataclass(frozen=True, slots=True)
class InError:
    """That an entry was recorded in error: who said so and when, and why."""

    done: Done
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One copy of a form: as it stands, and with what was recorded in error too."""

    subject: Subject
    form: Form
    place: FormOf
    now: Record | None
    ever: Record
    saved: tuple[tuple[SaveForm, Stamp], ...]
    voided: Mapping[int, InError]
    """What was said of each entry that was in error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who did something: their name, their role and hospital then, and when it was recorded."""

    name: str
    role: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLine:
    """One answer, or what stands beside it: a limit of normal, why there is none."""

    value: str
    who: Who
    on: str
    reason: str
    entry: int
    part: str
    """What is told of the question, where it is not its answer."""
    rows: tuple[tuple[str, bool], ...]
    """Of a list each row, and whether it is another than before."""
    notes: tuple[str, ...]
    error: tuple[Who, str] | None
    """Who said that it was recorded in error, and why."""
    holds: bool


def answered(subject: Subject, form: Form, place: FormOf) -> Answered | None:
    """Everything that was ever saved on a copy of a form; None where nothing was."""
    entries = write_service.LEDGER.of_kind(SaveForm.kind, (subject.subject_id,))
    read = ((folding.read(entry), folding.stamp_of(entry)) for entry in entries)
    saved = tuple(
        (act, stamp)
        for act, stamp in read
        if isinstance(act, SaveForm) and (act.form, act.visit, act.number) == place
    )
    if (ever := record_of(saved)) is None:
        return None
    return Answered(
        subject=subject,
        form=form,
        place=place,
        now=subject.forms.records.get(record_key(*place)),
        ever=ever,
        saved=saved,
        voided={one.entry: InError(one, one.reason) for one in subject.voiding.voided},
    )


def record_of(saved: Iterable[tuple[SaveForm, Stamp]]) -> Record | None:
    """What these saves, all of one copy of a form, leave; None where there are none."""
    state = FormsState()
    for act, stamp in saved:
        act.apply(state, stamp)
    return next(iter(state.records.values()), None)


def who(page: Page, subject: Subject, done: Done, kind: str) -> Who:
    """Who did something to a participant, as they were then."""
    text = subject.text_of(done.seq)
    role = page.capacities.text(done.by, utc(done.at), kind, subject.site, text)
    return Who(name=page.people[done.by], role=role, at=moment(done.at))


def lines_of(page: Page, found: Answered, name: str, cell: Cell | None) -> list[AnswerLine]:
    """The answers of one question with what stands beside them, the newest first.

    :param cell: where of a list that alone is asked
    """
    item = found.form.item_of.get(name)
    names = [(name, "")] if item is None or cell else parts_of(item)
    lines = [line for part, label in names for line in _lines(page, found, part, label, cell)]
    return sorted(lines, key=lambda line: line.entry, reverse=True)


def _lines(
    page: Page, found: Answered, name: str, label: str, cell: Cell | None
) -> Iterator[AnswerLine]:
    versions = list(_versions(found, name, cell))
    last = next((one.seq for one in reversed(versions) if one.seq not in found.voided), 0)
    before: Value = ""
    for version in versions:
        text, voided = _text(page, found, name, version, cell), found.voided.get(version.seq)
        yield AnswerLine(
            value=text.value,
            who=who(page, found.subject, version, SaveForm.kind),
            on=day(version.on),
            reason=text.reason,
            entry=version.seq,
            part="" if name in (DATE, NONE) or "." not in name else label,
            rows=_rows(found.form, name, version.value, before),
            notes=_notes(page, found, version, text),
            error=(who(page, found.subject, voided.done, SaveForm.kind), voided.reason)
            if voided
            else None,
            holds=version.seq == last and "." not in name,
        )
        before = before if voided else version.value


def _notes(page: Page, found: Answered, version: Version, text: VersionLine) -> tuple[str, ...]:
    """What the checks asked, and of which visit it was copied."""
    source = _source(found, version) if version.copied else None
    if source is None:
        return text.checks
    place = f"{visit_name(page.study, source.visit)}, {day(source.on)}"
    return *text.checks[:-1], gettext("Copied from %(visit)s") % {"visit": place}


def _source(found: Answered, version: Version) -> Record | None:
    """The copy of the form that was the last one when an answer was copied."""
    before = [
        one
        for one in found.subject.forms.of(found.form.id)
        if one.on <= version.on and one is not found.now and one.saves[0].seq < version.seq
    ]
    return max(before, key=lambda one: one.on, default=None)


def _versions(found: Answered, name: str, cell: Cell | None) -> Iterator[Version]:
    """Every value that was another than what stood; what was in error changed nothing."""
    stood: Value = ""
    for save in found.ever.saves:
        value = _given(save, name, cell)
        if value is None or value == stood:
            continue
        yield _version(save, name, value)
        if save.seq not in found.voided:
            stood = value


def _given(save: Save, name: str, cell: Cell | None) -> Value | None:
    """What a save says of a question; None where it says nothing."""
    if name == DATE:
        return save.on.isoformat()
    value = save.values.get(name)
    if cell is None or value is None:
        return value
    row, column = cell
    rows = value if isinstance(value, list) else []
    return rows[row - 1].get(column, "") if 0 < row <= len(rows) else ""


def _version(save: Save, name: str, value: Value) -> Version:
    if name != DATE:
        return msgspec.structs.replace(save.version(name), value=value)
    return Version(
        value=value, reason=save.reason, by=save.by, at=save.at, on=save.on, seq=save.seq
    )


def _text(
    page: Page, found: Answered, name: str, version: Version, cell: Cell | None
) -> VersionLine:
    """What one version says, in the reader's words."""
    if name == NONE:
        return none_line(page, version)
    item = found.form.item_of.get(name.partition(".")[0])
    if item is not None and cell is None:
        record = version.seq not in found.voided and found.now
        return version_line(page, item, name, (found.subject, record or found.ever), version)
    columns = {one.id: one for one in item.columns} if item else {}
    plain = cell and value_text(columns[cell[1]], version.value)
    return VersionLine(
        value=plain or day(date.fromisoformat(str(version.value))),
        by=page.people[version.by],
        at=moment(version.at),
        reason=reason_text(version.reason),
    )


def _rows(form: Form, name: str, value: Value, before: Value) -> tuple[tuple[str, bool], ...]:
    """Each row of a list in words, and whether it is another than stood there before."""
    if not isinstance(value, list) or name not in form.item_of:
        return ()
    earlier = before if isinstance(before, list) else []
    item = form.item_of[name]
    return tuple(
        (value_text(item, [row]), before != "" and [row] != earlier[place : place + 1])
        for place, row in enumerate(value)
    )

"""One form of one participant at one visit, as it is being filled: what stood there, what is typed.

A sheet knows what its page had seen when it was opened: only what the person touched is answered,
and what others recorded since is kept.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from equipoise.conduct.act import Stamp
from equipoise.conduct.confirmed import Confirmed
from equipoise.conduct.facts import unit_of
from equipoise.conduct.forms import SaveForm, today
from equipoise.conduct.state.forms import Record, Value, record_key
from equipoise.conduct.subject import Subject
from equipoise.study.forms import Form
from equipoise.web.drafts import KeptDraft
from equipoise.web.forms.asked_back import (
    Question,
    first_given,
    in_question,
    of_name,
    reasons_given,
    whys_given,
)
from equipoise.web.jinja import say
from equipoise.web.views import form_data
from equipoise.web.views.page import Page
from equipoise.web.views.problems import Problems, day_from_parts, day_parts
from equipoise.web.views.spoken import reason_read

__all__ = [
    "Sheet",
    "answers",
    "asked_answers",
    "asked_now",
    "based_on",
    "both",
    "by_others",
    "day_of",
    "fill",
    "with_copy",
    "from_draft",
    "from_record",
    "left_out",
    "looked_again",
    "unitless",
]


@dataclass(slots=True)
class Sheet:
    """One form of one participant at one visit, as it is being filled."""

    page: Page
    subject: Subject
    form: Form
    visit: str
    number: int
    record: Record | None
    flat: form_data.Flat = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    happened: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    confirmed: Confirmed = field(default_factory=dict)
    """What was answered to what was asked back of the very values that stand here."""
    whys: dict[Question, str] = field(default_factory=dict)
    """The same as it was typed, whatever stands here now."""
    reasons: dict[str, str] = field(default_factory=dict)
    """Why each value is changed, by its item."""
    first: Confirmed = field(default_factory=dict)
    """What was typed first of what was asked back."""
    copied: tuple[str, ...] = ()
    """The items whose answers were copied from the last visit."""
    hidden: set[str] = field(default_factory=set)
    problems: Problems = field(default_factory=Problems)
    seen: int = 0
    dated: str = ""
    as_entered: Subject | None = None
    draft: KeptDraft | None = None


def based_on(sheet: Sheet, posted: Mapping[str, str]) -> None:
    """Take over what the page had seen when it was opened."""
    if re.fullmatch("[0-9]{1,9}", seen := posted.get("seen", "")):
        sheet.seen = int(seen)
    sheet.dated = posted.get("dated", sheet.dated)


def from_record(sheet: Sheet) -> None:
    language, record = sheet.page.language, sheet.record
    packed = form_data.flat_of(sheet.form, record, language)
    sheet.flat, sheet.counts = form_data.compact(sheet.form, packed)
    on = record.on if record else None
    parts = ("day", "month", "year")
    sheet.happened = {part: str(getattr(on, part)) if on else "" for part in parts}


def from_draft(sheet: Sheet) -> dict[str, Value]:
    """What the reader typed here before and has not saved, in place of the record; its answers."""
    page = sheet.page
    if page.draft is None or not page.may(SaveForm.kind, sheet.subject):
        return {}
    fields, sheet.draft = page.draft.fields, page.draft
    based_on(sheet, flat := {name: fields.get(name, "") for name in fields})
    on = today(page.study, Stamp(by="", at=page.draft.at))
    was, now = page.draft.language, page.language
    fill(sheet, form_data.written_in(sheet.form, flat, was, now, on))
    return answers(sheet)


def fill(sheet: Sheet, flat: Mapping[str, str]) -> None:
    sheet.flat, sheet.counts = form_data.compact(sheet.form, flat)
    sheet.happened, sheet.reason = day_parts(flat, "happened"), flat.get("reason", "").strip()
    sheet.copied = tuple(name for name in flat.get("copied", "").split(",") if name)
    sheet.reason, sheet.reasons = reason_read(sheet.reason), reasons_given(flat)
    sheet.whys, sheet.confirmed, sheet.first = whys_given(flat), {}, first_given(flat)
    for (code, where), why in sheet.whys.items():
        if why and flat.get(of_name(code, where)) == asked_now(sheet, (code, where)):
            sheet.confirmed.setdefault(code, {})[where] = why


def day_of(sheet: Sheet) -> date:
    """The day that was typed, else that of the reader."""
    return day_from_parts(dict(sheet.happened), "happened", Problems()) or sheet.page.viewer.on


def asked_now(sheet: Sheet, question: Question) -> str:
    """The mark of what a question asks of, as it stands on the sheet."""
    values = form_data.form_values(sheet.form, sheet.flat, sheet.counts, sheet.page.language)
    day = day_from_parts(dict(sheet.happened), "happened", Problems())
    day_text = day.isoformat() if day else "-".join(sheet.happened.values())
    reasons = {f"{item}.reason": why for item, why in sheet.reasons.items()}
    values |= reasons | {"reason": sheet.reason}
    place = f"{sheet.subject.subject_id} {sheet.visit} {sheet.number} {day_text}"
    return in_question(sheet.page.study, values, place, question)


def answers(sheet: Sheet) -> dict[str, Value]:
    """What was typed into the fields that stood on the page; the others are not answered."""
    values = form_data.form_values(sheet.form, sheet.flat, sheet.counts, sheet.page.language)
    there = {name.partition(".")[0] for name in sheet.flat}
    there |= set(sheet.page.request.POST.getlist("shown"))
    absent = {i.id for i in sheet.form.items if i.shown_when or i.since or i.until} - there
    return {name: value for name, value in values.items() if name.partition(".")[0] not in absent}


def with_copy(sheet: Sheet, subject: Subject, on: date) -> tuple[Subject, Record | None]:
    """The participant with this copy of the form, and the copy; None where none is begun.

    What amendments ask goes by the day of the form, before anything else of it is typed too.
    """
    key = record_key(sheet.form.id, sheet.visit, sheet.number)
    copy = subject.forms.records.get(key)
    if copy is None and sheet.page.study.item_period:
        copy = Record(form=sheet.form.id, visit=sheet.visit, number=sheet.number, on=on)
        subject = subject.with_records({**subject.forms.records, key: copy})
    return subject, copy


def both(sheet: Sheet) -> list[str]:
    return [n for n, rows in sheet.counts.items() if rows and sheet.flat.get(f"{n}.none")]


def asked_answers(sheet: Sheet, answers: dict[str, Value]) -> dict[str, Value]:
    """What the person touched; what is no longer asked stays as it was recorded."""
    return {
        name: value
        for name, value in answers.items()
        if value != as_seen(sheet, name) and name.partition(".")[0] not in sheet.hidden
    }


def left_out(sheet: Sheet, answers: dict[str, Value]) -> list[str]:
    """What was typed of questions that are not asked, given the other answers, by label."""
    entered_of = {
        name.partition(".")[0]
        for name, value in answers.items()
        if value and value != as_seen(sheet, name)
    }
    return [say(i.label) for i in sheet.form.items if i.id in entered_of & sheet.hidden]


def as_seen(sheet: Sheet, name: str) -> Value:
    """The value that stood on the page when it was opened."""
    versions = sheet.record.versions(name) if sheet.record else []
    return next((one.value for one in reversed(versions) if one.seq <= sheet.seen), "")


def looked_again(sheet: Sheet, answers: dict[str, Value]) -> None:
    """What others recorded since is now seen: it stands where the person touched nothing."""
    touched = {name.partition(".")[0] for name in asked_answers(sheet, answers)}
    packed = form_data.flat_of(sheet.form, sheet.record, sheet.page.language)
    flat, counts = form_data.compact(sheet.form, packed)
    mine = {n: text for n, text in sheet.flat.items() if n.partition(".")[0] in touched}
    theirs = {n: text for n, text in flat.items() if n.partition(".")[0] not in touched}
    sheet.counts = {n: (sheet.counts if n in touched else counts)[n] for n in counts}
    sheet.flat, sheet.seen = mine | theirs, sheet.subject.seq
    if sheet.record:
        sheet.dated = sheet.record.on.isoformat()


def by_others(sheet: Sheet) -> list[str]:
    """What somebody else recorded on this form since the page was opened."""
    values, me = sheet.record.values if sheet.record else {}, sheet.page.viewer.person_id
    changed = {
        name.partition(".")[0]
        for name, versions in values.items()
        if versions[-1].seq > sheet.seen and versions[-1].by != me
    }
    return [say(item.label) for item in sheet.form.items if item.id in changed]


def unitless(sheet: Sheet) -> set[str]:
    """The numbers that stand here without a unit: the study text that said it is lost."""
    record, study = sheet.record, sheet.page.study
    return {
        item.id
        for item in sheet.form.items
        if item.unit and record and record.answers(item.id)
        if not unit_of(study, sheet.subject, record, item.id)
    }

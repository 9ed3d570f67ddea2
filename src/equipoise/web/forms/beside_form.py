"""What a page of a form says beside its fields: its place, limits of normal, criteria."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext

from equipoise.conduct import eligibility, schedule
from equipoise.conduct.coverage import columns_waiting
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.hospital_limits import fitting
from equipoise.conduct.laboratory import SetLimits
from equipoise.conduct.not_done import SayNotDone
from equipoise.conduct.queries import NO_VISIT
from equipoise.conduct.state.forms import Record, record_key
from equipoise.study.forms import Form
from equipoise.web import write_service
from equipoise.web.forms.sheet import Sheet, day_of
from equipoise.web.jinja import say
from equipoise.web.views.closed_by import ClosedBy, closed_by
from equipoise.web.views.lock_words import lock_text
from equipoise.web.views.next_act import form_page, not_done_page, visit_beside
from equipoise.web.views.page import act_page
from equipoise.web.views.spoken import absent_text, number_text, unit_label, value_text

__all__ = [
    "again",
    "as_asked",
    "limits_page",
    "locked",
    "locks_over",
    "may_type",
    "no_longer",
    "not_done",
    "place",
    "ranges",
    "recorded",
    "side",
    "version",
]


def ranges(sheet: Sheet) -> dict[str, str]:
    """The hospital's limits of normal on the day of the form, as they are filled in when open."""
    trial_state, site = sheet.page.viewer.trial_state, sheet.subject.site
    on = day_of(sheet)
    study, today, found = sheet.page.study, write_service.today(), {}
    facts = SubjectFacts(study, sheet.subject, today)
    for item in sheet.form.items:
        given = trial_state.laboratory.ranges_on(site, item.id, on) if item.limits else []
        known = fitting(study, facts, given, on)
        if known:
            lower, upper = (number_text(text) or "…" for text in (known.lln, known.uln))
            span = f"{lower} – {upper} {unit_label(known.unit)}".strip()
            left_open = gettext("Left open, the hospital's own are taken: %(limits)s")
            found[item.id] = left_open % {"limits": span}
    return found


def limits_page(sheet: Sheet) -> str:
    """Where the hospital's limits are set, for a form that asks limits and a viewer who may."""
    site = sheet.subject.site
    has_limits = any(item.limits for item in sheet.form.items)
    may = has_limits and sheet.page.viewer.may(SetLimits.kind, site)
    return act_page(SetLimits.kind, site) if may else ""


def recorded(sheet: Sheet) -> str:
    """Where it stands how far the form is verified, reviewed and signed."""
    place = (sheet.form.id, sheet.visit or NO_VISIT, sheet.number)
    return reverse("record-form", args=(sheet.subject.subject_id, *place)) if sheet.record else ""


def locked(sheet: Sheet) -> str:
    """That the form, or everything of the participant, is frozen or locked."""
    locks, form, visit = sheet.subject.locks, sheet.form.id, sheet.visit
    return lock_text(locks.participant or locks.forms.get(record_key(form, visit, sheet.number)))


def as_asked(sheet: Sheet, on: date) -> Form:
    """The form without the columns of its lists that amendments do not ask yet on its day."""
    if not sheet.form.has_later_columns:
        return sheet.form
    items = []
    for item in sheet.form.items:
        waiting = columns_waiting(sheet.page.study, sheet.subject, item, sheet.record, on)
        columns = tuple(one for one in item.columns if one not in waiting)
        items.append(item.model_copy(update={"columns": columns}) if waiting else item)
    return sheet.form.with_items(items)


def locks_over(sheet: Sheet) -> list[ClosedBy]:
    """The locks under which it is not saved."""
    act = SaveForm(form=sheet.form.id, visit=sheet.visit, number=sheet.number, values={})
    return closed_by(sheet.page, sheet.subject, act)


def may_type(sheet: Sheet, closed: list[ClosedBy]) -> bool:
    """Whether its fields are open: what was typed stays to be seen, though it cannot be saved."""
    entered = bool(sheet.problems or sheet.draft)
    return sheet.page.may(SaveForm.kind, sheet.subject) and (entered or not closed)


def no_longer(sheet: Sheet) -> list[tuple[str, str]]:
    """What was recorded of questions that are not asked now, by label."""
    found = []
    for item in sheet.form.items if sheet.record else ():
        value = sheet.record.now(item.id) if sheet.record else None
        absent = absent_text(item.id, sheet.record.current) if sheet.record else ""
        if item.id in sheet.hidden and absent and value is None:
            found.append((say(item.label), absent))
        elif item.id in sheet.hidden and value is not None and sheet.record:
            unit = sheet.record.now(f"{item.id}.unit")
            text = value_text(item, value, unit if isinstance(unit, str) else "")
            found.append((say(item.label), text))
    return found


def version(record: Record | None) -> str:
    """Which saving of the form this is, so that a draft knows whether there was one since."""
    if record is None:
        return ""
    return f"{record.on}/{sum(map(len, record.values.values()))}"


def place(sheet: Sheet) -> str:
    parts = [visit_beside(sheet.page.study, sheet.form.id, sheet.visit)]
    if sheet.form.repeats and (sheet.number > 1 or len(copies(sheet)) > 1):
        parts.append(gettext("copy %(number)s") % {"number": sheet.number})
    return " · ".join(filter(None, parts))


def copies(sheet: Sheet) -> list[Record]:
    return [r for r in sheet.subject.forms.of(sheet.form.id) if r.visit == sheet.visit]


def not_done(sheet: Sheet) -> str:
    """Where it is said that this form was not done; empty where that cannot be."""
    visit, subject = sheet.page.study.visit_keyed.get(sheet.visit), sheet.subject
    if visit is None or not sheet.page.may(SayNotDone.kind, subject):
        return ""
    left = schedule.unfilled_at(subject, visit, sheet.visit)
    named = (subject.subject_id, sheet.visit, sheet.form.id)
    return not_done_page(*named) if sheet.form.id in left else ""


def again(sheet: Sheet) -> str:
    """Where another copy of a form that repeats is begun; empty where it may not be."""
    if not sheet.form.repeats or sheet.record is None:
        return ""
    number = max((record.number for record in copies(sheet)), default=0) + 1
    return form_page(sheet.subject.subject_id, sheet.form.id, sheet.visit, number)


def side(sheet: Sheet) -> list[eligibility.Line]:
    """The criteria to which this form speaks, as they stand with what was typed."""
    subject = sheet.as_entered or sheet.subject
    if sheet.subject.registered_on or sheet.subject.failed_on:
        return []
    study, today, language = sheet.page.study, sheet.page.viewer.on, sheet.page.language
    names = {item.id for item in sheet.form.items}
    only = {one for one, items in study.items_of_criterion.items() if names & items}
    return eligibility.checklist(study, subject, today, language, registering=today, only=only)

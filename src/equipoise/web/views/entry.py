"""Form entry: any form at any visit, made from the study file; one POST is one act.

What the trial refuses stands beside its field and in the summary, all at once, and nothing that was
typed is lost. Buttons that add or remove a row only show the form again. Without JavaScript a
question that comes up by an answer is shown after saving.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from equipoise.conduct import eligibility, schedule
from equipoise.conduct.act import Refused, Scene, Stamp
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.forms import MEANWHILE, SaveForm
from equipoise.conduct.laboratory import SetLimits
from equipoise.conduct.reason import Reason, Refusal
from equipoise.conduct.subject import Record, Subject, Value, record_key
from equipoise.logic.figures import inner, unit_text
from equipoise.study.forms import Form
from equipoise.web import door
from equipoise.web.drafts import Typed
from equipoise.web.jinja import say
from equipoise.web.views import typed
from equipoise.web.views.drafted import UPON
from equipoise.web.views.fields import Field, fields_of, hidden_items
from equipoise.web.views.form_history import history_of
from equipoise.web.views.next_act import form_page, visit_beside
from equipoise.web.views.page import Page, act_page, for_people
from equipoise.web.views.problems import Problems, day_typed, typed_day
from equipoise.web.views.spoken import value_said
from equipoise.web.views.words_of import names_in

__all__ = ["form"]

MOST_ROWS = 40
THOUSANDS = Reason(
    "item.thousands",
    "",
    "is {typed} a decimal number, or {plain}? Write it without that sign",
)


@dataclass(slots=True)
class Sheet:
    """One form of one participant at one visit, as it is being filled."""

    page: Page
    subject: Subject
    form: Form
    visit: str
    number: int
    record: Record | None
    flat: typed.Flat = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    happened: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    hidden: set[str] = field(default_factory=set)
    problems: Problems = field(default_factory=Problems)
    seen: int = 0
    dated: str = ""
    as_typed: Subject | None = None
    draft: Typed | None = None


@for_people
def form(page: Page, subject_id: str, form_id: str, visit: str, number: int) -> HttpResponse:
    """Show the form, or save it."""
    sheet = _sheet(page, subject_id, form_id, "" if visit == "-" else visit, number)
    if page.request.method != "POST":
        _from_record(sheet)
        _judge(sheet, _from_draft(sheet))
        return _shown(sheet)
    if not page.may(SaveForm.kind, sheet.subject):
        raise Http404
    return _posted(sheet)


def _sheet(page: Page, subject_id: str, form_id: str, visit: str, number: int) -> Sheet:
    subject, asked = page.subject(subject_id), page.study.form_of.get(form_id)
    place = page.study.visit_of.get(visit.partition(".")[0])
    if asked is None or (visit and (place is None or form_id not in place.forms)):
        raise Http404
    record = subject.records.get(record_key(form_id, visit, number))
    sheet = Sheet(page=page, subject=subject, form=asked, visit=visit, number=number, record=record)
    sheet.seen, sheet.dated = subject.seq, record.on.isoformat() if record else ""
    _based_on(sheet, page.request.POST)
    return sheet


def _based_on(sheet: Sheet, posted: Mapping[str, str]) -> None:
    """Take over what the page had seen when it was opened."""
    if re.fullmatch("[0-9]{1,9}", seen := posted.get("seen", "")):
        sheet.seen = int(seen)
    sheet.dated = posted.get("dated", sheet.dated)


def _from_record(sheet: Sheet) -> None:
    language, record = sheet.page.language, sheet.record
    packed = typed.flat_of(sheet.form, record, language)
    sheet.flat, sheet.counts = typed.compact(sheet.form, packed)
    on = record.on if record else None
    parts = ("day", "month", "year")
    sheet.happened = {part: str(getattr(on, part)) if on else "" for part in parts}


def _from_draft(sheet: Sheet) -> dict[str, Value]:
    """What the reader typed here before and has not saved, in place of the record; its answers."""
    page = sheet.page
    if page.draft is None or not page.may(SaveForm.kind, sheet.subject):
        return {}
    fields, sheet.draft = page.draft.fields, page.draft
    _based_on(sheet, flat := {name: fields[name] for name in fields})
    _fill(sheet, typed.written_in(sheet.form, flat, page.draft.language, page.language))
    return _answers(sheet)


def _fill(sheet: Sheet, flat: Mapping[str, str]) -> None:
    sheet.flat, sheet.counts = typed.compact(sheet.form, flat)
    sheet.happened, sheet.reason = day_typed(flat, "happened"), flat.get("reason", "").strip()


def _posted(sheet: Sheet) -> HttpResponse:
    request = sheet.page.request
    posted = {name: request.POST[name] for name in request.POST}
    if removed := posted.get("remove", ""):
        posted = {n: t for n, t in posted.items() if not n.startswith(f"{removed}.")}
    _fill(sheet, posted)
    if sheet.page.partial or "add" in posted or "remove" in posted:
        _judge(sheet, _answers(sheet))
        return _shown(sheet, add=posted.get("add", ""))
    return _saved(sheet, set(request.POST.getlist("shown")))


def _saved(sheet: Sheet, shown: set[str]) -> HttpResponse:
    answers = _answers(sheet)
    _judge(sheet, answers)
    undated = Problems()
    on = typed_day(dict(sheet.happened), "happened", undated)
    for problem in undated:
        sheet.problems.add("happened", f"{say(sheet.form.dated)}: {inner(problem.because)}")
    if _both(sheet):
        because = gettext("Fill in rows, or tick that there are none; not both")
        for name in _both(sheet):
            sheet.problems.add(name, because)
    if on and sheet.record and on.isoformat() == sheet.dated:
        on = sheet.record.on  # the date was not touched, whatever somebody made of it since
    act = _act(sheet, _asked(sheet, answers))
    refusals: list[Refusal] = []
    if sheet.problems:
        # Nothing can be recorded without the day, but every other reason is told at once.
        refusals = list(act.refusals(_scene(sheet, on or door.today())))
    else:
        try:
            page = sheet.page
            who, subject_id = page.viewer.person_id, sheet.subject.subject_id
            door.perform(act, who, on, subject_id, page.once, sheet.seen)
        except Refused as refused:
            refusals = list(refused.refusals)
    sheet.problems.take(_doubted(refusal, answers) for refusal in refusals)
    if any(refusal.code == MEANWHILE.code for refusal in refusals):
        _looked_again(sheet, answers)
    if sheet.problems:
        return _shown(sheet, status=sheet.problems.status)
    return _next(sheet, shown)


def _next(sheet: Sheet, shown: set[str]) -> HttpResponse:
    """Where saving leads: to what came up, to the next form of the visit, or to the participant."""
    page, subject_id = sheet.page, sheet.subject.subject_id
    title = say(sheet.form.title)
    now = {item.id for item in sheet.form.items if item.shown_when} - sheet.hidden
    if now - shown:
        page.tell(gettext("%(form)s is saved; more is asked now") % {"form": title})
        return redirect(form_page(subject_id, sheet.form.id, sheet.visit, sheet.number))
    page.tell(gettext("%(form)s is saved") % {"form": title})
    if others := _by_others(sheet):
        told = gettext("Meanwhile someone else recorded %(items)s; that is kept")
        page.tell(told % {"items": ", ".join(others)})
    if page.request.POST.get("then") == "next":
        subject = door.folds().subject(subject_id)
        for planned in schedule.visits(page.study, subject, door.today()):
            if planned.key == sheet.visit and planned.open:
                return redirect(form_page(subject_id, planned.open[0], planned.key))
    return redirect("participant", subject_id)


def _answers(sheet: Sheet) -> dict[str, Value]:
    """What was typed into the fields that stood on the page; the others are not answered."""
    values = typed.typed_values(sheet.form, sheet.flat, sheet.counts, sheet.page.language)
    there = {name.partition(".")[0] for name in sheet.flat}
    there |= set(sheet.page.request.POST.getlist("shown"))
    absent = {item.id for item in sheet.form.items if item.shown_when} - there
    return {name: value for name, value in values.items() if name.partition(".")[0] not in absent}


def _both(sheet: Sheet) -> list[str]:
    return [n for n, rows in sheet.counts.items() if rows and sheet.flat.get(f"{n}.none")]


def _asked(sheet: Sheet, answers: dict[str, Value]) -> dict[str, Value]:
    """What the person touched; what is no longer asked stays as it was recorded."""
    return {
        name: value
        for name, value in answers.items()
        if value != _as_seen(sheet, name) and name.partition(".")[0] not in sheet.hidden
    }


def _as_seen(sheet: Sheet, name: str) -> Value:
    """The value that stood on the page when it was opened."""
    versions = sheet.record.values.get(name, []) if sheet.record else []
    return next((one.value for one in reversed(versions) if one.seq <= sheet.seen), "")


def _looked_again(sheet: Sheet, answers: dict[str, Value]) -> None:
    """What others recorded since is now seen: it stands where the person touched nothing."""
    touched = {name.partition(".")[0] for name in _asked(sheet, answers)}
    packed = typed.flat_of(sheet.form, sheet.record, sheet.page.language)
    flat, counts = typed.compact(sheet.form, packed)
    mine = {n: text for n, text in sheet.flat.items() if n.partition(".")[0] in touched}
    theirs = {n: text for n, text in flat.items() if n.partition(".")[0] not in touched}
    sheet.counts = {n: (sheet.counts if n in touched else counts)[n] for n in counts}
    sheet.flat, sheet.seen = mine | theirs, sheet.subject.seq
    if sheet.record:
        sheet.dated = sheet.record.on.isoformat()


def _by_others(sheet: Sheet) -> list[str]:
    """What somebody else recorded on this form since the page was opened."""
    values, me = sheet.record.values if sheet.record else {}, sheet.page.viewer.person_id
    changed = {
        name.partition(".")[0]
        for name, versions in values.items()
        if versions[-1].seq > sheet.seen and versions[-1].by != me
    }
    return [say(item.label) for item in sheet.form.items if item.id in changed]


def _doubted(refusal: Refusal, answers: Mapping[str, Value]) -> Refusal:
    """The refusal; of a number that may mean thousands, the question which of the two it is."""
    value = answers.get(refusal.where)
    if not isinstance(value, str) or not value.startswith(typed.AMBIGUOUS):
        return refusal
    number = value.removeprefix(typed.AMBIGUOUS)
    return THOUSANDS(refusal.where, typed=number, plain=re.sub(r"[,.]", "", number))


def _act(sheet: Sheet, values: dict[str, Value]) -> SaveForm:
    return SaveForm(
        form=sheet.form.id,
        visit=sheet.visit,
        number=sheet.number,
        values=values,
        reason=sheet.reason,
    )


def _scene(sheet: Sheet, on: date) -> Scene:
    viewer = sheet.page.viewer
    stamp = Stamp(by=viewer.person_id, at=door.now(), happened=on)
    return Scene(study=viewer.study, whole=viewer.whole, subject=sheet.subject, stamp=stamp)


def _judge(sheet: Sheet, answers: dict[str, Value]) -> None:
    """The participant as they would stand with what was typed, and what is then not asked."""
    study, today = sheet.page.study, door.today()
    on = typed_day(dict(sheet.happened), "happened", Problems()) or today
    subject = sheet.subject
    if answers:
        subject = door.folds().subject(subject.subject_id)
        act = _act(sheet, answers)
        wrong = {
            refusal.where.partition(".")[0]
            for refusal in act.refusals(_scene(sheet, on))
            if refusal.code != "item.not-asked"
        }
        good = {n: v for n, v in answers.items() if n.partition(".")[0] not in wrong}
        _act(sheet, good).apply(subject, _scene(sheet, on).stamp)
    sheet.as_typed = subject
    copy = subject.records.get(record_key(sheet.form.id, sheet.visit, sheet.number))
    sheet.hidden = hidden_items(sheet.form, SubjectFacts(study, subject, today), copy)


def _shown(sheet: Sheet, status: int = 200, add: str = "") -> HttpResponse:
    page, form_ = sheet.page, sheet.form
    editable = page.may(SaveForm.kind, sheet.subject)
    template = "entry_parts.jinja" if page.partial and not add else "entry.jinja"
    errors: dict[str, list[str]] = {}
    for refusal in sheet.problems:
        errors.setdefault(refusal.where, []).append(refusal.because)
    rows = {
        name: min(max(count + (name == add), 1), MOST_ROWS) for name, count in sheet.counts.items()
    }
    fields = fields_of(form_, sheet.flat, rows, errors, sheet.hidden, _ranges(sheet))
    return page.render(
        template,
        status,
        subject=sheet.subject,
        form=form_,
        fields=fields,
        sheet=sheet,
        errors=errors,
        editable=editable,
        visit_words=_place(sheet),
        targets={"happened", "reason"} | set(_targets(fields)),
        side=_side(sheet),
        history=history_of(page, form_, sheet.subject, sheet.record) if sheet.record else [],
        no_longer=_no_longer(sheet),
        again=_again(sheet),
        draft=sheet.draft,
        upon=page.request.POST.get(UPON, _version(sheet.record)),
        limits=_limits_page(sheet),
        shown_before=set(page.request.POST.getlist("shown")),
        here=reverse(
            "form", args=(sheet.subject.subject_id, form_.id, sheet.visit or "-", sheet.number)
        ),
    )


def _ranges(sheet: Sheet) -> dict[str, str]:
    """The hospital's limits of normal on the day of the form, as they are filled in when open."""
    whole, site = sheet.page.viewer.whole, sheet.subject.site
    on = typed_day(dict(sheet.happened), "happened", Problems()) or door.today()
    found = {}
    for item in sheet.form.items:
        known = whole.range_on(site, item.id, on) if item.limits else None
        if known:
            span = f"{known.lln or '…'} – {known.uln or '…'} {unit_text(known.unit)}"
            told = gettext("Left open, the hospital's own are taken: %(limits)s")
            found[item.id] = told % {"limits": span}
    return found


def _limits_page(sheet: Sheet) -> str:
    """Where the hospital's limits are set, for a form that asks limits and a viewer who may."""
    site = sheet.subject.site
    asked = any(item.limits for item in sheet.form.items)
    may = asked and sheet.page.viewer.may(SetLimits.kind, site)
    return act_page(SetLimits.kind, site) if may else ""


def _no_longer(sheet: Sheet) -> list[tuple[str, str]]:
    """What was recorded of questions that are not asked now, by label."""
    found = []
    for item in sheet.form.items if sheet.record else ():
        value = sheet.record.now(item.id) if sheet.record else None
        if item.id in sheet.hidden and value is not None and sheet.record:
            unit = sheet.record.now(f"{item.id}.unit")
            told = value_said(item, value, unit if isinstance(unit, str) else "")
            found.append((say(item.label), told))
    return found


def _version(record: Record | None) -> str:
    """Which saving of the form this is, so that a draft knows whether there was one since."""
    if record is None:
        return ""
    return f"{record.on}/{sum(len(versions) for versions in record.values.values())}"


def _place(sheet: Sheet) -> str:
    parts = [visit_beside(sheet.page.study, sheet.form.id, sheet.visit)]
    if sheet.form.repeats and (sheet.number > 1 or len(_copies(sheet)) > 1):
        parts.append(gettext("copy %(number)s") % {"number": sheet.number})
    return " · ".join(filter(None, parts))


def _copies(sheet: Sheet) -> list[Record]:
    return [r for r in sheet.subject.records_of(sheet.form.id) if r.visit == sheet.visit]


def _again(sheet: Sheet) -> str:
    """Where another copy of a form that repeats is begun; empty where it may not be."""
    if not sheet.form.repeats or sheet.record is None:
        return ""
    number = max((record.number for record in _copies(sheet)), default=0) + 1
    return form_page(sheet.subject.subject_id, sheet.form.id, sheet.visit, number)


def _targets(fields: list[Field]) -> list[str]:
    inner = [cell.name for one in fields for row in one.rows for cell in row]
    limits = [
        f"{one.name}.{part}" for one in fields if one.uln is not None for part in ("lln", "uln")
    ]
    return [one.name for one in fields if one.shown] + inner + limits


def _side(sheet: Sheet) -> list[eligibility.Line]:
    """The criteria to which this form speaks, as they stand with what was typed."""
    subject = sheet.as_typed or sheet.subject
    if sheet.subject.registered or sheet.subject.failure:
        return []
    study, today = sheet.page.study, door.today()
    names = {item.id for item in sheet.form.items}
    names |= {derived.id for derived in study.derived if names & names_in(derived.formula)}
    lines = eligibility.checklist(study, subject, today, sheet.page.language, registering=today)
    return [line for line in lines if names & names_in(line.criterion.when)]

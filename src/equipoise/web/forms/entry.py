"""Form entry: any form at any visit, made from the study file; one POST is one act.

What the trial refuses stands beside its field and in the summary, all at once, and nothing that was
typed is lost. Buttons that add or remove a row only show the form again. Without JavaScript a
question that comes up by an answer is shown after saving.
"""

from collections.abc import Collection, Iterable
from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from equipoise.conduct import schedule
from equipoise.conduct.act import Context, Refused, Stamp
from equipoise.conduct.chapters import keeps_out
from equipoise.conduct.confirmed import answered
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.forms import MEANWHILE, MOST_COPIES, NOT_ASKED, SaveForm, as_entered
from equipoise.conduct.how import PLAINLY
from equipoise.conduct.state.forms import Value, record_key
from equipoise.logic.figures import inner
from equipoise.study.reason import Refusal
from equipoise.web import write_service
from equipoise.web.forms.beside_fields import beside_fields
from equipoise.web.forms.copying import copy_last
from equipoise.web.forms.doubted import doubted
from equipoise.web.forms.fields import hidden_items
from equipoise.web.forms.rendered import proof_asked, rendered
from equipoise.web.forms.sheet import (
    Sheet,
    answers,
    asked_answers,
    based_on,
    both,
    by_others,
    day_of,
    fill,
    from_draft,
    from_record,
    left_out,
    looked_again,
    with_copy,
)
from equipoise.web.jinja import say
from equipoise.web.proof import besides_proof
from equipoise.web.views.next_act import form_page
from equipoise.web.views.page import Page
from equipoise.web.views.problems import Problems, day_from_parts
from equipoise.web.views.signed_in import for_people

__all__ = ["form"]


@for_people
def form(page: Page, subject_id: str, form_id: str, visit: str, number: int) -> HttpResponse:
    """Show the form, or save it."""
    sheet = _sheet(page, subject_id, form_id, "" if visit == "-" else visit, number)
    if page.request.method != "POST":
        from_record(sheet)
        _judge(sheet, given := from_draft(sheet))
        return rendered(sheet, given)
    if not page.may(SaveForm.kind, sheet.subject):
        raise Http404
    return _posted(sheet)


def _sheet(page: Page, subject_id: str, form_id: str, visit: str, number: int) -> Sheet:
    subject, wanted = page.subject(subject_id), page.study.form_of.get(form_id)
    place = page.study.visit_keyed.get(visit)
    record = subject.forms.records.get(record_key(form_id, visit, number))
    # What stands at a visit that asks it no longer can still be put right; a copy too many is not
    # offered, and refused in words when it is sent.
    one_more = page.request.method == "POST" or 1 <= number <= MOST_COPIES
    here = (not visit or (place and form_id in place.forms)) and one_more
    if wanted is None or not (record or here):
        raise Http404
    sheet = Sheet(
        page=page, subject=subject, form=wanted, visit=visit, number=number, record=record
    )
    sheet.seen, sheet.dated = subject.seq, record.on.isoformat() if record else ""
    based_on(sheet, page.request.POST)
    return sheet


def _posted(sheet: Sheet) -> HttpResponse:
    request = sheet.page.request
    posted = {name: request.POST[name] for name in request.POST}
    if removed := posted.get("remove", ""):
        posted = {n: t for n, t in posted.items() if not n.startswith(f"{removed}.")}
    fill(sheet, posted)
    if "copy" in posted:
        copy_last(sheet)
    if sheet.page.partial or {"add", "remove", "copy"} & posted.keys():
        _judge(sheet, given := answers(sheet))
        return rendered(sheet, given, add=posted.get("add", ""))
    return _saved(sheet, set(request.POST.getlist("shown")))


def _saved(sheet: Sheet, visible_before: set[str]) -> HttpResponse:
    given = answers(sheet)
    if hides := _may_hide(sheet):
        _look(sheet, given)
    undated = Problems()
    on = day_from_parts(dict(sheet.happened), "happened", undated)
    for problem in undated:
        sheet.problems.add("happened", f"{say(sheet.form.dated)}: {inner(problem.because)}")
    if both(sheet):
        because = gettext("Fill in rows, or tick that there are none; not both")
        for name in both(sheet):
            sheet.problems.add(name, because)
    if on and sheet.record and on.isoformat() == sheet.dated:
        on = sheet.record.on  # the date was not touched, whatever somebody made of it since
    refusals = _recorded(sheet, _act(sheet, asked_answers(sheet, given)), on)
    if refusals:
        _read_anew(sheet)
        _look(sheet, given, _items(refusals))
    elif sheet.problems and not hides:
        _look(sheet, given)
    sheet.problems.take(doubted(refusal, given) for refusal in refusals)
    if any(one.code == MEANWHILE.code or answered(sheet.confirmed, one) for one in refusals):
        looked_again(sheet, given)
    if sheet.problems:
        return rendered(sheet, given, status=sheet.problems.status)
    return _next(sheet, visible_before)


def _may_hide(sheet: Sheet) -> bool:
    """Whether something of the form may not be asked, which is found out before it is saved."""
    periods = sheet.page.study.item_period
    return any(i.shown_when or i.retired or i.id in periods for i in sheet.form.items)


def _recorded(sheet: Sheet, act: SaveForm, on: date | None) -> tuple[Refusal, ...]:
    """Record the act, judged once; everything that is against it where it cannot be recorded."""
    page, subject_id = sheet.page, sheet.subject.subject_id
    who, known = page.viewer.person_id, page.folds
    if sheet.problems:
        # Nothing can be recorded without the day, but every other reason is told at once. Of a day
        # that nobody typed nothing is said but that it is missing.
        against = write_service.try_out(act, who, on, subject_id, sheet.seen, known)
        return tuple(refusal for refusal in against if on or refusal.where != "happened")
    proof = proof_asked(sheet)
    how = proof.given(page.request, sheet.problems) if proof else PLAINLY
    try:
        write_service.perform(act, who, on, subject_id, page.once, sheet.seen, how=how, known=known)
    except Refused as refused:
        return tuple(besides_proof(refused.refusals))
    return ()


def _read_anew(sheet: Sheet) -> None:
    """What was refused may have been told by what somebody else recorded meanwhile."""
    sheet.page.read_anew()
    sheet.subject = sheet.page.subject(sheet.subject.subject_id)
    key = record_key(sheet.form.id, sheet.visit, sheet.number)
    sheet.record = sheet.subject.forms.records.get(key)


def _next(sheet: Sheet, visible_before: set[str]) -> HttpResponse:
    """Where saving leads: to what came up, to the next form of the visit, or to the participant."""
    page, subject_id = sheet.page, sheet.subject.subject_id
    title = say(sheet.form.title)
    if unasked := left_out(sheet, answers(sheet)):
        text = gettext("Not saved, as it is not asked, given the other answers: %(items)s")
        page.tell(text % {"items": ", ".join(unasked)})
    now = {i.id for i in sheet.form.items if i.shown_when or i.since or i.until} - sheet.hidden
    if now - visible_before:
        page.tell(gettext("Saved: %(form)s. More is asked now") % {"form": title})
        return redirect(form_page(subject_id, sheet.form.id, sheet.visit, sheet.number))
    page.tell(gettext("Saved: %(form)s") % {"form": title})
    if others := by_others(sheet):
        text = gettext("Meanwhile someone else recorded %(items)s; that is kept")
        page.tell(text % {"items": ", ".join(others)})
    if page.request.POST.get("then") == "next":
        subject = page.folds.subject(subject_id)
        for planned in schedule.visits(page.study, subject, page.viewer.on):
            if planned.key == sheet.visit and planned.open:
                return redirect(form_page(subject_id, planned.open[0], planned.key))
    return redirect("participant", subject_id)


def _act(sheet: Sheet, values: dict[str, Value]) -> SaveForm:
    return SaveForm(
        form=sheet.form.id,
        visit=sheet.visit,
        number=sheet.number,
        values=values,
        reason=sheet.reason,
        copied=sheet.copied,
        confirmed=sheet.confirmed,
        reasons=sheet.reasons,
        first=sheet.first,
    )


def _context(sheet: Sheet, on: date) -> Context:
    viewer = sheet.page.viewer
    stamp = Stamp(by=viewer.person_id, at=write_service.now(), happened=on)
    return Context(
        study=viewer.study,
        trial_state=viewer.trial_state,
        subject=sheet.subject,
        stamp=stamp,
        keeps_out=keeps_out,
    )


def _judge(sheet: Sheet, answers: dict[str, Value]) -> None:
    """Look at what was typed so far, of which nothing is saved: what would be refused is left out.

    A save is judged when it is recorded, and not here.
    """
    act, context = _act(sheet, answers), _context(sheet, day_of(sheet))
    # What is no answer is refused too.
    refusals = tuple(act.refusals(context)) if answers else ()
    _show(sheet, context, act, _items(refusals))
    if sheet.page.partial:
        beside = beside_fields(sheet, answers, refusals)
        sheet.problems.take(doubted(refusal, answers) for refusal in beside)


def _look(sheet: Sheet, answers: dict[str, Value], but: Collection[str] = ()) -> None:
    """Look at what is given to be saved, without what is no answer, or was refused."""
    act, context = _act(sheet, answers), _context(sheet, day_of(sheet))
    _show(sheet, context, act, {*but, *act.no_answers(context)} if answers else ())


def _show(sheet: Sheet, context: Context, act: SaveForm, wrong: Collection[str]) -> None:
    """The participant as they would stand with what was typed, and what is then not asked."""
    study, today, subject = sheet.page.study, sheet.page.viewer.on, sheet.subject
    if act.values:
        subject = as_entered(context, act, wrong)
    sheet.as_entered = subject
    subject, copy = with_copy(sheet, subject, context.stamp.on)
    sheet.hidden = hidden_items(sheet.form, SubjectFacts(study, subject, today), copy)


def _items(refusals: Iterable[Refusal]) -> set[str]:
    """The items of which what is given is refused, so that it tells not what else is asked."""
    but = (NOT_ASKED.code, MEANWHILE.code)
    return {one.where.partition(".")[0] for one in refusals if one.code not in but}

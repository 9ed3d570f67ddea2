"""Several visits and forms that were not done, as after a stay in hospital: one page, one reason.

Each becomes an act of its own; all of them are recorded, or none.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from equipoise.conduct import schedule
from equipoise.conduct.act import Refused
from equipoise.conduct.how import PLAINLY
from equipoise.conduct.not_done import WHOLE, SayNotDone
from equipoise.conduct.subject import Subject
from equipoise.web import write_service
from equipoise.web.jinja import say
from equipoise.web.proof import besides_proof, proof_of
from equipoise.web.views.act_forms import ActForm, Field, form_for
from equipoise.web.views.acts import beforehand, checked, form_data_of
from equipoise.web.views.closed_by import closed_by
from equipoise.web.views.next_act import visit_name
from equipoise.web.views.page import Page, act_page
from equipoise.web.views.problems import Problems
from equipoise.web.views.signed_in import for_people

__all__ = ["several"]

WHAT, BETWEEN = "what", "|"


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def several(page: Page, subject_id: str) -> HttpResponse:
    """Tick what was not done, and say why, once."""
    subject = page.subject(subject_id)
    if not page.may(SayNotDone.kind, subject):
        raise Http404
    form, problems = _form(page, subject), Problems()
    proof = proof_of(page.request, page.study, SayNotDone, (form.title, subject_id))
    form_data, back = beforehand(form, page.draft), act_page("participant", subject_id)
    if page.request.method == "POST":
        form_data = form_data_of(form, page.request.POST)
        on, by, once = checked(form, form_data, problems), page.viewer.person_id, page.once
        if problems:
            problems.beside(write_service.try_out(SayNotDone, by, on, subject_id))
        else:
            first, *more = _acts(form_data)
            how = proof.given(page.request, problems) if proof else PLAINLY
            try:
                write_service.perform(first, by, on, subject_id, once, more=more, how=how)
                page.tell(form.done)
                return redirect(back)
            except Refused as refused:
                problems.take(besides_proof(refused.refusals))
    context = {"kind": SayNotDone.kind, "subject": subject, "form": form, "back": back}
    context |= {
        "form_data": form_data,
        "draft": page.draft,
        "problems": problems,
        "points": None,
        "closed": closed_by(page, subject, SayNotDone),
        "proof": proof,
    }
    return page.render("acts/act.jinja", 422 if problems else 200, **context)


def _form(page: Page, subject: Subject) -> ActForm:
    """The questions of one such act, after the list of what may be ticked."""
    form = form_for(page, SayNotDone, subject, {})
    what = Field(
        name=WHAT,
        kind="checkboxes",
        label=gettext("What was not done?"),
        choices=tuple(_open(page, subject)),
        needed=gettext("Tick what was not done"),
    )
    fields = (what, form.field("why"), form.field("reason"))
    return replace(form, title=gettext("Visits or forms that were not done"), fields=fields)


def _open(page: Page, subject: Subject) -> Iterator[tuple[str, str]]:
    """What is not to come: each visit of which nothing is filled in, and each open form."""
    for one in schedule.visits(page.study, subject, write_service.today()):
        if not one.open or one.state in ("coming", "waiting"):
            continue
        name = visit_name(page.study, one.key)
        if not one.filled:
            yield f"{one.key}{BETWEEN}{WHOLE}", gettext("%(visit)s: all of it") % {"visit": name}
        if one.filled or len(one.open) > 1:
            for form in one.open:
                title = say(page.study.form_of[form].title)
                yield f"{one.key}{BETWEEN}{form}", f"{name} · {title}"


def _acts(form_data: dict[str, Any]) -> list[SayNotDone]:
    """An act for each that is ticked; a form of a visit that is ticked whole is within it."""
    ticked = [one.partition(BETWEEN)[::2] for one in dict.fromkeys(form_data[WHAT])]
    whole_visits = {visit for visit, form in ticked if form == WHOLE}
    return [
        SayNotDone(visit=visit, form=form, why=form_data["why"], reason=form_data["reason"])
        for visit, form in ticked
        if form == WHOLE or visit not in whole_visits
    ]

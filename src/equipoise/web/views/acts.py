"""Acts on a participant, each on a page of its own: one POST, one act, and every reason against it.

What was typed stays typed when the trial refuses. An act's page is named by the act's kind.
"""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import msgspec
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from equipoise.conduct import screening
from equipoise.conduct.act import Act, Refused
from equipoise.conduct.administration import GiveRole
from equipoise.conduct.amendments import ActivateAmendment, TakeBackActivation
from equipoise.conduct.assumptions import TakeBackConfirmation
from equipoise.conduct.folding import read
from equipoise.conduct.how import PLAINLY, How
from equipoise.conduct.openings import AgreeToOpen, AskToOpen
from equipoise.conduct.subject import Subject
from equipoise.conduct.voiding import VoidEntry
from equipoise.logic.figures import inner
from equipoise.web import write_service
from equipoise.web.drafts import KeptDraft
from equipoise.web.proof import besides_proof, proof_of
from equipoise.web.views.act_forms import (
    BECAUSE,
    PAGES,
    ActForm,
    Field,
    act_made,
    entry_of,
    form_for,
    replacing,
)
from equipoise.web.views.closed_by import ClosedBy, closed_by
from equipoise.web.views.open_points import Point, points_open
from equipoise.web.views.page import Page, act_page
from equipoise.web.views.problems import (
    Problems,
    day_from_parts,
    day_parts,
    is_number,
    partial_from_parts,
)
from equipoise.web.views.signed_in import for_people

__all__ = ["act_view", "beforehand", "checked", "days_in", "enter", "form_data_of"]

REGISTERS = screening.Register.kind
DATES = ("day", "partial")  # read from one box
OF_AMENDMENTS = (ActivateAmendment.kind, TakeBackActivation.kind)
OF_STATUS = (AskToOpen.kind, AgreeToOpen.kind)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def enter(page: Page) -> HttpResponse:
    """A new participant at one of my sites; the trial gives the number."""
    sites = page.viewer.sites_where(screening.EnterScreening.kind)
    if not sites:
        raise Http404
    form = form_for(page, screening.EnterScreening, Subject(subject_id=""), {})
    problems, site, happened = Problems(), sites[0], _today_in_parts()
    proof = proof_of(page.request, page.study, screening.EnterScreening, (form.title,))
    if page.request.method == "POST":
        posted = page.request.POST
        site, happened = posted.get("site", ""), day_parts(posted, "happened")
        on = day_from_parts(happened, "happened", problems)
        if site not in sites:
            problems.add("site", form.field("site").needed)
        by = page.viewer.person_id
        if problems:
            problems.beside(write_service.try_out(screening.EnterScreening, by, on))
        else:
            how = proof.given(page.request, problems) if proof else PLAINLY
            try:
                subject = write_service.enter_screening(by, site, on, page.once, how=how)
            except Refused as refused:
                problems.take(besides_proof(refused.refusals))
            else:
                number = {"number": subject.subject_id}
                page.tell(gettext("The participant's number is %(number)s") % number)
                return redirect("participant", subject.subject_id)
    named = dict(form.field("site").choices)
    context = {
        "form": form,
        "sites": [(one, named[one]) for one in sites],
        "form_data": {"site": site, "happened": happened},
        "problems": problems,
        "proof": proof,
        "closed": closed_by(page, Subject(subject_id=""), screening.EnterScreening),
    }
    return page.render("acts/enter.jinja", 422 if problems else 200, **context)


def act_view(kind: str) -> Callable[..., HttpResponse]:
    """The page on which one kind of act is done, of a participant or of the whole trial."""
    act = PAGES[kind]

    @require_http_methods(["GET", "HEAD", "POST"])
    @for_people
    def view(page: Page, subject_id: str = "", **given: str | int) -> HttpResponse:
        subject = _whom(page, kind, subject_id, given) if subject_id else Subject(subject_id="")
        if not page.viewer.may(kind, subject.site or str(given.get("site", ""))):
            raise Http404
        form = replacing(page, act, subject, form_for(page, act, subject, given))
        problems = Problems()
        form_data = beforehand(form, page.draft, page.request.GET)
        back = _back(page, kind, subject_id)
        lines = (form.title, form.concerns, subject_id)
        proof = proof_of(page.request, page.study, act, lines, form.taken_back)
        if page.request.method == "POST":
            form_data = form_data_of(form, page.request.POST)
            on = checked(form, form_data, problems)
            if problems:
                found = _so_far(act, form, form_data, given)
                problems.beside(write_service.try_out(found, page.viewer.person_id, on, subject_id))
            else:
                how = proof.given(page.request, problems) if proof else PLAINLY
                try:
                    made = act_made(act, form_data | days_in(form, form_data), given)
                    _recorded(page, made, on, subject_id, form, form_data, how)
                    page.tell(form.done)
                    return redirect(back)
                except Refused as refused:
                    problems.take(besides_proof(refused.refusals))
        context = {
            "kind": kind,
            "subject": subject,
            "form": form,
            "back": back,
            "form_data": form_data,
            "draft": page.draft,
            "problems": problems,
            "proof": proof,
            "closed": _closed(page, subject, act, form, form_data, given),
            "points": _preconditions(page, subject, form_data["happened"])
            if kind == REGISTERS and not subject.registered_on
            else None,
        }
        return page.render("acts/act.jinja", 422 if problems else 200, **context)

    return view


def _so_far(
    act: type[Act], form: ActForm, form_data: dict[str, Any], given: Mapping[str, str | int]
) -> Act | type[Act]:
    """The act that was typed, as far as it is one; else its kind alone.

    One that takes another's place is judged once that is voided, and not before.
    """
    if form.replaces:
        return act
    try:
        return act_made(act, form_data | days_in(form, form_data), given)
    except msgspec.ValidationError:
        return act


def _closed(
    page: Page,
    subject: Subject,
    act: type[Act],
    form: ActForm,
    form_data: dict[str, Any],
    given: Mapping[str, str | int],
) -> list[ClosedBy]:
    """The locks that close it: of a participant's act, and of what an entry that it voids was."""
    if not subject.subject_id:
        return []
    voids = act is VoidEntry and "stream" not in given
    entry = entry_of(subject, int(given["entry"])) if voids else None
    days = {"happened", *(field.name for field in form.fields if field.kind in DATES)}
    try:
        answered = {name: value for name, value in form_data.items() if name not in days}
        made: Act | type[Act] = act_made(act, answered, given)
    except msgspec.ValidationError:
        made = act  # one that asks a day is about no copy of a form
    return closed_by(page, subject, made, read(entry) if entry else None)


def _whom(page: Page, kind: str, subject_id: str, given: Mapping[str, str | int]) -> Subject:
    """The participant of the act. Who reads for the panel meets them here with their own vote only.

    :raises Http404: when there is none, or not for this viewer
    """
    subject, own = write_service.folds().subject(subject_id), given.get("entry")
    if kind == VoidEntry.kind and page.viewer.reads(subject):
        votes = [vote for review in subject.panel.reviews for vote in review.votes]
        if any(vote.seq == own and vote.by == page.viewer.person_id for vote in votes):
            return subject
    return page.subject(subject_id)


def _back(page: Page, kind: str, subject_id: str) -> str:
    """Where one goes when an act is done, or not done."""
    if subject_id and not page.viewer.sees_subjects and page.viewer.may_read_panel:
        return act_page("panel.vote", subject_id)
    if subject_id:
        return act_page("participant", subject_id)
    if kind in OF_STATUS and page.viewer.sees_status:
        return act_page("trial-status")
    if kind == TakeBackConfirmation.kind:
        return act_page("assumptions")
    if kind in OF_AMENDMENTS:
        return act_page("amendments")
    return act_page("people" if page.viewer.may(GiveRole.kind) else "public")


def _recorded(
    page: Page,
    act: Act,
    on: date | None,
    subject_id: str,
    form: ActForm,
    form_data: dict[str, Any],
    how: How,
) -> None:
    """Do the act; where it takes the place of another, both or neither."""
    wrong = form.replaces
    void = VoidEntry(entry=wrong, reason=form_data[BECAUSE]) if wrong else None
    by, once = page.viewer.person_id, page.once
    write_service.perform(act, by, on, subject_id, once, void=void, how=how)


def _today_in_parts() -> dict[str, str]:
    on = write_service.today()
    return {"day": str(on.day), "month": str(on.month), "year": str(on.year)}


def beforehand(
    form: ActForm, draft: KeptDraft | None, filled: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """What stands in the fields before anybody typed, or as they left them.

    :param filled: what the page was led to with, where nobody typed yet
    """
    if draft:
        hidden = {field.name: field.value for field in form.fields if field.kind == "hidden"}
        return form_data_of(form, draft.fields) | hidden
    empty = {"day": "", "month": "", "year": ""}
    form_data = {field.name: _before_typing(field, filled) for field in form.fields}
    return {**form_data, "happened": _today_in_parts() if form.open_today else empty}


def _before_typing(field: Field, filled: Mapping[str, str]) -> Any:
    """What stands in a field: what the link has for it, which can be changed, or what is known."""
    can = field.kind in ("text", "select", "radios", "area", "partial")
    value = (filled.get(field.name, "") if can else "") or field.value or _empty(field)
    if field.kind in DATES and isinstance(value, str):
        return _empty(field) | dict(zip(("year", "month", "day"), value.split("-"), strict=False))
    return value


def _empty(field: Field) -> Any:
    if field.kind in DATES:
        return {"day": "", "month": "", "year": ""}
    return [] if field.kind == "checkboxes" else ""


def form_data_of(form: ActForm, posted: Any) -> dict[str, Any]:
    form_data: dict[str, Any] = {"happened": day_parts(posted, "happened")}
    for field in form.fields:
        if field.kind in DATES:
            form_data[field.name] = day_parts(posted, field.name)
        elif field.kind == "checkboxes":
            form_data[field.name] = posted.getlist(field.name)
        else:
            form_data[field.name] = posted.get(field.name, "").strip()
    return form_data


def checked(form: ActForm, form_data: dict[str, Any], problems: Problems) -> date | None:
    """What the form itself can see: dates that exist, questions that must be answered."""
    several = any(field.kind in DATES for field in form.fields)
    for field in form.fields:
        if field.optional and not _answered(form_data[field.name]):
            continue
        if field.kind == "day":
            _day(form_data, field.name, field.label, problems)
        elif field.kind == "partial":
            if not partial_from_parts(form_data[field.name]):
                wrong = gettext("Give a date that exists, or its month and year, or its year")
                problems.add(field.name, _labelled(field.label, wrong))
        elif field.needed and not form_data[field.name]:
            problems.add(field.name, field.needed)
        elif field.kind == "number" and not is_number(form_data[field.name]):
            problems.add(field.name, _labelled(field.label, gettext("Give a whole number")))
        elif field.kind in ("radios", "select") and form_data[field.name] not in dict(
            field.choices
        ):
            choose = _labelled(field.label, gettext("Choose one of these"))
            problems.add(field.name, field.needed or choose)
    return _day(form_data, "happened", form.happened if several else "", problems)


def _labelled(label: str, wrong: str) -> str:
    """What is wrong, with the question it is of, so that it can be read by itself."""
    return f"{label} {wrong}" if label.endswith("?") else f"{label}: {inner(wrong)}"


def _answered(form_data: Any) -> bool:
    return any(form_data.values()) if isinstance(form_data, dict) else bool(form_data)


def _day(form_data: dict[str, Any], name: str, label: str, problems: Problems) -> date | None:
    """One day of the form; where it asks for several, what is wrong says of which."""
    wrong = Problems()
    on = day_from_parts(form_data[name], name, wrong)
    for problem in wrong:
        problems.add(name, _labelled(label, problem.because) if label else problem.because)
    return on


def days_in(form: ActForm, form_data: dict[str, Any]) -> dict[str, date | str | None]:
    """The days among the answers, once they are checked."""
    days = [field.name for field in form.fields if field.kind == "day"]
    partly = [field.name for field in form.fields if field.kind == "partial"]
    found = {name: day_from_parts(form_data[name], name, Problems()) for name in days}
    return found | {name: partial_from_parts(form_data[name]) for name in partly}


def _preconditions(page: Page, subject: Subject, form_data: dict[str, str]) -> list[Point]:
    """What keeps the participant out on the day of registration that stands in the form."""
    on = day_from_parts(form_data, "happened", Problems()) or write_service.today()
    return points_open(page, subject, on, registering=True)

"""The screening checklist: every criterion, whether it stands, why, what to do, and until when."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.utils.translation import gettext

from equipoise.conduct import eligibility, schedule
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.subject import Subject
from equipoise.logic.language import parsed
from equipoise.logic.needed import facts_needed
from equipoise.logic.truth import Truth
from equipoise.study.model import Study
from equipoise.study.sections.criteria import Criterion
from equipoise.web import write_service
from equipoise.web.jinja import say
from equipoise.web.views.next_act import form_page
from equipoise.web.views.page import Page, act_page
from equipoise.web.views.signed_in import for_people

__all__ = ["checklist"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line, with where each thing it rests on can be entered."""

    line: eligibility.Line
    number: str
    links: tuple[tuple[str, str], ...]


@for_people
def checklist(page: Page, subject_id: str) -> HttpResponse:
    """All criteria as they stand today, or as they stood on the day of registration."""
    subject = page.subject(subject_id)
    on = subject.registered_on or write_service.today()
    lines = eligibility.checklist(page.study, subject, on, page.language, registering=on)
    count = {truth: sum(line.satisfied is truth for line in lines) for truth in Truth}
    changes = [
        line.changes_on for line in lines if line.changes_on and line.satisfied is Truth.TRUE
    ]
    may_enter = page.may(SaveForm.kind, subject)
    rows = [_row(page.study, subject, line, may_enter) for line in lines]
    return page.render(
        "checklist.jinja",
        subject=subject,
        on=on,
        verdict=eligibility.verdict(lines),
        stand=count[Truth.TRUE],
        fail=count[Truth.FALSE],
        open=count[Truth.UNKNOWN],
        total=len(lines),
        until=_day_before(min(changes)) if changes else None,
        day_before=_day_before,
        sides=[
            (side, [one for one in rows if one.line.side == side])
            for side in ("inclusion", "exclusion")
        ],
        acts=_acts(page, subject),
    )


def _row(study: Study, subject: Subject, line: eligibility.Line, may_enter: bool) -> Row:
    links = tuple(_links(study, subject, line.criterion)) if may_enter else ()
    return Row(line=line, number=line.criterion.id, links=links)


def _links(study: Study, subject: Subject, criterion: Criterion) -> list[tuple[str, str]]:
    """The forms that ask what the criterion speaks of, at the visit where they are asked first."""
    names = facts_needed(parsed(criterion.when), study.vocabulary)
    found: dict[str, tuple[str, str]] = {}
    for name in study.form_asking:
        if name in names:
            form = study.form_asking[name]
            link = form_page(subject.subject_id, form.id, _visit(study, subject, form.id))
            found.setdefault(form.id, (say(form.title), f"{link}#{name}"))
    address = act_page("panel.ask", subject.subject_id)
    if study.panel and address and names & {"panel_verdict", "panel_scan"}:
        found["panel"] = (say(study.panel.name), address)
    consent = act_page("consent.give", subject.subject_id)
    if "consent_on" in names and consent and not subject.consent.given:
        found["consent"] = (gettext("Consent"), consent)
    return list(found.values())


def _visit(study: Study, subject: Subject, form: str) -> str:
    """The visit at which the form is filled, or would be."""
    filled = [record.visit for record in subject.forms.of(form)]
    if filled:
        return filled[-1]
    planned = schedule.visits(study, subject, write_service.today())
    return next((p.key for p in planned if form in p.visit.forms), "")


def _acts(page: Page, subject: Subject) -> dict[str, str]:
    """Where registration and failure are recorded, if that is open to the viewer."""
    if subject.registered_on or subject.failed_on:
        return {}
    kinds = ("registration.register", "screening.fail")
    return {kind: act_page(kind, subject.subject_id) for kind in kinds if page.may(kind, subject)}


def _day_before(on: date) -> date:
    return date.fromordinal(on.toordinal() - 1)

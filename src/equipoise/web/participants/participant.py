"""One participant: what comes next, what happened, every visit, and every value there ever was."""

from django.http import HttpResponse
from django.urls import reverse

from equipoise.conduct import schedule
from equipoise.conduct.locks import shuts
from equipoise.conduct.not_done import SayNotDone
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial import ACTS
from equipoise.conduct.voiding import VoidEntry
from equipoise.web import read_model, write_service
from equipoise.web.forms.form_history import history_of, saves_of
from equipoise.web.jinja import say
from equipoise.web.participants.course import CourseLine, grid, happenings, visit_rows
from equipoise.web.participants.deviations import deviation_lines
from equipoise.web.participants.proofs import proved
from equipoise.web.participants.screened_again import screened_again
from equipoise.web.participants.unplanned import at_no_visit
from equipoise.web.pump.flow import flow_in_words
from equipoise.web.queries.one import asked_at
from equipoise.web.recist.responses import responses
from equipoise.web.treatment.calendar import calendar
from equipoise.web.views.act_words import wording
from equipoise.web.views.next_act import form_page, next_acts, visit_beside
from equipoise.web.views.page import Page, act_page
from equipoise.web.views.signed_in import for_people
from equipoise.web.views.tables import of_subject

__all__ = ["history", "participant"]

IN_CALENDAR = ("cycles_planned", "cycles_not_given")
"""Tables of which the calendar of cycles tells, on this page."""


@for_people
def participant(page: Page, subject_id: str) -> HttpResponse:
    """The overview."""
    subject, on = page.subject(subject_id), write_service.today()
    planned = schedule.as_asked(subject, schedule.visits(page.study, subject, on))
    ends = page.may(SayNotDone.kind, subject) and not shuts(subject, SayNotDone)
    rows = visit_rows(page.study, subject, planned, on, ends)
    return page.render(
        "participant.jinja",
        subject=subject,
        site=page.study.site_of.get(subject.site),
        acts=_allowed(page, subject),
        happened=(lines := list(reversed(happenings(page.study, subject)))),
        errors=_errors(page, subject, lines),
        grid=grid(page.study, subject, planned),
        now=[row for row in rows if row.planned.state not in ("coming", "waiting")],
        later=[row for row in rows if row.planned.state in ("coming", "waiting")],
        clocks=calendar(page, subject, on),
        responses=responses(page.study, subject),
        flow=flow_in_words(page, subject),
        at_no_visit=at_no_visit(page, subject),
        deviations=deviation_lines(page.study, subject),
        tables=[one for one in of_subject(page, subject) if one.name not in IN_CALENDAR],
        others=_others(page, subject),
        again=screened_again(page, subject),
        within=_within(page, {one.other for one in lines if one.other}),
        proofs=proved(page.viewer, subject),
        before=_neighbour(page, subject, before=True),
        after=_neighbour(page, subject, before=False),
        on=on,
    )


@for_people
def history(page: Page, subject_id: str) -> HttpResponse:
    """Every version of every value, form by form."""
    subject = page.subject(subject_id)
    records = sorted(subject.forms.records.values(), key=lambda record: record.on)
    forms = [
        (
            say(page.study.form_of[record.form].title),
            visit_beside(page.study, record.form, record.visit),
            record,
            history_of(page, page.study.form_of[record.form], subject, record),
            form_page(subject.subject_id, record.form, record.visit, record.number),
            saves_of(page, subject, record),
            asked_at(page, subject, record),
        )
        for record in records
        if record.form in page.study.form_of
    ]
    return page.render("history.jinja", subject=subject, forms=forms)


def _allowed(page: Page, subject: Subject) -> list[dict[str, object]]:
    """What comes next; an act that is not the viewer's to do has no address."""
    allowed = []
    for act in next_acts(page.study, subject, page.viewer.on, page.viewer.now):
        open_to = not act.kind or page.may(act.kind, subject)
        whose = "" if open_to else page.whose(act.kind)
        may_decline = act.declined_by and page.may(act.declined_by, subject)
        allowed.append(
            {
                "act": act,
                "url": act.url if open_to else "",
                "decline_url": act.decline_url if may_decline else "",
                "whose": whose,
            }
        )
    return allowed


def _others(page: Page, subject: Subject) -> list[tuple[str, str]]:
    """Everything else that the viewer may record of this participant now."""
    # What is done in the study's own stream, such as opening a hospital, concerns no participant.
    own = [act for act in ACTS.values() if act.stream != "study"]
    offered = [a for a in own if a.offered(page.study, subject) and not shuts(subject, a)]
    return [
        (wording(act.words.link or act.words.title), url)
        for act in offered
        if page.may(act.kind, subject) and (url := act_page(act.kind, subject.subject_id))
    ]


def _errors(page: Page, subject: Subject, lines: list[CourseLine]) -> dict[int, str]:
    """Where each thing that happened may be said to be in error, by the number of its entry."""
    if not page.may(VoidEntry.kind, subject):
        return {}
    return {
        one.entry: reverse(VoidEntry.kind, args=[subject.subject_id, one.entry])
        for one in lines
        if one.entry and page.may(one.kind, subject) and not shuts(subject, ACTS[one.kind])
    }


def _within(page: Page, numbers: set[str]) -> set[str]:
    """Which of these participants the viewer may see too."""
    if not numbers:
        return numbers
    rows = page.viewer.visible(read_model.rows(page.study, page.viewer.on))
    return set(rows.filter(subject_id__in=numbers).values_list("subject_id", flat=True))


def _neighbour(page: Page, subject: Subject, *, before: bool) -> str:
    """The participant's neighbour in the list."""
    rows = page.viewer.visible(read_model.rows(page.study, page.viewer.on))
    if before:
        rows = rows.filter(subject_id__lt=subject.subject_id).order_by("-subject_id")
    else:
        rows = rows.filter(subject_id__gt=subject.subject_id).order_by("subject_id")
    return rows.values_list("subject_id", flat=True).first() or ""

"""What comes next for a participant, told in the reader's words and with where it is done."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from equipoise.conduct.chapter import Due, FormAt, RowAt, Urgency
from equipoise.conduct.chapters import agenda
from equipoise.conduct.form_agenda import visit_wording
from equipoise.conduct.not_done import WHOLE, SayNotDone
from equipoise.conduct.schedule import Planned
from equipoise.conduct.subject import Subject
from equipoise.study.model import Study
from equipoise.web import write_service
from equipoise.web.jinja import say
from equipoise.web.reader import HERE
from equipoise.web.views.act_words import due_text
from equipoise.web.views.page import act_page

__all__ = [
    "NextAct",
    "Urgency",
    "form_page",
    "next_act",
    "next_acts",
    "not_done_page",
    "time_left",
    "visit_beside",
    "visit_name",
    "visit_words",
]

FEW_HOURS = 48  # so far ahead it is told how many hours are left


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAct:
    """One thing to do, or to wait for. `url` is empty when there is nothing to do here."""

    urgency: Urgency
    what: str
    when: date | None = None
    at: datetime | None = None
    url: str = ""
    kind: str = ""
    decline_url: str = ""
    """Where it is said that it need not be done."""
    declined_by: str = ""
    """The kind of act by which that is said."""

    @property
    def left(self) -> str:
        """How long there still is, where it is a matter of hours; empty where it is not."""
        return time_left(self.at - write_service.now()) if self.at else ""


def time_left(left: timedelta) -> str:
    """5 h, or 40 min, never more than there is; empty where there are days left, or nothing."""
    minutes = int(left.total_seconds() // 60)
    if not 0 <= minutes < FEW_HOURS * 60:
        return ""
    if minutes < 2 * 60:
        return gettext("%(count)s min left") % {"count": minutes}
    return gettext("%(count)s h left") % {"count": minutes // 60}


def next_acts(
    study: Study, subject: Subject, on: date, now: datetime | None = None
) -> list[NextAct]:
    """Everything that waits, the most pressing first."""
    return [next_act(due, subject.subject_id) for due in agenda(study, subject, on, now)]


def next_act(due: Due, subject_id: str) -> NextAct:
    """One thing in the reader's words."""
    return NextAct(
        urgency=due.urgency,
        what=due_text(due),
        when=due.when,
        at=due.at,
        url=_page(due, subject_id),
        kind=_kind(due),
        decline_url=_decline_page(due, subject_id),
        declined_by=due.declined_by.kind if due.declined_by else "",
    )


def _kind(due: Due) -> str:
    """The kind of act by which it is done, where that is one."""
    if isinstance(due.where, RowAt):
        return due.where.act.kind
    return due.where.kind if isinstance(due.where, type) else ""


def _page(due: Due, subject_id: str) -> str:
    where = due.where
    if isinstance(where, type):
        return _with(due.filled, act_page(where.kind, subject_id))
    if isinstance(where, RowAt):
        return _with(due.filled, reverse(where.page, args=(subject_id, where.row)))
    if isinstance(where, FormAt):
        return form_page(subject_id, where.form, where.visit, where.number)
    return reverse("checklist", args=(subject_id,)) if where == "criteria" else ""


def _decline_page(due: Due, subject_id: str) -> str:
    if due.declined_by is None:
        return ""
    return _with(due.declined_with, act_page(due.declined_by.kind, subject_id))


def _with(filled: tuple[tuple[str, str], ...], page: str) -> str:
    """A page with what stands in its fields beforehand."""
    return f"{page}?{urlencode(filled)}" if filled else page


def form_page(subject_id: str, form: str, visit: str, number: int = 1) -> str:
    """Where a form is filled."""
    return reverse("form", args=(subject_id, form, visit or "-", number))


def not_done_page(subject_id: str, visit: str, form: str = WHOLE) -> str:
    """Where it is said that a form at a visit, or the whole visit, was not done."""
    return reverse(SayNotDone.kind, args=(subject_id, visit, form))


def visit_name(study: Study, key: str) -> str:
    """A visit in the reader's words: Systemic cycle 3."""
    base, _, number = key.partition(".")
    visit = study.visit_of.get(base)
    return f"{say(visit.label)} {number}".strip() if visit else gettext("Outside the visits")


def visit_beside(study: Study, form: str, key: str) -> str:
    """The visit's name to stand beside a form's title; empty where the form is called the same."""
    name, known = visit_name(study, key), study.form_of.get(form)
    return "" if known and say(known.title) == name else name


def visit_words(study: Study, planned: Planned) -> str:
    """A visit and its open forms, two by name and the others counted."""
    return HERE.written(visit_wording(study, planned))

"""Forms that no visit asks: what was filled in of each, and where the next one is begun."""

from dataclasses import dataclass

from django.utils.translation import gettext

from equipoise.conduct.forms import MOST_COPIES, SaveForm
from equipoise.conduct.locks import shuts
from equipoise.conduct.state.forms import Record
from equipoise.conduct.subject import Subject
from equipoise.study.forms import Form
from equipoise.web.jinja import day, say
from equipoise.web.views.next_act import form_page
from equipoise.web.views.page import Page

__all__ = ["AtNoVisit", "at_no_visit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AtNoVisit:
    """One form, its copies with the day of each, and where another is begun, if it may be."""

    label: str
    copies: tuple[tuple[str, str], ...]
    begin: str


def at_no_visit(page: Page, subject: Subject) -> list[AtNoVisit]:
    """Every form that is filled in when there is something to tell, or that has such a copy."""
    copies: dict[str, list[Record]] = {}
    for record in subject.forms.records.values():
        if not record.visit:
            copies.setdefault(record.form, []).append(record)
    number = subject.subject_id
    may = page.may(SaveForm.kind, subject) and not shuts(subject, SaveForm)
    return [
        AtNoVisit(
            label=say(form.title),
            copies=tuple(
                (_called(one, many=len(found) > 1), form_page(number, form.id, "", one.number))
                for one in found
            ),
            begin=_begin(subject, form, found) if may else "",
        )
        for form in page.study.forms
        if (found := copies.get(form.id, [])) or (form.unplanned and not form.retired)
    ]


def _called(record: Record, *, many: bool) -> str:
    if not many:
        return day(record.on)
    return gettext("%(day)s, copy %(number)s") % {"day": day(record.on), "number": record.number}


def _begin(subject: Subject, form: Form, found: list[Record]) -> str:
    """The next copy; none where the form is filled once and was, or is filled no longer."""
    number = max((record.number for record in found), default=0) + 1
    if form.retired or not form.unplanned or number > (MOST_COPIES if form.repeats else 1):
        return ""
    return form_page(subject.subject_id, form.id, "", number)

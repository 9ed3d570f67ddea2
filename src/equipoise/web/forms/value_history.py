"""The history of one value: every answer there ever was, who gave it and why, and what came of it.

Also what was recorded in error, which the form itself passes over. It is a page of its own, and the
same is shown over a form when somebody presses F2 in its field.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from equipoise.conduct.digests import DATE, FormOf
from equipoise.conduct.queries import NO_VISIT
from equipoise.conduct.state.forms import NONE, record_key
from equipoise.conduct.subject import Subject
from equipoise.study.forms import Form
from equipoise.web.forms.queries_beside import value_page
from equipoise.web.forms.value_marks import queries_of, verifications_of
from equipoise.web.forms.value_versions import Cell, answered, lines_of
from equipoise.web.jinja import say
from equipoise.web.views.next_act import form_page, visit_beside
from equipoise.web.views.page import Page
from equipoise.web.views.signed_in import for_people
from equipoise.web.views.spoken import value_text

__all__ = ["value_history"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What the same question was answered on another copy of the form, or at another visit."""

    place: str
    value: str
    url: str


@require_safe
@for_people
def value_history(
    page: Page, subject_id: str, form_id: str, visit: str, number: int, item: str
) -> HttpResponse:
    """Everything that was ever recorded of one question of one copy of a form.

    `cell` names one cell of a list: its row and its column, such as 2.size.
    """
    subject, form = page.subject(subject_id), page.study.form_of.get(form_id)
    place: FormOf = (form_id, "" if visit == NO_VISIT else visit, number)
    if form is None or not (label := _label(form, item)):
        raise Http404
    if (found := answered(subject, form, place)) is None:
        raise Http404
    cell = _cell(form, item, page.request.GET.get("cell", ""))
    lines = lines_of(page, found, item, cell)
    return page.render(
        "value_history_part.jinja" if page.partial else "value_history.jinja",
        subject=subject,
        form=form,
        visit=visit_beside(page.study, form_id, place[1]),
        number=number,
        label=label,
        cell=_cell_label(form, item, cell),
        all_of=value_page(subject_id, place, item),
        lines=lines,
        verifications=verifications_of(page, found, item),
        queries=queries_of(page, subject, place, item),
        elsewhere=list(_elsewhere(page, subject, form, place, item)),
        link=form_page(subject_id, *place),
        holds=next((line for line in lines if line.holds), None),
    )


def _label(form: Form, item: str) -> str:
    """What the question is called; empty where the form has none of this name."""
    if item == DATE:
        return say(form.dated)
    if item == NONE:
        return say(form.none) if form.none else ""
    return say(form.item_of[item].label) if item in form.item_of else ""


def _cell(form: Form, item: str, text: str) -> Cell | None:
    """The row, counted from 1, and the column of a list that are asked."""
    row, _, column = text.partition(".")
    columns = {one.id for one in form.item_of[item].columns} if item in form.item_of else set()
    if not (row.isdecimal() and len(row) < 4 and column in columns):
        return None
    return int(row), column


def _cell_label(form: Form, item: str, cell: Cell | None) -> str:
    if cell is None:
        return ""
    label = next(say(one.label) for one in form.item_of[item].columns if one.id == cell[1])
    return gettext("row %(row)s, %(column)s") % {"row": cell[0], "column": label}


def _elsewhere(
    page: Page, subject: Subject, form: Form, place: FormOf, item: str
) -> Iterator[Elsewhere]:
    """The same question on other copies of the form, the first day first."""
    for record in sorted(subject.forms.of(form.id), key=lambda one: (one.on, one.number)):
        own: FormOf = (record.form, record.visit, record.number)
        if record_key(*own) == record_key(*place) or item not in form.item_of:
            continue
        value = record.now(item)
        if value is None:
            continue
        unit = record.now(f"{item}.unit")
        text = value_text(form.item_of[item], value, unit if isinstance(unit, str) else "")
        parts = [visit_beside(page.study, record.form, record.visit)]
        if record.number > 1:
            parts.append(gettext("copy %(number)s") % {"number": record.number})
        yield Elsewhere(
            place=" · ".join(filter(None, parts)) or say(form.title),
            value=text,
            url=value_page(subject.subject_id, own, item),
        )

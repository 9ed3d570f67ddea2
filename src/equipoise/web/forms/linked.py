"""Links on a form: what there is to pick from, what is gone, and who names a row of this form."""

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext

from equipoise.conduct.links import namers, names_of
from equipoise.logic.figures import opening
from equipoise.study.forms import Form
from equipoise.study.reason import Given
from equipoise.web.forms.fields import Field
from equipoise.web.forms.sheet import Sheet
from equipoise.web.jinja import say
from equipoise.web.reader import HERE
from equipoise.web.views.next_act import form_page, visit_name

__all__ = ["named_by", "with_names"]

Names = Mapping[str, Mapping[str, Given]]


def with_names(sheet: Sheet, fields: list[Field]) -> list[Field]:
    """The fields, those that name a row with the names that there are."""
    if not sheet.form.links:
        return fields
    subject = sheet.as_entered or sheet.subject
    study = sheet.page.study
    names = {column.to: names_of(study, subject, column.to) for _, column in sheet.form.links}
    return [_with_names(sheet.form, field, names) for field in fields]


def named_by(sheet: Sheet) -> list[tuple[str, str]]:
    """What names a row of this copy of the form, each with its page."""
    if sheet.record is None or not any(form.links for form in sheet.page.study.forms):
        return []
    study, number = sheet.page.study, sheet.subject.subject_id
    found = []
    for one in namers(study, sheet.subject, sheet.record):
        record = one.record
        title = say(study.form_of[record.form].title)
        text = f"{one.name}: {title}, {visit_name(study, record.visit)}"
        found.append((text, form_page(number, record.form, record.visit, record.number)))
    return found


def _with_names(form: Form, field: Field, names: Names) -> Field:
    to = {(item, column.id): column.to for item, column in form.links}
    rows = tuple(
        tuple(_one(cell, names.get(to.get((field.name, _column(cell.name)), ""))) for cell in row)
        for row in field.rows
    )
    own = names.get(to.get((field.name, field.name), ""))
    return replace(_one(field, own), rows=rows)


def _column(name: str) -> str:
    return name.rpartition(".")[2]


def _one(field: Field, names: Mapping[str, Given] | None) -> Field:
    if names is None:
        return field
    choices = [(name, opening(HERE.written(text))) for name, text in names.items()]
    hint = field.hint
    if field.value and field.value not in names:
        choices.append((field.value, field.value))
        gone = gettext("%(name)s is not recorded any more") % {"name": field.value}
        hint = f"{hint}. {gone}" if hint else gone
    elif not names:
        nothing = gettext("Nothing is recorded yet that could be named")
        hint = f"{hint}. {nothing}" if hint else nothing
    return replace(field, choices=tuple(choices), hint=hint)

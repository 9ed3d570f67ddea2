"""The fields of a form with what goes with them: names of rows, marks, what chapters add."""

from dataclasses import replace

from equipoise.conduct.chapter import FormAt
from equipoise.conduct.chapters import CHAPTERS
from equipoise.web.forms.fields import Field, unverified_marked
from equipoise.web.forms.linked import with_names
from equipoise.web.forms.sheet import Sheet
from equipoise.web.reader import HERE

__all__ = ["accompanied"]


def accompanied(sheet: Sheet, fields: list[Field]) -> list[Field]:
    """The fields with the names that there are, their marks, and what chapters have beside them."""
    named, beside = with_names(sheet, fields), _beside(sheet)
    named = unverified_marked(named, sheet.page.study, sheet.page.unverified)
    return [
        replace(one, beside=tuple(beside[one.name])) if one.name in beside else one for one in named
    ]


def _beside(sheet: Sheet) -> dict[str, list[str]]:
    """The sentences beside each item of this copy, as it is being filled."""
    study, on = sheet.page.study, sheet.page.viewer.on
    subject = sheet.as_entered or sheet.subject
    place = FormAt(sheet.form.id, sheet.visit, sheet.number)
    found: dict[str, list[str]] = {}
    for chapter in CHAPTERS:
        for item, what in chapter.beside(study, subject, place, on):
            found.setdefault(item, []).append(HERE.written(what))
    return found

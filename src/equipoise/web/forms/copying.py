"""Copying answers from the last visit into a form that is not begun, where the study allows it."""

from django.utils.translation import gettext

from equipoise.conduct.copied import copy_of
from equipoise.conduct.facts import unit_of
from equipoise.conduct.state.forms import Record
from equipoise.study.forms import Item
from equipoise.web.forms.sheet import Sheet, day_of
from equipoise.web.reader import HERE
from equipoise.web.views import form_data
from equipoise.web.views.next_act import visit_name

__all__ = ["copy_last", "last_copy"]


def last_copy(sheet: Sheet) -> str:
    """From which visit answers can be copied; empty where there is nothing to copy."""
    source = _source(sheet)
    if source is None:
        return ""
    visit = visit_name(sheet.page.study, source.visit)
    return gettext("%(visit)s, %(day)s") % {"visit": visit, "day": HERE.day(source.on)}


def copy_last(sheet: Sheet) -> None:
    """Put the answers of the last visit where nothing is entered yet."""
    source = _source(sheet)
    if source is None:
        return
    packed = form_data.flat_of(sheet.form, source, sheet.page.language)
    flat, counts = form_data.compact(sheet.form, packed)
    copied = []
    for item in sheet.form.items:
        if item.copies and not _entered(sheet, item) and source.answers(item.id):
            unit = unit_of(sheet.page.study, sheet.subject, source, item.id)
            if item.unit and unit not in (item.unit, *item.units):
                continue  # in a unit that is not asked here the number would be another
            sheet.flat |= {name: text for name, text in flat.items() if _base(name) == item.id}
            sheet.flat |= {f"{item.id}.unit": unit} if item.units else {}
            sheet.counts |= {item.id: counts[item.id]} if item.id in counts else {}
            copied.append(item.id)
    sheet.copied = tuple(dict.fromkeys((*sheet.copied, *copied)))


def _entered(sheet: Sheet, item: Item) -> bool:
    """Whether something is typed there; a unit always stands beside a number."""
    unit = f"{item.id}.unit"
    return any(t for name, t in sheet.flat.items() if _base(name) == item.id and name != unit)


def _source(sheet: Sheet) -> Record | None:
    if sheet.record is not None:
        return None
    on = day_of(sheet)
    return copy_of(sheet.subject, sheet.form, None, on)


def _base(name: str) -> str:
    return name.partition(".")[0]

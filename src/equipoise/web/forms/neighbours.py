"""The same form of the participant before and after, for whoever enters one form of many people."""

from django.utils.translation import gettext

from equipoise.web.forms.sheet import Sheet
from equipoise.web.models import SubjectRow
from equipoise.web.views.next_act import form_page

__all__ = ["beside_participants"]


def beside_participants(sheet: Sheet) -> list[tuple[str, str, str]]:
    """The participants of this hospital before and after, each with this form at this visit."""
    if sheet.page.partial:
        return []
    own = sheet.subject.subject_id
    rows = sheet.page.viewer.visible(SubjectRow.objects.filter(site=sheet.subject.site))
    numbers = rows.values_list("subject_id", flat=True)
    before = numbers.filter(subject_id__lt=own).order_by("-subject_id").first()
    after = numbers.filter(subject_id__gt=own).order_by("subject_id").first()
    wording = ((gettext("Previous participant"), before), (gettext("Next participant"), after))
    at = sheet.form.id, sheet.visit
    return [(text, number, form_page(number, *at)) for text, number in wording if number]

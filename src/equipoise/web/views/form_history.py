"""Every version of every answer of a form: what, who, when, for which day, and why."""

from dataclasses import dataclass

from django.utils.translation import gettext

from equipoise.conduct.forms import LIMITS
from equipoise.conduct.subject import Record, Value, Version
from equipoise.study.forms import Form, Item
from equipoise.web.jinja import moment, say
from equipoise.web.views.page import Page
from equipoise.web.views.spoken import value_said

__all__ = ["Told", "history_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One version of one answer."""

    value: str
    by: str
    at: str
    reason: str


def history_of(page: Page, form: Form, record: Record) -> list[tuple[str, list[Told]]]:
    """Each answered item with its versions, the newest first."""
    found = []
    for item in form.items:
        for name, label in _names(item):
            versions = record.values.get(name)
            if versions:
                told = [_told(page, item, name, record, v) for v in reversed(versions)]
                found.append((label, told))
    return found


def _names(item: Item) -> list[tuple[str, str]]:
    label = say(item.label)
    limits = {
        "unit": gettext("%(item)s, unit"),
        "uln": gettext("%(item)s, upper limit"),
        "lln": gettext("%(item)s, lower limit"),
    }
    parts = [(f"{item.id}.{part}", limits[part] % {"item": label}) for part in LIMITS]
    return [(item.id, label), *(pair for pair in parts if not pair[0].endswith(".unit"))]


def _told(page: Page, item: Item, name: str, record: Record, version: Version) -> Told:
    unit = record.now(f"{item.id}.unit")
    return Told(
        value=_said(item, name, version.value, unit if isinstance(unit, str) else ""),
        by=page.people[version.by],
        at=moment(version.at),
        reason=version.reason,
    )


def _said(item: Item, name: str, value: Value, unit: str) -> str:
    if "." in name:
        return value if isinstance(value, str) and value else gettext("taken back")
    return value_said(item, value, unit)

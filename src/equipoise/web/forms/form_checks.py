"""What the checks of a form as a whole say, at its top, with links to the fields that they read."""

from collections.abc import Mapping
from dataclasses import dataclass

from equipoise.study.forms import Check
from equipoise.web.forms.asked_back import Back
from equipoise.web.forms.sheet import Sheet
from equipoise.web.jinja import say

__all__ = ["AtTop", "FormCheck", "form_checks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCheck:
    """One check that the answers do not fulfil."""

    code: str
    sentences: tuple[str, ...]
    back: tuple[Back, ...]
    fields: tuple[tuple[str, str], ...]
    """What it reads of this form: the name of each field, and its label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtTop:
    """All of them."""

    checks: tuple[FormCheck, ...]

    @property
    def mark(self) -> str:
        """By which it is seen whether anything changed."""
        found = (text for one in self.checks for text in (one.code, *one.sentences))
        return " · ".join([*found, *(b.of for one in self.checks for b in one.back if b.asks)])


def form_checks(
    sheet: Sheet, back: Mapping[str, list[Back]], errors: Mapping[str, list[str]]
) -> AtTop:
    """What stands at the top of the form as it is filled now."""
    found = [_check(sheet, one, back, errors) for one in sheet.form.checks]
    return AtTop(checks=tuple(one for one in found if one.sentences or one.back))


def _check(
    sheet: Sheet, check: Check, back: Mapping[str, list[Back]], errors: Mapping[str, list[str]]
) -> FormCheck:
    read = sheet.page.study.items_read(check.that)
    items = [item for item in sheet.form.items if item.id in read and item.id not in sheet.hidden]
    return FormCheck(
        code=check.code,
        sentences=tuple(errors.get(check.code, ())),
        back=tuple(back.get(check.code, ())),
        fields=tuple((item.id, say(item.label)) for item in items),
    )

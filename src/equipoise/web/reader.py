"""Whoever asked, as a reader: a refusal's sentence, days, numbers and units in their language."""

from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, pgettext

from equipoise.logic.figures import day_text, unit_text, with_unit
from equipoise.study.reason import Amount, Reader

__all__ = ["HERE", "LISTED"]


class Here(Reader):
    """The reader of this request; the language is that of the request at the time of writing."""

    @property
    def language(self) -> str:
        return (get_language() or "en")[:2]

    def sentence(self, template: str, code: str = "") -> str:
        return pgettext(code, template) if code else gettext(template)

    def day(self, on: date) -> str:
        return date_format(on, "j F Y")

    def number(self, number: Decimal) -> str:
        text = super().number(number)
        return text.replace(".", ",") if self.language == "nl" else text

    def unit(self, code: str) -> str:
        return unit_text(code, self.language)

    def amount(self, amount: Amount) -> str:
        return with_unit(amount.comparator + self.number(amount.number), amount.unit, self.language)


class _Listed(Here):
    """The same reader of a table or a timeline, where a day is written as in the other columns."""

    def day(self, on: date) -> str:
        return day_text(on, self.language)


HERE, LISTED = Here(), _Listed()

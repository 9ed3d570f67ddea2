"""Whoever asked, as a reader: a refusal's sentence, days, numbers and units in their language."""

from datetime import date
from decimal import Decimal

from django.utils.translation import get_language, gettext, pgettext

from equipoise.logic.figures import day_text, decimal_sign, unit_text, with_unit
from equipoise.logic.translator import Translator
from equipoise.study.catalogue import translator
from equipoise.study.reason import Amount, Reader

__all__ = ["HERE"]


class Here(Reader):
    """The reader of this request; the language is that of the request at the time of writing."""

    @property
    def language(self) -> str:
        return (get_language() or "en")[:2]

    @property
    def translator(self) -> Translator:
        """The language, as logic is handed it."""
        return translator(self.language)

    def sentence(self, template: str, code: str = "") -> str:
        return pgettext(code, template) if code else gettext(template)

    def day(self, on: date) -> str:
        return day_text(on, self.translator)

    def number(self, number: Decimal) -> str:
        return self.signed(super().number(number))

    def signed(self, text: str) -> str:
        """A number that is already text, with the sign before decimals of the reader's language."""
        return text.replace(".", decimal_sign(self.translator))

    def unit(self, code: str) -> str:
        return unit_text(code, self.translator)

    def amount(self, amount: Amount) -> str:
        return with_unit(
            amount.comparator + self.number(amount.number), amount.unit, self.translator
        )


HERE = Here()

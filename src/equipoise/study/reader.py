"""Someone who reads the language of a catalogue: its sentences, days, numbers and units."""

from datetime import date
from decimal import Decimal

from equipoise.logic.figures import day_text, decimal_sign, unit_text, with_unit
from equipoise.logic.translator import Translator
from equipoise.study.catalogue import translator
from equipoise.study.reason import Amount, Phrase, Reader, Reason

__all__ = ["ReaderOf"]


class ReaderOf(Reader):
    """The reader of one language; of one without a catalogue, the English of the code."""

    def __init__(self, language: str) -> None:
        self._language = language

    @property
    def language(self) -> str:
        return self._language

    @property
    def translator(self) -> Translator:
        """The language, as logic is handed it."""
        return translator(self.language)

    def sentence(self, said: Phrase | Reason, count: int = 1) -> str:
        code = said.code if isinstance(said, Reason) else ""
        if said.several:
            return self.translator.counted(code, said.sentence, said.several, count)
        return self.translator.text(code, said.sentence)

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
        number = amount.comparator + self.number(amount.number)
        return with_unit(number, amount.unit, self.translator)

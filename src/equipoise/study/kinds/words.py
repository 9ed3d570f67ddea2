"""Words, as somebody typed them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from unicodedata import normalize

from equipoise.logic.facts import Kind
from equipoise.study.kinds.blank import is_blank
from equipoise.study.kinds.kind import At, ItemKind
from equipoise.study.kinds.personal import asked_of_words
from equipoise.study.reason import Refusal

if TYPE_CHECKING:
    from equipoise.study.forms import Column

__all__ = ["Words"]


class Words(ItemKind):
    name, fact = "text", Kind.TEXT
    about = "words; no BSN is taken, and an e-mail address or telephone number is asked back"

    def canonical(self, text: str) -> str:
        """The same text, whichever keyboard or browser it came from; of what nobody sees none."""
        if text.isascii() and "\r" not in text and text == text.strip():
            return text
        return "" if is_blank(text) else normalize("NFC", text.replace("\r\n", "\n").strip())

    def refusals(self, column: Column, text: str, at: At) -> Iterator[Refusal]:
        yield from asked_of_words(text, column.label, at.where, serial=column.serial)

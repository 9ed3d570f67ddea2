"""Words, as somebody typed them."""

from unicodedata import normalize

from equipoise.logic.facts import Kind
from equipoise.study.kinds.kind import ItemKind

__all__ = ["Words"]


class Words(ItemKind):
    name, fact = "text", Kind.TEXT
    about = "words"

    def canonical(self, text: str) -> str:
        """The same text, whichever keyboard or browser it came from."""
        if text.isascii() and "\r" not in text and text == text.strip():
            return text
        return normalize("NFC", text.replace("\r\n", "\n").strip())

"""Whoever asked, as a reader: a refusal's sentence, days, numbers and units in their language."""

from django.utils.translation import get_language

from equipoise.study.reader import ReaderOf

__all__ = ["HERE"]


class Here(ReaderOf):
    """The reader of this request; the language is that of the request at the time of writing."""

    @property
    def language(self) -> str:
        return (get_language() or "en")[:2]


HERE = Here("en")

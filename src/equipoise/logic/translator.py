"""Texts in a reader's language: English stands in code, beside the rule; catalogues have the rest.

Logic does not know where catalogues stand. Whoever asks hands in a translator; without one, it is
English. What differs between languages but is no sentence (the sign before decimals, the names of
months) is a text too, told apart from others by its context.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["ENGLISH", "Counted", "Phrases", "Translator"]


@dataclass(frozen=True, slots=True)
class Translator:
    """One language: what a text is in it, and what it is for a number of things."""

    language: str
    text: Callable[[str, str], str]
    counted: Callable[[str, str, str, int], str]


ENGLISH = Translator(
    "en",
    lambda context, english: english,
    lambda context, one, several, count: one if count == 1 else several,
)


@dataclass(frozen=True, slots=True)
class Phrases:
    """Texts of one meaning in English, by name; `context` tells them from the same elsewhere."""

    context: str
    english: Mapping[str, str]

    def __contains__(self, name: str) -> bool:
        return name in self.english

    def said(self, name: str, into: Translator, **places: str) -> str:
        """The phrase in a language, with its places filled."""
        return into.text(self.context, self.english[name]).format_map(places)


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted, by name: one of it, and several, in English."""

    context: str
    english: Mapping[str, tuple[str, str]]

    def __contains__(self, name: str) -> bool:
        return name in self.english

    def said(self, name: str, into: Translator, count: int) -> str:
        """What so many of it are called."""
        one, several = self.english[name]
        return into.counted(self.context, one, several, count)

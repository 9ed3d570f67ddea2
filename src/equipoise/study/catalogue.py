"""The catalogues: what the program says in every language but English, one file a language.

English stands in code, beside the rule; `locale/nl/LC_MESSAGES/equipoise.po` is the Dutch of all of
it. Read with the standard library's gettext, so that the command line and reports need no Django;
the pages take the same catalogues from here (`equipoise.web.apps`).
"""

from functools import lru_cache
from gettext import NullTranslations, translation
from pathlib import Path

from equipoise.logic.translator import ENGLISH, Translator

__all__ = ["DOMAIN", "FOLDER", "everywhere", "spoken", "text", "translations", "translator"]

DOMAIN = "equipoise"
FOLDER = Path(__file__).parents[1] / "locale"


@lru_cache
def spoken() -> tuple[str, ...]:
    """The languages in which this program speaks: English, and those that have a catalogue."""
    there = FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")
    return ("en", *sorted({path.parents[1].name for path in there} - {"en"}))


@lru_cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; of one that has none, English as it stands."""
    return translation(DOMAIN, FOLDER, [language], fallback=True)


def text(english: str, language: str, context: str = "") -> str:
    """A text in a language; the context tells apart what is the same in English alone."""
    known = translations(language)
    return known.pgettext(context, english) if context else known.gettext(english)


@lru_cache
def translator(language: str) -> Translator:
    """A language as logic is handed it."""
    if language == "en":
        return ENGLISH
    known = translations(language)

    def counted(context: str, one: str, several: str, count: int) -> str:
        if context:
            return known.npgettext(context, one, several, count)
        return known.ngettext(one, several, count)

    return Translator(language, lambda context, english: text(english, language, context), counted)


def everywhere(english: str, context: str = "") -> dict[str, str]:
    """A text of the program in every language, where a text of the study could stand."""
    return {language: text(english, language, context) for language in spoken()}

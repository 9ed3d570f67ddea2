"""How words are taken apart, for the index and for a question alike."""

import re
import unicodedata
from functools import lru_cache

import tantivy

__all__ = ["FIELDS", "PLAIN", "english", "folded", "plain", "shortened", "stemmed", "words_of"]

ENGLISH, PLAIN = "english-stems", "plain-words"
LONG = 60
_WORD = re.compile(r"[^\W_]+")
Analyzer = tantivy.TextAnalyzer


def _analyzer(*filters: tantivy.Filter) -> Analyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for one in (
        tantivy.Filter.remove_long(LONG),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        *filters,
    ):
        builder = builder.filter(one)
    return builder.build()


def english() -> Analyzer:
    """Words of English without their endings."""
    return _analyzer(tantivy.Filter.stemmer("english"))


def plain() -> Analyzer:
    """Words as they are, small and without signs above the letters."""
    return _analyzer()


FIELDS = {ENGLISH: english, PLAIN: plain}


@lru_cache(maxsize=4)
def _stemmer(language: str) -> Analyzer:
    return _analyzer(tantivy.Filter.stemmer(language))


@lru_cache(maxsize=20_000)
def stemmed(word: str, language: str = "english") -> str:
    """A word without its ending."""
    return "".join(_stemmer(language).analyze(word)) or word


def folded(text: str) -> str:
    """A text small and without signs above its letters."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.lower())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def words_of(text: str) -> list[str]:
    """The words of a text, folded."""
    return _WORD.findall(folded(text))


def shortened(text: str, most: int) -> str:
    """A text, of a longer one its beginning."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"

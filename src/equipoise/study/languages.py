"""The languages of a study: each is one that this program speaks, and has every text of the study.

What the program itself says stands in catalogues, a file for each language but English; a language
without one would be a study's own questions between buttons and refusals in English.
"""

import re
from collections.abc import Iterator

from pydantic import BaseModel

from equipoise.study.catalogue import spoken
from equipoise.study.model import Study
from equipoise.study.places import Key, Places
from equipoise.study.runnable import Report

__all__ = ["languages", "unnamed"]

_CODE = re.compile(r"[a-z]{2}")


def languages(study: Study, places: Places, report: Report) -> None:
    """Report languages that this program does not speak, and texts that a language lacks."""
    known = spoken()
    for n, language in enumerate(study.identity.languages):
        if language not in known:
            because = (
                f"this program does not speak {language!r}: its pages, refusals and letters are in "
                f"{' and '.join(known)}. Leave it out of `languages`; the study's own texts in it "
                "may stay, and wait for a catalogue of that language"
            )
            report(("identity", "languages", n), because)
    asked = [language for language in study.identity.languages if language in known]
    for key, text in _texts(study, ()):
        by_language = len(text) > 1 or any((*key, one) in places.lines for one in text)
        missing = [one for one in asked if not text.get(one, "").strip()]
        if missing and by_language and text:
            told = f"there is no text in {', '.join(map(repr, missing))}, a language of the study"
            report(key, told)


def unnamed(study: Study) -> dict[str, int]:
    """How many texts are given in each language that the study does not name."""
    found: dict[str, int] = {}
    for _, text in _texts(study, ()):
        for language in text.keys() - {"en", *study.identity.languages}:
            found[language] = found.get(language, 0) + 1
    return found


def _texts(part: object, key: Key) -> Iterator[tuple[Key, dict[str, str]]]:
    """Every text for people that is given by language, with its path in the whole."""
    if isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from _texts(getattr(part, name), (*key, name))
    elif isinstance(part, tuple):
        for n, one in enumerate(part):
            yield from _texts(one, (*key, n))
    elif isinstance(part, dict):
        if all(isinstance(one, str) and _CODE.fullmatch(name) for name, one in part.items()):
            yield key, part
        else:
            for name, one in part.items():
                yield from _texts(one, (*key, name))

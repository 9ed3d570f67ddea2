"""Where in an entry somebody typed in their own words, and the entry without some of them.

A place is a pointer into what the entry says (RFC 6901): `/reason`, `/values/remarks`. What is no
free text, such as a date or a number, is taken back whole: no mark could stand in its place.
"""

import copy
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from unicodedata import normalize

from equipoise.conduct.act import Act
from equipoise.conduct.words import Ask, asks
from equipoise.study.model import Study

__all__ = ["KINDS", "MARK", "RESTATED", "restated", "spans", "texts_of", "without"]

MARK = "[redacted]"
"""What stands in the place of the words that were taken out."""
KINDS: dict[str, type[Act]] = {}
"""Every kind of act by its name; filled by the list of chapters, which is above."""
RESTATED = "restated"
"""The field of a redaction in which it says another entry anew."""
_WORDS = ("answers", "confirmed", "changes", "first", "exceptions", "part reasons", "lots")
_OF_ITEMS = ("answers", "first")


def texts_of(kind: str, content: Mapping[str, Any]) -> dict[str, str]:
    """Every text in an entry that somebody typed, by its place."""
    found: dict[str, str] = {}
    for name, ask in asks(KINDS[kind]).items() if kind in KINDS else ():
        if name == RESTATED:
            inner = texts_of(content.get("redacts", ""), content.get(RESTATED, {}))
            found |= {f"/{RESTATED}{place}": text for place, text in inner.items()}
        elif _takes_words(ask):
            found |= dict(_leaves(content.get(name), f"/{_escaped(name)}"))
    return found


def restated(
    study: Study, kind: str, content: Mapping[str, Any], places: Collection[str], words: str
) -> dict[str, Any]:
    """What an entry says without these words, at these places of it.

    :param words: what is taken out, in capitals or not; empty: the whole text of each place
    """
    anew: dict[str, Any] = copy.deepcopy(dict(content))
    texts = texts_of(kind, content)
    for place in places:
        *above, last = [_unescaped(part) for part in place.split("/")[1:]]
        holder: Any = anew
        for part in above:
            holder = holder[int(part) if isinstance(holder, list) else part]
        left = without(texts[place], words) if _is_free(study, kind, content, place) else ""
        holder[int(last) if isinstance(holder, list) else last] = left
    return anew


def without(text: str, words: str) -> str:
    """A text with a mark in the place of the words, wherever they stand in it."""
    if not words:
        return MARK
    left, last = "", 0
    for first, end in spans(text, words):
        left, last = f"{left}{text[last:first]}{MARK}", end
    return left + text[last:]


def spans(text: str, words: str) -> Iterator[tuple[int, int]]:
    """Where words stand in a text, from and to: in capitals or not, however accents were typed.

    Whoever looks for words and whoever takes them out ask this, so that what is found is taken out.
    Within a mark nobody typed anything.
    """
    folded, places = _folded(text)
    marks = [(found.start(), found.end()) for found in re.finditer(re.escape(MARK), text)]
    wanted, _ = _folded(words)
    at = folded.find(wanted) if wanted else -1
    while at >= 0:
        end = places[at + len(wanted) - 1] + 1
        if not any(start <= places[at] and end <= stop for start, stop in marks):
            yield places[at], end
        # A letter that stands for several, such as a double s, is taken whole.
        beyond = next((n for n in range(at, len(places)) if places[n] >= end), len(places))
        at = folded.find(wanted, beyond)


def _folded(text: str) -> tuple[str, list[int]]:
    """A text without capitals, accents by themselves, and of each sign its place in the text."""
    signs = [normalize("NFD", normalize("NFD", sign).casefold()) for sign in text]
    return "".join(signs), [place for place, sign in enumerate(signs) for _ in sign]


def _takes_words(ask: Ask) -> bool:
    """Whether somebody writes there: no code, no number of a query, no digest."""
    anything = ask.free_words or ask.number or ask.known is not None
    words = anything and ask.kind in ("text", "area")
    return not ask.by_trial and (words or ask.kind in _WORDS)


def _is_free(study: Study, kind: str, content: Mapping[str, Any], place: str) -> bool:
    """Whether words can stand at a place: of what a form asks, where it asks for words."""
    field, *rest = [_unescaped(part) for part in place.split("/")[1:]]
    if field == RESTATED:
        inner = "/" + place.split("/", 2)[2]
        return _is_free(study, content["redacts"], content[RESTATED], inner)
    if asks(KINDS[kind])[field].kind not in _OF_ITEMS:
        return True
    # `values` are by item; what was answered first is by the question that was asked back.
    name, *column = rest if field == "values" else rest[1].split(".")
    item = study.items.get(name.partition(".")[0])
    if item is None or "." in name:
        return True
    columns = {one.id: one for one in item.columns}
    stands_in = columns.get(column[-1], item) if column else item
    return stands_in.of_kind.name == "text"


def _leaves(value: Any, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and value:
        yield at, value
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from _leaves(child, f"{at}/{number}")
    elif isinstance(value, dict):
        for name, child in value.items():
            yield from _leaves(child, f"{at}/{_escaped(name)}")


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")

"""What somebody means by the words of a question, with every step that can be shown to them.

A word that no record and no layman uses is taken apart, if it is Dutch, or mended; then words are
taken together as far as they mean something together: in lay words, or as the registry itself was
told that this is what it calls that.
"""

from dataclasses import dataclass, replace
from typing import Protocol

from equipoise.exchange.registry.lay_words import GENERAL, IDLE, is_lay, lay, taken_apart
from equipoise.exchange.registry.texts import stemmed, words_of

__all__ = ["Lexicon", "Option", "Unit", "understood"]

TOGETHER = 5
RARE, FAR_OFTENER = 3, 30


class Lexicon(Protocol):
    """What the index knows of words."""

    def count(self, word: str) -> int:
        """How many records use a word."""

    def meant(self, word: str) -> tuple[str, ...]:
        """The words that may have been meant."""

    def terms(self, phrase: str) -> tuple[str, ...]:
        """What the registry takes a phrase for: numbers of its terms."""


@dataclass(frozen=True)
class Option:
    """One thing that a part of a question may mean: words, or a term of the registry."""

    words: tuple[str, ...] = ()
    term: str = ""
    weight: float = 1.0


@dataclass(frozen=True)
class Unit:
    """A part of a question: what was written, what it was taken for, and all it may mean."""

    written: str
    taken_for: str
    options: tuple[Option, ...]
    needed: bool = True


@dataclass(frozen=True)
class _Slot:
    written: str
    word: str
    others: tuple[str, ...] = ()


def understood(question: str, lexicon: Lexicon) -> tuple[Unit, ...]:
    """The parts of a question, in their order."""
    words = words_of(question)
    spoken = [word for word in words if word not in IDLE] or words
    slots = [slot for word in spoken for slot in _slots(word, lexicon)]
    units: list[Unit] = []
    while slots:
        unit, slots = _longest(slots, lexicon)
        units.append(unit)
    if units and not any(unit.needed for unit in units):
        units = [replace(unit, needed=True) for unit in units]
    return tuple(units)


def _slots(word: str, lexicon: Lexicon) -> list[_Slot]:
    count = lexicon.count(word)
    if is_lay(word) or word in GENERAL or word.isdigit() or count > RARE:
        return [_Slot(word, word)]
    if count:  # in some records: perhaps their own slip
        meant = [one for one in lexicon.meant(word) if lexicon.count(one) > FAR_OFTENER * count]
        return [_Slot(word, word, tuple(one for one in meant if one != word))]
    if parts := taken_apart(word):
        return [_Slot(word, part) for part in parts]
    if meant_words := lexicon.meant(word):
        return [_Slot(word, meant_words[0], meant_words[1:])]
    return [_Slot(word, part) for part in _mended_parts(word, lexicon)] or [_Slot(word, word)]


def _mended_parts(word: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The parts of a Dutch word of which one is misspelt."""
    for at in range(len(word) - 4, 3, -1):
        first, rest = word[:at], word[at:]
        if lay([first]) and (meant := lexicon.meant(rest)) and lay([meant[0]]):
            return first, meant[0]
        if lay([rest]) and (meant := lexicon.meant(first)) and lay([meant[0]]):
            return meant[0], rest
    return ()


def _longest(slots: list[_Slot], lexicon: Lexicon) -> tuple[Unit, list[_Slot]]:
    """The longest beginning that means something together, and what is left."""
    for length in range(min(TOGETHER, len(slots)), 1, -1):
        words = [slot.word for slot in slots[:length]]
        called, terms = lay(words), lexicon.terms(" ".join(words))
        if called or terms:
            return _unit(slots[:length], called, terms), slots[length:]
    first = slots[0]
    unit = _unit([first], lay([first.word]), lexicon.terms(first.word))
    others = tuple(
        option for other in first.others for option in _options((other,), lay([other]), (), 0.5)
    )
    needed = first.word not in GENERAL
    return replace(unit, options=(*unit.options, *others), needed=needed), slots[1:]


def _unit(slots: list[_Slot], called: tuple[str, ...], terms: tuple[str, ...]) -> Unit:
    words = tuple(slot.word for slot in slots)
    written = " ".join(dict.fromkeys(slot.written for slot in slots))
    return Unit(written, called[0] if called else " ".join(words), _options(words, called, terms))


def _options(
    words: tuple[str, ...], called: tuple[str, ...], terms: tuple[str, ...], weight: float = 1.0
) -> tuple[Option, ...]:
    as_written = Option(words, weight=weight)
    as_called = [Option(tuple(words_of(one)), weight=0.9 * weight) for one in called]
    as_term = [Option(term=one, weight=0.8 * weight) for one in terms]
    once = {tuple(map(stemmed, option.words)): option for option in reversed(as_called)}
    once.pop(tuple(map(stemmed, words)), None)
    return (as_written, *reversed(once.values()), *as_term)

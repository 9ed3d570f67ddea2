"""What laymen say, in English and Dutch, and what records call it; Dutch words taken apart.

`data/lay-words.tsv` was written by hand. A word of it is found in any of its endings, a phrase with
its words in any order and with articles or without.
"""

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from equipoise.exchange.registry.texts import folded, stemmed, words_of

__all__ = ["GENERAL", "IDLE", "lay", "lay_words", "phrases", "taken_apart"]

FILE = "data/lay-words.tsv"
IDLE = frozenset(
    words_of(
        "a an the of in on at by for from to with without and or is are was has have had been be "
        "my your his her their our i we you he she it this that these those as into about who "
        "what which can could should would do does after before during when where not no "
        "de het een van in op bij voor uit naar met zonder en of is zijn was heeft heb hebben "
        "mijn jouw uw haar hun ons ik wij we jij u hij zij ze dit dat deze die als over wie wat "
        "welke kan kunnen na tijdens wanneer waar niet geen te tegen door om aan er nog ook al "
        "there any near lives living looking search find diagnosed suffering suffers got get "
        "father mother dad mum mom wife husband son daughter brother sister grandfather "
        "grandmother family friend woont lijdt lijden zoek zoeken vind vinden vastgesteld krijgt "
        "vader moeder opa oma zoon dochter broer zus familie vriend vriendin echtgenoot"
    )
)
"""Words that say nothing of what a trial is about."""
GENERAL = frozenset(
    words_of(
        "trial trials study studies research treatment treatments treating therapy therapies "
        "patient patients people person persons problem problems disease condition new best "
        "onderzoek onderzoeken studie studies trial trials behandeling behandelingen therapie "
        "patient patienten mensen probleem problemen ziekte klachten nieuw nieuwe medicijn "
        "medicijnen geneesmiddel geneesmiddelen drug drugs medicine keeping removal"
    )
)
"""Words that a trial need not have to be what somebody means."""
LINKS = ("", "s", "en", "e", "n")
"""What stands between the parts of a Dutch word."""
PART = 3
Key = tuple[str, ...]


@lru_cache(maxsize=1)
def _lines() -> tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]:
    """Language, what is said, what records call it."""
    text = files(__package__).joinpath(FILE).read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and line[0] != "#"]
    return tuple(
        (language, _parts(said, ";"), _parts(called, "|")) for language, said, called in rows
    )


def _parts(text: str, between: str) -> tuple[str, ...]:
    return tuple(folded(part.strip()) for part in text.split(between))


@lru_cache(maxsize=1)
def phrases() -> dict[tuple[str, Key], tuple[str, ...]]:
    """What records call each phrase, by its language and the stems of its words."""
    made: dict[tuple[str, Key], tuple[str, ...]] = {}
    for language, said, called in _lines():
        for phrase in said:
            key = (language, _key(words_of(phrase), language))
            made[key] = tuple(dict.fromkeys((*made.get(key, ()), *called)))
    return made


def lay(words: list[str]) -> tuple[str, ...]:
    """What records call what is said in these words; () for what nobody has written down."""
    found = [phrases().get((of, _key(words, of)), ()) for of in ("dutch", "english")]
    return tuple(dict.fromkeys(called for each in found for called in each))


@lru_cache(maxsize=1)
def lay_words() -> frozenset[str]:
    """Each word that stands in what laymen say."""
    return (
        frozenset(word for _, said, _ in _lines() for phrase in said for word in words_of(phrase))
        - IDLE
    )


@lru_cache(maxsize=1)
def _stems() -> frozenset[str]:
    return frozenset(stem for language, key in phrases() if language == "dutch" for stem in key)


def is_lay(word: str) -> bool:
    """Whether laymen say a word, in any of its endings."""
    return word in lay_words() or stemmed(word, "dutch") in _stems()


def taken_apart(word: str) -> tuple[str, ...]:
    """The parts of a Dutch word that are words of their own; () where it has no such parts."""
    return next(_splits(word), ()) if len(word) >= 2 * PART else ()


def _splits(word: str) -> Iterator[tuple[str, ...]]:
    for at in range(len(word) - PART, PART - 1, -1):  # the longest first part first
        first, rest = word[:at], word[at:]
        if not _is_part(first):
            continue
        for link in LINKS:
            if rest.startswith(link) and len(rest) - len(link) >= PART:
                end = rest[len(link) :]
                if _is_part(end):
                    yield first, end
                else:
                    yield from ((first, *more) for more in _splits(end))


def _is_part(word: str) -> bool:
    return bool(lay([word])) or word in GENERAL


def _key(words: list[str], language: str) -> Key:
    """The stems of a phrase, whatever its order."""
    return tuple(sorted(stemmed(word, language) for word in words if word not in IDLE))

"""No act carries a citizen service number in its free words, whichever way it comes in."""

from collections.abc import Iterator

from equipoise.conduct.act import Act
from equipoise.conduct.words import asks
from equipoise.study.kinds.personal import BSN_HERE, has_bsn
from equipoise.study.reason import Refusal

__all__ = ["numbers_of_persons"]


def numbers_of_persons(act: Act) -> Iterator[Refusal]:
    """The fields of free words in which a number passes the eleven-test."""
    for name, ask in asks(type(act)).items():
        text = getattr(act, name) if ask.free_words else ""
        if isinstance(text, str) and has_bsn(text):
            yield BSN_HERE(name)

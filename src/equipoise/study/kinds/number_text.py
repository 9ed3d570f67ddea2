"""A number as it is kept: text with a point, and at most a comparator before it."""

import re
from decimal import Decimal
from functools import lru_cache

__all__ = ["canonical_number", "comparator_of", "is_number"]

# Digits as everyone writes them: no 1e400, no 1_000, no NaN, no digits of another script.
_PLAIN = re.compile(r"(0|[1-9][0-9]{0,11})(\.[0-9]{0,11}[1-9])?", re.ASCII)  # kept as it is
_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,12})?", re.ASCII)


def comparator_of(text: str) -> tuple[str, str]:
    """The comparator before a number, empty where there is none, and the number itself."""
    if not text.startswith(("<", ">")):
        return "", text
    length = 2 if text[1:2] == "=" else 1
    return text[:length], text[length:].strip()


def is_number(text: str) -> bool:
    """Whether the text is a plain number, such as 12.5, with at most a comparator before it."""
    return _NUMBER.fullmatch(comparator_of(text)[1]) is not None


@lru_cache(maxsize=8192)
def canonical_number(text: str) -> str:
    """A number in the one way in which it is kept: no sign +, no zeros that say nothing.

    What is no number comes back as it is; its kind says what is wrong with it.
    """
    if _PLAIN.fullmatch(text) or not is_number(text):
        return text
    comparator, number = comparator_of(text)
    plain = f"{Decimal(number).normalize():f}"
    return comparator + (plain if plain != "-0" else "0")

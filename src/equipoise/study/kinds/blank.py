"""A text that says nothing: blanks, and signs that are not seen."""

from unicodedata import category

__all__ = ["is_blank"]

_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and signs in name, of which nothing is seen."""


def is_blank(text: str) -> bool:
    """Whether there is no letter, digit or sign in a text that somebody could see."""
    return not any(category(sign)[0] in "LNPS" and sign not in _FILLERS for sign in text)

"""What in free words would tell who a participant is: their BSN, an e-mail address, a telephone.

A citizen service number (BSN) has nine digits that pass the eleven-test; one number of nine digits
in eleven does so by chance, so that an item for serial numbers says that it is one.
"""

import re
from collections.abc import Iterator

from equipoise.study.reason import Given, Reason, Refusal

__all__ = ["BSN_HERE", "asked_of_words", "has_bsn"]

BSN = Reason(
    "text.bsn",
    "",
    "{item}: the number of nine digits passes the test of a citizen service number (BSN); no such "
    "number is recorded here",
)
BSN_HERE = Reason(
    "text.bsn",
    "",
    "the number of nine digits passes the test of a citizen service number (BSN); no such number "
    "is recorded here",
)
EMAIL = Reason(
    "text.personal",
    "",
    "{item}: there is an e-mail address in it; leave it out, or give the reason why it must stand",
)
TELEPHONE = Reason(
    "text.personal",
    "",
    "{item}: there is a telephone number in it; leave it out, or give the reason why it must stand",
)

_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_ELEVEN = 11
# Written at one stretch, or in the groups in which it stands on paper; in any script.
_BSN = re.compile(
    r"(?<!\d)(?<!\d[.,])(?:\d{9}|\d{4}([ .\-\u00a0])\d{2}\1\d{3}|\d{3}([ .\-\u00a0])\d{3}\2\d{3})"
    r"(?!\d)(?![.,]\d)"
)
_DIGITS = re.compile(r"\d\d\d")
_EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_TELEPHONE = re.compile(
    r"(?<![\d.,])(?:(?:\+|00)[1-9]\d{0,2}[ -]?(?:\(0\) ?)?[1-9](?: ?-?\d){6,9}"
    r"|0[1-9]\d{0,2}[ -]?\d(?: ?\d){5,7})(?!\d)"
)
_DUTCH = 10  # digits of a number in the Netherlands


def has_bsn(text: str) -> bool:
    """Whether a number in the text passes the eleven-test."""
    if _DIGITS.search(text) is None:
        return False  # as most words; what stands around a number takes long to look for
    return any(_passes(found[0]) for found in _BSN.finditer(text))


def asked_of_words(text: str, label: Given, where: str, *, serial: bool) -> Iterator[Refusal]:
    """What is refused and what is asked of free words.

    :param serial: whether a number in it is that of a device, and no person's
    """
    if not serial and has_bsn(text):
        yield BSN(where, item=label)
    elif _EMAIL.search(text):
        yield EMAIL(where, item=label)
    elif not serial and any(_is_telephone(found[0]) for found in _TELEPHONE.finditer(text)):
        yield TELEPHONE(where, item=label)


def _passes(number: str) -> bool:
    digits = [int(sign) for sign in number if sign.isdecimal()]
    total = sum(weight * digit for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return any(digits) and total % _ELEVEN == 0


def _is_telephone(number: str) -> bool:
    """Whether it is long enough; a Dutch number begins with one 0 and has ten digits."""
    digits = sum(sign.isdecimal() for sign in number)
    return number.startswith(("+", "00")) or digits == _DUTCH

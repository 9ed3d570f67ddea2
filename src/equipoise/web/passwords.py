"""Which passwords are taken, as NIST SP 800-63B-4 (2025) asks: length, and nothing one could guess.

A password that stands alone has at least 15 characters, one beside a second factor at least 8.
Nothing is asked of its signs. What is common, and what is little more than the person's own names,
is refused. The same holds on the pages, at the command line and wherever else one is set.
"""

import re
from collections.abc import Iterator

from allauth.mfa.adapter import get_adapter
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from equipoise.web import tokens
from equipoise.web.models import Account
from equipoise.web.people import known_of

__all__ = ["ALONE", "WITH_SECOND_FACTOR", "LongEnough", "UnlikeNames", "give"]

ALONE, WITH_SECOND_FACTOR = 15, 8
_REPEATED = re.compile(r"(.+?)\1+", re.DOTALL)
_NOT_LETTERS = re.compile(r"[\W_]+")
SHORTEST_NAME = 3


def give(account: Account, password: str, *, first: bool = False) -> None:
    """Set a password; the keys that were made under the old one end.

    :param first: whether someone else knows it, so that its owner must choose another
    """
    account.set_password(password)
    account.first_password = first
    account.save()
    tokens.end_tokens(account)


class LongEnough:
    """At least 15 characters, or 8 beside a second factor; what is repeated counts once."""

    def validate(self, password: str, user: object = None) -> None:
        needed = _needed(user)
        if len(_unrepeated(password)) >= needed:
            return
        text = gettext(
            "A password has at least %(number)s characters; what is repeated counts once"
        )
        raise ValidationError(text % {"number": needed}, code="password_too_short")

    def get_help_text(self) -> str:
        return gettext(
            "At least %(alone)s characters, or %(beside)s once two-step sign-in is set up. A few "
            "words that belong together for you alone are easy to remember."
        ) % {"alone": ALONE, "beside": WITH_SECOND_FACTOR}


class UnlikeNames:
    """Without the person's own name, username and e-mail address, 8 characters are left."""

    def validate(self, password: str, user: object = None) -> None:
        left, names = _letters(password), _names(user)
        for name in names:
            left = left.replace(name, "")
        if left == _letters(password) or len(left) >= WITH_SECOND_FACTOR:
            return
        text = gettext("The password is too much like the name or the e-mail address of its owner")
        raise ValidationError(text, code="password_too_similar")

    def get_help_text(self) -> str:
        return gettext("Not your name, your username or your e-mail address.")


def _needed(user: object) -> int:
    saved = isinstance(user, Account) and user.pk
    second_factor = bool(saved) and get_adapter().is_mfa_enabled(user)
    return WITH_SECOND_FACTOR if second_factor else ALONE


def _unrepeated(password: str) -> str:
    repeated = _REPEATED.fullmatch(password[:1000])
    return repeated[1] if repeated else password


def _names(user: object) -> list[str]:
    """What the person is called, whole and in parts, the longest first."""
    if not isinstance(user, Account):
        return []
    found = {name for called in _called(user) for name in _parts(called)}
    return sorted(found, key=lambda name: (-len(name), name))


def _called(account: Account) -> Iterator[str]:
    known = known_of(account)
    yield from (account.person_id, known.name, known.email)


def _parts(called: str) -> Iterator[str]:
    for part in (called, *_NOT_LETTERS.split(called)):
        if len(name := _letters(part)) >= SHORTEST_NAME:
            yield name


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text.casefold())

"""Which account of a hospital is whose: a person here, bound to an issuer and a subject.

A binding is never made or found by a name or an address. Every change is noted in the access log,
which names the issuer and not the subject: that may be a number of staff.
"""

from typing import NamedTuple

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction

from equipoise.web import tokens
from equipoise.web.access import access_log
from equipoise.web.identity.named import LONGEST_SUBJECT, Provider, named, of_issuer
from equipoise.web.models import Account

__all__ = ["Bound", "NotBound", "bind", "bound", "is_bound_to", "places", "unbind"]


class NotBound(Exception):
    """This account of a hospital can not be bound to this person; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Bound(NamedTuple):
    """One binding of a person, for their own page and for the office."""

    number: int
    hospital: str
    issuer: str
    subject: str
    since: object


def bound(account: Account) -> list[Bound]:
    """The hospital accounts of a person, the oldest first."""
    return [
        Bound(
            number=one.pk,
            hospital=found.label if (found := of_issuer(one.provider)) else one.provider,
            issuer=one.provider,
            subject=one.uid,
            since=one.date_joined,
        )
        for one in SocialAccount.objects.filter(user=account).order_by("pk")
    ]


def places(account: object) -> list[Provider]:
    """Where this person can prove who they are: their hospitals whose provider is named."""
    if not isinstance(account, Account):
        return []
    issuers = set(SocialAccount.objects.filter(user=account).values_list("provider", flat=True))
    return [one for one in named() if one.issuer in issuers] if issuers else []


def is_bound_to(account: object, issuer: str, subject: str) -> bool:
    """Whether this account of a hospital is that person's."""
    found = SocialAccount.objects.filter(user=account, provider=issuer, uid=subject)
    return bool(found.exists())


def bind(account: Account, issuer: str, subject: str, by: str) -> None:
    """Bind a hospital account to a person.

    :raises NotBound: when it is someone's already, or they have another one there
    """
    if not 0 < len(subject) <= LONGEST_SUBJECT:
        raise NotBound("no-subject")
    here = SocialAccount.objects.filter(provider=issuer)
    try:
        with transaction.atomic():
            Account.objects.select_for_update().get(pk=account.pk)
            if here.filter(uid=subject).exclude(user=account).exists():
                raise NotBound("of-another")
            if here.filter(user=account).exists():
                raise NotBound("bound-here")
            SocialAccount.objects.create(user=account, provider=issuer, uid=subject, extra_data={})
            access_log.note("hospital-bound", by, whose=account.person_id, issuer=issuer)
    except IntegrityError:
        raise NotBound("of-another") from None


def unbind(account: Account, number: int, by: str) -> bool:
    """End one binding, and their keys with it; False when it is not theirs."""
    with transaction.atomic():
        one = SocialAccount.objects.filter(user=account, pk=number).first()
        if one is None:
            return False
        one.delete()
        tokens.end_tokens(account)
        access_log.note("hospital-unbound", by, whose=account.person_id, issuer=one.provider)
    return True

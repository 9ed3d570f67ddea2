"""People's names and e-mail addresses: sealed, erasable, and never in the ledger."""

from collections.abc import Iterable

import msgspec
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from cryptography.fernet import InvalidToken

from equipoise.web import home, sealing
from equipoise.web.models import Account, Draft, Token

__all__ = [
    "Name",
    "address_of",
    "erase",
    "known_of",
    "make_account",
    "name_of",
    "names",
    "new_account",
    "with_address",
]


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """What is sealed of a person."""

    name: str = ""
    email: str = ""


def new_account(person_id: str, name: str, email: str) -> Account:
    """An account that is not saved yet and has no password."""
    return Account(person_id=person_id, sealed=_sealed(Name(name=name, email=email)))


def make_account(person_id: str, name: str, email: str, password: str | None) -> Account:
    """An account for someone who has, or will get, a role under this id."""
    account = new_account(person_id, name, email)
    account.set_password(password)
    account.save()
    return account


def name_of(account: Account | None, person_id: str = "") -> str:
    """The name to show; the bare id once the name is erased, was never known or is not readable."""
    if account is None:
        return person_id
    return known_of(account).name or account.person_id


def known_of(account: Account) -> Name:
    """What is known of someone; nothing once it is erased."""
    if not account.sealed:
        return Name()
    try:
        return msgspec.json.decode(sealing.unseal(account.sealed), type=Name)
    except (InvalidToken, home.SecretLost):
        return Name()  # the key is lost, or another's; the trial can still be read


def address_of(account: Account) -> str:
    """Their e-mail address; empty when none is known, or they can no longer sign in."""
    return known_of(account).email if account.is_active else ""


def with_address(persons: Iterable[str]) -> list[Account]:
    """Those of these people to whom mail can be sent, in the order of their ids."""
    rows = Account.objects.filter(person_id__in=set(persons)).order_by("person_id")
    return [account for account in rows if address_of(account)]


def names() -> dict[str, str]:
    """The names of everyone with an account, by their id."""
    return {account.person_id: name_of(account) for account in Account.objects.all()}


def erase(person_id: str) -> None:
    """Forget who someone was, and what they typed and never saved. What they did stays."""
    Draft.objects.filter(account__person_id=person_id).delete()
    Token.objects.filter(account__person_id=person_id).update(label="")
    Authenticator.objects.filter(user__person_id=person_id).delete()
    SocialAccount.objects.filter(user__person_id=person_id).delete()
    Account.objects.filter(person_id=person_id).update(sealed=b"", is_active=False)


def _sealed(name: Name) -> bytes:
    return sealing.seal(msgspec.json.encode(name))

"""The way in for someone who has forgotten their password: a page that opens once, for two hours.

It is worked out when the mail is sent and stands nowhere: it is signed with the server's key over
the password and the last sign-in, so that either change shuts it.
"""

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.http import base36_to_int, int_to_base36

from equipoise.web.models import Account

__all__ = ["account_of", "way_in"]


def way_in(person_id: str) -> str:
    """The address of the page on which this person chooses a new password."""
    account = Account.objects.get(person_id=person_id)
    token = default_token_generator.make_token(account)
    return reverse("password-new", args=[int_to_base36(account.pk), token])


def account_of(number: str, token: str) -> Account | None:
    """Whose page it is; None when it is nobody's, was used, or is too old."""
    try:
        account = Account.objects.filter(pk=base36_to_int(number), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    good = account is not None and default_token_generator.check_token(account, token)
    return account if good else None

"""A second factor that someone adds or takes away themselves: of which kind, and nothing it holds.

What the office resets stands in the ledger, with its reason.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.dispatch import receiver

from equipoise.web.access import access_log
from equipoise.web.models import Account

__all__: list[str] = []


@receiver(authenticator_added)
def _added(user: Account, authenticator: Authenticator, **_: Any) -> None:
    access_log.note("second-factor-added", user.person_id, what=authenticator.type)


@receiver(authenticator_reset)
def _made_anew(user: Account, authenticator: Authenticator, **_: Any) -> None:
    access_log.note("second-factor-renewed", user.person_id, what=authenticator.type)


@receiver(authenticator_removed)
def _removed(user: Account, authenticator: Authenticator, **_: Any) -> None:
    access_log.note("second-factor-removed", user.person_id, what=authenticator.type)

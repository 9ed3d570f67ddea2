"""That a session was signed in through a hospital, and whether a second factor was asked there."""

from typing import Any

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
)
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.models import SocialAccount
from django.http import HttpRequest

from equipoise.web.identity.named import Provider, of_issuer

__all__ = [
    "METHOD",
    "SecondStep",
    "asked_second_factor_there",
    "hospital_of",
    "issuer_of",
    "no_longer_bound",
]

METHOD = "hospital"


class SecondStep(AuthenticateStage):  # type: ignore[misc]  # allauth has no types
    """A code is asked of whoever has set it up, unless their hospital has asked a second factor."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return not self.login.state.get(METHOD) and super()._should_handle(request)


def issuer_of(request: HttpRequest) -> str:
    """Through which issuer this session was signed in; empty when it was by password."""
    return str(_record(request).get("issuer", ""))


def hospital_of(request: HttpRequest) -> Provider | None:
    """The hospital through which this session was signed in; None when it was by password."""
    issuer = issuer_of(request)
    return of_issuer(issuer) if issuer else None


def asked_second_factor_there(request: HttpRequest) -> bool:
    """Whether the hospital asked a second factor, in words that the operator takes for it."""
    return bool(_record(request).get("second_factor"))


def no_longer_bound(request: HttpRequest) -> bool:
    """Whether this session came through a binding that has ended since."""
    steps = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    if not any(step.get("method") == METHOD for step in steps):
        return False  # of most sessions nothing more is asked
    issuer = issuer_of(request)
    return (
        bool(issuer)
        and not SocialAccount.objects.filter(user=request.user, provider=issuer).exists()
    )


def _record(request: HttpRequest) -> dict[str, Any]:
    steps = get_authentication_records(request, request.user)
    return next((step for step in steps if step.get("method") == METHOD), {})

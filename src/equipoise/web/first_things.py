"""What someone does before anything else: a password that nobody else knows, a second factor."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from equipoise.web.identity import through
from equipoise.web.models import Account
from equipoise.web.viewer import Viewer

__all__ = ["STEPS", "asks_second_factor", "lacks_second_factor", "led_first"]

STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What is a second step by itself; codes for recovery only stand in for one."""


def led_first(request: HttpRequest, viewer: Viewer) -> HttpResponse | None:
    """Where someone is led who has something to do first; None for all others."""
    account = request.user
    by_hospital = through.issuer_of(request)
    if isinstance(account, Account) and account.first_password and not by_hospital:
        return _led(request, "account_change_password", gettext("Choose your own password first"))
    proved_there = through.asked_second_factor_there(request)
    if lacks_second_factor(viewer, account) and not proved_there:
        text = gettext("Your role asks for two-step sign-in: set it up first")
        return _led(request, "mfa_index", text)
    return None


def lacks_second_factor(viewer: Viewer, account: object) -> bool:
    """Whether a role of theirs asks for a second factor that they have not set up."""
    if not asks_second_factor(viewer):
        return False
    return isinstance(account, Account) and not get_adapter().is_mfa_enabled(account, STEPS)


def _led(request: HttpRequest, name: str, because: str) -> HttpResponse:
    messages.info(request, because)
    return redirect(name)


def asks_second_factor(viewer: Viewer) -> bool:
    """Whether a role that they hold asks for a second factor."""
    roles = (viewer.study.role_of.get(held.role) for held in viewer.roles)
    return any(role and role.second_factor for role in roles)

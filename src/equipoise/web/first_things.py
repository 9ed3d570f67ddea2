"""What someone does before anything else: choose a password that nobody else knows."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from equipoise.web.models import Account
from equipoise.web.viewer import Viewer

__all__ = ["led_first"]


def led_first(request: HttpRequest, viewer: Viewer) -> HttpResponse | None:
    """Where someone is led who has something to do first; None for all others."""
    account = request.user
    if isinstance(account, Account) and account.first_password:
        return _led(request, "account_change_password", gettext("Choose your own password first"))
    return None


def _led(request: HttpRequest, name: str, because: str) -> HttpResponse:
    messages.info(request, because)
    return redirect(name)

"""What is done with someone who comes back from their hospital: let in, bound, or believed again.

allauth hands over here once it has the provider's answer. Nobody comes to have an account by it.
"""

import time
from typing import Any, NoReturn

from allauth.account.internal.flows.login import (
    clear_authentication_records,
    perform_login,
    record_authentication,
)
from allauth.account.models import Login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from requests import RequestException

from equipoise.web.identity import bindings, stepped
from equipoise.web.identity.protocol import Line
from equipoise.web.identity.through import METHOD
from equipoise.web.identity.token import LEEWAY, Claims, NotBelieved
from equipoise.web.models import Account

__all__ = ["BIND", "LOGIN", "PROVE", "Arrivals", "NotLetIn"]

LOGIN, BIND, PROVE = "login", "bind", "prove"


class NotLetIn(Exception):
    """The answer is the provider's own, and does not open what was asked; the code says why."""

    def __init__(self, code: str, claims: Claims | None = None) -> None:
        super().__init__(code)
        self.code, self.claims = code, claims


class Arrivals(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """What allauth asks us about an answer."""

    def get_requests_session(self) -> Line:
        return Line()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def authenticate_by_email(self, sociallogin: Any) -> None:
        return None

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: Any) -> Any:
        return sociallogin.user

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> NoReturn:
        """Decide what the answer does; allauth's own sign-in, sign-up and connecting stay shut."""
        claims, state = sociallogin.claims, sociallogin.state
        if state["fresh"]:
            _must_be_fresh(claims, state["asked_at"])
        done = {LOGIN: _let_in, BIND: _bind, PROVE: _prove}[state["process"]]
        raise ImmediateHttpResponse(done(request, claims, state))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        **_: Any,
    ) -> NoReturn:
        """Say it on a page of ours."""
        if isinstance(exception, RequestException):
            raise exception
        if error == "cancelled":
            raise NotLetIn("cancelled")
        raise NotBelieved(f"{provider.named.issuer}: {str(exception or error)[:200]}")


def _let_in(request: HttpRequest, claims: Claims, state: dict[str, Any]) -> HttpResponse:
    account = Account.objects.filter(
        socialaccount__provider=claims.issuer, socialaccount__uid=claims.subject
    ).first()
    if account is None:
        raise NotLetIn("unknown", claims)
    if not account.is_active:
        raise NotLetIn("locked", claims)
    if request.user.is_authenticated and request.user != account:
        raise NotLetIn("signed-in", claims)
    clear_authentication_records(request)
    details = {"issuer": claims.issuer, "second_factor": claims.second_factor}
    record_authentication(request, account, METHOD, **details)
    login = Login(
        user=account,
        redirect_url=state.get("next"),
        state={METHOD: claims.second_factor},
    )
    response: HttpResponse = perform_login(request, login)
    return response


def _bind(request: HttpRequest, claims: Claims, state: dict[str, Any]) -> HttpResponse:
    account = _same(request, claims, state)
    try:
        bindings.bind(account, claims.issuer, claims.subject, account.person_id)
    except bindings.NotBound as error:
        raise NotLetIn(error.code, claims) from None
    return redirect(state["next"])


def _prove(request: HttpRequest, claims: Claims, state: dict[str, Any]) -> HttpResponse:
    account = _same(request, claims, state)
    if not bindings.is_bound_to(account, claims.issuer, claims.subject):
        raise NotLetIn("another", claims)
    stepped.keep(request, claims.issuer, state["next"], state["shown"])
    return redirect(state["next"])


def _same(request: HttpRequest, claims: Claims, state: dict[str, Any]) -> Account:
    """Whoever went to the hospital is who came back."""
    account = request.user
    if not isinstance(account, Account) or account.person_id != state["person"]:
        raise NotLetIn("gone", claims)
    return account


def _must_be_fresh(claims: Claims, asked_at: int) -> None:
    """They were asked anew, and not taken from a sign-in of before."""
    at, now = claims.authenticated_at, int(time.time())
    if at is None or not asked_at - LEEWAY <= at <= now + LEEWAY:
        raise NotLetIn("not-fresh", claims)

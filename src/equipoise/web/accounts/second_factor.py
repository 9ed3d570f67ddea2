"""Security keys, added, listed and removed by their owner; and one that answers once more."""

import json
from ipaddress import ip_address
from typing import Any

from allauth.account.views import BaseReauthenticateView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.internal import auth, flows
from allauth.mfa.webauthn.views import AddWebAuthnView, ListWebAuthnView, RemoveWebAuthnView
from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.urls import path
from django.utils.translation import gettext
from django.views.generic.edit import FormView

from equipoise.web import security_keys
from equipoise.web.access import access_log
from equipoise.web.access import factors as _noting  # noqa: F401  # they listen from now on
from equipoise.web.accounts.second_factor_form import WRONG
from equipoise.web.identity.through import METHOD
from equipoise.web.jinja import moment

__all__ = ["add_key", "urlpatterns"]

AGAIN = "change-of-second-factor"  # what a key is asked about before a change of it


class SecondStep(AuthenticateView):  # type: ignore[misc]  # allauth has no types
    """After the password: a code, or a key where they have one for this address."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["by_hospital"] = METHOD in self.stage.login.state
        theirs = security_keys.keys_of(self.stage.login.user, self.request)
        if theirs:
            context["options"] = json.dumps(context["js_data"]["request_options"])
        return context


class AddKey(AddWebAuthnView):  # type: ignore[misc]  # allauth has no types
    """A key is made in the browser, and its answer comes with the name that its owner gives it."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = FormView.get_context_data(self, **kwargs)
        if security_keys.name_here(self.request):
            context["options"] = json.dumps(auth.begin_registration(self.request.user, False))
        else:
            context["by_name"] = _by_name(self.request)
        return context


class Keys(ListWebAuthnView):  # type: ignore[misc]  # allauth has no types
    """Every key of theirs, for this address or another."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        here = {row.pk for row in security_keys.keys_of(self.request.user, self.request).values()}
        context["keys"] = [
            {
                "number": row.pk,
                "name": row.wrap().name,
                "made": moment(row.created_at),
                "used": moment(row.last_used_at) if row.last_used_at else "",
                "here": row.pk in here,
            }
            for row in self.object_list.order_by("created_at")
        ]
        return context


class RemoveKey(RemoveWebAuthnView):  # type: ignore[misc]  # allauth has no types
    """The last second step of someone whose role asks for one is not taken away."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["name"] = self.object.wrap().name
        context["may_remove"] = get_adapter().can_delete_authenticator(self.object)
        return context

    def form_valid(self, form: forms.Form) -> HttpResponse:
        if not get_adapter().can_delete_authenticator(self.object):
            again: HttpResponse = self.render_to_response(
                self.get_context_data(form=form), status=422
            )
            return again
        response: HttpResponse = super().form_valid(form)
        return response


class KeyOnceMore(BaseReauthenticateView):  # type: ignore[misc]  # allauth has no types
    """A key answers once more, before the second factor itself is changed."""

    form_class = forms.Form
    template_name = "mfa/webauthn/reauthenticate.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["key"] = security_keys.ask(self.request, AGAIN)
        return context

    def form_valid(self, form: forms.Form) -> HttpResponse:
        key = security_keys.answered_here(self.request, AGAIN)
        if key is None:
            access_log.count_failure(WRONG, self.request.user.get_username())
            form.add_error(None, gettext("The security key did not answer as it must; try again"))
            again: HttpResponse = self.render_to_response(
                self.get_context_data(form=form), status=422
            )
            return again
        flows.reauthenticate(self.request, key)
        response: HttpResponse = super().form_valid(form)
        return response


def _by_name(request: HttpRequest) -> str:
    """The same page at this machine's own name, where an address of figures leads to it."""
    host, port = split_domain_port(request.get_host())
    if not ip_address(host.strip("[]")).is_loopback or "localhost" not in settings.ALLOWED_HOSTS:
        return ""
    return f"{request.scheme}://localhost{f':{port}' if port else ''}{request.path}"


add_key = transaction.atomic(AddKey.as_view())
urlpatterns = [
    path("authenticate/", SecondStep.as_view(), name="mfa_authenticate"),
    path("webauthn/", login_required(Keys.as_view()), name="mfa_list_webauthn"),
    path("webauthn/add/", add_key, name="mfa_add_webauthn"),
    path(
        "webauthn/keys/<int:pk>/remove/",
        transaction.atomic(RemoveKey.as_view()),
        name="mfa_remove_webauthn",
    ),
    path(
        "webauthn/reauthenticate/",
        login_required(KeyOnceMore.as_view()),
        name="mfa_reauthenticate_webauthn",
    ),
]

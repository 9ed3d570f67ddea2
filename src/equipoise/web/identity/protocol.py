"""The exchange with a provider: allauth's OpenID Connect, held to what it leaves open.

On top of allauth's state and code exchange: PKCE and a number used once always; the ID token alone
is believed, and only when all of it holds; the provider's own description must bear its name; no
redirect is followed, and nothing is said to an address that others could listen to.
"""

import secrets
import time
from typing import Any

import requests
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from equipoise.web.identity.named import Provider, is_safe
from equipoise.web.identity.token import Claims, NotBelieved, believed

__all__ = ["Answered", "Exchange", "Line", "ask"]

PATIENCE = (3, 5)  # seconds to reach a provider, and to wait for what it says
LONGEST = 10  # seconds in which an answer comes to its end
MOST = 1_000_000  # bytes of one answer
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
WHATEVER = (KeyError, TypeError, ValueError, AttributeError)  # an answer may have any shape


class Exchange(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth has no types
    """What is said between us and one provider."""

    state: dict[str, Any]

    def __init__(self, request: HttpRequest, named: Provider) -> None:
        super().__init__(request, named.id)
        self.named, self.state = named, {}

    def get_provider(self) -> "Hospital":
        return Hospital(self.request, self.named)

    @property
    def openid_config(self) -> dict[str, Any]:
        """How the provider describes itself, once it is he and every address is safe."""
        config = dict(super().openid_config)
        if config.get("issuer") != self.named.issuer:
            raise NotBelieved(
                f"{self.named.issuer} calls itself {str(config.get('issuer'))[:200]!r}"
            )
        if unsafe := [name for name in ENDPOINTS if not is_safe(config.get(name))]:
            raise NotBelieved(f"{self.named.issuer}: {unsafe[0]} is no safe address")
        return config

    @property
    def basic_auth(self) -> bool:
        """As OpenID Connect has it: in the header, unless the provider says otherwise."""
        methods = self.openid_config.get("token_endpoint_auth_methods_supported") or []
        return "client_secret_post" not in methods

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("hospital-answer", args=[self.named.id]))

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any
    ) -> Any:
        answer = kwargs["response"].get("id_token")
        with Line() as line:
            keys = line.get(self.openid_config["jwks_uri"]).json()
        claims = believed(answer, keys, self.named, str(self.state.get("nonce", "")))
        login = self.get_provider().sociallogin_from_response(request, claims)
        login.claims = claims
        return login


class Hospital(OpenIDConnectProvider):  # type: ignore[misc]  # allauth has no types
    """A provider that is known by its issuer and tells us a subject, and nothing else."""

    pkce_enabled_default = True

    def __init__(self, request: HttpRequest, named: Provider) -> None:
        self.named = named
        app = SocialApp(
            provider=self.id,
            provider_id=named.id,
            name=named.label,
            client_id=named.client,
            secret=named.secret,
            settings={"server_url": named.issuer.rstrip("/"), "scope": ["openid"]},
        )
        super().__init__(request, app=app)

    @property
    def sub_id(self) -> str:
        return self.named.issuer

    def get_oauth2_adapter(self, request: HttpRequest) -> Exchange:
        return Exchange(request, self.named)

    def extract_uid(self, data: Claims) -> str:
        return data.subject

    def extract_extra_data(self, data: Claims) -> dict[str, Any]:
        return {}

    def extract_common_fields(self, data: Claims) -> dict[str, Any]:
        return {}

    def extract_email_addresses(self, data: Claims) -> list[Any]:
        return []


class Answered(OAuth2CallbackView):  # type: ignore[misc]  # allauth has no types
    """The browser comes back from the provider with its answer."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        named = self.adapter.named
        # RFC 9207: of two providers one must not hand us what the other said.
        if request.GET.get("iss", named.issuer) != named.issuer:
            raise NotBelieved(f"an answer of another than {named.issuer}")
        try:
            response: HttpResponse = super().dispatch(request, *args, **kwargs)
        except WHATEVER as error:
            raise NotBelieved(f"what {named.issuer} said: {error!r}") from error
        return response

    def _get_state(self, request: HttpRequest, provider: Hospital) -> Any:
        state, response = super()._get_state(request, provider)
        self.adapter.state = state or {}
        return state, response


def ask(request: HttpRequest, named: Provider, *, fresh: bool, **kept: Any) -> str:
    """The address at which the provider asks someone who they are.

    :param fresh: whether they are to prove it anew, though they are signed in there
    :param kept: what is kept with the question in this browser's session, until the answer
    :raises NotBelieved: when the provider is not the one it was
    :raises RequestException: when it does not answer
    """
    nonce = secrets.token_urlsafe(24)
    more: dict[str, Any] = {"nonce": nonce}
    if fresh:
        more |= {"prompt": "login", "max_age": 0}
    if named.second_factor.acr:
        more["acr_values"] = " ".join(named.second_factor.acr)
    kept |= {"nonce": nonce, "asked_at": int(time.time()), "fresh": fresh}
    try:
        answer = Hospital(request, named).redirect(request, auth_params=more, **kept)
    except WHATEVER as error:
        raise NotBelieved(f"what {named.issuer} said: {error!r}") from error
    return str(answer.headers["Location"])


class Line(requests.Session):
    """A line on which no redirect is followed, and no answer is without end."""

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs |= {"timeout": PATIENCE, "allow_redirects": False, "stream": True}
        began, body = time.monotonic(), b""
        answer = super().request(*args, **kwargs)
        for part in answer.iter_content(65_536):
            body += part
            if len(body) > MOST or time.monotonic() - began > LONGEST:
                answer.close()
                raise requests.exceptions.ContentDecodingError("the answer does not end")
        answer._content = body
        return answer

"""The pages of the hospital's provider, and what its tokens say beyond the subject."""

from django.contrib.auth.views import LoginView
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.urls import include, path
from oauth2_provider.oauth2_validators import OAuth2Validator

from tests.web.hospital_provider import STAFF


class Says(OAuth2Validator):
    """Its own claims: an address and a name, as providers have them, and how it asked."""

    oidc_claim_scope = None

    def get_additional_claims(self, request):
        user = request.user
        told = {"email": user.email, "email_verified": True, "name": user.username.title()}
        methods = STAFF[user.username]
        return told | ({"amr": methods} if methods else {})


class SignIn(LoginView):
    """The provider's own sign-in."""

    def render_to_response(self, context, **kwargs):
        key = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(self.request)}">'
        after = self.request.GET.get("next", "")
        return HttpResponse(
            f'<form method="post">{key}<input name="username">'
            f'<input name="password" type="password"><input type="hidden" name="next" '
            f'value="{after}"><button>Sign in</button></form>'
        )


urlpatterns = [
    path("login/", SignIn.as_view()),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
]

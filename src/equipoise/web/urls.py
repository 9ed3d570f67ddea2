"""Where each address leads."""

from allauth.mfa.totp.views import activate_totp, deactivate_totp
from django.db import transaction
from django.urls import include, path, re_path

from equipoise.web.accounts import second_factor
from equipoise.web.accounts.hospital_accounts import first_proved
from equipoise.web.accounts.second_factor import add_key
from equipoise.web.rest.api import api
from equipoise.web.views.error_pages import closed
from equipoise.web.views.urls import urlpatterns as pages

handler403 = "equipoise.web.views.error_pages.not_allowed"
handler404 = "equipoise.web.views.error_pages.not_found"
handler500 = "equipoise.web.views.error_pages.went_wrong"

# Of the ready-made sign-in only what this trial uses is open: nobody signs up, and a forgotten
# password has pages of our own, for we keep no address in the clear to look a person up by.
OPEN_ACCOUNTS = r"(?:login|logout|inactive|reauthenticate|password/change)/?$|2fa/"

urlpatterns = [
    re_path(rf"^accounts/(?!{OPEN_ACCOUNTS})", closed),
    path("accounts/", include("allauth.account.urls")),
    # Whoever has nothing by which allauth would ask them is asked by us, before a second step.
    path("accounts/2fa/totp/activate/", first_proved(activate_totp), name="mfa_activate_totp"),
    path("accounts/2fa/webauthn/add/", first_proved(add_key), name="mfa_add_webauthn"),
    # Taken away and noted, or neither.
    path(
        "accounts/2fa/totp/deactivate/",
        transaction.atomic(deactivate_totp),
        name="mfa_deactivate_totp",
    ),
    # Before the ready-made ones of the same name, which ask less.
    path("accounts/2fa/", include(second_factor.urlpatterns)),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("api/", api.urls),
    *pages,
]

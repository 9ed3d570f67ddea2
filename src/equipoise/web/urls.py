"""Where each address leads."""

from django.urls import include, path

from equipoise.web.rest.api import api
from equipoise.web.views.urls import urlpatterns as pages

handler403 = "equipoise.web.views.mistakes.not_allowed"
handler404 = "equipoise.web.views.mistakes.not_found"
handler500 = "equipoise.web.views.mistakes.went_wrong"

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("api/", api.urls),
    *pages,
]

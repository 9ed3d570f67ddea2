"""Where each page stands. The page on which an act is done is named by the act's kind."""

from django.urls import URLPattern, path

from equipoise.web.views import me, public, today

__all__ = ["urlpatterns"]

urlpatterns: list[URLPattern] = [
    path("", public.trial, name="public"),
    path("me/", me.me, name="me"),
    path("today/", today.today, name="today"),
]

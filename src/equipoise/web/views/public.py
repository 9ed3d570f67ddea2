"""The trial's public page, made from its study file; no sign-in."""

from django.http import HttpResponse

from equipoise.web.views.page import Page, for_everyone

__all__ = ["trial"]


@for_everyone
def trial(page: Page) -> HttpResponse:
    """The trial in plain words."""
    return page.render("public.jinja")

"""Today: what is due at the viewer's sites, by participant, with the next act."""

from django.http import HttpResponse

from equipoise.web.views.page import Page, for_people

__all__ = ["today"]


@for_people
def today(page: Page) -> HttpResponse:
    """The list of the day."""
    return page.render("today.jinja")

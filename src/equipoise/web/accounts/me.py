"""The signed-in person's own page: who the trial takes them for, and how they sign in."""

from django.http import HttpResponse

from equipoise.web.accounts.drafts_waiting import waiting
from equipoise.web.identity.named import named
from equipoise.web.jinja import say
from equipoise.web.views.page import Page
from equipoise.web.views.signed_in import for_people

__all__ = ["me"]


@for_people
def me(page: Page) -> HttpResponse:
    """Name, roles and sites; and where they left off typing."""
    roles = []
    for held in page.viewer.roles:
        role, site = page.study.role_of.get(held.role), page.study.site_of.get(held.site)
        if role:
            roles.append((say(role.label), site.name if site else ""))
    return page.render("me.jinja", roles=roles, waiting=waiting(page), hospitals=bool(named()))

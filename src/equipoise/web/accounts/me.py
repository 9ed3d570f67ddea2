"""The signed-in person's own page: who the trial takes them for, and how they sign in."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from equipoise.conduct.chapters import messages
from equipoise.conduct.message import waits_for_morning
from equipoise.web.accounts.drafts_waiting import waiting
from equipoise.web.identity.named import named
from equipoise.web.jinja import say
from equipoise.web.mail import server
from equipoise.web.models import Account
from equipoise.web.reader import HERE
from equipoise.web.views.page import Page
from equipoise.web.views.signed_in import for_people

__all__ = ["me"]


@for_people
def me(page: Page) -> HttpResponse:
    """Name, roles and sites; where they left off typing; and when mails should come."""
    account = Account.objects.get(person_id=page.viewer.person_id)
    if page.request.method == "POST":
        account.mails_daily = page.request.POST.get("daily") == "yes"
        account.save(update_fields=["mails_daily"])
        page.tell(gettext("Your choice is kept"))
        return redirect("me")
    roles = []
    for held in page.viewer.roles:
        role, site = page.study.role_of.get(held.role), page.study.site_of.get(held.site)
        if role:
            roles.append((say(role.label), site.name if site else ""))
    return page.render(
        "me.jinja",
        roles=roles,
        waiting=waiting(page),
        hospitals=bool(named()),
        at_once=_mails_about(page, morning=False, daily=account.mails_daily),
        mornings=_mails_about(page, morning=True, daily=account.mails_daily),
        daily=account.mails_daily,
        mails=server.is_named(),
    )


def _mails_about(page: Page, *, morning: bool, daily: bool) -> list[str]:
    """What the study file says that this person's roles are told of, at once or in the morning."""
    roles = {held.role for held in page.viewer.roles}
    about = {rule.about for rule in page.study.messages if roles & set(rule.roles)}
    named = [one for one in messages() if one.name in about]
    return [
        HERE.sentence(one.title)
        for one in named
        if morning is (waits_for_morning(one, page.study, roles) or (daily and not one.urgent))
    ]

"""A forgotten password: a mail to the address that the office noted, and a page that opens once.

Whoever asks hears the same of every name, known or not. The second step stays as it was.
"""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from equipoise.web import passwords, people, write_service
from equipoise.web.access import access_log
from equipoise.web.accounts import throttle
from equipoise.web.jobs import table
from equipoise.web.mail import reset, server
from equipoise.web.mail.letters import PASSWORD
from equipoise.web.mail.outbox import post
from equipoise.web.views.page import Page, for_everyone
from equipoise.web.views.problems import Problems

__all__ = ["forgotten", "new_password"]


@require_http_methods(["GET", "HEAD", "POST"])
@for_everyone
def forgotten(page: Page) -> HttpResponse:
    """Ask for a new password; one mail an hour is sent to a person, whoever asks for it."""
    if not server.is_named():
        raise Http404
    requested = page.request.method == "POST"
    if requested and throttle.asks_for_mail(page.request):
        _post(page.request.POST.get("login", "").strip())
    return page.render("forgotten.jinja", requested=requested)


def _post(person_id: str) -> None:
    now = write_service.now()
    payload = {"to": person_id}
    to = people.with_address([person_id])
    table.write(post(PASSWORD, f"{now:%Y-%m-%dT%H}", now, to, payload), now)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_everyone
def new_password(page: Page, number: str, token: str) -> HttpResponse:
    """Choose the new password; the page opens once."""
    account = reset.account_of(number, token)
    if account is None:
        asks = server.is_named()
        return page.render("new_password.jinja", 404, open=False, asks=asks, problems=Problems())
    problems = Problems()
    if page.request.method == "POST":
        first, again = (page.request.POST.get(name, "") for name in ("password", "again"))
        try:
            validate_password(first, account)
        except ValidationError as error:
            for message in error.messages:
                problems.add("password", message)
        if first != again:
            problems.add("again", gettext("Type the same password twice"))
        if not problems:
            with transaction.atomic():
                passwords.give(account, first)
                access_log.note("password-reset", account.person_id)
            page.tell(gettext("The password is changed. Sign in with it"))
            return redirect("account_login")
    return page.render("new_password.jinja", 422 if problems else 200, open=True, problems=problems)

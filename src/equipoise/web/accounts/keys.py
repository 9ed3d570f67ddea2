"""The keys with which programs act for the signed-in person: what each is, and an end to it."""

from typing import NamedTuple

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from equipoise.web import tokens, write_service
from equipoise.web.access import access_log
from equipoise.web.jinja import moment
from equipoise.web.models import Account, Token
from equipoise.web.views.page import Page
from equipoise.web.views.signed_in import for_people

__all__ = ["keys"]


class Key(NamedTuple):
    """One key as its owner sees it."""

    number: int
    label: str
    made: str
    used: str
    ends: str
    good: bool


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def keys(page: Page) -> HttpResponse:
    """Every key of theirs, the newest first; a POST ends one."""
    account = page.request.user
    if not isinstance(account, Account):
        raise Http404
    if page.request.method == "POST":
        number = page.request.POST.get("number", "")
        if not (number.isdecimal() and len(number) < 19):
            raise Http404
        if tokens.end_tokens(account, int(number)):
            access_log.note("key-ended", account.person_id, key=int(number))
            page.tell(gettext("Key %(number)s is worthless now") % {"number": number})
        return redirect("keys")
    return page.render("keys.jinja", keys=[_key(key) for key in tokens.keys_of(account)])


def _key(key: Token) -> Key:
    return Key(
        number=key.pk,
        label=key.label,
        made=moment(key.made_at),
        used=moment(key.last_used_at) if key.last_used_at else "",
        ends=moment(key.ends_at),
        good=key.ends_at > write_service.now(),
    )

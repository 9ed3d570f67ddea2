"""A page for people who signed in, and what they type on it.

What is typed is kept while it goes on, and forgotten when it is saved or thrown away.
A form that keeps drafts posts to its own page with the wish in a field that no study can name. What
is kept is not judged: only saving asks the trial.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from equipoise.web import drafts, live
from equipoise.web.first_things import led_first
from equipoise.web.models import Account
from equipoise.web.views.lazy_views import on_first_use
from equipoise.web.views.page import Page, View, is_partial, page_of

__all__ = ["UPON", "for_people"]

WISH, UPON, PROVE = "draft-wish", "draft-upon", "prove-at"
# They belong to the page that was open, and not to what was typed on it.
OF_PROOF = (PROVE, "proof", "proof-shown", "shown", "key-asked", "key-answer")
NOT_KEPT = (WISH, UPON, "csrfmiddlewaretoken", *OF_PROOF, "once", "then", "add", "remove", "copy")


_at_hospital = on_first_use("equipoise.web.accounts.hospital_sign_in", "prove")


def for_people(view: View) -> View:
    """Give the view a `Page`, after sign-in."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            if is_partial(request):
                return live.signed_out(request)
            return redirect_to_login(request.get_full_path())
        page = page_of(request)
        if (first := led_first(request, page.viewer)) is not None:
            return first
        return _around(page, view, *args, **kwargs)

    return wrapped


def _around(page: Page, view: Callable[..., HttpResponse], *args: Any, **kw: Any) -> HttpResponse:
    """Keep or forget what was typed if that is asked; else the view, after whose saving it goes."""
    account, posted = page.request.user, page.request.POST
    if page.request.method != "POST" or not isinstance(account, Account):
        return view(page, *args, **kw)
    address = drafts.address_of(page.request)
    if wish := posted.get(WISH):
        return _wished(page, account, wish)
    if place := posted.get(PROVE):
        return _to_hospital(page, account, place)
    response = view(page, *args, **kw)
    if response.status_code in (302, 303):
        # What was recorded is recorded, whether its draft can be removed at this moment or not.
        with suppress(DatabaseError):
            drafts.discard(account, address)
    return response


def _wished(page: Page, account: Account, wish: str) -> HttpResponse:
    """`keep` by a page that stays, `later` by a button, `discard` to throw it away."""
    address = drafts.address_of(page.request)
    if wish == "discard":
        drafts.discard(account, address)
        return redirect(address)
    try:
        _keep(page, account)
    except drafts.TooMuch:
        return HttpResponse(status=413)
    return HttpResponse(status=204) if wish == "keep" else redirect(address)


def _keep(page: Page, account: Account) -> None:
    address, posted = drafts.address_of(page.request), page.request.POST
    fields = [(name, texts) for name, texts in posted.lists() if name not in NOT_KEPT]
    drafts.keep(account, address, fields, language=page.language, upon=posted.get(UPON, ""))


def _to_hospital(page: Page, account: Account, place: str) -> HttpResponse:
    """They prove at their hospital who they are; what they typed is there when they come back."""
    with suppress(DatabaseError, drafts.TooMuch):
        _keep(page, account)
    return _at_hospital(page, account, place)

"""The way to a hospital's identity provider and back: to sign in, to bind an account, to prove.

The browser is sent on by a page, and not by the answer to a form: so the policy that lets forms go
nowhere but here needs no exception for a provider, nor for wherever it sends people on.
"""

import logging
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from equipoise.web.access import access_log
from equipoise.web.identity import bindings, protocol
from equipoise.web.identity.arrival import BIND, LOGIN, PROVE, NotLetIn
from equipoise.web.identity.named import Provider, provider
from equipoise.web.identity.token import Claims, NotBelieved
from equipoise.web.live import STAYS
from equipoise.web.models import Account
from equipoise.web.proof import PAGE_DIGEST
from equipoise.web.views.page import Page, page_of

__all__ = ["answer", "bind", "prove", "sign_in"]

FAILED = "hospital-sign-in-failed"
_log = logging.getLogger(__name__)


@require_POST
def sign_in(request: HttpRequest, name: str) -> HttpResponse:
    """Someone asks to sign in through this hospital."""
    named, after = _named(name), request.POST.get("next", "")
    local = url_has_allowed_host_and_scheme(after, None)
    if request.user.is_authenticated:
        return redirect("today")
    return _go(request, named, process=LOGIN, fresh=False, next_url=after if local else None)


def bind(page: Page, account: Account, named: Provider) -> HttpResponse:
    """They have proved here who they are, and now show which account there is theirs."""
    carried = {"person": account.person_id, "next_url": page.request.path}
    return _go(page.request, named, process=BIND, fresh=True, **carried)


def prove(page: Page, account: Account, name: str) -> HttpResponse:
    """They prove at their hospital who they are, for this page and what it shows."""
    named = next((one for one in bindings.places(account) if one.id == name), None)
    if named is None:
        raise Http404
    digest, here = page.request.POST.get(PAGE_DIGEST, ""), page.request.get_full_path()
    carried = {"person": account.person_id, "next_url": here, "shown": digest}
    return _go(page.request, named, process=PROVE, fresh=True, **carried)


@never_cache
@require_safe
def answer(request: HttpRequest, name: str) -> HttpResponse:
    """The browser comes back with what the provider says."""
    named = _named(name)
    try:
        exchange = protocol.Exchange(request, named)
        response: HttpResponse = protocol.Answered.adapter_view(exchange)(request)
    except NotLetIn as error:
        if error.code != "cancelled":
            access_log.count_failure(FAILED, named.id)
        return _not_let_in(request, named, error)
    except (NotBelieved, RequestException) as error:
        access_log.count_failure(FAILED, named.id)
        return _failed(request, named, error)
    return response


def _go(request: HttpRequest, named: Provider, *, fresh: bool, **kept: str | None) -> HttpResponse:
    try:
        address = protocol.ask(request, named, fresh=fresh, **kept)
    except (NotBelieved, RequestException) as error:
        return _failed(request, named, error)
    if STAYS in request.headers:
        return redirect(address)  # the page is told where to go
    return page_of(request).render("hospital/going.jinja", hospital=named.label, address=address)


def _failed(request: HttpRequest, named: Provider, error: Exception) -> HttpResponse:
    _log.warning("sign-in through %s: %s", named.id, error)
    away = isinstance(error, RequestException)
    return _outcome(
        request, named, 502 if away else 403, _TEXTS["away" if away else "not-believed"]()
    )


def _not_let_in(request: HttpRequest, named: Provider, error: NotLetIn) -> HttpResponse:
    claims = error.claims if error.code == "unknown" else None
    return _outcome(request, named, 403, _TEXTS[error.code](), claims)


def _outcome(
    request: HttpRequest,
    named: Provider,
    status: int,
    texts: tuple[str, str],
    claims: Claims | None = None,
) -> HttpResponse:
    title, text = (sentence % {"hospital": named.label} for sentence in texts)
    context = {"title": title, "text": text, "claims": claims}
    return page_of(request).render("hospital/outcome.jinja", status, **context)


def _named(name: str) -> Provider:
    found = provider(name)
    if found is None:
        raise Http404
    return found


_TEXTS: dict[str, Callable[[], tuple[str, str]]] = {
    "away": lambda: (
        gettext("%(hospital)s does not answer"),
        gettext(
            "Its sign-in cannot be reached at this moment. Sign in with your password, if you "
            "have one, or try again later."
        ),
    ),
    "not-believed": lambda: (
        gettext("The answer of %(hospital)s is not accepted"),
        gettext("It does not fit what was asked, or it came too late. Begin again."),
    ),
    "unknown": lambda: (
        gettext("This account of %(hospital)s is not known here"),
        gettext(
            "Nobody in this trial is bound to it, and no sign-in is made of it. If you have a "
            "password here, sign in with it and bind the account on your own page; else give the "
            "trial office what stands below."
        ),
    ),
    "locked": lambda: (
        gettext("This sign-in is closed"),
        gettext("Whose it was can no longer sign in. Ask the trial office."),
    ),
    "signed-in": lambda: (
        gettext("Someone else is signed in"),
        gettext("Sign out first, then sign in through %(hospital)s."),
    ),
    "cancelled": lambda: (
        gettext("You did not sign in at %(hospital)s"),
        gettext("Nothing has happened. Begin again, or sign in with your password."),
    ),
    "not-fresh": lambda: (
        gettext("%(hospital)s did not ask you anew"),
        gettext(
            "It does not say that you have just proved who you are, so it does not count. Use "
            "your password or a code, or try again."
        ),
    ),
    "another": lambda: (
        gettext("This is not your account of %(hospital)s"),
        gettext("You signed in there with another account than the one that is bound to you."),
    ),
    "gone": lambda: (
        gettext("Your sign-in here has ended"),
        gettext("Sign in again, then begin anew."),
    ),
    "of-another": lambda: (
        gettext("This account of %(hospital)s is someone else's"),
        gettext("It is bound to another person of this trial. Ask the trial office."),
    ),
    "bound-here": lambda: (
        gettext("You have an account of %(hospital)s already"),
        gettext("End that binding first; one person has one account of a hospital."),
    ),
    "no-subject": lambda: (
        gettext("The answer of %(hospital)s is not accepted"),
        gettext("It names no account."),
    ),
}

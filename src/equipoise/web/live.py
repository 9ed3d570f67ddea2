"""Calls that a page makes while it stays open, answered so that the page can stay as it is.

Such a call says for whom its page was made. When that person is no longer the one who is signed in,
the answer is 401 and nothing is done: no sign-in page lands inside a form, and nothing that one
person typed is recorded under another's name.
"""

from collections.abc import Callable

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

__all__ = ["MADE_FOR", "STAYS", "answered_in_place", "mark_of", "signed_out"]

MADE_FOR = "X-Made-For"  # whose page it is that calls
STAYS = "X-Page-Stays"  # the page saves without leaving: it is told where to go, not sent
GO_TO, SIGNED_IN = "X-Go-To", "X-Signed-In"

Answer = Callable[[HttpRequest], HttpResponse]


def mark_of(user: AbstractBaseUser | AnonymousUser) -> str:
    """What a page knows its reader by: it tells persons apart and says nothing of who they are."""
    if not user.is_authenticated:
        return ""
    return salted_hmac("equipoise.web.live", str(user.pk)).hexdigest()[:20]


def answered_in_place(get_response: Answer) -> Answer:
    """Answer a live call with 401 when its page is another's, and with an address to go to."""

    def answer(request: HttpRequest) -> HttpResponse:
        made_for = request.headers.get(MADE_FOR)
        if made_for is not None and not constant_time_compare(made_for, mark_of(request.user)):
            return signed_out(request)
        response = get_response(request)
        if STAYS in request.headers and response.status_code in (302, 303):
            return _address_of(response)
        return response

    return answer


def signed_out(request: HttpRequest) -> HttpResponse:
    """401: the page's reader is not the one who is signed in; whether somebody else is."""
    response = HttpResponse(status=401)
    response.headers["WWW-Authenticate"] = 'Form realm="sign-in"'
    response.headers[SIGNED_IN] = "another" if request.user.is_authenticated else "nobody"
    return response


def _address_of(redirect: HttpResponse) -> HttpResponse:
    response = HttpResponse(status=204)
    response.headers[GO_TO] = redirect.headers["Location"]
    response.cookies = redirect.cookies
    return response

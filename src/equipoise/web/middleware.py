"""What holds for every page and every answer, whichever view made it.

Nothing of the trial is kept by a browser or by a proxy. Whoever leaves the screen is signed out.
"""

import time
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from equipoise.web.access import access_log
from equipoise.web.identity.through import no_longer_bound
from equipoise.web.rest.refusals import API, NUL, refusal_answer
from equipoise.web.unable import unable

__all__ = [
    "ASKING",
    "IDLE",
    "SessionIfItCanBe",
    "asks_little_of_the_browser",
    "kept_nowhere",
    "only_a_proxy_speaks_for_others",
    "seconds_left",
    "signed_out_when_idle",
    "without_nul",
]

IDLE = 30 * 60  # seconds without a request
ASKING = "session/"  # a page that asks how long it has left does not show that someone is there
A_MINUTE = 60  # so often at most is written down that someone is still there
NOTHING = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
SINCE, SEEN = "signed-in-since", "last-seen"

Answer = Callable[[HttpRequest], HttpResponse]


def asks_little_of_the_browser(get_response: Answer) -> Answer:
    """No page may use what the browser's machine has, and no other place may take in an answer."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", NOTHING)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return answer


def kept_nowhere(get_response: Answer) -> Answer:
    """Let no browser and no proxy keep an answer that does not say how long it may be kept."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


def only_a_proxy_speaks_for_others(get_response: Answer) -> Answer:
    """Forget for whom a line says that it asks, unless it comes from the proxy."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.META.get("REMOTE_ADDR", "") not in settings.PROXIES:
            request.META.pop("HTTP_X_FORWARDED_FOR", None)
        return get_response(request)

    return answer


def signed_out_when_idle(get_response: Answer) -> Answer:
    """End a session that was left alone, has lasted a working day, or whose way in is shut."""

    def answer(request: HttpRequest) -> HttpResponse:
        session = request.session
        if session.get(SESSION_KEY):
            now = int(time.time())
            since, seen = session.get(SINCE, now), session.get(SEEN)
            longest = settings.SESSION_COOKIE_AGE
            if seen is not None and (now - seen > IDLE or now - since > longest):
                _sign_out(request)
            elif no_longer_bound(request):
                logout(request)
            elif not _only_asks(request) and (seen is None or abs(now - seen) >= A_MINUTE):
                session[SINCE], session[SEEN] = since, now
        return get_response(request)

    return answer


class SessionIfItCanBe(SessionMiddleware):
    """Sessions as Django has them, except that a page is shown though its session was not saved.

    What is noted at the end of a request is when someone was last seen. A disk that is full must
    take no page away, and least of all one that says so and holds what was typed.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.status_code in (503, 507):
            return response
        try:
            return super().process_response(request, response)
        except DatabaseError as error:
            if unable(error) is None:
                raise
            return response


def seconds_left(session: SessionBase) -> tuple[int, int]:
    """How long a session lasts if nothing is done in it, and how long it can last at most."""
    now = int(time.time())
    if not session.get(SESSION_KEY):
        return 0, 0
    at_most = session.get(SINCE, now) + settings.SESSION_COOKIE_AGE - now
    return min(session.get(SEEN, now) + IDLE - now, at_most), at_most


def _sign_out(request: HttpRequest) -> None:
    person = request.user.get_username()
    logout(request)
    with suppress(DatabaseError):
        access_log.note("signed-out", person, idle=True)


def _only_asks(request: HttpRequest) -> bool:
    return request.method in ("GET", "HEAD") and request.path_info == f"/{ASKING}"


def without_nul(get_response: Answer) -> Answer:
    """An address with the sign NUL in it leads nowhere; PostgreSQL could not even look it up."""

    def answer(request: HttpRequest) -> HttpResponse:
        nul = "%00" in request.META.get("QUERY_STRING", "")
        if nul and request.path_info.startswith(API):
            return JsonResponse({"problems": [refusal_answer(NUL())]}, status=422)
        if nul or "\0" in request.path_info:
            raise Http404
        return get_response(request)

    return answer

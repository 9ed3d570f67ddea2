"""Whoever is not signed in has a bounded share of the server: no act of the trial waits for them.

It holds for every address that anyone may read: the trial's pages, the finder and its API, the way
in. Who brings no session and no key waits in line before a thread is taken
(`hosting.strangers_wait`). Who brings one that nobody gave comes past that line, so that here one
at most of a process's four threads waits on their behalf: who comes then is told to come back in a
moment. Of all of them one is answered at a time.
"""

from collections.abc import Callable
from threading import BoundedSemaphore, Lock

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from equipoise.web.rest.refusals import API

__all__ = ["come_back", "within_their_share"]

PLACES = 1
SOON = 1
READS = ("GET", "HEAD")
REGISTRY = f"{API}v2/"
WAY_IN = ("/accounts/", "/sign-in/")

_past_the_line, _turn = BoundedSemaphore(PLACES), Lock()
Answer = Callable[[HttpRequest], HttpResponse]


def within_their_share(get_response: Answer) -> Answer:
    """Answer strangers one after another; comes once it is known who asks."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not _is_a_stranger(request):
            return get_response(request)
        if not _brings_something(request):
            with _turn:
                return get_response(request)
        if not _past_the_line.acquire(blocking=False):
            return come_back(request, 503, SOON)
        try:
            with _turn:
                return get_response(request)
        finally:
            _past_the_line.release()

    return answer


def _is_a_stranger(request: HttpRequest) -> bool:
    """Whether a request only reads, for nobody who is known.

    A program that acts for somebody is told by its key, which the trial's own API looks at; who has
    given a password, or comes back from their hospital, by the session that they got for it.
    """
    if request.method not in READS or request.user.is_authenticated:
        return False
    if request.path_info.startswith(WAY_IN) and not request.session.is_empty():
        return False
    ours = request.path_info.startswith(API) and not request.path_info.startswith(REGISTRY)
    return not (ours and "Authorization" in request.headers)


def _brings_something(request: HttpRequest) -> bool:
    """Whether it came past the line, as one who brings a session or a key does."""
    cookies = request.headers.get("Cookie", "").lower()
    return "sessionid=" in cookies or "Authorization" in request.headers


def come_back(request: HttpRequest, status: int, seconds: int) -> HttpResponse:
    """What is told to who must come back in a moment; it asks nothing of the database."""
    if "text/html" in request.headers.get("Accept", ""):
        answer = render(request, "finder/come_back.jinja", {"status": status}, status=status)
    else:
        words = f"Too much is asked at once; come back in {seconds} s.\n"
        answer = HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
    answer["Retry-After"] = str(seconds)
    if status == 503:
        answer["Refresh"] = str(seconds)  # by itself, without a script
    return answer

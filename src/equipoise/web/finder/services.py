"""What the finder answers to programs: cached, with an ETag, and not without end to one address."""

import hashlib
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers

from equipoise.exchange.registry.api.mistaken import Mistaken
from equipoise.exchange.registry.finder import NoIndex, finder
from equipoise.exchange.registry.records import Damaged
from equipoise.web import home
from equipoise.web.finder.strangers import for_strangers

__all__ = ["plainly", "service"]

KEPT = 300
View = Callable[..., HttpResponse]


def plainly(status: int, because: str) -> HttpResponse:
    """A refusal in one sentence, as the registry gives them."""
    return HttpResponse(f"{because}\n", status=status, content_type="text/plain; charset=utf-8")


def service(view: View) -> View:
    """Answer a program: it may keep what it gets, and ask whether that is still true."""

    @for_strangers
    @wraps(view)
    def wrapped(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        try:
            tag = _tag(request)
            known = request.headers.get("If-None-Match", "")
            if tag in known:
                return _kept(HttpResponseNotModified(), tag, request)
            answer = view(request, *args, **kwargs)
            if known.strip() == "*" and answer.status_code == 200:
                answer = HttpResponseNotModified()
            return _kept(answer, tag, request)
        except Mistaken as mistaken:
            return plainly(400, f"{mistaken}.")
        except (NoIndex, FileNotFoundError, Damaged):
            answer = plainly(503, "There are no records here yet; come back in a minute.")
            answer["Retry-After"] = "60"
            return answer

    return wrapped


def _tag(request: HttpRequest) -> str:
    """What an answer rests on: the generation of the index, this program, and the address."""
    about = finder(home.registry()).about
    rests = (about.form, about.turn, about.records, about.as_of, settings.STATIC_DIGEST)
    text = f"{rests} {request.get_host()} {request.get_full_path()}"
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def _kept(answer: HttpResponse, tag: str, request: HttpRequest) -> HttpResponse:
    """It may be kept; by others on the way too, unless a cookie came, and one may go back."""
    if answer.status_code in (200, 304):
        answer["ETag"] = tag
        patch_vary_headers(answer, ("Accept-Encoding",))  # which gzip tells of a long answer alone
        whom = "private" if request.COOKIES else "public"
        answer["Cache-Control"] = f"{whom}, max-age={KEPT}"
        answer["Cross-Origin-Resource-Policy"] = "cross-origin"
        answer["Access-Control-Allow-Origin"] = "*"
    return answer

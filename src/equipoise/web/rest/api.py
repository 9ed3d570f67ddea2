"""The API itself: its routers, its answers when something is wrong, its description.

No answer tells more of a failure than whoever asked may know: another site's participant is not
there, and an error of ours is noted here and named nowhere.
"""

import logging
from typing import Any

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser

from equipoise.conduct.act import Refused
from equipoise.web.once import HEADER, OTHER_CONTENT, BadKey
from equipoise.web.rest import acts, description, frames, subjects
from equipoise.web.rest.asking import Bearer, Malformed, NotAllowed, NotThere
from equipoise.web.tokens import WAIT, TooMany
from equipoise.web.unable import stop_if_unsafe

__all__ = ["api"]

_log = logging.getLogger(__name__)


class StrictParser(Parser):
    """JSON as the standard says it; anything else is the sender's mistake."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            return msgspec.json.decode(request.body)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


api = NinjaAPI(
    title="Equipoise",
    version="1",
    description="Everything the pages can do, for programs. A key is made by `equipoise token`.",
    urls_namespace="api",
    auth=Bearer(),
    parser=StrictParser(),
    docs_url=None,
)
for part in (acts, subjects, frames):
    api.add_router("", part.router)
description.add_to(api)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    told = [
        {"code": refusal.code, "because": refusal.because, "where": refusal.where}
        for refusal in refused.refusals
    ]
    other = any(refusal.code == OTHER_CONTENT.code for refusal in refused.refusals)
    return _answer(request, {"refusals": told}, 422 if other else 409)


@api.exception_handler(BadKey)
def _bad_key(request: HttpRequest, error: BadKey) -> HttpResponse:
    return _problems(request, [(HEADER, str(error))])


@api.exception_handler(Malformed)
def _malformed(request: HttpRequest, error: Malformed) -> HttpResponse:
    return _problems(request, error.problems)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return _problems(request, [_found(wrong) for wrong in error.errors])


@api.exception_handler(NotThere)
@api.exception_handler(Http404)
def _not_there(request: HttpRequest, error: Exception) -> HttpResponse:
    return _answer(request, {"because": "there is nothing here that you may see"}, 404)


@api.exception_handler(NotAllowed)
def _not_allowed(request: HttpRequest, error: NotAllowed) -> HttpResponse:
    return _answer(request, {"because": str(error)}, 403)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    answer = _answer(request, {"because": "this needs a key: Authorization: Bearer eqp_…"}, 401)
    answer["WWW-Authenticate"] = 'Bearer realm="equipoise"'
    return answer


@api.exception_handler(TooMany)
def _too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
    answer = _answer(request, {"because": "too many wrong keys came from your address; wait"}, 429)
    answer["Retry-After"] = str(WAIT)
    return answer


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 400:
        return _problems(request, [("body", "this is not JSON that can be read")])
    return _answer(request, {"because": "the request can not be read"}, error.status_code)


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return _answer(request, {"because": "this is more than one request may hold"}, 413)


@api.exception_handler(Exception)
def _ours(request: HttpRequest, error: Exception) -> HttpResponse:
    if stop_if_unsafe(error):
        return _answer(request, {"because": "nothing can be recorded now: the server stops"}, 503)
    _log.exception("an error of ours", extra={"request": request})
    return _answer(request, {"because": "something went wrong here; it has been noted"}, 500)


def _found(wrong: dict[str, Any]) -> tuple[str, str]:
    """Where and what, as whoever asked wrote it, without the names of our own code."""
    where = [str(step) for step in wrong["loc"] if step not in ("body", "asked", "query", "path")]
    because = str(wrong["msg"]).removeprefix("Value error, ")
    return ".".join(where) or "body", because


def _problems(request: HttpRequest, found: Any) -> HttpResponse:
    told = [{"where": where, "because": because} for where, because in found]
    return _answer(request, {"problems": told}, 422)


def _answer(request: HttpRequest, body: dict[str, Any], status: int) -> HttpResponse:
    return api.create_response(request, body, status=status)

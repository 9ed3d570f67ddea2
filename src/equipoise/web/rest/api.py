"""The API itself: its routers, its answers when something is wrong, its description.

No answer tells more of a failure than whoever asked may know: another site's participant is not
there, and an error of ours is noted here and named nowhere.
"""

import json
import logging
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from equipoise.conduct.act import Refused
from equipoise.study.reason import Refusal
from equipoise.web.once import BAD_KEY, HEADER, OTHER_CONTENT, BadKey
from equipoise.web.rest import (
    acts,
    agenda,
    assumptions,
    description,
    deviations,
    frames,
    subjects,
    witnesses,
)
from equipoise.web.rest.asking import LONGEST, Bearer, Malformed, NotAllowed, NotThere
from equipoise.web.rest.refusals import NOT_JSON, TWICE, found, refusal_answer
from equipoise.web.tokens import WAIT, TooMany
from equipoise.web.unable import status_of, stop_if_unsafe, unable

__all__ = ["api"]

_log = logging.getLogger(__name__)


class StrictParser(Parser):
    """JSON as the standard says it; anything else is the sender's mistake."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            body = msgspec.json.decode(request.body)
            json.loads(request.body, object_pairs_hook=_once_each)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error
        return body


def _once_each(pairs: list[tuple[str, Any]]) -> None:
    """A name that stands twice says two things, of which one would be lost."""
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            raise Malformed(TWICE(field=name[:LONGEST]))
        seen.add(name)


class DescribedOnce(NinjaAPI):
    """The API, whose description is worked out once: anyone may read it, as often as they like."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The description, as ninja makes it."""
        prefix = path_prefix or self.get_root_path(path_params or {})
        if prefix not in self._described:
            self._described[prefix] = super().get_openapi_schema(path_prefix=prefix)
        return self._described[prefix]

    @cached_property
    def _described(self) -> dict[str, OpenAPISchema]:
        return {}


api = DescribedOnce(
    title="Equipoise",
    version="1",
    description="Everything the pages can do, for programs. A key is made by `equipoise token`.",
    urls_namespace="api",
    auth=Bearer(),
    parser=StrictParser(),
    docs_url=None,
)
for part in (acts, subjects, agenda, deviations, assumptions, frames, witnesses):
    api.add_router("", part.router)
description.add_to(api)


@api.exception_handler(Refused)
def _refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    refusals = [refusal_answer(refusal) for refusal in refused.refusals]
    other = any(refusal.code == OTHER_CONTENT.code for refusal in refused.refusals)
    status = 422 if other else status_of((r.code for r in refused.refusals), 409)
    return _answer(request, {"refusals": refusals}, status)


@api.exception_handler(BadKey)
def _bad_key(request: HttpRequest, error: BadKey) -> HttpResponse:
    return _problems(request, [BAD_KEY(header=HEADER)])


@api.exception_handler(Malformed)
def _malformed(request: HttpRequest, error: Malformed) -> HttpResponse:
    return _problems(request, error.problems)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return _problems(request, [found(wrong) for wrong in error.errors])


@api.exception_handler(NotThere)
@api.exception_handler(Http404)
def _not_there(request: HttpRequest, error: Exception) -> HttpResponse:
    return _because(request, gettext("there is nothing here that you may see"), 404)


@api.exception_handler(NotAllowed)
def _not_allowed(request: HttpRequest, error: NotAllowed) -> HttpResponse:
    return _because(request, str(error), 403)


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    answer = _because(request, gettext("this needs a key: Authorization: Bearer eqp_…"), 401)
    answer["WWW-Authenticate"] = 'Bearer realm="equipoise"'
    return answer


@api.exception_handler(TooMany)
def _too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
    answer = _because(request, gettext("too many wrong keys came from your address; wait"), 429)
    answer["Retry-After"] = str(WAIT)
    return answer


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, Malformed):
        return _problems(request, error.__cause__.problems)
    if error.status_code == 400:
        return _problems(request, [NOT_JSON()])
    return _because(request, gettext("the request can not be read"), error.status_code)


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return _because(request, gettext("this is more than one request may hold"), 413)


@api.exception_handler(Exception)
def _ours(request: HttpRequest, error: Exception) -> HttpResponse:
    if stop_if_unsafe(error):
        return _because(request, gettext("nothing can be recorded now: the server stops"), 503)
    if refusal := unable(error):
        return _refused(request, Refused((refusal,)))
    _log.exception("an error of ours", extra={"request": request})
    return _because(request, gettext("something went wrong here; it has been noted"), 500)


def _problems(request: HttpRequest, problems: Iterable[Refusal]) -> HttpResponse:
    return _answer(request, {"problems": [refusal_answer(problem) for problem in problems]}, 422)


def _because(request: HttpRequest, because: str, status: int) -> HttpResponse:
    return _answer(request, {"because": because}, status)


def _answer(request: HttpRequest, body: dict[str, Any], status: int) -> HttpResponse:
    return api.create_response(request, body, status=status)

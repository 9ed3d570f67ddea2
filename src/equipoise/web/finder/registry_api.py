"""`/api/v2`: the registry's own read API over our index, for clients that were written for it."""

from django.http import HttpRequest, HttpResponse

from equipoise.exchange.registry.api import answers
from equipoise.exchange.registry.api.answers import Answer
from equipoise.exchange.registry.api.mistaken import Mistaken
from equipoise.web import home
from equipoise.web.finder.services import plainly, service

__all__ = ["studies", "study", "version"]


@service
def version(request: HttpRequest) -> HttpResponse:
    """Which API this is, and as of when its records are."""
    return _answered(answers.version(home.registry()))


@service
def studies(request: HttpRequest) -> HttpResponse:
    """A page of the studies that are asked for."""
    return _answered(answers.studies(home.registry(), _given(request)))


@service
def study(request: HttpRequest, number: str) -> HttpResponse:
    """One record."""
    found = answers.study(home.registry(), number.upper(), _given(request))
    return (
        plainly(404, f"There is no record {number[:40]} here.")
        if found is None
        else _answered(found)
    )


def _given(request: HttpRequest) -> dict[str, str]:
    """The parameters, each once.

    :raises Mistaken: when one is given twice
    """
    for name, texts in request.GET.lists():
        if len(texts) > 1:
            raise Mistaken(f"{name!r} is given {len(texts)} times; once would do")
    return request.GET.dict()


def _answered(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, content_type=f"{answer.kind}; charset=utf-8")
    for name, text in answer.headers.items():
        response[name] = text
    return response

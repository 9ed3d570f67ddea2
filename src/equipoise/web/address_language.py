"""The language that an address asks for: who is sent `…?in=nl` reads what its sender read.

It stands in the address alone, so that links and forms of a page hand it on. At sign-in, where
addresses are not shared, it becomes the reader's choice, as if they had pressed the button.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

__all__ = ["PARAMETER", "asks_for", "here", "in_the_language_of_the_address", "links"]

PARAMETER = "in"
Answer = Callable[[HttpRequest], HttpResponse]


def asks_for(request: HttpRequest) -> str:
    """The language that this address asks for, if it is one that is spoken here."""
    code = request.GET.get(PARAMETER, "") if f"{PARAMETER}=" in _query(request) else ""
    return code if code in dict(settings.LANGUAGES) else ""


def here(request: HttpRequest, language: str = "") -> str:
    """This address in another language; in whichever the reader has, where none is named."""
    if not language and f"{PARAMETER}=" not in _query(request):
        return request.get_full_path()
    query = request.GET.copy()
    query.pop(PARAMETER, None)
    pairs = [(name, text) for name, texts in query.lists() for text in texts]
    asked_for = urlencode([*pairs, *([(PARAMETER, language)] if language else [])])
    return f"{request.path}?{asked_for}" if asked_for else request.path


def links(request: HttpRequest) -> Callable[..., str]:
    """Addresses by name that go on in the language this one asks for."""
    language = asks_for(request)

    def link(name: str, *args: str) -> str:
        return reverse(name, args=args) + (f"?{PARAMETER}={language}" if language else "")

    return link


def in_the_language_of_the_address(get_response: Answer) -> Answer:
    """Speak the language that an address asks for; comes after the reader's own was found."""

    def answer(request: HttpRequest) -> HttpResponse:
        if not (language := asks_for(request)):
            return get_response(request)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = get_response(request)
        if request.path_info == reverse("account_login"):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                language,
                max_age=settings.LANGUAGE_COOKIE_AGE,
                path=settings.LANGUAGE_COOKIE_PATH,
                domain=settings.LANGUAGE_COOKIE_DOMAIN,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
                samesite="Lax",
            )
        return response

    return answer


def _query(request: HttpRequest) -> str:
    return str(request.META.get("QUERY_STRING", ""))

"""Pages for strangers, made once for as long as what they tell stays the same.

A public page says the same to everyone who is not signed in. What it tells is looked at in every
request, and it is made again as soon as any of that is another: it is never older than the trial.
"""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import re_accepts_gzip
from django.utils.cache import get_conditional_response, patch_vary_headers, set_response_etag

from equipoise.conduct.recruitment import recruitment
from equipoise.exchange.registry.generations import is_made
from equipoise.study.model import Study
from equipoise.web import home, write_service
from equipoise.web.views.page import Page

__all__ = ["PageState", "of_one_reader", "page_state", "remembered"]

MOST = 64  # pages, in each language and on each address


class PageState(NamedTuple):
    """How a page is asked for, and all that it depends on besides the code."""

    address: str
    options: tuple[str, str]
    language: str
    compressed: bool
    study: str
    texts: tuple[int, ...]
    active: tuple[tuple[str, date], ...]
    stage: str
    joined: int
    open_since: tuple[date | None, ...]
    today: date
    has_finder: bool
    confirmed: int
    besides: str


_made: dict[PageState, tuple[bytes, dict[str, str]]] = {}


def of_one_reader(request: HttpRequest) -> bool:
    """Whether the page may hold what is for this reader alone: a name, a key, a message.

    A cookie alone is no reader: anyone can invent one, and each would have the page made anew.
    """
    if not {settings.SESSION_COOKIE_NAME, "messages"} & request.COOKIES.keys():
        return False
    return request.user.is_authenticated or len(get_messages(request)) > 0


def page_state(page: Page, options: tuple[str, str], besides: str) -> PageState:
    """What a page would tell now.

    :param options: what its address asks for, as far as the page heeds it
    :param besides: what else it shows that may change by itself
    """
    request, state, today = page.request, page.viewer.trial_state, write_service.today()
    now = recruitment(page.study, state, today)
    return PageState(
        address=request.build_absolute_uri(request.path),
        options=options,
        language=page.language,
        compressed=bool(re_accepts_gzip.search(request.headers.get("Accept-Encoding", ""))),
        study=page.study.digest,
        texts=(len(state.adopted), len(state.study_text.recorded)),
        active=_active(page.study),
        stage=now.stage,
        joined=now.joined,
        open_since=tuple(hospital.since for hospital in now.hospitals),
        today=today,
        has_finder=is_made(home.registry()),
        confirmed=sum(not one.taken_back for one in state.assumptions.confirmed),
        besides=besides,
    )


def _active(study: Study) -> tuple[tuple[str, date], ...]:
    """By which amendments any hospital works, each from its days on."""
    found = {(name, at.on) for own in study.active.values() for name, at in own.items()}
    return tuple(sorted(found))


def remembered(
    state: PageState, request: HttpRequest, make: Callable[[HttpRequest], HttpResponse]
) -> HttpResponseBase:
    """The page as it was made before, or made now; nothing but a mark if the browser has it."""
    if (kept := _made.get(state)) is None:
        made = make(request)
        set_response_etag(made)
        kept = made.content, dict(made.headers)
        if len(_made) >= MOST:
            _made.clear()
        _made[state] = kept
    content, headers = kept
    answer = HttpResponse(content, headers={**headers, "Cache-Control": "no-cache"})
    patch_vary_headers(answer, ("Cookie",))
    return get_conditional_response(request, etag=headers["ETag"], response=answer) or answer

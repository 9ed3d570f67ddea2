"""The pages on which someone has typed and not saved, for their own page: where they left off."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.urls import Resolver404, resolve
from django.utils.translation import gettext

from equipoise.web import drafts
from equipoise.web.jinja import say
from equipoise.web.models import Account
from equipoise.web.views.act_forms import PAGES
from equipoise.web.views.act_words import act_text
from equipoise.web.views.next_act import visit_name
from equipoise.web.views.page import Page

__all__ = ["Waiting", "waiting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One page with something typed on it."""

    what: str
    address: str
    at: datetime


def waiting(page: Page) -> list[Waiting]:
    """The reader's own drafts on pages that are still open to them, newest first."""
    account = page.request.user
    found = drafts.pages(account) if isinstance(account, Account) else []
    named = ((_what(page, address), address, at) for address, at in found)
    return [Waiting(what=what, address=address, at=at) for what, address, at in named if what]


def _what(page: Page, address: str) -> str:
    """What the page is for; empty for one that is no longer there, or not for this reader."""
    try:
        place = resolve(address.partition("?")[0])
        subject_id = place.kwargs["subject_id"]
        if place.url_name in ("panel.vote", "panel.conclude"):
            title = gettext("Panel") if page.viewer.may_read_panel else ""
        else:
            title = _of_subject(page, place.url_name or "", place.kwargs)
    except (Resolver404, KeyError, Http404):
        return ""
    return f"{subject_id}: {title}" if title else ""


def _of_subject(page: Page, name: str, given: dict[str, Any]) -> str:
    page.subject(given["subject_id"])
    if name == "form":
        place = "" if given["visit"] == "-" else given["visit"]
        form = page.study.form_of[given["form_id"]]
        return f"{say(form.title)}, {visit_name(page.study, place)}"
    return act_text(PAGES[name], PAGES[name].words.title, page.study)

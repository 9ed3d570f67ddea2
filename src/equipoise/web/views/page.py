"""One request as a view sees it: who looks, at which study, in which language, and how to answer.

A view takes a `Page` first. What the viewer may not see does not exist for them: 404.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext

from equipoise.conduct.authorisation import TRIAL
from equipoise.conduct.chapters import tables
from equipoise.conduct.subject import Subject
from equipoise.conduct.unverified import Unverified
from equipoise.exchange.registry.generations import is_made
from equipoise.study.model import Study
from equipoise.web import (
    address_language,
    adopted,
    drafts,
    home,
    live,
    middleware,
    read_model,
    write_service,
)
from equipoise.web.identity import through
from equipoise.web.jinja import say
from equipoise.web.left_out import left_out
from equipoise.web.models import Account
from equipoise.web.once import Once, new_key, of_page
from equipoise.web.people import name_of
from equipoise.web.reader import HERE
from equipoise.web.viewer import Viewer, viewer_of
from equipoise.web.views.capacity import Capacities
from equipoise.web.views.problems import Problems
from equipoise.web.views.subject_bar import bar_of

__all__ = [
    "Link",
    "Names",
    "Page",
    "act_page",
    "for_everyone",
    "frame",
    "is_partial",
    "language_now",
    "page_of",
]

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Page:
    """One request, its viewer, and the study."""

    request: HttpRequest
    viewer: Viewer
    study: Study

    @property
    def language(self) -> str:
        """The reader's language: en, nl."""
        return language_now()

    @property
    def partial(self) -> bool:
        """Whether htmx asks for a part of the page only."""
        return is_partial(self.request)

    @cached_property
    def folds(self) -> read_model.DatabaseFolds:
        """What is true now, unfolded once for the request."""
        return write_service.folds(self.study)

    def read_anew(self) -> None:
        """Forget what was folded: it is not used again once an act is refused."""
        self.__dict__.pop("folds", None)

    @cached_property
    def people(self) -> "Names":
        """The names of people by their id."""
        return Names()

    @cached_property
    def capacities(self) -> Capacities:
        """In which role people acted, as it was then."""
        return Capacities(self.study)

    @property
    def left_out(self) -> str:
        """What is left out of lists for this viewer, and why."""
        return left_out(self.viewer)

    @cached_property
    def unverified(self) -> Unverified:
        """What of the study text is recalled and not confirmed: it is marked where it is used."""
        return Unverified(self.study, self.viewer.trial_state.assumptions)

    @cached_property
    def draft(self) -> drafts.KeptDraft | None:
        """What this reader typed here before and has not saved; theirs alone."""
        account = self.request.user
        if self.request.method == "POST" or not isinstance(account, Account):
            return None
        return drafts.kept(account, drafts.address_of(self.request))

    def subject(self, subject_id: str) -> Subject:
        """The participant, if the viewer may see them.

        :raises Http404: when there is none, or not for this viewer
        """
        subject = self.folds.subject(subject_id)
        if not subject.entered_on or not self.viewer.may_see_subject(subject):
            raise Http404
        return subject

    @cached_property
    def once(self) -> Once | None:
        """The key that came with the page's form."""
        return of_page(self.request)

    def may(self, kind: str, subject: Subject) -> bool:
        """Whether the viewer may do this kind of act for this participant."""
        return self.viewer.may(kind, subject.site)

    def whose(self, kind: str) -> str:
        """The roles that do this kind of act, for someone who waits for them."""
        return ", ".join(say(role.label) for role in self.study.roles if kind in role.may)

    def tell(self, sentence: str) -> None:
        """Say something at the top of the next page, such as what was recorded."""
        again = self.once is not None and self.once.repeated
        twice = gettext("This was recorded already; nothing is recorded twice")
        messages.success(self.request, twice if again else sentence)

    def render(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        """The page in the viewer's language; one that is given a `subject` shows their bar."""
        subject, bar = context.get("subject"), None
        if isinstance(subject, Subject) and self.viewer.may_see_subject(subject):
            bar = bar_of(self.study, subject)
        full_context = frame(self) | {"bar": bar} | context
        if isinstance(problems := context.get("problems"), Problems) and problems:
            status = problems.status
        return render(self.request, template, full_context, status=status)


@dataclass(frozen=True, slots=True)
class Link:
    """One link at the top of every page, or several under one word."""

    label: str
    url: str
    here: bool
    """Whether it is this page, or one below it."""
    under: "tuple[Link, ...]" = ()


class Names(dict[str, str]):
    """Names of people, read when they are asked for; the bare id when there is no name."""

    def __missing__(self, person_id: str) -> str:
        if person_id == TRIAL:
            return gettext("the trial itself")
        self.know([person_id])
        return self[person_id]

    def know(self, persons: Iterable[str]) -> None:
        """Read the names of several at once."""
        missing = {one for one in persons if one not in self and one != TRIAL}
        found = {one.person_id: one for one in Account.objects.filter(person_id__in=missing)}
        self.update((one, name_of(found.get(one), one)) for one in missing)


def for_everyone(view: View) -> View:
    """Give the view a `Page`, signed in or not."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(page_of(request), *args, **kwargs)

    return wrapped


def page_of(request: HttpRequest) -> Page:
    """The request with its viewer and study."""
    study = adopted.study()
    account = request.user if isinstance(request.user, Account) else None
    return Page(
        request=request,
        viewer=viewer_of(study, write_service.folds(study).trial_state(), account),
        study=study,
    )


def is_partial(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page only."""
    return request.headers.get("HX-Request") == "true"


def language_now() -> str:
    """The reader's language, without its region."""
    return (get_language() or "en")[:2]


def act_page(kind: str, *args: str) -> str:
    """Where an act is done; empty while it has no page. A page is named by its act's kind."""
    try:
        return reverse(kind, args=args)
    except NoReverseMatch:
        return ""


def frame(page: Page) -> dict[str, Any]:
    """What the layout of every page shows."""
    viewer, study = page.viewer, page.study
    site = study.site_of.get(viewer.home_site)
    return {
        "page": page,
        "study": study,
        "viewer": viewer,
        "navigation": _navigation(page),
        "home_site": site,
        "messages": messages.get_messages(page.request),
        "here": address_language.here(page.request),
        "link_here": address_language.links(page.request),
        "has_finder": is_made(home.registry()),
        "made_for": live.mark_of(page.request.user),
        "left": middleware.seconds_left(page.request.session),
        "signed_in": bool(viewer.person_id),
        "came_through": through.hospital_of(page.request) if viewer.person_id else None,
        "once": new_key(),
    }


def _reviews(study: Study) -> bool:
    """Whether anything of the study is verified, or reviewed and signed."""
    return bool(study.verification or study.signing)


def _lists(page: Page) -> Link:
    """The tables of the chapters that have a list of their own, and what is reviewed: as one."""
    found = (table for table in tables() if table.listed and table.of_study(page.study))
    links = [(HERE.written(table.label()), act_page("table", table.name)) for table in found]
    more = [(gettext("Data review"), act_page("records"))] if _reviews(page.study) else []
    under = tuple(_link(page, label, url) for label, url in (*links, *more))
    return Link(gettext("Lists"), "", any(one.here for one in under), under)


def _link(page: Page, label: str, url: str) -> Link:
    return Link(label, url, page.request.path.startswith(url))


def _navigation(page: Page) -> list[Link]:
    """Links by what the viewer may see; the lists, of which there are many, under one of them."""
    viewer = page.viewer
    wanted = (
        ("today", gettext("Today"), viewer.sees_subjects),
        ("participants", gettext("Participants"), viewer.sees_subjects),
        ("deviations", gettext("Deviations"), viewer.sees_subjects),
        ("panel", gettext("Panel"), viewer.may_read_panel),
        ("trial-status", gettext("Trial status"), viewer.sees_status),
        ("design", gettext("Design"), viewer.sees_status),
        ("people", gettext("People and sites"), viewer.may("role.give")),
        ("mail", gettext("Mail"), viewer.may("role.give")),
        ("audit", gettext("Audit"), viewer.sees_audit or viewer.sees_whole_audit),
        ("access", gettext("Access"), viewer.sees_access),
    )
    addresses = ((label, act_page(name)) for name, label, open_to in wanted if open_to)
    links = [_link(page, label, url) for label, url in addresses if url]
    lists = _lists(page) if viewer.sees_subjects else None
    if lists and lists.under:
        links[3:3] = [lists]  # beside the other lists of participants
    return links

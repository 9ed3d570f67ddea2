"""Reviews of the audit: one is recorded, and those there were stand with what came since."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from equipoise.conduct import folding, trial
from equipoise.conduct.act import Refused
from equipoise.conduct.audit_reviews import OUTCOMES, ReviewAudit
from equipoise.conduct.queries import query_named
from equipoise.conduct.words import asks
from equipoise.ledger import Entry
from equipoise.web import write_service
from equipoise.web.administration.audit import (
    Query,
    filters_of,
    query_of,
    reviewed_at,
    reviewing_at,
)
from equipoise.web.jinja import moment
from equipoise.web.store import Filters
from equipoise.web.views.act_words import choice_labels, field_text, wording
from equipoise.web.views.page import Page
from equipoise.web.views.problems import Problems, day_read
from equipoise.web.views.signed_in import for_people

__all__ = ["review", "reviews"]

STREAM, MOST = "study", 200
COVERED = ("site", "participant", "person", "act", "form", "item", "since", "until")
"""The fields of a review that say which entries were looked through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLine:
    """One review as it is listed."""

    who: str
    role: str
    at: str
    covered: tuple[tuple[str, str], ...]
    cut: str
    matched: int
    entries: int
    outcome: str
    found: bool
    finding: str
    queries: tuple[tuple[str, str], ...]
    url: str
    later: int
    """How many such entries were recorded since."""
    look: str


@require_safe
@for_people
def reviews(page: Page) -> HttpResponse:
    """Every review, the newest first, and how much was recorded since the last of everything."""
    viewer, site = page.viewer, _scope(page)
    own = reviewing_at(viewer)
    if not (viewer.sees_whole_audit or own):
        raise Http404
    kept = [(act, entry) for act, entry in _reviews() if viewer.sees_whole_audit or act.site in own]
    unlimited = ReviewAudit(site=site or "", cut="", matched=0, outcome="nothing")
    narrow = [name for name in COVERED if name != "site"]
    everything = next(
        (act for act, _ in kept if act.site == site and not any(getattr(act, n) for n in narrow)),
        None,
    )
    return page.render(
        "audit/reviews.jinja",
        lines=[_line(page, act, entry) for act, entry in kept[:MOST]],
        until=moment(datetime.fromisoformat(everything.cut)) if everything else "",
        unreviewed=_later(page, everything or unlimited) if site is not None else 0,
        look=_look(everything) if everything else reverse("audit") + _query(unlimited).address(),
        told=site is not None,
        hospital=page.study.site_of[site].name if site else "",
        may=reviewed_at(viewer, Query(site=site or "")) is not None,
    )


def _scope(page: Page) -> str | None:
    """The hospital of which all is looked through, empty for the trial; None: of several."""
    if page.viewer.sees_whole_audit:
        return ""
    own = reviewing_at(page.viewer)
    return own[0] if len(own) == 1 else None


def _reviews() -> Iterator[tuple[ReviewAudit, Entry]]:
    entries = list(write_service.LEDGER.of_kind(ReviewAudit.kind, (STREAM,)))
    for entry in reversed(entries):
        if isinstance(act := folding.read(entry), ReviewAudit):
            yield act, entry


def _line(page: Page, act: ReviewAudit, entry: Entry) -> ReviewLine:
    return ReviewLine(
        who=page.people[entry.by],
        role=page.capacities.of_entry(entry, ""),
        at=moment(datetime.fromisoformat(entry.at)),
        covered=tuple(_covered(page, act)),
        cut=moment(datetime.fromisoformat(act.cut)),
        matched=act.matched,
        entries=act.entries,
        outcome=gettext(OUTCOMES[act.outcome]),
        found=act.outcome == "finding",
        finding=act.finding,
        queries=tuple(_linked(query) for query in act.queries),
        url=reverse("audit-entry", args=[entry.stream, entry.seq])
        if page.viewer.sees_whole_audit
        else "",
        later=_later(page, act),
        look=_look(act),
    )


def _covered(page: Page, act: ReviewAudit) -> Iterator[tuple[str, str]]:
    """The filters in words: label and value."""
    for name in COVERED:
        ask, value = asks(ReviewAudit)[name], getattr(act, name)
        if value:
            known = choice_labels(ask, page.study) if isinstance(value, str) else {}
            text = known.get(value) or field_text(ask, value, page.study, page.people)
            yield wording(ask.label or ask.question), text


def _linked(query: str) -> tuple[str, str]:
    subject_id, _, name = query.partition("/")
    return query, reverse("query", args=[subject_id, name])


def _query(act: ReviewAudit, **more: str) -> Query:
    """The filters of the audit by which its entries are found."""
    return Query(
        site=act.site,
        subject=act.participant,
        person=act.person,
        kind=act.act,
        form=act.form,
        item=act.item,
        **{
            "on": act.since.isoformat() if act.since else "",
            "to": act.until.isoformat() if act.until else "",
            **more,
        },
    )


def _look(act: ReviewAudit) -> str:
    """Where such entries are looked at that were recorded since."""
    day = datetime.fromisoformat(act.cut).date().isoformat()
    last = {"to": "9000-01-01"} if not act.until else {}
    return reverse("audit") + _query(act, on=day, **last).address()


def _later(page: Page, act: ReviewAudit) -> int:
    """How many such entries were recorded since, but for reviews themselves."""
    filters, _ = filters_of(page.viewer, _query(act))
    if not act.cut:
        return write_service.LEDGER.count(replace(filters, but=ReviewAudit.kind))
    after = trial.moment(datetime.fromisoformat(act.cut) + timedelta(microseconds=1))
    later = replace(filters, since=max(filters.since, after), but=ReviewAudit.kind)
    return write_service.LEDGER.count(later)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def review(page: Page) -> HttpResponse:
    """What was looked through, as the address says it, and what was found; one POST is one act."""
    viewer, query, problems = page.viewer, query_of(page), Problems()
    site = reviewed_at(viewer, query)
    if site is None:
        raise Http404
    query = replace(query, site=site)
    posted = page.request.POST
    act = _act(page, query, posted.get("cut", "") or write_service.LEDGER.newest())
    if page.request.method == "POST" and _is_recorded(page, act, problems):
        page.tell(wording(ReviewAudit.words.done))
        return redirect("audit-reviews")
    known = asks(ReviewAudit)
    return page.render(
        "audit/review.jinja",
        problems.status if problems else 200,
        problems=problems,
        covered=list(_covered(page, act)),
        cut=act.cut,
        until=moment(datetime.fromisoformat(act.cut)) if act.matched else "",
        matched=act.matched,
        outcomes=list(choice_labels(known["outcome"], page.study).items()),
        posted=posted,
        audit=reverse("audit") + query.address(before=""),
        texts={name: wording(ask.question) for name, ask in known.items()},
        title=wording(ReviewAudit.words.title),
        button=wording(ReviewAudit.words.button),
    )


def _act(page: Page, query: Query, cut: str) -> ReviewAudit:
    filters, wrong = filters_of(page.viewer, query)
    if wrong:
        raise Http404
    posted = page.request.POST
    return ReviewAudit(
        site=query.site,
        participant=query.subject,
        person=query.person,
        act=query.kind,
        form=filters.form,
        item=filters.item,
        since=day_read(query.on) if query.on else None,
        until=day_read(query.to or query.on) if query.to or query.on else None,
        cut=cut,
        matched=_matched(filters, cut),
        outcome=cast("Any", posted.get("outcome", "") or "nothing"),
        finding=posted.get("finding", "").strip(),
        queries=[one for one in re.split(r"[\s,;]+", posted.get("queries", "")) if one],
    )


def _matched(filters: Filters, cut: str) -> int:
    """How many entries were looked through: those that were recorded by then."""
    try:
        after = trial.moment(datetime.fromisoformat(cut) + timedelta(microseconds=1))
    except (ValueError, OverflowError):
        return 0
    until = min(filters.until, after) if filters.until else after
    return write_service.LEDGER.count(replace(filters, until=until))


def _is_recorded(page: Page, act: ReviewAudit, problems: Problems) -> bool:
    """Whether it was recorded; else everything against it stands among the problems."""
    if page.request.POST.get("outcome", "") not in OUTCOMES:
        problems.add("outcome", wording(asks(ReviewAudit)["outcome"].needed))
    for query in act.queries:
        subject_id, _, name = query.partition("/")
        if name and query_named(page.study, page.folds.subject(subject_id), name) is None:
            problems.add("queries", gettext("There is no query %(query)s") % {"query": query[:100]})
    by = page.viewer.person_id
    if problems:
        problems.beside(write_service.try_out(act, by))
        return False
    try:
        write_service.perform(act, by, once=page.once)
    except Refused as refused:
        problems.take(refused.refusals)
    return not problems

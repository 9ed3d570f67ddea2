"""Queries over the trial: those of whom one sees, by hospital and state, the oldest open one first.

Beside them how often each check failed, and how often a value was changed for it: a check for which
nobody ever changes a value may be left out of the study's next text.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

import msgspec
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from equipoise.conduct.queries import (
    BY_STATE,
    OF_CHECKS,
    OPEN,
    ORDER,
    QUERIES,
    STATES,
    words_of_checks,
)
from equipoise.conduct.words import Ask
from equipoise.web import kept_counts, kept_tables, read_model, write_service
from equipoise.web.queries.several import DOES, choices
from equipoise.web.views.act_words import choice_labels
from equipoise.web.views.next_act import visit_beside
from equipoise.web.views.page import Page
from equipoise.web.views.paged import links_of, page_asked
from equipoise.web.views.signed_in import for_people
from equipoise.web.views.tables import kept_rows, sight_of

__all__ = ["TAGS", "QueryLine", "line_of", "listed_queries", "what_came_of_checks"]

A_PAGE = 50
WAITING = "waiting"
TAGS = {"open": "query", "again": "overdue", "answered": "due", "closed": "done", "right": "done"}
NAMES = tuple(column.name for column in QUERIES.columns)
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryLine:
    """One query of the list, in the reader's words."""

    subject_id: str
    key: str
    text: str
    where: str
    state: str
    tag: str
    on: date
    age: str
    to: str
    answer: str
    url: str
    ticked: str


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check, with what came of it."""

    item: str
    text: str
    waiting: int
    failed: int
    changed: int
    confirmed: int


@for_people
def listed_queries(page: Page) -> HttpResponse:
    """One page of the list, by hospital, state and role; no more of it is read than is shown."""
    if not page.viewer.sees_subjects or not QUERIES.of_study(page.study):
        raise Http404
    query, sight = page.request.GET, sight_of(page)
    site, state, to = (query.get(name, "") for name in ("site", "state", "to"))
    rows, _ = kept_rows(page, QUERIES.name, site, sight)
    rows = rows.filter(rank__isnull=False).order_by(*kept_tables.PRESSING)
    wanted = OPEN if state == WAITING else (state,) if state in STATES else tuple(STATES)
    if len(wanted) < len(STATES):
        rows = rows.filter(rank__in=[ORDER.index(one) for one in wanted])
    counts = _by_state(page, site, to)
    total = sum(counts[one] for one in wanted)
    pages = max(ceil(total / A_PAGE), 1)
    number = page_asked(query.get("page", ""), pages)
    kept = (rows.filter(whose=to) if to else rows)[(number - 1) * A_PAGE : number * A_PAGE]
    found = [dict(zip(NAMES, kept_tables.row_of(QUERIES, one), strict=True)) for one in kept]
    chosen = {n: text for n, text in (("site", site), ("state", state), ("to", to)) if text}
    return page.render(
        "queries/listed.jinja",
        found=[line_of(page, row) for row in found],
        total=total,
        number=number,
        pages=pages,
        links=links_of(reverse("queries"), chosen, number, pages),
        site=site,
        state=state,
        to=to,
        states=_states(counts),
        roles=list(_labels(page, "to").items()),
        sites=[(one.id, one.name) for one in page.study.sites if page.viewer.may_see_site(one.id)],
        does=[(code, choices()[code]) for code, act in DOES.items() if _may(page, act.kind)],
        arms_left_out=sight.could_count_arms,
    )


@for_people
def what_came_of_checks(page: Page) -> HttpResponse:
    """How often each check failed, and what came of it, at one hospital or at all of them."""
    if not page.viewer.sees_subjects or not QUERIES.of_study(page.study):
        raise Http404
    site = page.request.GET.get("site", "")
    return page.render(
        "queries/checks.jinja",
        checks=_checks(page, site),
        site=site,
        sites=[(one.id, one.name) for one in page.study.sites if page.viewer.may_see_site(one.id)],
        arms_left_out=sight_of(page).could_count_arms,
    )


def line_of(page: Page, row: Row) -> QueryLine:
    """One query in the reader's words."""
    who, key, state, on = row["subject_id"], row["query"], row["state"], row["on"]
    titles = (
        _labels(page, "form").get(row["form"], row["form"]),
        _labels(page, "item").get(row["item"] or "", row["item"] or ""),
    )
    visit = visit_beside(page.study, row["form"], row["visit"] or "")
    days = (page.viewer.on - on).days
    age = ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    return QueryLine(
        subject_id=who,
        key=key,
        text=str(
            _labels(page, "text").get(row["text"], row["text"]) if row["rule"] else row["text"]
        ),
        where=" · ".join(part for part in (visit, *titles) if part),
        state=gettext(STATES[state]),
        tag=TAGS[state],
        on=on,
        age=age if state in OPEN or state == "answered" else "",
        to=_labels(page, "to").get(row["to"] or "", row["to"] or ""),
        answer=row["answer"] or "",
        url=reverse("query", args=(who, key)),
        ticked=f"{who} {key}",
    )


def _labels(page: Page, column: str) -> dict[str, str]:
    """What each code of a column means to this reader."""
    found = QUERIES.columns[QUERIES.place_of(column)]
    return choice_labels(Ask("", found.choices), page.study)


def _by_state(page: Page, site: str, to: str) -> Counter[str]:
    """How many queries there are in each state, of all or for one role."""
    sites, could_count = page.viewer.sites_asked(site), sight_of(page).could_count_arms
    found: Counter[str] = Counter()
    for name, number in kept_counts.beside_arms(BY_STATE, sites, could_count).items():
        state, _, role = name.partition(" ")
        found[state] += number if to in ("", role) else 0
    return found


def _states(counts: Counter[str]) -> list[tuple[str, str]]:
    """The states, each with how many there are; all that wait for an answer first."""
    waiting = gettext("To be answered"), sum(counts[state] for state in OPEN)
    plain = [(code, (gettext(word), counts[code])) for code, word in STATES.items()]
    return [(code, f"{word} ({count})") for code, (word, count) in ((WAITING, waiting), *plain)]


def _checks(page: Page, site: str) -> list[CheckLine]:
    """What came of each check of the study, the one that failed most often first.

    A check that the study has no longer stands below, for as long as something was recorded of it.
    """
    read_model.make_current(page.study, write_service.LEDGER, page.viewer.on)
    sites, could_count = page.viewer.sites_asked(site), sight_of(page).could_count_arms
    numbers = [kept_counts.beside_arms(f"checks {what}", sites, could_count) for what in OF_CHECKS]
    known = {
        (item, text)
        for item, text, reads_arm in words_of_checks(page.study)
        if not (reads_arm and could_count)
    }
    known |= {_check(name) for counted in numbers for name in counted}
    places = {**_labels(page, "form"), **_labels(page, "item")}
    lines = [
        CheckLine(
            places.get(item, item),
            _labels(page, "text").get(text, text),
            *(counted[_name(item, text)] for counted in numbers),
        )
        for item, text in known
    ]
    return sorted(lines, key=lambda line: (-line.failed, line.item, line.text))


def _name(item: str, text: str) -> str:
    return msgspec.json.encode([item, text]).decode()


def _check(name: str) -> tuple[str, str]:
    item, text = msgspec.json.decode(name, type=tuple[str, str])
    return item, text


def _may(page: Page, kind: str) -> bool:
    """Whether the viewer may do this somewhere."""
    return any(page.viewer.may(kind, site.id) for site in page.study.sites)

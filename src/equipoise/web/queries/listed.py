"""Queries over the trial: those of whom one sees, by hospital and state, the oldest open one first.

Beside them how often each check failed, and how often a value was changed for it: a check for which
nobody ever changes a value may be left out of the study's next text.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from equipoise.conduct.queries import OPEN, QUERIES, STATES
from equipoise.conduct.words import Ask
from equipoise.web import kept_tables
from equipoise.web.queries.several import DOES, choices
from equipoise.web.views.act_words import choice_labels
from equipoise.web.views.next_act import visit_beside
from equipoise.web.views.page import Page
from equipoise.web.views.paged import links_of, page_asked
from equipoise.web.views.signed_in import for_people
from equipoise.web.views.tables import kept_rows, sight_of

__all__ = ["TAGS", "QueryLine", "line_of", "listed_queries"]

A_PAGE = 50
WAITING = "waiting"
TAGS = {"open": "query", "again": "overdue", "answered": "due", "closed": "done", "right": "done"}
ORDER = (*OPEN, "answered", "closed", "right")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One check, with what came of it."""

    item: str
    text: str
    open: int
    times: int
    changed: int


@for_people
def listed_queries(page: Page) -> HttpResponse:
    """One page of the list, by hospital, state and role."""
    if not page.viewer.sees_subjects or not QUERIES.of_study(page.study):
        raise Http404
    query, sight = page.request.GET, sight_of(page)
    site, state, to = (query.get(name, "") for name in ("site", "state", "to"))
    kept, _ = kept_rows(page, QUERIES.name, site, sight)
    rows = [dict(zip(NAMES, kept_tables.row_of(QUERIES, one), strict=True)) for one in kept]
    of_role = [row for row in rows if to in ("", row["to"])]
    counts = Counter(str(row["state"]) for row in of_role)
    found = sorted((row for row in of_role if _is_in(row, state)), key=_pressing)
    pages = max(ceil(len(found) / A_PAGE), 1)
    number = page_asked(query.get("page", ""), pages)
    chosen = {n: text for n, text in (("site", site), ("state", state), ("to", to)) if text}
    here = reverse("queries")
    return page.render(
        "queries/listed.jinja",
        found=[line_of(page, row) for row in found[(number - 1) * A_PAGE : number * A_PAGE]],
        total=len(found),
        number=number,
        pages=pages,
        links=links_of(here, chosen, number, pages),
        site=site,
        state=state,
        to=to,
        states=_states(counts),
        roles=list(_labels(page, "to").items()),
        sites=[(one.id, one.name) for one in page.study.sites if page.viewer.may_see_site(one.id)],
        checks=_checks(page, rows),
        does=[(code, choices()[code]) for code, act in DOES.items() if _may(page, act.kind)],
        arms_left_out=sight.could_count_arms,
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


def _is_in(row: Row, state: str) -> bool:
    wanted = OPEN if state == WAITING else (state,)
    return state not in (WAITING, *STATES) or row["state"] in wanted


def _pressing(row: Row) -> tuple[int, date, str]:
    return ORDER.index(row["state"]), row["on"], row["subject_id"]


def _states(counts: Counter[str]) -> list[tuple[str, str]]:
    """The states, each with how many there are; all that wait for an answer first."""
    waiting = gettext("To be answered"), sum(counts[state] for state in OPEN)
    plain = [(code, (gettext(word), counts[code])) for code, word in STATES.items()]
    return [(code, f"{word} ({count})") for code, (word, count) in ((WAITING, waiting), *plain)]


def _checks(page: Page, rows: Iterable[Row]) -> list[CheckLine]:
    """How often each check failed, the most often first."""
    by_rule: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row["rule"]:
            by_rule.setdefault((row["item"], row["text"]), []).append(row)
    lines = [
        CheckLine(
            item=_labels(page, "item").get(item, item),
            text=_labels(page, "text").get(text, text),
            open=sum(row["state"] in OPEN for row in found),
            times=sum(row["times"] for row in found),
            changed=sum(row["changed"] for row in found),
        )
        for (item, text), found in by_rule.items()
    ]
    return sorted(lines, key=lambda line: (-line.times, line.item))


def _may(page: Page, kind: str) -> bool:
    """Whether the viewer may do this somewhere."""
    return any(page.viewer.may(kind, site.id) for site in page.study.sites)

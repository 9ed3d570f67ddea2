"""The list of participants: status and next act, by number, site and status, page by page.

Only the rows of one page are unfolded, so that a trial of ten thousand lists as fast as one of
three hundred.
"""

from dataclasses import dataclass, replace
from math import ceil

from django.http import HttpResponse
from django.urls import reverse

from equipoise.web import door, reading
from equipoise.web.models import SubjectRow
from equipoise.web.views.next_act import NextAct, next_acts
from equipoise.web.views.page import Page, act_page
from equipoise.web.views.paged import links_of
from equipoise.web.views.signed_in import for_people
from equipoise.web.views.status_words import STATUSES, status_word
from equipoise.web.views.subject_bar import panel_word

__all__ = ["participants"]

A_PAGE = 25
DIGITS = frozenset("0123456789")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One participant in a list."""

    row: SubjectRow
    status: str
    panel: str
    arm: str
    acts: list[NextAct]


@for_people
def participants(page: Page) -> HttpResponse:
    """One page of the list; htmx asks for the table only."""
    asked = page.request.GET
    query, state, site = (asked.get(name, "").strip() for name in ("q", "status", "site"))
    rows = page.viewer.visible(reading.rows(page.study))
    if query:
        rows = rows.filter(subject_id__icontains=query)
    if state in STATUSES:
        rows = rows.filter(status=state)
    if site in page.study.site_of:
        rows = rows.filter(site=site)
    total = rows.count()
    pages = max(ceil(total / A_PAGE), 1)
    number = min(max(_number(asked.get("page", "1")), 1), pages)
    some = rows.order_by("subject_id")[(number - 1) * A_PAGE : number * A_PAGE]
    chosen = {"q": query, "status": state, "site": site}
    return page.render(
        "participants_table.jinja" if page.partial else "participants.jinja",
        listed=[listed(page, row) for row in some],
        total=total,
        number=number,
        pages=pages,
        links=links_of(
            reverse("participants"),
            {name: text for name, text in chosen.items() if text},
            number,
            pages,
        ),
        chosen=chosen,
        statuses=[(code, status_word(code)) for code in STATUSES],
        sites=[(one.id, one.name) for one in page.study.sites if page.viewer.may_see_site(one.id)],
        new=act_page("screening.enter") if page.viewer.sites_where("screening.enter") else "",
    )


def listed(page: Page, row: SubjectRow) -> Listed:
    """A row with what comes next; what is not the viewer's to do has no address."""
    subject = reading.decoded(row)
    arm = page.study.arm_of.get(subject.arm)
    return Listed(
        row=row,
        status=status_word(row.status),
        panel=panel_word(page.study, subject),
        arm=arm.id if arm else "",
        acts=[
            act if not act.kind or page.may(act.kind, subject) else replace(act, url="")
            for act in next_acts(page.study, subject, door.today())
        ],
    )


def _number(text: str) -> int:
    return int(text) if text and set(text) <= DIGITS and len(text) < 7 else 1

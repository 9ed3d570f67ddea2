"""The list of participants: status and next act, by number, site and status, page by page.

Nobody is unfolded for it: what comes next is kept beside each row, so that a trial of a hundred
thousand lists as fast as one of three hundred.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil

from django.http import HttpResponse
from django.urls import reverse

from equipoise.conduct.chapter import Due
from equipoise.web import looks, read_model
from equipoise.web.models import SubjectRow
from equipoise.web.views.next_act import NextAct, next_act
from equipoise.web.views.page import Page, act_page
from equipoise.web.views.paged import links_of, page_asked
from equipoise.web.views.signed_in import for_people
from equipoise.web.views.status_words import STATUSES, status_word
from equipoise.web.views.subject_bar import panel_word

__all__ = ["participants"]

A_PAGE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One participant in a list."""

    row: SubjectRow
    status: str
    panel: str
    acts: list[NextAct]
    dues: list[Due]
    """All that comes next and is not left out for this reader, told or not."""


@for_people
def participants(page: Page) -> HttpResponse:
    """One page of the list; htmx asks for the table only."""
    given = page.request.GET
    search, state, site = (given.get(name, "").strip() for name in ("q", "status", "site"))
    rows = page.viewer.visible(read_model.rows(page.study, page.viewer.on))
    if search:
        rows = rows.filter(subject_id__icontains=search)
    if state in STATUSES:
        rows = rows.filter(status=state)
    if site in page.study.site_of:
        rows = rows.filter(site=site)
    total = rows.count()
    pages = max(ceil(total / A_PAGE), 1)
    number = page_asked(given.get("page", ""), pages)
    some = looks.in_list(rows.order_by("subject_id"))[(number - 1) * A_PAGE : number * A_PAGE]
    chosen = {"q": search, "status": state, "site": site}
    return page.render(
        "participants_table.jinja" if page.partial else "participants.jinja",
        listed=listed(page, some),
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


def listed(page: Page, rows: Iterable[SubjectRow], urgency: str = "") -> list[Listed]:
    """Rows with what comes next; what is not the viewer's to do has no address.

    :param urgency: what presses so is told; by default what presses most alone
    """
    found = list(rows)
    viewer = page.viewer
    agendas = looks.agendas(page.study, found, viewer.on, viewer.closed, viewer.now)
    return [_listed(page, row, dues, urgency) for row, dues in zip(found, agendas, strict=True)]


def _listed(page: Page, row: SubjectRow, dues: list[Due], urgency: str) -> Listed:
    chosen = [due for due in dues if due.urgency == urgency] if urgency else dues[:1]
    acts = [next_act(due, row.subject_id) for due in chosen]
    return Listed(
        row=row,
        status=status_word(row.status),
        panel=panel_word(page.study, row.panel),
        acts=[
            act if not act.kind or page.viewer.may(act.kind, row.site) else replace(act, url="")
            for act in acts
        ],
        dues=dues,
    )

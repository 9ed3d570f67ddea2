"""Today: what is due at the viewer's sites, by participant, with the next act."""

from datetime import timedelta

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from equipoise.web import door, reading
from equipoise.web.views.deviations import new_deviations
from equipoise.web.views.next_act import NextAct
from equipoise.web.views.page import Page, act_page, frame
from equipoise.web.views.participants import Listed, listed
from equipoise.web.views.signed_in import for_people

__all__ = ["today"]

MOST = 100  # participants looked at; the rest waits until these are dealt with
WEEK = timedelta(days=7)
SCREENING = ("in screening", "registered")


@for_people
def today(page: Page) -> HttpResponse:
    """Overdue first, then what is due, what waits for others, what may wait, the week to come."""
    if not page.viewer.sees_subjects:
        return redirect(_elsewhere(page))
    on = door.today()
    rows = page.viewer.visible(reading.rows(page.study))
    site = page.request.GET.get("site", "")
    if site in page.study.site_of:
        rows = rows.filter(site=site)
    wanted = rows.filter(
        Q(next_on__lte=on + WEEK) | Q(status__in=SCREENING) | Q(panel_open=True)
    ).order_by("next_on", "subject_id")
    found = [listed(page, row) for row in wanted[:MOST]]
    groups = {name: _of(found, *kinds) for name, kinds in GROUPS.items()}
    groups["waiting"] = [
        (one, act, 0) for one in found for act in one.acts if act.urgency == "waiting"
    ]
    return page.render(
        "today.jinja",
        on=on,
        groups=groups,
        total=wanted.count(),
        most=MOST,
        screening=rows.filter(status__in=SCREENING).count(),
        on_study=rows.filter(status="on study").count(),
        deviations=new_deviations(page, site) if _one_site(page, site) else [],
        site=site,
        sites=[(one.id, one.name) for one in page.study.sites if page.viewer.may_see_site(one.id)],
        new=act_page("screening.enter") if page.viewer.sites_where("screening.enter") else "",
    )


def _one_site(page: Page, site: str) -> bool:
    """Whether the page is of one hospital; those of the whole trial have a list of their own."""
    sites = page.viewer.sites
    return site in page.study.site_of or (sites is not None and len(sites) == 1)


def _elsewhere(page: Page) -> str:
    """The first page of someone who sees no participants: a reader, the board, a statistician."""
    links = frame(page)["navigation"]
    return links[0][1] if links else reverse("me")


GROUPS = {
    "overdue": ("overdue",),
    "due": ("expiring", "due"),
    "open": ("open",),
    "coming": ("coming",),
}


def _of(found: list[Listed], *kinds: str) -> list[tuple[Listed, NextAct, int]]:
    """Participants whose most pressing act is of this kind, with how much else waits."""
    chosen = [
        (one, one.acts[0], sum(act.urgency not in ("open", "coming") for act in one.acts[1:]))
        for one in found
        if one.acts and one.acts[0].urgency in kinds
    ]
    return sorted(chosen, key=lambda three: (three[1].urgency != "expiring", _when(three[1])))


def _when(act: NextAct) -> str:
    return act.when.isoformat() if act.when else ""

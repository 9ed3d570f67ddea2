"""Today: what is due at the viewer's sites, by participant, with the next act."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import chain
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from equipoise.web import kept_counts, looks, read_model
from equipoise.web.models import SubjectRow
from equipoise.web.participants.deviations import new_deviations
from equipoise.web.participants.participants import Listed, listed
from equipoise.web.views.next_act import NextAct, next_act
from equipoise.web.views.page import Page, act_page, frame
from equipoise.web.views.paged import MOST_COUNTED, counted
from equipoise.web.views.signed_in import for_people

__all__ = ["behind", "today"]

MOST = 50  # participants shown; the rest waits until these are dealt with
WEEK = timedelta(days=7)
SCREENING = ("in screening", "registered")
FEW = 10
WAITING = "waiting"
ACTED = ("overdue", "expiring", "due")
PRESSING = ("alarm", "overdue", "due", WAITING)

Group = list[tuple[Listed, NextAct, int]]


@for_people
def today(page: Page) -> HttpResponse:
    """Alarms first, then overdue, due, waiting for others, what may wait, the week to come."""
    if not page.viewer.sees_subjects:
        return redirect(_elsewhere(page))
    on, now = page.viewer.on, page.viewer.now
    rows = page.viewer.visible(read_model.rows(page.study, on))
    site = page.request.GET.get("site", "")
    if site in page.study.site_of:
        rows = rows.filter(site=site)
    looks.bring_up(page.study, rows, on, now=now)
    by_urgency = _by_urgency(rows, on)
    found, counts, is_whole = _found(page, by_urgency)
    groups = {
        name: _waiting(rows) if name == WAITING else _pressing(rows) for name, rows in found.items()
    }
    on_page = len({one.row.subject_id for rows in groups.values() for one, _, _ in rows})
    statuses = kept_counts.numbers(kept_counts.STATUS, page.viewer.sites_asked(site))
    return page.render(
        "today.jinja",
        on=on,
        groups=groups,
        also=behind([*found["alarm"], *found["overdue"], *found["due"]], page.viewer.may),
        counts=counts,
        most_counted=MOST_COUNTED,
        total=on_page if is_whole else _total(rows, on + WEEK),
        listed=on_page,
        screening=sum(statuses[name] for name in SCREENING),
        on_study=statuses["on study"],
        **_deviations(page, site),
        behind=counted(rows.filter(looks.behind(on, now))),
        site=site,
        sites=[(one.id, one.name) for one in page.study.sites if page.viewer.may_see_site(one.id)],
        new=act_page("screening.enter") if page.viewer.sites_where("screening.enter") else "",
    )


def _deviations(page: Page, site: str) -> dict[str, Any]:
    """What went otherwise of late at one hospital, and how much of it there is."""
    if not _one_site(page, site):
        return {"deviations": [], "deviations_count": 0}
    found, count = new_deviations(page, site, FEW)
    return {"deviations": found, "deviations_count": count}


def _one_site(page: Page, site: str) -> bool:
    """Whether the page is of one hospital; those of the whole trial have a list of their own."""
    sites = page.viewer.sites
    return site in page.study.site_of or (sites is not None and len(sites) == 1)


def _elsewhere(page: Page) -> str:
    """The first page of someone who sees no participants: a reader, the board, a statistician."""
    links = frame(page)["navigation"]
    return links[0].url if links else reverse("me")


def _by_urgency(rows: "QuerySet[SubjectRow]", on: date) -> dict[str, "QuerySet[SubjectRow]"]:
    """The rows by what presses most, in the order in which it does; who waits, whatever else."""
    still = rows.filter(Q(alarm_on=None) | Q(alarm_on__gt=on))
    in_time = still.filter(Q(overdue_on=None) | Q(overdue_on__gt=on))
    calm = in_time.filter(Q(due_on=None) | Q(due_on__gt=on), waits=False)
    return {
        "alarm": rows.filter(alarm_on__lte=on).order_by("alarm_on", "subject_id"),
        "overdue": still.filter(overdue_on__lte=on).order_by("overdue_on", "subject_id"),
        "due": in_time.filter(due_on__lte=on).order_by("due_on", "subject_id"),
        WAITING: rows.filter(waits=True).order_by("subject_id"),
        "open": calm.filter(next_on__lte=on).order_by("next_on", "subject_id"),
        "coming": calm.filter(next_on__gt=on, next_on__lte=on + WEEK).order_by(
            "next_on", "subject_id"
        ),
    }


def _total(rows: "QuerySet[SubjectRow]", until: date) -> int:
    """For how many something is to be done or waited for; asked in two parts, each by its index."""
    asking = counted(rows.filter(next_on__lte=until))
    if asking > MOST_COUNTED:
        return asking
    only_wait = rows.filter(Q(next_on=None) | Q(next_on__gt=until), waits=True)
    return asking + counted(only_wait)


def _found(
    page: Page, by_urgency: dict[str, "QuerySet[SubjectRow]"]
) -> tuple[dict[str, list[Listed]], dict[str, int], bool]:
    """What is shown of each, as far as one page goes, how many there are, and whether it is all.

    Of what may wait or is to come it is not counted how much there is while none is shown.
    """
    found: dict[str, list[Listed]] = {}
    more: dict[str, int] = {}
    left = MOST
    for name, rows in by_urgency.items():
        urgency = WAITING if name == WAITING else ""
        found[name] = listed(page, looks.in_list(rows)[:left], urgency) if left else []
        if len(found[name]) >= left:
            more[name] = counted(rows) if found[name] or name in PRESSING else 0
        left -= len(found[name])
    if page.viewer.closed:
        found = _regrouped(found, page.viewer.on + WEEK)
    counts = {name: more.get(name, len(rows)) for name, rows in found.items()}
    return found, counts, not more


def behind(found: list[Listed], may: Callable[[str, str], bool]) -> Group:
    """What the viewer may do of participants for whom something of somebody else presses more.

    A plan to be checked is not to stand behind forms that somebody else is late with.
    """
    own: Group = []
    for one in found:
        acts = [next_act(due, one.row.subject_id) for due in one.dues]
        mine = [act for act in acts if act.kind and may(act.kind, one.row.site)]
        if mine and mine[0] is not acts[0]:
            own += [(one, act, 0) for act in mine if act.urgency in ACTED]
    return sorted(own, key=lambda three: _when(three[1]))


def _regrouped(found: dict[str, list[Listed]], until: date) -> dict[str, list[Listed]]:
    """Each by what presses most of what is told of them, where something is left out.

    They are found by all that presses, so that where they were found would tell what is left out.
    """
    groups: dict[str, list[Listed]] = {name: [] for name in found}
    groups[WAITING] = found.pop(WAITING)
    for one in chain.from_iterable(found.values()):
        if not one.dues:
            continue
        first = one.dues[0]
        name = "due" if first.urgency == "expiring" else first.urgency
        is_near = name != "coming" or (first.when is not None and first.when <= until)
        if name != WAITING and is_near:
            groups[name].append(one)
    return groups


def _pressing(found: list[Listed]) -> Group:
    """Participants with their most pressing act, and how much else waits."""
    chosen = [
        (one, one.acts[0], sum(due.urgency not in ("open", "coming") for due in one.dues[1:]))
        for one in found
        if one.acts
    ]
    return sorted(chosen, key=lambda three: (three[1].urgency != "expiring", _when(three[1])))


def _waiting(found: list[Listed]) -> Group:
    waits = [(one, act, 0) for one in found for act in one.acts]
    return sorted(waits, key=lambda three: _when(three[1]))


def _when(act: NextAct) -> str:
    return act.when.isoformat() if act.when else ""

"""The deviations of the participants that the viewer sees, the last known first.

They are kept beside each participant, and worked out anew on the day on which that may change.
"""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from equipoise.conduct.deviations import KINDS, Deviation, deviations
from equipoise.conduct.subject import Subject
from equipoise.study.model import Study
from equipoise.web import looks, read_model, write_service
from equipoise.web.left_out import told_deviations
from equipoise.web.models import DeviationRow
from equipoise.web.outlooks import deviation_of
from equipoise.web.reader import HERE
from equipoise.web.views.next_act import form_page
from equipoise.web.views.page import Page
from equipoise.web.views.paged import links_of, page_asked
from equipoise.web.views.signed_in import for_people

__all__ = ["DeviationLine", "deviation_lines", "listed_deviations", "new_deviations"]

A_PAGE = 50
NEW = timedelta(days=7)
# What Today shows beside them as overdue.
ASKED_FOR = ("consent-late", "late", "day-not-recorded")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviationLine:
    """One deviation in the reader's words, and where to look."""

    subject_id: str
    deviation: Deviation
    kind: str
    what: str
    url: str


@for_people
def listed_deviations(page: Page) -> HttpResponse:
    """One page of the list, by hospital and kind."""
    if not page.viewer.sees_subjects:
        raise Http404
    query = page.request.GET
    site, kind = query.get("site", ""), query.get("kind", "")
    rows = _rows(page, site)
    counts = dict(rows.order_by().values_list("kind").annotate(Count("pk")))
    rows = rows.filter(kind=kind) if kind in KINDS else rows
    total = counts.get(kind, 0) if kind in KINDS else sum(counts.values())
    pages = max(ceil(total / A_PAGE), 1)
    number = page_asked(query.get("page", ""), pages)
    chosen = {name: text for name, text in (("site", site), ("kind", kind)) if text}
    return page.render(
        "deviations.jinja",
        found=[_kept(row) for row in rows[(number - 1) * A_PAGE : number * A_PAGE]],
        total=total,
        number=number,
        pages=pages,
        links=links_of(reverse("deviations"), chosen, number, pages),
        site=site,
        kind=kind,
        kinds=[(code, f"{gettext(word)} ({counts.get(code, 0)})") for code, word in KINDS.items()],
        sites=[(one.id, one.name) for one in page.study.sites if page.viewer.may_see_site(one.id)],
    )


def deviation_lines(study: Study, subject: Subject) -> list[DeviationLine]:
    """The deviations of one participant, in the reader's words."""
    return [
        _line(subject.subject_id, one) for one in deviations(study, subject, write_service.today())
    ]


def new_deviations(page: Page, site: str, most: int) -> tuple[list[DeviationLine], int]:
    """The last of those that became known in the last week, and how many these are.

    Those that are asked for as overdue besides are left out.
    """
    rows = _rows(page, site).filter(known_on__gt=page.viewer.on - NEW)
    rows = rows.exclude(kind__in=ASKED_FOR)
    return [_kept(row) for row in rows[:most]], rows.count()


def _rows(page: Page, site: str) -> "QuerySet[DeviationRow]":
    """Every deviation that is not left out for this reader, the last known first."""
    on, chosen = page.viewer.on, site in page.study.site_of
    seen = page.viewer.visible(read_model.rows(page.study, on))
    looks.bring_up(page.study, seen.filter(site=site) if chosen else seen, on)
    rows = told_deviations(page.viewer).order_by("-known_on", "-on", "subject_id", "id")
    return rows.filter(site=site) if chosen else rows


def _kept(row: DeviationRow) -> DeviationLine:
    return _line(row.subject_id, deviation_of(row))


def _line(subject_id: str, one: Deviation) -> DeviationLine:
    return DeviationLine(
        subject_id=subject_id,
        deviation=one,
        kind=gettext(KINDS[one.kind]),
        what=HERE.written(one.what),
        url=_where(subject_id, one),
    )


def _where(subject_id: str, one: Deviation) -> str:
    """The form that it is about; the checklist, where it is about a criterion."""
    if one.form:
        return form_page(subject_id, one.form, one.visit, one.number)
    name = "checklist" if one.kind == "ineligible" else "participant"
    return reverse(name, args=(subject_id,))

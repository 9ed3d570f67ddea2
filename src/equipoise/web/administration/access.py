"""The access log: who came in, took data out, or opened what is closed; newest first.

It is read by the trial office and by the roles of the whole trial to which the study file gives the
sight `access`. Reading it writes nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode

import msgspec
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from equipoise.conduct.authorisation import TRIAL
from equipoise.web.access.access_log import Detail
from equipoise.web.administration.access_words import KINDS, failed_text, kind_text, line_text
from equipoise.web.jinja import moment
from equipoise.web.models import AccessFailures, AccessRow
from equipoise.web.views.page import Page
from equipoise.web.views.problems import day_read
from equipoise.web.views.signed_in import for_people

__all__ = ["access"]

PAGE = 50
Row = TypeVar("Row", AccessRow, AccessFailures)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What the reader asked for: filters, and the page before a line."""

    person: str = ""
    kind: str = ""
    on: str = ""
    before: str = ""

    def address(self, **changed: str) -> str:
        """The address of this list with something changed."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return "?" + urlencode({k: v for k, v in {**fields, **changed}.items() if v})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One access as it is listed."""

    at: str
    who: str
    kind: str
    details: str


@require_safe
@for_people
def access(page: Page) -> HttpResponse:
    """One page of the log, by person, kind and day."""
    if not page.viewer.sees_access:
        raise Http404
    query = Query(
        **{name: page.request.GET.get(name, "").strip() for name in Query.__dataclass_fields__}
    )
    day, wrong = _day(query.on)
    rows = _filtered(AccessRow.objects.order_by("-id"), day, query, "person")
    if query.before.isdecimal() and len(query.before) < 19:
        rows = rows.filter(id__lt=int(query.before))
    listed = list(rows[: PAGE + 1])
    counts = _filtered(AccessFailures.objects.order_by("-day", "-hour", "who"), day, query, "who")
    context = {
        "lines": [_line(page, row) for row in listed[:PAGE]],
        "failures": [] if query.before else [_failed(page, row) for row in counts[:PAGE]],
        "query": query,
        "wrong": wrong,
        "older": query.address(before=str(listed[PAGE - 1].pk)) if len(listed) > PAGE else "",
        "newest": query.address(before="") if query.before else "",
        "kinds": [(kind, kind_text(kind)) for kind in KINDS],
        "persons": _persons(page),
    }
    return page.render("audit/access.jinja", 422 if wrong else 200, **context)


def _filtered(rows: QuerySet[Row], day: str, query: Query, person: str) -> QuerySet[Row]:
    exact = {"day": day, "kind": query.kind, person: query.person}
    return rows.filter(**{name: wanted for name, wanted in exact.items() if wanted})


def _day(text: str) -> tuple[str, str]:
    if not text:
        return "", ""
    on = day_read(text)
    if on is None:
        return "", gettext("Give a date that exists, like 23 11 2026")
    return on.isoformat(), ""


def _persons(page: Page) -> list[tuple[str, str]]:
    seen = AccessRow.objects.exclude(person="").order_by("person")
    known = seen.values_list("person", flat=True).distinct()
    return sorted(((one, page.people[one]) for one in known), key=lambda person: person[1])


def _line(page: Page, row: AccessRow) -> Line:
    details: dict[str, Detail] = msgspec.json.decode(row.told)
    named = row.person or "login" not in details  # what a job does, the trial itself does
    return Line(
        at=moment(datetime.fromisoformat(row.at)),
        who=page.people[row.person or TRIAL] if named else gettext("someone at the command line"),
        kind=kind_text(row.kind),
        details=line_text(details, page.people),
    )


def _failed(page: Page, row: AccessFailures) -> Line:
    who, often = failed_text(row.who, row.count, page.people)
    start = moment(datetime.fromisoformat(f"{row.day}T{row.hour:02}:00:00Z"))
    return Line(at=start, who=who, kind=kind_text(row.kind), details=often)

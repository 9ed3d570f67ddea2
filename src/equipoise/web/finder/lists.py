"""The list of a question as a file, for a spreadsheet or a program."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from equipoise.analysis.cells import inert
from equipoise.exchange.registry.api.mistaken import Mistaken
from equipoise.exchange.registry.finder import finder
from equipoise.exchange.registry.searches import Found, Hit
from equipoise.web import home
from equipoise.web.finder.question import question_of, unread
from equipoise.web.finder.services import service

__all__ = ["listed"]

MOST = 1000
COLUMNS = (
    "number",
    "title",
    "status",
    "phases",
    "conditions",
    "treatments",
    "sponsor",
    "sex",
    "minimum_age",
    "maximum_age",
    "started",
    "updated",
    "enrolled",
    "sites",
    "nearest",
    "km",
    "address",
)
SEVERAL = ("phases", "conditions", "treatments")
Row = dict[str, str | int | float | None]


@service
def listed(request: HttpRequest, suffix: str) -> HttpResponse:
    """The first thousand trials of a question, as CSV or JSON.

    :raises Mistaken: when not all of the question can be read: a program sees no page that says so
    """
    if suffix not in ("csv", "json"):
        raise Http404
    question = question_of(request.GET)
    if errors := [*question.problems.values(), *unread(question, request.GET)]:
        raise Mistaken("; ".join(errors))
    search = question.search
    found = finder(home.registry()).search(replace(search, offset=0, limit=MOST, facets=()))
    rows = [_row(request, hit) for hit in found.hits]
    answer = HttpResponse(
        _csv(rows) if suffix == "csv" else _json(found, rows),
        content_type="text/csv; charset=utf-8" if suffix == "csv" else "application/json",
    )
    answer["Content-Disposition"] = f'attachment; filename="trials.{suffix}"'
    answer["X-Total-Count"] = str(found.total)
    return answer


def _row(request: HttpRequest, hit: Hit) -> Row:
    card = hit.card
    values = {name: getattr(card, name, None) for name in COLUMNS}
    joined = {
        name: "; ".join(getattr(card, name)) for name in ("phases", "conditions", "treatments")
    }
    there = request.build_absolute_uri(reverse("found-trial", args=[card.number]))
    far = None if hit.km is None else round(hit.km)
    return values | joined | {"nearest": hit.nearest, "km": far, "address": there}


def _json(found: Found, rows: list[Row]) -> str:
    about = {"asOf": found.as_of, "records": found.records, "total": found.total}
    return json.dumps({**about, "trials": rows}, ensure_ascii=False)


def _csv(rows: list[Row]) -> str:
    text = StringIO()
    text.write("\ufeff")  # by which a spreadsheet knows that it is UTF-8
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(_cells(row) for row in rows)
    return text.getvalue()


def _cells(row: Row) -> Iterator[str]:
    for name in COLUMNS:
        yield inert("" if row[name] is None else str(row[name]))

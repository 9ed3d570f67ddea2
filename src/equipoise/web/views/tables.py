"""Lists of what a chapter knows, as its tables say: of all participants that one sees, and of one.

In an open-label trial whoever sees a participant sees their arm. Who sees all hospitals could
count, so that the list of them leaves out what tells of arms.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from math import ceil

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from equipoise.conduct.chapters import ACTS, tables
from equipoise.conduct.locks import shuts
from equipoise.conduct.sight import Sight
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import (
    Row,
    Table,
    TableColumn,
    visible_rows,
    without_closed,
)
from equipoise.conduct.words import Ask
from equipoise.study.model import Study
from equipoise.web import kept_counts, kept_tables, read_model, write_service
from equipoise.web.models import TableRow
from equipoise.web.reader import HERE
from equipoise.web.views.act_words import choice_labels, field_text, wording
from equipoise.web.views.page import Page, act_page
from equipoise.web.views.paged import links_of, page_asked
from equipoise.web.views.signed_in import for_people

__all__ = ["Listed", "cell_text", "kept_rows", "listed_table", "of_subject", "sight_of"]

A_PAGE = 50
A_NUMBER = re.compile(r"-?\d+(\.\d+)?")
MINUS = "\N{MINUS SIGN}"
OfSite = tuple[str, Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row: whose it is, its cells, and where it is put right."""

    subject_id: str
    cells: tuple[str, ...]
    mends: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A table in the reader's words."""

    name: str
    label: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    days: tuple[int, ...] = ()
    """The places of the columns that hold days, which stand on one line."""
    mends: str = ""
    """What putting a row right is called."""


@for_people
def listed_table(page: Page, table: str) -> HttpResponse:
    """One page of a table, the newest first, by hospital."""
    found = {one.name: one for one in tables() if one.listed and one.of_study(page.study)}
    if table not in found or not page.viewer.sees_subjects:
        raise Http404
    site, sight = page.request.GET.get("site", ""), sight_of(page)
    kept, total = kept_rows(page, table, site, sight)
    pages = max(ceil(total / A_PAGE), 1)
    number = page_asked(page.request.GET.get("page", ""), pages)
    here, chosen = reverse("table", args=[table]), {"site": site} if site else {}
    rows = [
        (one.site, without_closed(found[table], kept_tables.row_of(found[table], one), sight))
        for one in kept[(number - 1) * A_PAGE : number * A_PAGE]
    ]
    return page.render(
        "table.jinja",
        listed=_listed(page, found[table], rows),
        total=total,
        number=number,
        pages=pages,
        links=links_of(here, chosen, number, pages),
        address=here,
        site=site,
        sites=[(one.id, one.name) for one in page.study.sites if page.viewer.may_see_site(one.id)],
    )


def of_subject(page: Page, subject: Subject) -> list[Listed]:
    """The tables in which a participant has rows."""
    found = (table for table in tables() if table.listed and table.of_study(page.study))
    by_table = ((table, _rows(page, table, subject)) for table in found)
    return [_listed(page, table, rows, subject) for table, rows in by_table if rows]


def sight_of(page: Page) -> Sight:
    """Who sees one hospital sees the arms of its participants."""
    return replace(page.viewer.sight, arms=page.viewer.sites is not None)


def kept_rows(page: Page, table: str, site: str, sight: Sight) -> "tuple[QuerySet[TableRow], int]":
    """The rows that a reader sees, the newest first, and how many there are."""
    read_model.make_current(page.study, write_service.LEDGER, page.viewer.on)
    rows = page.viewer.visible(TableRow.objects.filter(table=table).order_by(*kept_tables.ORDER))
    rows = rows.filter(site=site) if site in page.study.site_of else rows
    numbers = kept_counts.numbers(table, page.viewer.sites_asked(site))
    if sight.could_count_arms:
        return rows.filter(tells_arm=False), numbers[kept_counts.OF_NO_ARM]
    return rows, numbers.total()


def _rows(page: Page, table: Table, subject: Subject) -> list[OfSite]:
    """The rows of one participant, the newest first."""
    sight, on = replace(page.viewer.sight, arms=True), write_service.today()
    rows = visible_rows(table, page.study, [subject], on, sight)
    at = kept_tables.sorted_by(table)
    return [(subject.site, row) for row in sorted(rows, key=lambda row: str(row[at]), reverse=True)]


def _listed(page: Page, table: Table, rows: list[OfSite], subject: Subject | None = None) -> Listed:
    """A table with its rows.

    :param subject: whose they all are: what a lock closes of them is not offered
    """
    chosen = [(n, one) for n, one in enumerate(table.columns) if one.name in table.listed]
    shut = bool(table.mends and subject and shuts(subject, ACTS[table.mends[0]]))
    return Listed(
        name=table.name,
        label=HERE.written(table.label()),
        columns=tuple(HERE.written(column.label()) for _, column in chosen),
        days=tuple(n for n, (_, column) in enumerate(chosen) if column.kind == "day"),
        mends=_called(table),
        lines=tuple(
            Line(
                subject_id=str(row[0]),
                cells=tuple(cell_text(page.study, column, row[n]) for n, column in chosen),
                mends="" if shut else _mends(page, table, site, row),
            )
            for site, row in rows
        ),
    )


def _called(table: Table) -> str:
    if table.page:
        return gettext("Look")
    words = ACTS[table.mends[0]].words if table.mends else None
    return wording(words.link or words.title) if words else ""


def _mends(page: Page, table: Table, site: str, row: Row) -> str:
    """Where the row is put right by this viewer; empty where that is not theirs to do.

    What has a page of its own is put right there.
    """
    if table.page:
        name, named = table.page
        return act_page(name, str(row[0]), str(row[table.place_of(named)]))
    if table.mends is None:
        return ""
    kind, named = table.mends
    entry = row[table.place_of(named)]
    return act_page(kind, str(row[0]), str(entry)) if page.viewer.may(kind, site) else ""


def cell_text(study: Study, column: TableColumn, value: object) -> str:
    """What stands in a cell; a number with the signs of the reader's language."""
    if value in (None, ""):
        return ""
    if column.kind == "day" and isinstance(value, date):
        return HERE.day(value)
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if column.kind == "partial":
        return field_text(Ask("", kind="partial"), str(value), study, {})
    if column.choices is None and A_NUMBER.fullmatch(str(value)):
        return HERE.signed(str(value).replace("-", MINUS))
    codes = str(value).split() if column.kind == "codes" else [str(value)]
    known = choice_labels(Ask("", column.choices), study) if column.choices else {}
    return "; ".join(known.get(code, code) for code in codes)

"""What comes next, for one participant and for those you see: as the pages tell it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from ninja import P, QueryEx, Router, Schema
from pydantic import Field

from equipoise.conduct.chapter import Due, FormAt, RowAt, Urgency
from equipoise.conduct.chapters import agenda
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.status import status
from equipoise.study.reason import Wording
from equipoise.web import looks, read_model
from equipoise.web.access import access_log
from equipoise.web.left_out import left_out
from equipoise.web.rest.asking import seen_subject, viewer
from equipoise.web.rest.refusals import plain
from equipoise.web.rest.shapes import LEFT_OUT
from equipoise.web.viewer import Viewer
from equipoise.web.views.act_words import due_text

__all__ = ["router"]

router = Router(tags=["participants"])
PAGE = 500


class Item(Schema):
    """One thing that comes next: to be done, or to be waited for."""

    urgency: Urgency = Field(
        description="how it presses: `overdue`; `expiring`, in time only before `when`; `due`; "
        "`waiting` for others; `open`, may wait; `coming`"
    )
    when: date | None = Field(
        description="since when it is overdue, before or until when it is to be done, since when "
        "it is waited for, or from when it is open"
    )
    at: datetime | None = Field(
        description="the moment, in UTC, where it is a matter of hours; null: of the day"
    )
    what: str = Field(description="what it is, in the language that the request accepts")
    values: dict[str, Any] = Field(description="what the sentence rests on, as in a refusal")
    act: str = Field(description="the kind of act by which it is done; empty where there is none")
    allowed: bool = Field(description="whether your roles allow that act at this hospital")
    form: str = Field(description="the form, its visit and its number, where it is one")
    visit: str
    number: int | None
    filled: dict[str, str] = Field(description="fields of that act that are known beforehand")
    declined_by: str = Field(description="the act by which it is said that it need not be done")
    declined_with: dict[str, str] = Field(description="fields of that act, known beforehand")


class Agenda(Schema):
    """What comes next for one participant, the most pressing first."""

    subject_id: str
    site: str
    status: str
    agenda: list[Item]


class AgendaOfOne(Agenda):
    """The same, with the day of which it is told and how far the participant was read."""

    on: date
    seq: int


class AgendaList(Schema):
    """What comes next for several, by number."""

    on: date
    participants: list[Agenda]
    left_out: str = Field(description=LEFT_OUT)
    next: str | None = Field(description="give it as `after` for those that follow; null: no more")


@router.get(
    "/subjects/{subject_id}/agenda", response=AgendaOfOne, summary="What comes next for one"
)
def one(request: HttpRequest, subject_id: str) -> dict[str, Any]:
    """Everything that comes next for a participant, as of today."""
    who = viewer(request)
    subject = seen_subject(who, subject_id)
    items = _items(who, subject.site, agenda(who.study, subject, who.on, who.now))
    found = _agenda(subject_id, subject.site, status(subject), items)
    return {**found, "on": who.on, "seq": subject.seq}


@router.get("/agenda", response=AgendaList, summary="What comes next for those you see")
def listed(
    request: HttpRequest,
    site: str = "",
    urgency: Urgency | None = None,
    after: str = "",
    limit: QueryEx[int, P(ge=1, le=PAGE)] = 100,
) -> dict[str, Any]:
    """Participants for whom something comes next, those after `after`.

    Who sees all hospitals is told of no visit that not every arm has: `left_out` says so. With
    `urgency` only what presses so; a page may then hold fewer than `limit`, and others follow.
    """
    who = viewer(request, "site", "urgency", "after", "limit")
    rows = who.visible(read_model.rows(who.study, who.on)).filter(subject_id__gt=after)
    rows = rows.filter(site=site) if site else rows
    # Where something is left out nobody is chosen by it: whoever pages would see whom it brought.
    rows = rows if who.closed else rows.filter(_may_press(urgency, who.on, who.now))
    found = list(looks.in_list(rows.order_by("subject_id"))[: limit + 1])
    on_page = found[:limit]
    dues_of = looks.agendas(who.study, on_page, who.on, who.closed, who.now)
    agendas = [
        _agenda(row.subject_id, row.site, row.status, _items(who, row.site, dues, urgency))
        for row, dues in zip(on_page, dues_of, strict=True)
    ]
    filters = {"site": site if site in who.study.site_of else "", "only": urgency or ""}
    access_log.note("list-read", who.person_id, what="agenda", rows=len(on_page), **filters)
    return {
        "on": who.on,
        "participants": [one for one in agendas if one["agenda"]],
        "left_out": left_out(who),
        "next": on_page[-1].subject_id if len(found) > limit else None,
    }


def _may_press(urgency: Urgency | None, on: date, now: datetime) -> Q:
    """What an index alone can tell of who has something that presses so; or that is behind."""
    behind = looks.behind(on, now)
    match urgency:
        case "alarm":
            return behind | Q(alarm_on__lte=on)
        case "overdue":
            return behind | Q(overdue_on__lte=on)
        case "expiring" | "due":
            return behind | Q(due_on__lte=on)
        case "waiting":
            return behind | Q(waits=True)
    return Q()


def _items(
    who: Viewer, site: str, dues: Iterable[Due], urgency: Urgency | None = None
) -> list[dict[str, Any]]:
    return [_item(who, site, due) for due in dues if urgency in (None, due.urgency)]


def _item(who: Viewer, site: str, due: Due) -> dict[str, Any]:
    where, act = due.where, ""
    if isinstance(where, FormAt):
        act = SaveForm.kind
    elif isinstance(where, RowAt):
        act = where.act.kind
    elif isinstance(where, type):
        act = where.kind
    form = where if isinstance(where, FormAt) else FormAt("", "", 0)
    values = due.what.values if isinstance(due.what, Wording) else {}
    return {
        "urgency": due.urgency,
        "when": due.when,
        "at": due.at,
        "what": due_text(due),
        "values": {name: plain(value) for name, value in values.items()},
        "act": act,
        "allowed": bool(act) and who.may(act, site),
        "form": form.form,
        "visit": form.visit,
        "number": form.number or None,
        "filled": dict(due.filled),
        "declined_by": due.declined_by.kind if due.declined_by else "",
        "declined_with": dict(due.declined_with),
        "query": where.row if isinstance(where, RowAt) else "",
    }


def _agenda(subject_id: str, site: str, status: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"subject_id": subject_id, "site": site, "status": status, "agenda": items}

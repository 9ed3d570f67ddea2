"""Deviations: what went otherwise than the study says, of the participants you see."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from equipoise.conduct.deviations import Kind, deviations
from equipoise.web import door, reading
from equipoise.web.access import noted
from equipoise.web.reader import HERE
from equipoise.web.rest.asking import viewer

__all__ = ["router"]

router = Router(tags=["participants"])


class DeviationShown(Schema):
    """One deviation of one participant."""

    subject_id: str
    site: str
    kind: Kind
    on: date
    known_on: date
    by: str
    visit: str
    form: str
    number: int
    what: str


@router.get("/deviations", response=list[DeviationShown], summary="What went otherwise")
def listed(request: HttpRequest, site: str = "", kind: Kind | None = None) -> list[dict[str, Any]]:
    """Every deviation as it stands today: the day it is of, and the day it became known."""
    who = viewer(request, "site", "kind")
    rows = who.visible(reading.rows(who.study)).filter(registered_on__isnull=False)
    rows = rows.filter(site=site) if site else rows
    found = [
        {
            "subject_id": row.subject_id,
            "site": row.site,
            "kind": one.kind,
            "on": one.on,
            "known_on": one.known_on,
            "by": one.by,
            "visit": one.visit,
            "form": one.form,
            "number": one.number,
            "what": HERE.written(one.what),
        }
        for row in rows.order_by("subject_id")
        for one in deviations(who.study, reading.decoded(row), door.today())
        if kind in (None, one.kind)
    ]
    asked = {"site": site if site in who.study.site_of else "", "only": kind or ""}
    noted.note("list-read", who.person_id, what="deviations", rows=len(found), **asked)
    return found

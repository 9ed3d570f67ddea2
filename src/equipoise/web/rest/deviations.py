"""Deviations: what went otherwise than the study says, of the participants you see."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from equipoise.conduct.deviations import Kind
from equipoise.web import looks, read_model
from equipoise.web.access import access_log
from equipoise.web.left_out import left_out, told_deviations
from equipoise.web.outlooks import deviation_of
from equipoise.web.reader import HERE
from equipoise.web.rest.asking import viewer
from equipoise.web.rest.shapes import LEFT_OUT

__all__ = ["router"]

router = Router(tags=["participants"])
SHOWN = ("subject_id", "site", "kind", "on", "known_on", "by", "visit", "form", "number")


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


class Deviations(Schema):
    """What went otherwise with those you see."""

    on: date
    deviations: list[DeviationShown]
    left_out: str = Field(description=LEFT_OUT)


@router.get("/deviations", response=Deviations, summary="What went otherwise")
def listed(request: HttpRequest, site: str = "", kind: Kind | None = None) -> dict[str, Any]:
    """Every deviation as it stands today: the day it is of, and the day it became known."""
    who = viewer(request, "site", "kind")
    on = who.on
    seen = who.visible(read_model.rows(who.study, on))
    looks.bring_up(who.study, seen.filter(site=site) if site else seen, on, most=None)
    chosen = {name: text for name, text in (("site", site), ("kind", kind)) if text}
    rows = told_deviations(who).filter(**chosen)
    found = [
        {
            **{name: getattr(row, name) for name in SHOWN},
            "what": HERE.written(deviation_of(row).what),
        }
        for row in rows.order_by("subject_id", "-known_on", "-on", "id")
    ]
    filters = {"site": site if site in who.study.site_of else "", "only": kind or ""}
    access_log.note("list-read", who.person_id, what="deviations", rows=len(found), **filters)
    return {"on": on, "deviations": found, "left_out": left_out(who)}

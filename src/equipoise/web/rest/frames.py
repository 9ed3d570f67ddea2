"""Frames: tables of all participants that a viewer sees, as of any moment, as JSON or CSV."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import Router

from equipoise.analysis.frames import SUBJECTS, csv_of, day_in, frame, subjects_as_of, tables
from equipoise.conduct.folding import as_active
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Table
from equipoise.conduct.trial import moment as moment_written
from equipoise.study.reason import OneOf, Reason
from equipoise.web import write_service
from equipoise.web.access import access_log
from equipoise.web.reader import HERE
from equipoise.web.rest.asking import LONGEST, Malformed, NotAllowed, viewer
from equipoise.web.results_open import earlier, shown_by_arm
from equipoise.web.viewer import Viewer

__all__ = ["router"]

router = Router(tags=["frames"])
MOMENT = Reason(
    "request.moment", "as_of", "write a moment with its zone, such as 2026-11-23T12:00:00Z"
)


NO_TABLE = Reason("request.no-table", "name", "there is no table '{name}'; there are {known}")


@router.get("/frames", summary="Which tables there are")
def listed(request: HttpRequest) -> list[dict[str, Any]]:
    """Every table by its name, with its columns; `by_arm` marks those that tell of arms."""
    viewer(request)
    return [
        {
            "name": table.name,
            "label": HERE.written(table.label()),
            "columns": [
                {
                    "name": column.name,
                    "kind": column.kind,
                    "label": HERE.written(column.label()),
                    "by_arm": column.by_arm,
                }
                for column in table.columns
            ],
        }
        for table in tables().values()
    ]


@router.get("/frames/{name}", summary="A table of participants, or of every version of every value")
def one(
    request: HttpRequest,
    name: str,
    as_of: str = "",
    format: Literal["json", "csv"] = "json",  # noqa: A002  (the word of the address)
) -> HttpResponse:
    """A frame from the ledger as it stood at `as_of` (a moment with its zone); else as it stands.

    What tells of arms is empty for everyone to whom results by arm are closed; who sees all
    hospitals gets no rows that one arm alone has, such as values of a visit, until results by arm
    are opened to them. Then all frames are as of the data cut of that opening at the latest;
    `as_of` of the answer tells. In CSV a text
    that a spreadsheet would run as a formula has an apostrophe before it, and so has one that
    begins with apostrophes before such a sign: taking one away gives it back. JSON has it as it was
    typed.
    """
    who, given = viewer(request, "as_of", "format"), _moment(as_of)
    wanted = tables().get(name)
    if wanted is None:
        raise Malformed(NO_TABLE(name=name[:LONGEST], known=OneOf(tuple(tables()))))
    seen = shown_by_arm(who)
    moment, by_arm = earlier(given, seen.cut), seen.by_arm
    subjects = _rows(who, wanted, moment, by_arm=by_arm)
    on = day_in(who.study, moment) if moment else write_service.today()
    until = moment_written(moment) if moment else ""
    study = as_active(who.study, write_service.LEDGER, until)
    table = frame(wanted, subjects, study, on, replace(who.sight, arms=by_arm))
    access_log.note(
        "frame-taken",
        who.person_id,
        frame=name,
        as_of=moment_written(moment) if moment else "",
        rows=table.height,
        participants=len(subjects),
        by_arm=by_arm,
        form=format,
    )
    if format == "csv":
        return HttpResponse(csv_of(table), content_type="text/csv; charset=utf-8")
    body = {"as_of": (moment or write_service.now()).isoformat(), "rows": table.to_dicts()}
    return HttpResponse(msgspec.json.encode(body), content_type="application/json")


def _rows(who: Viewer, table: Table, moment: datetime | None, *, by_arm: bool) -> list[Subject]:
    everyone = table is SUBJECTS and by_arm
    if not everyone and not who.sees_subjects:
        raise NotAllowed(gettext("your role sees no participants"))
    subjects = subjects_as_of(write_service.LEDGER, moment)
    return [s for s in subjects if everyone or who.may_see_subject(s)]


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment.astimezone(UTC)  # the first and the last day of all have no moment everywhere
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.tzinfo is None:
        # A plus sign in an address reads as a blank unless it is written %2B.
        raise Malformed(MOMENT())
    return moment

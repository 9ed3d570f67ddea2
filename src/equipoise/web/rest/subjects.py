"""Participants: entering them, listing them, and reading one with all that was recorded."""

from typing import Any

import msgspec
from django.http import HttpRequest
from ninja import P, QueryEx, Router

from equipoise.conduct.screening import EnterScreening
from equipoise.conduct.status import status
from equipoise.conduct.subject import Subject
from equipoise.ledger import Entry, stated
from equipoise.web import read_model, write_service
from equipoise.web.access import access_log
from equipoise.web.once import of_program
from equipoise.web.rest.asking import seen_subject, viewer
from equipoise.web.rest.proving import ProofGiven, how_done, without_proof
from equipoise.web.rest.shapes import (
    EntryShown,
    Problems,
    Refusals,
    ScreeningAsked,
    SubjectList,
    SubjectShown,
)
from equipoise.web.sealed import logged_kinds, opened, visible_entries

__all__ = ["router"]

router = Router(tags=["participants"])
PAGE = 500


@router.post(
    "/subjects",
    response={200: SubjectShown, 409: Refusals, 422: Problems},
    summary="Enter a participant into screening",
)
def enter(request: HttpRequest, request_body: ScreeningAsked) -> dict[str, Any]:
    """Give someone the next number of a site."""
    who = viewer(request)
    once = of_program(request, without_proof(request))
    given = ProofGiven(**request_body.proof.dict()) if request_body.proof else None
    how = how_done(request, EnterScreening, {"site": request_body.site}, given)
    return _answer(
        write_service.enter_screening(
            who.person_id, request_body.site, request_body.happened, once, how
        )
    )


@router.get("/subjects", response=SubjectList, summary="The participants you see")
def listed(
    request: HttpRequest, after: str = "", limit: QueryEx[int, P(ge=1, le=PAGE)] = 100
) -> dict[str, Any]:
    """Participants by number, those after `after`."""
    who = viewer(request, "after", "limit")
    rows = who.visible(read_model.rows(who.study, who.on)).filter(subject_id__gt=after)
    found = list(rows.defer("state", "outlook").order_by("subject_id")[: limit + 1])
    on_page = found[:limit]
    access_log.note("list-read", who.person_id, what="subjects", rows=len(on_page))
    return {"subjects": on_page, "more": len(found) > limit}


@router.get("/subjects/{subject_id}", response=SubjectShown, summary="One participant")
def one(request: HttpRequest, subject_id: str) -> dict[str, Any]:
    """All that is known of a participant now."""
    who = viewer(request)
    return _answer(opened(who, seen_subject(who, subject_id)))


@router.get(
    "/subjects/{subject_id}/entries",
    response=list[EntryShown],
    summary="What was recorded of a participant",
)
def entries(request: HttpRequest, subject_id: str) -> list[dict[str, Any]]:
    """The participant's entries in the ledger, in the order of recording."""
    who = viewer(request)
    subject = seen_subject(who, subject_id)
    found: list[Entry] = [
        *write_service.LEDGER.entries(subject_id),
        *write_service.LEDGER.concerning(subject_id),
    ]
    for what in logged_kinds(who, found):
        access_log.note(what, who.person_id, subject=subject_id)
    visible = visible_entries(who, subject, stated(found))
    return sorted(visible, key=lambda entry: entry["at"])


def _answer(subject: Subject) -> dict[str, Any]:
    known = msgspec.to_builtins(subject)
    for bookkeeping in ("seq", "elsewhere"):
        del known[bookkeeping]
    return {
        "subject_id": subject.subject_id,
        "site": subject.site,
        "status": status(subject),
        "seq": subject.seq,
        "subject": known,
    }

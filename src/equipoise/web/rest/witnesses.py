"""For witnesses: heads of the tree, the proof that it only grew, a copy, and their signatures."""

from base64 import b64encode
from datetime import timedelta
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import P, QueryEx, Router

from equipoise.conduct.witnesses import policy_of
from equipoise.ledger.line import Unreadable
from equipoise.ledger.note import read_signature
from equipoise.ledger.tree import consistency_proof, consistency_spans, needed
from equipoise.study.reason import Reason
from equipoise.web import write_service
from equipoise.web.access import access_log
from equipoise.web.rest.asking import Malformed, NotAllowed, NotThere, viewer
from equipoise.web.rest.shapes import Problems, StrictBody
from equipoise.web.witness import tree_store
from equipoise.web.witness.witness_copy import MOST, copy_of

__all__ = ["router"]

router = Router(tags=["witnesses"])
NO_TREE = Reason("tree.sizes", "old", "there is no tree of this size")
NOT_LINES = Reason("tree.indexes", "only", "give the indexes as numbers with commas between")
NO_SIGNATURE = Reason("witness.signature", "line", "no witness of the policy signed this head so")
NOT_NOW = Reason("witness.moment", "line", "the moment of this signature is not now")
SLACK = timedelta(hours=1)


class SignatureAsked(StrictBody):
    """A witness's signature under a head."""

    size: int
    line: str


@router.get("/tree/head", summary="The newest head of the tree, or one of a size")
def head(request: HttpRequest, size: int | None = None) -> HttpResponse:
    """A signed note with the signatures of witnesses so far, as text."""
    _known(request, "size")
    note = tree_store.head(size)
    if note is None:
        raise NotThere
    return HttpResponse(note.written, content_type="text/plain; charset=utf-8")


@router.get("/tree/policy", summary="Who the witnesses are, and how many must sign")
def policy(request: HttpRequest) -> HttpResponse:
    """The policy that the ledger holds now, as text; 404 before the first."""
    who = _known(request)
    if not who.trial_state.witnesses.policy:
        raise NotThere
    return HttpResponse(who.trial_state.witnesses.policy, content_type="text/plain; charset=utf-8")


@router.get(
    "/tree/consistency",
    response={200: dict[str, Any], 422: Problems},
    summary="The proof that one tree begins with another",
)
def consistency(request: HttpRequest, old: int, new: int) -> dict[str, Any]:
    """The hashes of RFC 6962 §2.1.2, in base64."""
    _known(request, "old", "new")
    if not 0 <= old <= new <= tree_store.size():
        raise Malformed(NO_TREE())
    nodes = tree_store.nodes(needed(consistency_spans(old, new)))
    return {"hashes": [b64encode(h).decode() for h in consistency_proof(old, new, nodes)]}


@router.get("/tree/leaves", summary="Leaves as you may hold them: hashes, and your own entries")
def leaves(
    request: HttpRequest,
    start: QueryEx[int, P(ge=0, le=2**53)] = 0,
    end: QueryEx[int, P(ge=0, le=2**53)] = 2**53,
    only: str = "",
) -> HttpResponse:
    """From one index up to another (at most 1000), or only those told: `only=3,17`."""
    who = _known(request, "start", "end", "only")
    indexes = range(start, min(end, start + MOST, tree_store.size()))
    try:
        wanted = [int(word) for word in only.split(",")][:MOST] if only else indexes
        given = copy_of(who, [n for n in wanted if 0 <= n < 2**53])
    except ValueError:
        raise Malformed(NOT_LINES()) from None
    if rows := sum("entry" in leaf or "shown" in leaf for leaf in given):
        access_log.note("list-read", who.person_id, what="witness-copy", rows=rows)
    body = msgspec.json.encode({"leaves": given})
    return HttpResponse(body, content_type="application/json")


@router.post(
    "/tree/signatures",
    response={200: dict[str, Any], 422: Problems},
    summary="Sign a head as a witness",
)
def sign(request: HttpRequest, request_body: SignatureAsked) -> dict[str, Any]:
    """Keep a witness's signature; it is checked against the policy that the ledger holds."""
    who, now = _known(request), write_service.now()
    note, held = tree_store.head(request_body.size), policy_of(who.trial_state)
    try:
        signature = read_signature(request_body.line)
    except Unreadable:
        raise Malformed(NO_SIGNATURE()) from None
    if note is None or held is None or not (name := held.witness_of(signature, note.text)):
        raise Malformed(NO_SIGNATURE())
    if abs(signature.at - now.timestamp()) > SLACK.total_seconds():
        raise Malformed(NOT_NOW())
    tree_store.cosign(request_body.size, signature, now)
    return {"size": request_body.size, "witness": name}


def _known(request: HttpRequest, *names: str) -> Any:
    """The viewer, if they hold a role."""
    who = viewer(request, *names)
    if not who.roles:
        raise NotAllowed("you have no role in this trial")
    return who

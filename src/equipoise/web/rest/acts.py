"""Performing acts: the same one way in as the pages, with the same refusals."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
from django.http import HttpRequest
from ninja import Router

from equipoise.conduct.act import Act, Refused
from equipoise.conduct.authorisation import MAY_NOT
from equipoise.conduct.screening import EnterScreening
from equipoise.conduct.shape import NAMED, NOT_THIS, WRONG_KIND, misshapen
from equipoise.conduct.step_up import is_asked, meaning_of
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial import ACTS
from equipoise.conduct.voiding import VoidEntry
from equipoise.conduct.words import asks
from equipoise.ledger import Entry
from equipoise.study.model import Study
from equipoise.study.reason import OneOf, Reason, Refusal
from equipoise.web import write_service
from equipoise.web.once import of_program
from equipoise.web.read_model import DatabaseFolds
from equipoise.web.rest.asking import Malformed, NotThere, any_subject, viewer
from equipoise.web.rest.proving import ProofGiven, how_done, without_proof
from equipoise.web.rest.refusals import inside
from equipoise.web.rest.shapes import ActAsked, ActKind, Done, Problems, Refusals
from equipoise.web.sealed import has_seals, visible_fields
from equipoise.web.viewer import Viewer
from equipoise.web.views.act_words import act_text, choice_labels, wording

__all__ = ["router"]

router = Router(tags=["acts"])
NO_ACT = Reason("request.no-act", "kind", "there is no act '{kind}'; there are: {known}")
NUMBER_GIVEN = Reason("request.number-given", "kind", "the trial gives the number: {address}")
WHOLE_TRIAL = Reason(
    "request.whole-trial", "subject_id", "{kind} concerns the whole trial: leave it empty"
)
PARTICIPANT = Reason(
    "request.no-participant", "subject_id", "{kind} concerns a participant: give the number"
)


class Replaces(msgspec.Struct, frozen=True):
    """An entry of the participant that was recorded in error, and what was wrong."""

    entry: int
    reason: str


class Order(msgspec.Struct, frozen=True):
    """The body of a request for an act."""

    subject_id: str = ""
    happened: date | None = None
    seen: int | None = None
    fields: dict[str, Any] = {}
    replaces: Replaces | None = None
    proof: ProofGiven | None = None


@router.get("/acts", response=list[ActKind], summary="Every kind of act, and what it says")
def kinds(request: HttpRequest) -> list[dict[str, Any]]:
    """The kinds of act with the JSON Schema of their fields."""
    who = viewer(request)
    return [_kind(act, who) for act in ACTS.values()]


@router.post(
    "/acts/{kind}",
    response={200: Done, 409: Refusals, 422: Problems},
    summary="Perform an act",
)
def perform(request: HttpRequest, kind: str, request_body: ActAsked) -> dict[str, Any]:
    """Record one act, or refuse it with every reason."""
    who, (order, act) = viewer(request), _order(kind, request)
    folds = write_service.folds(who.study)
    if order.subject_id:
        _reachable(who, folds, act, order.subject_id)
    once = of_program(request, without_proof(request, act.unrecorded))
    fields = {n: v for n, v in order.fields.items() if n not in act.unrecorded}
    stated = {"kind": kind, "subject_id": order.subject_id, "fields": fields}
    how = how_done(request, type(act), stated, order.proof)
    wrong = order.replaces
    void = VoidEntry(entry=wrong.entry, reason=wrong.reason) if wrong else None
    by, on, whom = who.person_id, order.happened, order.subject_id
    entry = write_service.perform(act, by, on, whom, once, order.seen, void, how=how, known=folds)
    return _answer(who, folds.as_folded(whom), entry, whom)


def _answer(who: Viewer, subject: Subject, entry: Entry, subject_id: str) -> dict[str, Any]:
    sealed = bool(subject_id) and entry.stream == subject_id and has_seals(subject)
    return {
        "kind": entry.kind,
        "stream": entry.stream,
        "seq": entry.seq,
        "subject_id": subject_id,
        "by": entry.by,
        "recorded_at": entry.at,
        "happened": entry.happened,
        "fields": visible_fields(who, subject, entry),
        "digest": None if sealed else entry.digest,
    }


def _reachable(who: Viewer, folds: DatabaseFolds, act: Act, subject_id: str) -> None:
    """Whether the viewer can act on this participant at all, without being told more of them."""
    subject = any_subject(folds, subject_id)
    if who.may_see_subject(subject):
        return
    if not subject.site or not who.reads(subject):
        raise NotThere
    # A panel reader is not told how the participant stands by what else is refused.
    if not who.may(act.kind, subject.site):
        raise Refused((MAY_NOT(),))


def _order(kind: str, request: HttpRequest) -> tuple[Order, Act]:
    """What is asked and the act that it asks for.

    :raises Malformed: with everything that is wrong in the body and in the fields of the act
    """
    # As it was sent: the schema, which takes anything, drops what it does not know.
    body = msgspec.json.decode(request.body)
    if not isinstance(body, dict):
        raise Malformed(WRONG_KIND("body", field="body", kind=NAMED()))
    problems = list(misshapen(Order, body))
    act = ACTS.get(kind)
    if act is None:
        raise Malformed(NO_ACT(kind=kind[:100], known=OneOf(tuple(ACTS))), *problems)
    fields = body.get("fields", {})
    if isinstance(fields, dict):
        problems += [inside("fields", wrong) for wrong in misshapen(act, fields)]
    problems += _inside("replaces", Replaces, body.get("replaces"))
    problems += _inside("proof", ProofGiven, body.get("proof"))
    problems += _whom(act, body.get("subject_id", ""))
    if problems:
        raise Malformed(*problems)
    try:
        order = msgspec.convert(body, Order)
        return order, msgspec.convert(order.fields, act)
    except msgspec.ValidationError as error:
        raise Malformed(NOT_THIS()) from error


def _inside(name: str, shape: type[msgspec.Struct], part: object) -> Iterator[Refusal]:
    if isinstance(part, dict):
        yield from (inside(name, wrong) for wrong in misshapen(shape, part))
    elif part is not None:
        yield WRONG_KIND(name, field=name, kind=NAMED())


def _whom(act: type[Act], subject_id: object) -> Iterator[Refusal]:
    if act is EnterScreening:
        yield NUMBER_GIVEN(address="POST /api/subjects")
    elif act.stream == "study" and subject_id:
        yield WHOLE_TRIAL(kind=act.kind)
    elif act.stream != "study" and not subject_id:
        yield PARTICIPANT(kind=act.kind)


def _kind(act: type[Act], who: Viewer) -> dict[str, Any]:
    sites = {held.site for held in who.roles} | {""}
    return {
        "kind": act.kind,
        "about": act.__doc__ or "",
        "concerns_subject": act.stream != "study",
        "allowed": any(who.may(act.kind, site) for site in sites),
        "asks_proof": is_asked([who.study], act),
        "meaning": wording(meaning_of(act)),
        "fields": _schema(act, who.study),
    }


def _schema(act: type[Act], study: Study) -> dict[str, Any]:
    """The fields of an act with the questions that its page asks, and what may be chosen."""
    fields: dict[str, Any] = msgspec.json.schema(act)["$defs"][act.__name__]
    for name, ask in asks(act).items():
        field = fields["properties"][name]
        field["title"] = act_text(act, ask.question, study)
        if ask.by_trial:
            field["readOnly"] = True
        if choices := choice_labels(ask, study):
            left_open = {"": ""} if field.get("default") == "" else {}
            chosen = [{"const": c, "title": label} for c, label in (choices | left_open).items()]
            (field["items"] if ask.kind == "several" else field)["oneOf"] = chosen
    return fields

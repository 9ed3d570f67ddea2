"""Performing acts: the same one way in as the pages, with the same refusals."""

from collections.abc import Iterator
from typing import Any

import msgspec
from django.http import HttpRequest
from ninja import Router

from equipoise.conduct.act import Act, Refused
from equipoise.conduct.gate import MAY_NOT
from equipoise.conduct.screening import EnterScreening
from equipoise.conduct.trial import ACTS
from equipoise.conduct.words import asks
from equipoise.ledger import Entry
from equipoise.study.model import Study
from equipoise.web import door
from equipoise.web.once import of_program
from equipoise.web.rest.asking import Malformed, NotThere, any_subject, viewer
from equipoise.web.rest.shapes import ActAsked, ActKind, Done, Problems, Refusals
from equipoise.web.viewer import Viewer
from equipoise.web.views.act_words import choices_said, text_said
from equipoise.web.votes import fields_shown, has_seals

__all__ = ["router"]

router = Router(tags=["acts"])


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
def perform(request: HttpRequest, kind: str, asked: ActAsked) -> dict[str, Any]:
    """Record one act, or refuse it with every reason."""
    who, act = viewer(request), _read(kind, asked)
    if asked.subject_id:
        _reachable(who, act, asked.subject_id)
    once = of_program(request)
    entry = door.perform(act, who.person_id, asked.happened, asked.subject_id, once)
    return _told(who, entry, asked.subject_id)


def _told(who: Viewer, entry: Entry, subject_id: str) -> dict[str, Any]:
    subject = door.folds().subject(subject_id)
    sealed = bool(subject_id) and entry.stream == subject_id and has_seals(subject)
    return {
        "kind": entry.kind,
        "stream": entry.stream,
        "seq": entry.seq,
        "subject_id": subject_id,
        "by": entry.by,
        "recorded_at": entry.at,
        "happened": entry.happened,
        "fields": fields_shown(who, subject, entry),
        "digest": None if sealed else entry.digest,
    }


def _reachable(who: Viewer, act: Act, subject_id: str) -> None:
    """Whether the viewer can act on this participant at all, without being told more of them."""
    subject = any_subject(subject_id)
    if who.may_see_subject(subject):
        return
    if not subject.site or not who.reads(subject):
        raise NotThere
    # A panel reader is not told how the participant stands by what else is refused.
    if not who.may(act.kind, subject.site):
        raise Refused((MAY_NOT(),))


def _read(kind: str, asked: ActAsked) -> Act:
    problems = list(_problems(kind, asked))
    if problems:
        raise Malformed(*problems)
    try:
        return msgspec.convert(asked.fields, ACTS[kind])
    except msgspec.ValidationError as error:
        because, _, path = str(error).partition(" - at `$.")
        raise Malformed((f"fields.{path.rstrip('`')}".rstrip("."), because)) from error


def _problems(kind: str, asked: ActAsked) -> Iterator[tuple[str, str]]:
    act = ACTS.get(kind)
    if act is None:
        known = ", ".join(ACTS)
        yield "kind", f"there is no act {kind[:100]!r}; there are {known}"
        return
    for name in sorted(set(asked.fields) - set(act.__struct_fields__)):
        known = ", ".join(act.__struct_fields__)
        yield f"fields.{name[:100]}", f"{kind} has no such field; it has {known}"
    if kind == EnterScreening.kind:
        yield "kind", "the trial gives the number: POST /api/subjects"
    elif act.stream == "study" and asked.subject_id:
        yield "subject_id", f"{kind} concerns the whole trial: leave it empty"
    elif act.stream != "study" and not asked.subject_id:
        yield "subject_id", f"{kind} concerns a participant: give the number"


def _kind(act: type[Act], who: Viewer) -> dict[str, Any]:
    sites = {held.site for held in who.roles} | {""}
    return {
        "kind": act.kind,
        "about": act.__doc__ or "",
        "concerns_subject": act.stream != "study",
        "allowed": any(who.may(act.kind, site) for site in sites),
        "fields": _schema(act, who.study),
    }


def _schema(act: type[Act], study: Study) -> dict[str, Any]:
    """The fields of an act with the questions that its page asks, and what may be chosen."""
    fields: dict[str, Any] = msgspec.json.schema(act)["$defs"][act.__name__]
    for name, ask in asks(act).items():
        field = fields["properties"][name]
        field["title"] = text_said(act, ask.question, study)
        if ask.by_trial:
            field["readOnly"] = True
        if choices := choices_said(ask, study):
            left_open = {"": ""} if field.get("default") == "" else {}
            chosen = [{"const": c, "title": said} for c, said in (choices | left_open).items()]
            (field["items"] if ask.kind == "several" else field)["oneOf"] = chosen
    return fields

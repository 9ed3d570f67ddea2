"""What the study text recalls or assumes, and what of it the sponsor has confirmed."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from equipoise.conduct.state.assumptions import Confirmation
from equipoise.conduct.unverified import confirmation_of
from equipoise.web.rest.asking import NotAllowed, viewer

__all__ = ["router"]

router = Router(tags=["the trial"])


class Confirmed(Schema):
    """By whom a value was confirmed, when, and by which document."""

    entry: int = Field(description="where in the stream `study` it is recorded")
    by: str
    on: date
    document: str
    edition: str
    page: str


class AssumptionShown(Schema):
    """One value that needs the sponsor's word."""

    path: str
    tag: str
    source: str
    says: dict[str, str]
    value: str = Field(description="the digest of the value as it stands")
    confirmed: Confirmed | None


@router.get("/assumptions", response=list[AssumptionShown], summary="What is recalled or assumed")
def listed(request: HttpRequest) -> list[dict[str, Any]]:
    """Every recalled or assumed value of the text that holds, and whether it is confirmed so."""
    who = viewer(request)
    if not who.roles:
        raise NotAllowed
    assumptions = who.trial_state.assumptions
    return [
        {
            "path": value.path,
            "tag": value.source.tag,
            "source": value.source.where,
            "says": dict(value.said),
            "value": value.digest,
            "confirmed": _by_which(confirmation_of(assumptions, value)),
        }
        for value in who.study.sourced.values()
        if value.source.unverified
    ]


def _by_which(one: Confirmation | None) -> dict[str, Any] | None:
    if one is None:
        return None
    fields = ("by", "on", "document", "edition", "page")
    return {"entry": one.seq, **{name: getattr(one, name) for name in fields}}

"""Who is told by mail of what, beside those whom it concerns in any case."""

from typing import Literal

from pydantic import Field

from equipoise.study.parts import Code, Part, YesNo

__all__ = ["MessageRule"]


class MessageRule(Part):
    """One thing that holders of some roles are told of, at the participant's own hospital.

    Holders of a role of the whole trial are told of all hospitals.
    """

    about: Literal[
        "query.asked",
        "query.answered",
        "event.serious",
        "event.reported",
        "event.susar",
        "report.soon",
        "report.late",
        "form.late",
        "criteria.expiring",
        "panel.concluded",
        "draw.done",
        "signature.fallen",
        "pump.alarm",
        "treatment.amiss",
    ] = Field(description="what they are told of")
    roles: tuple[Code, ...] = Field(min_length=1, description="who is told; they see participants")
    daily: YesNo = Field(
        default=False, description="whether they are told in one mail each morning, not at once"
    )

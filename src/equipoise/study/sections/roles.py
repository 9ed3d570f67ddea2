"""What people may do and see."""

from typing import Literal

from pydantic import Field

from equipoise.study.parts import Code, Part, Text, YesNo

__all__ = ["Role"]


class Role(Part):
    """What people in a role may do and see, at their own site or in the whole trial."""

    id: Code
    label: Text
    scope: Literal["site", "trial"]
    may: tuple[str, ...] = Field(default=(), description="the kinds of act, such as consent.give")
    second_factor: YesNo = Field(
        default=False, description="whether its holders sign in with a second step, or not at all"
    )
    heads_by_mail: YesNo = Field(
        default=False, description="whether its holders are sent each night's head of the ledger"
    )
    excludes: tuple[str, ...] = Field(
        default=(),
        description="roles that nobody holds who holds or held this one, nor the other way round",
    )
    sees: tuple[
        Literal["subjects", "audit", "results-by-arm", "all-votes", "status", "access"], ...
    ] = ()

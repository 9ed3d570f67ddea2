"""The arms of the trial."""

from typing import Literal

from pydantic import Field

from equipoise.study.parts import Code, Part, Source, Text, Whole, YesNo

__all__ = ["Arm"]


class Arm(Part):
    """One arm of the trial."""

    id: Code
    label: Text
    description: Text
    kind: Literal["experimental", "active comparator", "placebo comparator", "no intervention"]
    ratio: Whole = Field(default=1, ge=1, description="its share in the allocation")
    interventions: tuple[Text, ...] = ()
    retired: YesNo = Field(
        default=False, description="drawn no longer; whoever was given it stays in it"
    )
    source: Source

"""The participant's way through the trial: its stretches, and its visits."""

from typing import Literal

from pydantic import Field

from equipoise.study.parts import Code, Part, Source, Text, Whole, YesNo

__all__ = ["Epoch", "Visit"]


class Epoch(Part):
    """One stretch of a participant's way through the trial."""

    id: Code
    label: Text


class Visit(Part):
    """One visit, or a row of visits, counted in days from the participant's own anchor."""

    id: Code
    label: Text
    plain: Text = Field(default={}, description="what happens then, for participants")
    epoch: Code
    anchor: str = Field(default="", description="the day it counts from, unless it has `cycles`")
    cycles: tuple[Code, ...] = Field(
        default=(), description="regimens of one clock: the n-th time is with the n-th cycle"
    )
    day: Whole = 0
    early: Whole = Field(default=0, ge=0, description="days before the day that still count")
    late: Whole = Field(default=0, ge=0, description="days after the day that still count")
    every: Whole = Field(default=0, ge=0, description="days between repeats; 0: one visit")
    times: Whole = Field(default=1, ge=1, le=1000, description="how many there are")
    forms: tuple[Code, ...] = ()
    arms: tuple[Code, ...] = Field(default=(), description="empty: all arms")
    retired: YesNo = Field(default=False, description="planned no longer where it is not begun")
    when: str = Field(
        default="", description="who has it, in the language of the study; empty: everyone"
    )
    stops_after: tuple[str, ...] = Field(
        default=(), description="days after the first of which none of it begins any more"
    )
    before: Literal["", "registration", "randomisation"] = Field(
        default="", description="the act that is refused until its forms are filled"
    )
    since: str = Field(default="", description="the amendment from which on it is asked")
    until: str = Field(default="", description="the amendment with which it ends")
    source: Source

    @property
    def keys(self) -> list[str]:
        """What its forms are kept under: its id, with a number where there are several."""
        if self.times == 1:
            return [self.id]
        return [f"{self.id}.{number}" for number in range(1, self.times + 1)]

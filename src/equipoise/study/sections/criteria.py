"""Who may enter."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from equipoise.study.parts import Code, Part, Source, Text

__all__ = ["Criteria", "Criterion"]


class Criterion(Part):
    """One criterion, or a group of them in `parts`.

    `when` is the condition as the text states it: an inclusion criterion stands when it is true,
    an exclusion criterion stands when it is false.
    """

    id: Code
    text: Text
    when: str = ""
    parts: tuple["Criterion", ...] = ()
    plain: Text = Field(default={}, description="the same for participants")
    ask: Text = Field(default={}, description="the question a participant can answer")
    mend: Text = Field(default={}, description="what to do when it is not met or not known")
    nature: Literal["data", "judgement", "mixed"] = "data"
    points: tuple[str, ...] = Field(default=(), description="what the text leaves open")
    source: Source

    def leaves(self) -> Iterator["Criterion"]:
        """The criteria that are evaluated: itself, or those in its parts."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


class Criteria(Part):
    """Who may enter."""

    inclusion: tuple[Criterion, ...] = Field(min_length=1)
    exclusion: tuple[Criterion, ...] = ()

    def leaves(self) -> Iterator[tuple[Literal["inclusion", "exclusion"], Criterion]]:
        """Every evaluated criterion with its side, in the protocol's order."""
        for criterion in self.inclusion:
            yield from (("inclusion", leaf) for leaf in criterion.leaves())
        for criterion in self.exclusion:
            yield from (("exclusion", leaf) for leaf in criterion.leaves())

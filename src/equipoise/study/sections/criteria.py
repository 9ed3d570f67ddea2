"""Who may enter."""

import hashlib
import json
from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from equipoise.study.parts import Code, Part, Source, Text
from equipoise.study.sections.questions import Answer, Question

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
    plain_of_another: Text = Field(default={}, description="the same, said of someone else")
    ask: Text = Field(default={}, description="the question a participant can answer")
    ask_of_another: Text = Field(default={}, description="the same, asked of someone else")
    answers: tuple[Answer, ...] = Field(
        default=(), description="the answers to it; without them it is left to the doctor"
    )
    also_ask: tuple[Question, ...] = Field(
        default=(), description="further questions that bear on it"
    )
    mend: Text = Field(default={}, description="what to do when it is not met or not known")
    nature: Literal["data", "judgement", "mixed"] = "data"
    points: tuple[str, ...] = Field(default=(), description="what the text leaves open")
    since: str = Field(default="", description="the amendment from which on it is asked")
    until: str = Field(default="", description="the amendment with which it ends")
    source: Source

    def leaves(self) -> Iterator["Criterion"]:
        """The criteria that are evaluated: itself, or those in its parts."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()

    def questions(self) -> Iterator[Question]:
        """What a layperson may be asked about it: the questions that offer answers."""
        if self.ask and self.answers:
            told = {"ask": self.ask, "ask_of_another": self.ask_of_another}
            yield Question(**told, answers=self.answers)
        yield from self.also_ask


class Criteria(Part):
    """Who may enter."""

    inclusion: tuple[Criterion, ...] = Field(min_length=1)
    exclusion: tuple[Criterion, ...] = ()

    @property
    def digest(self) -> str:
        """The SHA-256 of what decides: each line's id, side, text and condition, in their order."""
        lines = [[side, one.id, one.text, one.when] for side, one in self.leaves()]
        text = json.dumps(lines, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def leaves(self) -> Iterator[tuple[Literal["inclusion", "exclusion"], Criterion]]:
        """Every evaluated criterion with its side, in the protocol's order."""
        for criterion in self.inclusion:
            yield from (("inclusion", leaf) for leaf in criterion.leaves())
        for criterion in self.exclusion:
            yield from (("exclusion", leaf) for leaf in criterion.leaves())

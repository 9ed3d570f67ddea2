"""The rules of a treatment: what stops a dose, what warns of it, and what makes it lower."""

from __future__ import annotations

from pydantic import Field

from equipoise.study.parts import Code, Number, Part, Source, Text

__all__ = ["DoseWarning", "Modification", "Stop"]


class Stop(Part):
    """What forbids a dose for as long as it holds, or is not known not to."""

    id: Code
    drugs: tuple[Code, ...] = Field(default=(), description="which it stops; empty: all")
    regimens: tuple[Code, ...] = Field(
        default=(), description="in which it stops them; empty: in all"
    )
    when: str = Field(description="it stands unless this is known not to hold")
    because: Text
    lifts: Text = Field(description="what would lift it")
    source: Source


class DoseWarning(Part):
    """What whoever plans a dose must have seen while it holds; it stops nothing."""

    id: Code
    drugs: tuple[Code, ...] = Field(default=(), description="of which it warns; empty: all")
    when: str = Field(description="it warns while this is known to hold")
    because: Text
    source: Source


class Modification(Part):
    """What makes a dose lower, or holds it; of several the lowest level wins."""

    id: Code
    drugs: tuple[Code, ...] = Field(min_length=1)
    when: str = Field(default="", description="when it counts at all; empty: always")
    level: Number | None = Field(default=None, gt=0, description="per cent of the dose")
    table: Code | None = Field(default=None, description="the decision table that gives the level")
    because: Text | None = Field(default=None, description="why; a table says so itself")
    lifts: Text | None = Field(default=None, description="what would lift a hold of its table")
    resumes: tuple[Code, ...] = Field(
        default=(),
        description="modifications after a hold by which this one counts, and of the last dose",
    )
    source: Source

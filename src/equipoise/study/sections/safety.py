"""Safety: by which words and grades adverse events are recorded, and what may have caused them.

Terms and grades are those of the CTCAE, whose version is named here; a study may list the terms
that it expects. MedDRA needs a licence and is not shipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from equipoise.study.parts import Code, Part, Source, Text

if TYPE_CHECKING:
    from equipoise.study.model import Study
    from equipoise.study.places import Key

__all__ = ["Intervention", "Safety", "Term"]


class Intervention(Part):
    """Something that the study does to people, which an event may be related to."""

    id: Code
    label: Text
    arms: tuple[Code, ...] = Field(default=(), description="who is given it; empty: all arms")


class Term(Part):
    """A kind of event that the study expects, beside what is written in free words."""

    id: Code
    label: Text


class Safety(Part):
    """How adverse events are recorded."""

    ctcae: str = Field(description="the version of the CTCAE by which events are graded")
    interventions: tuple[Intervention, ...] = Field(min_length=1)
    terms: tuple[Term, ...] = ()
    source: Source

    def strangers(self, study: Study) -> Iterator[tuple[Key, str]]:
        """Arms that the study does not have, and names that stand twice."""
        for n, one in enumerate(self.interventions):
            for arm in one.arms:
                if arm not in study.arm_of:
                    yield ("interventions", n, "arms"), f"no arm named {arm!r}"
        for name, ids in (
            ("interventions", [one.id for one in self.interventions]),
            ("terms", [one.id for one in self.terms]),
        ):
            for n, code in enumerate(ids):
                if code in ids[:n]:
                    yield (name, n, "id"), f"{code!r} stands twice"

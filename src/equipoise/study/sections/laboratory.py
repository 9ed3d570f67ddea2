"""Laboratory: which of the study's items tell whose limits of normal are meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from equipoise.logic.facts import Kind
from equipoise.study.parts import Code, Part, Source

if TYPE_CHECKING:
    from equipoise.study.model import Study
    from equipoise.study.places import Key

__all__ = ["Laboratory"]

_MEANT = {"sex": (Kind.TEXT, "a choice"), "birth": (Kind.DATE, "a date")}


class Laboratory(Part):
    """By what a hospital's limits of normal may differ."""

    sex: Code | None = Field(
        default=None, description="the item, a choice, by whose codes limits may differ"
    )
    birth: Code | None = Field(
        default=None, description="the item, a date known at least in part, that tells an age"
    )
    source: Source

    def strangers(self, study: Study) -> Iterator[tuple[Key, str]]:
        """Items that the study does not ask, or that are of another kind."""
        for field, (kind, called) in _MEANT.items():
            name = getattr(self, field)
            item = study.items.get(name)
            if name and item is None:
                yield (field,), f"no item named {name!r}"
            elif item and item.of_kind.fact is not kind:
                yield (field,), f"{name!r} is no {called.removeprefix('a ')}"

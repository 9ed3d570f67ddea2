"""A fact that conduct leaves on a participant, as the expressions of a study file name it.

The section of the study file that it belongs to declares it; conduct says how it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from equipoise.logic.facts import FactType, Kind
from equipoise.study.catalogue import everywhere

if TYPE_CHECKING:
    from equipoise.study.model import Study

__all__ = ["Fact", "labels_of"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Fact:
    """One fact; it is itself, and no other that is called alike."""

    name: str
    kind: Kind
    label: str | Mapping[str, str]
    """In English, for the catalogues; or by language, where no catalogue has it."""
    unit: str = ""
    section: str = ""
    """The section of the study file without which the study does not know it."""
    repeatable: bool = False
    event: bool = False
    """Whether it is the day of an event from which the window of a visit may count."""
    end: bool = False
    """Whether that event ends the participant's part, so that such a visit comes after the end."""
    of_study: Callable[[Study], FactType | None] | None = None
    """What the study itself adds, such as its arms as choices; None where it has none of it."""

    def declared(self, study: Study) -> FactType | None:
        """The fact as this study declares it; None where it does not know it."""
        if self.section and getattr(study, self.section) is None:
            return None
        plain = FactType(
            name=self.name,
            kind=self.kind,
            label=everywhere(self.label) if isinstance(self.label, str) else self.label,
            unit=self.unit,
            repeatable=self.repeatable,
        )
        if self.of_study is None:
            return plain
        told = self.of_study(study)
        if told is None:
            return None
        label = told.label or plain.label
        return replace(plain, label=label, choices=told.choices, columns=told.columns)


def labels_of(section: object, block: str) -> Mapping[str, Mapping[str, str]]:
    """What each code of a block is called; nothing where the study has no such section."""
    return {one.id: one.label for one in getattr(section, block, ())}

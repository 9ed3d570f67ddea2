"""What the trial's public page says beside its facts: to participants, and to their doctors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from equipoise.study.parts import Code, Part, Source, Text

if TYPE_CHECKING:
    from equipoise.study.model import Study
    from equipoise.study.places import Key

__all__ = ["Contact", "Passage", "Procedure", "Public"]

Reader = Literal["participants", "doctors"]


class Passage(Part):
    """A few sentences on one subject; `points` stand below them as a list."""

    heading: Text = Field(default={}, description="where the page has no heading of its own")
    text: Text
    points: tuple[Text, ...] = ()
    source: Source


class Contact(Part):
    """Whom to call or to write to, and when: a function of the trial, never a person by name."""

    id: Code
    label: Text
    hours: Text = Field(default={}, description="when somebody answers")
    phone: str = ""
    email: str = ""
    readers: tuple[Reader, ...] = Field(
        default=("participants", "doctors"), description="on whose page it stands"
    )
    source: Source


class Procedure(Part):
    """Something that the study does beside usual care."""

    text: Text
    arms: tuple[Code, ...] = Field(default=(), description="empty: all arms")
    source: Source


class Public(Part):
    """What the public page says beside the facts of the record; what is left out is not shown."""

    contacts: tuple[Contact, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    joining: Passage | None = Field(default=None, description="how someone comes to take part")
    burden: Passage | None = Field(default=None, description="what it asks of a participant")
    side_effects: Passage | None = None
    stops: Passage | None = Field(default=None, description="when the treatment stops")
    costs: Passage | None = Field(default=None, description="what it costs, and what is paid")
    data: Passage | None = Field(default=None, description="what happens to data and samples")
    referral: Passage | None = Field(default=None, description="for doctors: how to refer")
    for_doctors: tuple[Passage, ...] = Field(
        default=(), description="further passages for doctors, each under its own heading"
    )

    def strangers(self, study: Study) -> Iterator[tuple[Key, str]]:
        """Arms that the study does not have, ids that stand twice, and contacts without a way."""
        for n, one in enumerate(self.procedures):
            for arm in one.arms:
                if arm not in study.arm_of:
                    yield ("procedures", n, "arms"), f"no arm named {arm!r}"
        ids = [one.id for one in self.contacts]
        for n, contact in enumerate(self.contacts):
            if contact.id in ids[:n]:
                yield ("contacts", n, "id"), f"{contact.id!r} stands twice"
            if not (contact.phone or contact.email):
                yield ("contacts", n), f"{contact.id!r} has neither a phone nor an e-mail address"
        for n, passage in enumerate(self.for_doctors):
            if not passage.heading:
                yield ("for_doctors", n), "a passage for doctors stands under a heading"

"""Source verification: what a monitor compares with the hospital's own records.

All of some acts, forms and items; of the rest a sample. The sample follows from the study and the
participant's number, so that every machine draws the same and nobody chooses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from equipoise.study.parts import Code, Part, Source, Whole, YesNo

if TYPE_CHECKING:
    from equipoise.study.model import Study
    from equipoise.study.places import Key

__all__ = ["Verification"]


class Verification(Part):
    """The plan by which values are verified."""

    acts: tuple[str, ...] = Field(default=(), description="acts of which each is verified")
    forms: tuple[Code, ...] = Field(default=(), description="forms that are verified wholly")
    items: tuple[Code, ...] = Field(default=(), description="items that are always verified")
    eligibility: YesNo = Field(
        default=False,
        description="whether every item is verified that a criterion reads, up to registration",
    )
    first: Whole = Field(
        default=0, ge=0, description="so many participants of each hospital are verified wholly"
    )
    percent: Whole = Field(default=0, ge=0, le=100, description="the share of the rest")
    of: Literal["forms", "participants"] = Field(
        default="forms", description="what the sample is drawn from: copies of forms, or people"
    )
    source: Source

    def strangers(self, study: Study) -> Iterator[tuple[Key, str]]:
        """Forms and items that the study does not have, or that are verified anyway."""
        for n, form in enumerate(self.forms):
            if form not in study.form_of:
                yield ("forms", n), f"no form named {form!r}"
        for n, item in enumerate(self.items):
            if item not in study.items:
                yield ("items", n), f"no item named {item!r}"
            elif study.form_asking[item].id in self.forms:
                form = study.form_asking[item].id
                yield ("items", n), f"{item!r} is verified already, with the whole form {form!r}"
        yield from self._acts()
        may = {kind for role in study.roles for kind in role.may}
        if "verification.items" not in may:
            yield (), "no role may do 'verification.items', so that nobody could verify anything"

    def _acts(self) -> Iterator[tuple[Key, str]]:
        """What is no act by itself, and what stands twice."""
        if "forms.save" in self.acts:
            at = self.acts.index("forms.save")
            yield ("acts", at), "what is saved on forms is named under `forms` and `items`"
        for name, listed in (("acts", self.acts), ("forms", self.forms), ("items", self.items)):
            for n, one in enumerate(listed):
                if one in listed[:n]:
                    yield (name, n), f"{one!r} stands twice"

    def has(self, study: Study, subject_id: str, form: str, visit: str, number: int) -> bool:
        """Whether all of a copy of a form is to be verified, for this participant."""
        if form in self.forms or form in self.acts or self.begins_with(subject_id):
            return True
        unit = f"{form}@{visit}#{number}" if self.of == "forms" else ""
        return self.percent > 0 and drawn(study.identity.id, subject_id, unit) < self.percent

    def begins_with(self, subject_id: str) -> bool:
        """Whether this is one of the first participants of a hospital."""
        number = subject_id.rpartition("-")[2]
        return number.isdecimal() and int(number) <= self.first


def drawn(study: str, subject_id: str, unit: str) -> float:
    """A number from 0 up to 100 that follows from what it is of, and from nothing else."""
    text = f"verification {study} {subject_id} {unit}".rstrip()
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6]) * 100 / 2**48

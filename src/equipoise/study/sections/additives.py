"""What is added to a dose that is prepared: how much in which volume, and of which strength."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from pydantic import Field

from equipoise.logic.units import is_unit
from equipoise.study.parts import Code, Number, Part, Source, Text

if TYPE_CHECKING:
    from equipoise.study.places import Key

__all__ = ["Additive", "AmountIn"]


class AmountIn(Part):
    """How much goes into one volume; volumes that are not named have none."""

    volume: Number = Field(gt=0, description="of the preparation, in mL")
    amount: Number = Field(gt=0, description="in the unit of the additive")


class Additive(Part):
    """One thing that is added to a dose, such as heparin."""

    id: Code
    label: Text
    unit: str = Field(default="mg", description="in which its amounts are")
    strength: Number = Field(
        gt=0, description="of the usual product, in its unit a mL; the pharmacy may type in its own"
    )
    amounts: tuple[AmountIn, ...] = Field(min_length=1)
    source: Source

    def amount_in(self, volume: Decimal) -> Decimal | None:
        """How much goes into a volume; None where nothing is said of it."""
        return next((one.amount for one in self.amounts if one.volume == volume), None)


def strangers(additives: tuple[Additive, ...]) -> Iterator[tuple[Key, str]]:
    """What stands twice, and units that are none."""
    for n, one in enumerate(additives):
        if one.id in [other.id for other in additives[:n]]:
            yield ("additives", n, "id"), f"{one.id!r} stands twice"
        if not is_unit(one.unit):
            yield ("additives", n, "unit"), f"{one.unit!r} is not a unit that is known"
        volumes = [amount.volume for amount in one.amounts]
        for m, volume in enumerate(volumes):
            if volume in volumes[:m]:
                yield ("additives", n, "amounts", m, "volume"), f"{volume:f} mL stands twice"

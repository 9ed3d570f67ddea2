"""Drugs and the tablets in which they are taken home; amounts in their units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from pydantic import Field

from equipoise.logic import tree
from equipoise.logic.language import Unreadable, parse
from equipoise.logic.units import factor, is_unit, scale
from equipoise.study.parts import Code, Number, Part, Source, Text

if TYPE_CHECKING:
    from equipoise.study.model import Study
    from equipoise.study.places import Key

__all__ = ["FULL", "Drug", "Tablet", "amount_flaws", "flaws", "quantity"]

FULL = Decimal(100)


class Tablet(Part):
    """A tablet or capsule that is counted."""

    id: Code = Field(description="once in the whole section")
    amount: str = Field(description="how much of the drug is in one: `500 mg`")


class Drug(Part):
    """A medicine that the study gives."""

    id: Code
    label: Text
    unit: str = Field(default="mg", description="in which its doses are")
    route: Text | None = None
    strength: str = Field(
        default="", description="of the usual product, from which volumes follow: `5 mg/mL`"
    )
    levels: tuple[Number, ...] = Field(
        default=(FULL,), min_length=1, description="the dose levels in per cent, the highest first"
    )
    tablets: tuple[Tablet, ...] = Field(
        default=(), description="in which it is taken home, dispensed and counted by staff"
    )
    per: Code | None = Field(
        default=None,
        description="by which fact its total is told too: `bsa`, so that it is in mg/m2",
    )
    never_above: str = Field(
        default="", description="no single dose is above this, such as `300 mg`; empty: no bound"
    )
    source: Source


def flaws(study: Study, drugs: Sequence[Drug]) -> Iterator[tuple[Key, str]]:
    """What is no unit or amount, and names that stand twice."""
    for n, drug in enumerate(drugs):
        if not is_unit(drug.unit):
            yield ("drugs", n, "unit"), f"{drug.unit!r} is not a unit that is known"
        yield from _of_size(study, n, drug)
        for name, unit in (("never_above", drug.unit), ("strength", f"{drug.unit}/mL")):
            if is_unit(drug.unit) and (text := getattr(drug, name)):
                yield from amount_flaws(("drugs", n, name), text, unit)
        if list(drug.levels) != sorted(set(drug.levels), reverse=True):
            yield ("drugs", n, "levels"), "the levels stand from the highest to the lowest"
    yield from _of_tablets(drugs)


def _of_size(study: Study, n: int, drug: Drug) -> Iterator[tuple[Key, str]]:
    """By what a total is told is a fact with a unit."""
    fact = study.vocabulary.get(drug.per) if drug.per else None
    if drug.per and not (fact and fact.unit):
        yield ("drugs", n, "per"), f"no fact with a unit is named {drug.per!r}"


def _of_tablets(drugs: Sequence[Drug]) -> Iterator[tuple[Key, str]]:
    seen = Counter(tablet.id for drug in drugs for tablet in drug.tablets)
    for n, drug in enumerate(drugs):
        for t, tablet in enumerate(drug.tablets):
            at = ("drugs", n, "tablets", t)
            if seen[tablet.id] > 1:
                yield (*at, "id"), f"{tablet.id!r} stands twice"
            if is_unit(drug.unit):
                yield from amount_flaws((*at, "amount"), tablet.amount, drug.unit)


@lru_cache(maxsize=1024)
def quantity(text: str, unit: str) -> Decimal | None:
    """An amount such as `46 h` in a unit; None where it is none, or of another kind."""
    try:
        node: tree.Node = parse(text)
    except Unreadable:
        return None
    if isinstance(node, tree.Number) and not unit:
        return node.value
    ratio = factor(node.unit, unit) if isinstance(node, tree.Quantity) else None
    if ratio is None or not isinstance(node, tree.Quantity):
        return None
    return scale(node.value, ratio)


def amount_flaws(at: Key, text: str, unit: str) -> Iterator[tuple[Key, str]]:
    """That a text is no amount above nought in a unit."""
    found = quantity(text, unit)
    if found is None or found <= 0:
        yield at, f"{text!r} is no amount in {unit}"

"""What a kind of item answers for: the page to read before adding one.

A kind is one object in a file of its own and a line in the list (`study/kinds`). A value is kept as
canonical text; its kind says how it is written, what is wrong with it, what it means and how it is
told. What is left out is as of plain words.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from equipoise.logic.facts import Kind
from equipoise.study.reason import Given, Refusal

if TYPE_CHECKING:
    from equipoise.study.forms import Column

__all__ = ["At", "ItemKind", "Typed"]

Typed = Decimal | str | bool | date | tuple[date, date]


class At(NamedTuple):
    """Where and when a value is recorded."""

    where: str
    today: date  # nothing that happened lies after it
    unit: str = ""  # in which a number was typed; empty: the column's own


class ItemKind:
    """One kind of item; it keeps nothing, so that there is one object of each."""

    name: ClassVar[str]  # as study files name it; never another
    fact: ClassVar[Kind]  # what it is in criteria and formulas
    about: ClassVar[str]  # what is recorded, for the reference and the schema
    widget: ClassVar[str] = "words"  # the macro of parts/widgets.jinja by which it is asked
    ways: ClassVar[tuple[str, ...]] = ("choice", "always")  # in which a rehearsal may answer it
    measured: ClassVar[bool] = False  # a number: with a comparator, a unit, limits of normal
    from_zero: ClassVar[bool] = False  # none can be below 0, unless it is a temperature
    rows: ClassVar[bool] = False  # rows of columns, not one value
    many: ClassVar[bool] = False  # several codes in one value; no column of a list can be so
    in_part: ClassVar[bool] = False  # a day of which the month or year alone may be known
    anchor: ClassVar[bool] = False  # the window of a visit may count from it

    def misdeclared(self, column: Column) -> Iterator[str]:
        """What the study file leaves out, without which such an item cannot be asked."""
        yield from ()

    def canonical(self, text: str) -> str:
        """What was typed in the one way in which it is kept; nonsense as it is."""
        return text

    def refusals(self, column: Column, text: str, at: At) -> Iterator[Refusal]:
        """Everything that is wrong with a value."""
        yield from ()

    def typed_value(self, text: str) -> Typed:
        """What the canonical text means; it was checked when it was recorded."""
        return text

    def codes(self, text: str) -> tuple[str, ...]:
        """The codes that a recorded value consists of, where it has labels."""
        return (text,)

    def as_given(self, column: Column, text: str, unit: str = "") -> Given:
        """A recorded value, as readers are told of it."""
        return text

    def as_far_as_asked(self, column: Column, text: str) -> str:
        """A value without what is finer than it is recorded."""
        return text

    def usual(self, column: Column, on: date) -> str | list[dict[str, str]] | None:
        """What an invented participant answers where nothing is out of the ordinary."""
        return None

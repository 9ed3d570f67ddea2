"""Forms and their items: what is asked, in which unit, with which checks."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from equipoise.study.catalogue import everywhere
from equipoise.study.kinds import KINDS
from equipoise.study.kinds.kind import ItemKind
from equipoise.study.parts import Code, Number, Part, Source, Text, Whole, YesNo

__all__ = ["Check", "Column", "Form", "Item", "Scale", "Span", "code_of"]


def _known(name: Any) -> str:
    if isinstance(name, str) and name in KINDS:
        return name
    *names, last = map(repr, KINDS)
    told = {"expected": f"{', '.join(names)} or {last}"}
    raise PydanticCustomError("literal_error", "Input should be {expected}", told)


def _all_kinds(schema: dict[str, Any]) -> None:
    schema["enum"] = list(KINDS)
    schema["enumDescriptions"] = [kind.about for kind in KINDS.values()]


Absent = Literal["not-done", "unknown", "not-applicable"]


class Check(Part):
    """An edit check: the condition that a value must fulfil, and what to say when it does not."""

    that: str
    because: Text
    soft: YesNo = Field(
        default=False, description="it asks why the value is right, and takes it with the reason"
    )

    @property
    def code(self) -> str:
        """A short name by which it is known, as long as it asks the same."""
        return code_of(self.that)


def code_of(condition: str) -> str:
    """The short name of a check by its condition; no item is called so."""
    return f"check-{sha256(condition.encode()).hexdigest()[:8]}"


class Span(Part):
    """From the lowest to the highest, both included; a side that is left out is open."""

    lowest: Number | None = None
    highest: Number | None = None


class Scale(Part):
    """The numbers that a rating may be, and what its ends mean."""

    lowest: Number = Decimal(0)
    highest: Number
    step: Number = Decimal(1)
    low: Text = Field(description="what the lowest number means, such as no pain")
    high: Text = Field(description="what the highest number means")


class Column(Part):
    """One column of a list item, or the core of an item."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="also the name of its fact")
    label: Text
    cdash: str = Field(
        default="",
        description="what CDASH calls it, as `BRTHYY`, or `HGB_LBORRES` of one test among several",
    )
    kind: Annotated[str, BeforeValidator(_known)] = Field(json_schema_extra=_all_kinds)
    hint: Text = {}
    unit: str = Field(default="", description="UCUM; values in other units are converted")
    units: tuple[str, ...] = Field(default=(), description="other units a site may record")
    equivalents: tuple[str, ...] = Field(
        default=(), description="units that this study counts as its own, one for one"
    )
    analyte: str = Field(default="", description="known molar mass, for mass to amount")
    choices: dict[str, Text] = {}
    none: Text = Field(default={}, description="of several: how none of them is called")
    scale: Scale | None = Field(default=None, description="of a scale: its numbers and ends")
    to: str = Field(default="", description="of a link: the item, or list.column, that it names")
    required: YesNo = False
    once: YesNo = Field(default=False, description="of a column: no two rows say the same of it")
    lowest: Number | None = Field(default=None, description="below it the value is implausible")
    highest: Number | None = Field(default=None, description="above it the value is implausible")
    never_below: Number | None = Field(
        default=None, description="below it no value can be right; 0 for a quantity, but for Cel"
    )
    never_above: Number | None = Field(default=None, description="above it none can be right")
    whole: YesNo = Field(default=False, description="a count: whole numbers only")
    serial: YesNo = Field(
        default=False, description="words with a number of a device, which is taken for no BSN"
    )
    planned: YesNo = Field(default=False, description="a day that may lie in the future")
    finest: Literal["", "year", "month", "day"] = Field(
        default="",
        description="of a partial date: as far as it is recorded, and no further; of a birth it is "
        "the year unless this says otherwise",
    )
    since: str = Field(default="", description="the amendment from which on it is asked")

    @property
    def recorded_to(self) -> str:
        """How far a date is recorded: to its day, or no further than its month or year."""
        return self.finest or ("year" if self.cdash.startswith("BRTH") else "day")

    @property
    def of_kind(self) -> ItemKind:
        """What answers for its values."""
        return KINDS[self.kind]


class Item(Column):
    """One question of a form."""

    columns: tuple[Column, ...] = Field(default=(), description="of a list")
    limits: YesNo = Field(default=False, description="the laboratory's own limits are asked too")
    lower_limit: Span | None = Field(
        default=None, description="which lower limits of laboratories are plausible"
    )
    upper_limit: Span | None = Field(
        default=None, description="which upper limits of laboratories are plausible"
    )
    unanswered: tuple[Absent, ...] = Field(
        default=(), description="what may be said instead of an answer, with a reason"
    )
    judge: Text = Field(default={}, description="who must give the judgement")
    repeatable: YesNo = Field(default=False, description="may be measured again")
    retired: YesNo = Field(
        default=False, description="asked no longer; what was recorded of it stays and counts"
    )
    copies: Literal["", "last_visit"] = Field(
        default="", description="whether it may be copied from the last visit; it is marked so"
    )
    formula: str = Field(
        default="", description="worked out by the server from other items, and never typed"
    )
    decimals: Whole = Field(
        default=1, ge=0, le=9, description="of what is worked out, as it is told"
    )
    shown_when: str = ""
    checks: tuple[Check, ...] = ()
    until: str = Field(default="", description="the amendment with which it ends")
    source: Source | None = None


class Form(Part):
    """A group of items that are recorded together and dated by one day."""

    id: Code
    title: Text
    dated: Text = Field(
        default_factory=lambda: everywhere("Date"),
        description="what the form is dated by",
    )
    about: Text = {}
    retired: YesNo = Field(default=False, description="filled no longer where it is not begun")
    repeats: YesNo = Field(default=False, description="may be filled more than once at a visit")
    unplanned: YesNo = Field(
        default=False,
        description="filled when there is something to tell; the participant's page offers it",
    )
    alive: YesNo = Field(
        default=True,
        description="its day shows that the participant was alive; not of a death, or of what is "
        "decided or found without them",
    )
    questionnaire: YesNo = Field(
        default=False,
        description="asked of the participant; not of whoever withdrew from questionnaires",
    )
    none: Text = Field(
        default={}, description="of a form that repeats: how it is said that there is none so far"
    )
    since: str = Field(default="", description="the amendment from which on it is asked")
    until: str = Field(default="", description="the amendment with which it ends")
    items: tuple[Item, ...]
    checks: tuple[Check, ...] = Field(
        default=(), description="of several of its items together; told at the top of the form"
    )
    source: Source

    @cached_property
    def item_of(self) -> dict[str, Item]:
        """Its items by their ids."""
        return {item.id: item for item in self.items}

    @property
    def every_check(self) -> Iterator[Check]:
        """Those of its items, and its own."""
        yield from (check for item in self.items for check in item.checks)
        yield from self.checks

    @cached_property
    def measured(self) -> list[Item]:
        """Those that are answered by a number in a unit."""
        return [item for item in self.items if item.unit and item.of_kind.measured]

    @cached_property
    def links(self) -> tuple[tuple[str, Column], ...]:
        """The items and columns that name rows elsewhere, each with the item it belongs to."""
        own = ((item.id, item) for item in self.items if item.to)
        inner = ((i.id, column) for i in self.items for column in i.columns if column.to)
        return (*own, *inner)

    def with_items(self, items: Iterable[Item]) -> "Form":
        """The same form with other items; nothing that was worked out of its own is taken along."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_construct(**{**fields, "items": tuple(items)})

    @cached_property
    def has_later_columns(self) -> bool:
        """Whether a column of a list is asked only since an amendment."""
        return any(column.since for item in self.items for column in item.columns)

    @cached_property
    def asks_limits(self) -> bool:
        """Whether any of them is asked with a laboratory's limits of normal."""
        return any(item.limits for item in self.items)

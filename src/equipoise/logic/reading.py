"""What comes of reading a part of a rule: a value, how it came about, and what it still lacks.

Readings know no language. Remarks, gaps and titles are put into words at the very end.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from equipoise.logic.days import DateSpan
from equipoise.logic.facts import FactType, Observation
from equipoise.logic.interval import Interval
from equipoise.logic.plain import plain
from equipoise.logic.tree import Comparator, Quantifier, Window
from equipoise.logic.truth import Truth

Code = Literal[
    "none",
    "too-old",
    "not-yet-valid",
    "unit",
    "uln",
    "anchor",
    "incomplete",
    "judgement",
    "censored",
]


@plain
class Amount:
    """A number in a unit; `raw` is the recorded value if it still stands for just that."""

    number: Interval
    unit: str = ""
    analyte: str = ""
    raw: Observation | None = None
    equivalents: tuple[str, ...] = ()


Value = Amount | DateSpan | Truth | str


@plain
class Title:
    """What a value is called: a fact or its lowest or highest value, an anchor, a count, a time
    between two, or a calculation.
    """

    how: Literal["fact", "sum", "lowest", "highest", "anchor", "count", "elapsed", "calculation"]
    name: str = ""
    fact: FactType | None = None
    between: tuple[Title, ...] = ()


@plain
class RowOf:
    """The row of a list that something stands in; the first is 1."""

    fact: FactType
    number: int


@plain
class Gap:
    """Something that is not there, or cannot be used, and so leaves an answer open."""

    code: Code
    title: Title
    row: RowOf | None = None
    window: Window | None = None
    anchor: date | None = None
    last: Observation | None = None
    unit: str = ""


@plain
class Seen:
    """A value that was looked at."""

    title: Title
    value: Value
    on: date | None = None
    source: str = ""
    row: RowOf | None = None


@plain
class Stated:
    """A value speaks for itself: "Uses a coumarin derivative: no"."""

    seen: Seen


@plain
class Compared:
    """A value against its limit, whether that holds, and whether it should (if that is known)."""

    title: Title
    value: Value
    on: date | None
    op: Comparator
    limit: Value
    multiple: tuple[Decimal, str] | None
    holds: bool
    needed: bool | None


@plain
class Chosen:
    """A value against a list of values."""

    title: Title
    value: Value
    on: date | None
    options: tuple[Value, ...]
    among: bool
    needed: bool | None


@plain
class Placed:
    """A date against a window."""

    title: Title
    value: DateSpan
    window: Window
    inside: bool


@plain
class Listed:
    """How many rows of a list meet a condition."""

    fact: FactType
    quantifier: Quantifier
    rows: int
    hits: tuple[int, ...]


@plain
class Presence:
    """Whether something is known at all."""

    title: Title
    known: bool


@plain
class Lacking:
    """An answer that waits for something."""

    gap: Gap


Remark = Stated | Compared | Chosen | Placed | Listed | Presence | Lacking


@plain
class Reading:
    """The value of a part of a rule, or None.

    `gaps` would make the value known, or sharper; a decided truth has none.
    """

    value: Value | None
    title: Title
    on: date | None = None
    gaps: tuple[Gap, ...] = ()
    seen: tuple[Seen, ...] = ()
    remarks: tuple[Remark, ...] = ()
    judged: bool = False

    @property
    def truth(self) -> Truth:
        """The value as a yes, a no, or not known."""
        return self.value if isinstance(self.value, Truth) else Truth.UNKNOWN

    def decided(self, truth: Truth, *remarks: Remark) -> Reading:
        """The same reading, now with an answer: gaps that no longer matter are forgotten."""
        gaps: tuple[Gap, ...] = ()
        if truth is Truth.UNKNOWN:
            gaps = self.gaps or (Gap("incomplete", self.title),)
            remarks = tuple(Lacking(gap) for gap in gaps)
        # Every comparison ends here: `replace` would look at each field's name anew.
        return Reading(truth, self.title, self.on, gaps, self.seen, remarks, self.judged)


def lacking(gap: Gap) -> Reading:
    """No value, because of this."""
    return Reading(None, gap.title, gaps=(gap,), remarks=(Lacking(gap),))


def joined(value: Value | None, title: Title, *parts: Reading) -> Reading:
    """A value that came of all these parts."""
    if len(parts) == 2:
        # Every comparison is of two: adding them up takes a third of what the loops do.
        one, two = parts
        gaps, seen = unique(*one.gaps, *two.gaps), one.seen + two.seen
        return Reading(
            value, title, None, gaps, seen, one.remarks + two.remarks, one.judged or two.judged
        )
    return Reading(
        value,
        title,
        on=parts[0].on if len(parts) == 1 else None,
        gaps=unique(*(gap for part in parts for gap in part.gaps)),
        seen=tuple(seen for part in parts for seen in part.seen),
        remarks=tuple(remark for part in parts for remark in part.remarks),
        judged=any(part.judged for part in parts),
    )


def unique(*gaps: Gap) -> tuple[Gap, ...]:
    """Each gap once, in the order they came."""
    if len(gaps) < 2:
        return gaps
    return tuple(gap for place, gap in enumerate(gaps) if gap not in gaps[:place])

"""The parts of speech of the language: what a criterion looks like once it has been read.

Nodes are frozen and compare by what they say, not by where they stood: `column` (the first is 1)
is kept for messages only. Numbers in the tree are never negative: `-5` is `Minus(Number(5))`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Literal

Comparator = Literal["==", "!=", "<", "<=", ">", ">="]
Operator = Literal["+", "-", "*", "/", "**"]
Quantifier = Literal["any", "none", "count"]
ElapsedUnit = Literal["days", "months", "years"]
Side = Literal["before", "after", "since", "until"]
Which = Literal["latest", "lowest", "highest"]
Rounding = Literal["round", "round_down", "round_up"]
Extremum = Literal["min", "max"]
Gathering = Literal["sum", "lowest", "highest"]


@dataclass(frozen=True, slots=True)
class Node:
    """Any part of an expression."""

    column: int = field(default=0, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Number(Node):
    """`1.5`"""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Quantity(Node):
    """`5.5 mmol/L`, `28 days` (unit "d"), or `1.5 ULN` and `0.9 LLN`."""

    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Text(Node):
    """`'female'`: a code."""

    value: str


@dataclass(frozen=True, slots=True)
class YesNo(Node):
    """`true`, `false`"""

    value: bool


@dataclass(frozen=True, slots=True)
class Day(Node):
    """`2026-11-12`"""

    value: date


@dataclass(frozen=True, slots=True)
class Window(Node):
    """`within 15 days before registration`; `since`, `after`, `before`, `until` have no length.

    `length` counts in `unit`, one of "d", "wk", "mo", "a". Both ends belong to a window with a
    length, and to `since` and `until`; `before` and `after` leave out the day of the anchor.
    """

    side: Side
    anchor: str
    length: int | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A column, a fact or an anchor, in that order; with a window: its latest value in there.

    `which` is another value than the latest: `lowest anc within 28 days before today`.
    """

    name: str
    window: Window | None = None
    which: Which = "latest"


@dataclass(frozen=True, slots=True)
class Not(Node):
    arg: Node


@dataclass(frozen=True, slots=True)
class And(Node):
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    op: Comparator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Among(Node):
    """`ecog in [0, 1]`"""

    arg: Node
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Known(Node):
    """`ras is known`, `ras is unknown`"""

    arg: Node
    known: bool


@dataclass(frozen=True, slots=True)
class Rows(Node):
    """`any lesions where …`, `none of lesions where …`, `count of lesions where …`"""

    quantifier: Quantifier
    name: str
    where: Node | None = None


@dataclass(frozen=True, slots=True)
class Gathered(Node):
    """`sum of doses.amount where drug == 'oxaliplatin'`: of a column of a list."""

    how: Gathering
    name: str
    of: str
    where: Node | None = None


@dataclass(frozen=True, slots=True)
class Prefer(Node):
    """`prefer(a, b)`: the first whose answer is known."""

    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice(Node):
    """`then if test else other`"""

    then: Node
    test: Node
    other: Node


@dataclass(frozen=True, slots=True)
class Minus(Node):
    arg: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    op: Operator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Elapsed(Node):
    """`years(birth_date, consent)`: whole days, months or years from the first to the second."""

    unit: ElapsedUnit
    start: Node
    end: Node


@dataclass(frozen=True, slots=True)
class Rounded(Node):
    """`round(dose, 5 mg)`: to the nearest whole number of steps, or to the one below or above."""

    way: Rounding
    arg: Node
    step: Node


@dataclass(frozen=True, slots=True)
class Extreme(Node):
    """`min(bsa, 2 m2)`, `max(a, b, c)`"""

    side: Extremum
    args: tuple[Node, ...]


YES_OR_NO = (And, Or, Not, Compare, Among, Known)


def children(node: Node) -> Iterator[Node]:
    """The parts that a node is directly made of."""
    for part in fields(node):
        value = getattr(node, part.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from value


def walk(node: Node) -> Iterator[Node]:
    """The node and all that is in it, outermost first."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(children(here))

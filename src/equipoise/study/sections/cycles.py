"""When cycles are due: the first of a regimen, and the pauses in which none is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from pydantic import Field

from equipoise.study.expression import Expression
from equipoise.study.parts import Code, Part, Source, Text, Whole

if TYPE_CHECKING:
    from equipoise.study.model import Study
    from equipoise.study.places import Key
    from equipoise.study.sections.treatment import Regimen, Treatment

__all__ = ["First", "Pause", "conditions", "misplaced", "order_of_clocks"]


class First(Part):
    """The day on which the first cycle of a regimen is due, counted as visits are."""

    anchor: str
    day: Whole = 0
    early: Whole = Field(default=0, ge=0, description="days before the day that still count")
    late: Whole = Field(default=0, ge=0, description="days after the day that still count")
    arms: tuple[Code, ...] = Field(default=(), description="empty: all arms")
    when: str = Field(default="", description="of whom it is the first cycle; empty: of everybody")
    source: Source


class Pause(Part):
    """Days after an event in which no cycle of some regimens is given."""

    id: Code
    after: str = Field(description="the day from which on it counts; that day is within it")
    days: Whole = Field(ge=1, description="how long it lasts")
    regimens: tuple[Code, ...] = Field(default=(), description="those that pause; empty: all")
    arms: tuple[Code, ...] = Field(default=(), description="empty: all arms")
    when: str = Field(default="", description="when it counts at all; empty: always")
    because: Text
    source: Source

    def stops(self, regimen: str) -> bool:
        """Whether a regimen pauses."""
        return not self.regimens or regimen in self.regimens


def conditions(treatment: Treatment) -> Iterator[Expression]:
    """Every condition of a first cycle and of a pause, where it stands."""
    for key, one in _parts(treatment):
        if one.when:
            yield Expression((*key, "when"), one.when)


def misplaced(study: Study, treatment: Treatment) -> Iterator[tuple[Key, str]]:
    """Arms and regimens that do not exist, and clocks that move one another in a circle."""
    for key, one in _parts(treatment):
        strange = (arm for arm in one.arms if arm not in study.arm_of)
        yield from (((*key, "arms"), f"no arm named {arm!r}") for arm in strange)
    for block in ("pauses", "stops"):
        for n, rule in enumerate(getattr(treatment, block)):
            strange = (name for name in rule.regimens if name not in treatment.regimen_of)
            at: Key = (block, n, "regimens")
            yield from ((at, f"no regimen named {name!r}") for name in strange)
    yield from _moved(treatment)


def _moved(treatment: Treatment) -> Iterator[tuple[Key, str]]:
    known = treatment.regimen_of
    for n, regimen in enumerate(treatment.regimens):
        at: Key = ("regimens", n, "moved_by")
        for name in regimen.moved_by:
            if name not in known:
                yield at, f"no regimen named {name!r}"
            elif known[name].clock == regimen.clock:
                yield at, f"{name!r} is on the same clock as {regimen.id!r}"
    if len(order_of_clocks(treatment.regimens)) < len({one.clock for one in known.values()}):
        yield ("regimens",), "clocks move one another in a circle"


def _parts(treatment: Treatment) -> Iterator[tuple[Key, First | Pause]]:
    for r, regimen in enumerate(treatment.regimens):
        for n, first in enumerate(regimen.first):
            yield ("regimens", r, "first", n), first
    for n, pause in enumerate(treatment.pauses):
        yield ("pauses", n), pause


def order_of_clocks(regimens: Iterable[Regimen]) -> list[str]:
    """Every clock after those that move it; those that move one another are left out."""
    clock_of = {one.id: one.clock for one in regimens}
    moved: dict[str, set[str]] = {clock: set() for clock in clock_of.values()}
    for one in regimens:
        moved[one.clock] |= {clock_of[name] for name in one.moved_by if name in clock_of}
    return list(_in_order(moved))


def _in_order(moved: Mapping[str, set[str]]) -> Iterator[str]:
    left, done = dict(moved), set[str]()
    while free := [clock for clock, by in left.items() if by <= done | {clock}]:
        for clock in free:
            del left[clock]
            done.add(clock)
            yield clock

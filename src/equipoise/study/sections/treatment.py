"""Treatment: drugs, regimens and their doses, what stops a dose and what makes it lower.

A dose is an expression of the study's own language, with its unit; so are the conditions of parts,
stops and modifications. Nothing of it stands in code: another trial's treatment is another file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import Field

from equipoise.logic.given import HOLD, STOP
from equipoise.study.expression import Expression
from equipoise.study.parts import Code, Number, Part, Source, Text, Whole, YesNo
from equipoise.study.sections import additives
from equipoise.study.sections.additives import Additive
from equipoise.study.sections.cycles import First, Pause, conditions, misplaced
from equipoise.study.sections.drugs import FULL, Drug, Tablet, amount_flaws, flaws, quantity
from equipoise.study.sections.treatment_facts import FACTS
from equipoise.study.sections.treatment_rules import DoseWarning, Modification, Stop

if TYPE_CHECKING:
    from equipoise.study.model import Study
    from equipoise.study.places import Key
    from equipoise.study.sections.tables import Table

__all__ = [
    "FACTS",
    "FULL",
    "DosePart",
    "Drug",
    "Regimen",
    "Tablet",
    "Treatment",
    "quantity",
]

PUMP = "pump"
"""Where a part goes `into` instead of a vein."""


class Rounding(Part):
    """To what a dose is rounded; half is rounded up."""

    to: str = Field(description="such as `5 mg`")


class DosePart(Part):
    """One dose of a regimen: of which drug, on which days, how much, over how long."""

    id: Code = Field(description="once in the whole section")
    drug: Code
    label: Text | None = Field(default=None, description="as it is called beside its drug: bolus")
    arms: tuple[Code, ...] = Field(default=(), description="who is given it; empty: all arms")
    days: tuple[Whole, ...] = Field(default=(1,), description="days of the cycle; 1 is the first")
    in_a_row: Whole = Field(default=1, ge=1, description="days in a row from each of these")
    times_a_day: Whole = Field(default=1, ge=1)
    dose: str = Field(description="of one administration: `85 mg/m2 * body_surface`")
    cap: str = Field(default="", description="the dose is never more than this: `170 mg`")
    round: Rounding | None = None
    over: str = Field(default="", description="how long it runs: `46 h`")
    volume: str = Field(default="", description="in how much it runs: `100 mL`")
    fluid: Text | None = Field(default=None, description="in what it is dissolved: glucose 5 %")
    additives: tuple[Additive, ...] = Field(default=(), description="what is added to the drug")
    stable: str = Field(default="", description="how long it keeps once prepared: `24 h`")
    keep: Text | None = Field(default=None, description="how it is kept: below 25 °C")
    into: Code | None = Field(default=None, description="where it goes instead of a vein: `pump`")
    when: str = Field(default="", description="of whom it is a part at all; empty: of everybody")
    optional: YesNo = Field(
        default=False, description="whether it may be left out without a reason"
    )
    source: Source


class Regimen(Part):
    """Drugs that are given together, in cycles."""

    id: Code
    label: Text
    arms: tuple[Code, ...] = Field(default=(), description="who is given it; empty: all arms")
    every: Whole = Field(ge=1, description="days from one cycle to the next")
    times: Whole = Field(ge=1, description="cycles at most")
    beside: YesNo = Field(
        default=False, description="whether it is given beside another, on a clock of its own"
    )
    first: tuple[First, ...] = Field(
        default=(), description="when the first cycle is due: the first of these that has a day"
    )
    early: Whole | None = Field(
        default=None, ge=0, description="days before it is due from which on a cycle may be given"
    )
    late: Whole | None = Field(
        default=None, ge=0, description="days after it was due until which it may be given"
    )
    apart: Whole | None = Field(
        default=None,
        ge=1,
        description="days that lie at least between it and the next cycle of its clock, whatever "
        "the next is",
    )
    moved_by: tuple[Code, ...] = Field(
        default=(), description="regimens of another clock whose delay puts this one off too"
    )
    parts: tuple[DosePart, ...] = Field(min_length=1)
    source: Source

    @property
    def clock(self) -> str:
        """The clock on which its cycles come: its own, or the one that all others share."""
        return self.id if self.beside else ""

    def given_to(self, arm: str | None) -> bool:
        """Whether the participants of an arm may be given it."""
        return not self.arms or arm in self.arms


class Treatment(Part):
    """What the study gives, by which rules."""

    drugs: tuple[Drug, ...] = Field(min_length=1)
    regimens: tuple[Regimen, ...] = Field(min_length=1)
    stops: tuple[Stop, ...] = ()
    warnings: tuple[DoseWarning, ...] = ()
    modifications: tuple[Modification, ...] = ()
    pauses: tuple[Pause, ...] = ()
    stops_after: tuple[str, ...] = Field(
        default=(), description="days after the first of which no cycle is due any more"
    )
    prescribed: YesNo = Field(
        default=True,
        description="whether the dose of the hospital's prescribing system is typed in to compare",
    )
    label_language: str = Field(
        default="en", description="of the labels of what is prepared, whoever prints them"
    )
    rate_within: Number = Field(
        default=Decimal(2), ge=0, description="per cent by which rate × hours may miss the volume"
    )
    source: Source

    @cached_property
    def drug_of(self) -> dict[str, Drug]:
        """Every drug by its id."""
        return {drug.id: drug for drug in self.drugs}

    @cached_property
    def regimen_of(self) -> dict[str, Regimen]:
        """Every regimen by its id."""
        return {regimen.id: regimen for regimen in self.regimens}

    @cached_property
    def in_pump(self) -> frozenset[str]:
        """The drugs that go into the pump."""
        return frozenset(part.drug for part in self.part_of.values() if part.into == PUMP)

    @cached_property
    def part_of(self) -> dict[str, DosePart]:
        """Every part of every regimen by its id."""
        return {part.id: part for regimen in self.regimens for part in regimen.parts}

    def regimens_with(self, parts: Iterable[str]) -> list[str]:
        """The regimens of which these are parts."""
        named = {*parts}
        return [one.id for one in self.regimens if named & {part.id for part in one.parts}]

    def regimens_giving(self, drug: str, arm: str | None) -> list[str]:
        """The regimens of an arm in which a drug is given."""
        own = (one for one in self.regimens if one.given_to(arm))
        return [one.id for one in own if drug in {part.drug for part in one.parts}]

    def called(self, part: DosePart) -> Mapping[str, str]:
        """What a part is called: its drug, and what it is called beside that."""
        drug, beside = self.drug_of[part.drug].label, part.label or {}
        return {
            language: f"{name}, {beside[language]}" if language in beside else name
            for language, name in drug.items()
        }

    def expressions(self) -> Iterator[Expression]:
        """Every expression of the section, where it stands, and what it must give."""
        yield from conditions(self)
        for r, regimen in enumerate(self.regimens):
            for p, part in enumerate(regimen.parts):
                at = ("regimens", r, "parts", p)
                drug = self.drug_of.get(part.drug)
                unit = drug.unit if drug else ""
                yield Expression((*at, "dose"), part.dose, "number", unit)
                if part.cap:
                    yield Expression((*at, "cap"), part.cap, "number", unit)
                if part.when:
                    yield Expression((*at, "when"), part.when)
        for place, rule in self._rules():
            if rule.when:
                yield Expression((*place, "when"), rule.when)

    def strangers(self, study: Study) -> Iterator[tuple[Key, str]]:
        """Names that stand twice or nowhere, and amounts that are none."""
        for block in ("drugs", "regimens", "stops", "warnings", "modifications", "pauses"):
            yield from _twice(block, [one.id for one in getattr(self, block)])
        for fact in FACTS:
            if fact.name in study.items:
                yield ("drugs",), f"the item {fact.name!r} is called as what this section leaves"
        yield from flaws(study, self.drugs)
        yield from misplaced(study, self)
        seen = Counter(part.id for regimen in self.regimens for part in regimen.parts)
        for r, regimen in enumerate(self.regimens):
            yield from _arms(study, ("regimens", r), regimen.arms)
            for p, part in enumerate(regimen.parts):
                at: Key = ("regimens", r, "parts", p)
                if seen[part.id] > 1:
                    yield (*at, "id"), f"{part.id!r} stands twice"
                yield from _arms(study, at, part.arms)
                yield from self._of_part(at, regimen, part)
                yield from _into(study, at, part)
        for place, rule in self._rules():
            yield from self._drugs((*place, "drugs"), rule.drugs)
        for n, rule in enumerate(self.modifications):
            for key, message in self._of_modification(study, rule):
                yield ("modifications", n, *key), message

    def _of_modification(self, study: Study, rule: Modification) -> Iterator[tuple[Key, str]]:
        """A level with its condition and reason, or a table of levels."""
        if (rule.level is None) is (rule.table is None):
            yield (), f"the modification {rule.id!r} needs `level` or `table`, one of the two"
        elif rule.level is not None and not (rule.when and rule.because):
            yield (), f"the modification {rule.id!r} has a level: say `when` and `because`"
        table = next((one for one in study.tables if one.id == rule.table), None)
        if rule.table and (table is None or table.gives.kind != "level"):
            yield ("table",), f"no table of levels named {rule.table!r}"
        elif table and not rule.lifts and {row.gives for row in table.rows} & {HOLD, STOP}:
            yield ("lifts",), f"the table {rule.table!r} may hold: say what would lift it"
        yield from self._resumed(rule)
        levels = {rule.level} if rule.level is not None else _levels(table)
        for name in rule.drugs if not rule.resumes else ():
            for level in (
                sorted(levels - {*self.drug_of[name].levels}) if name in self.drug_of else ()
            ):
                yield ("drugs",), f"{level:f} % is no dose level of {name!r}"

    def _resumed(self, rule: Modification) -> Iterator[tuple[Key, str]]:
        """What it resumes holds by a table; and a drug of one dose alone has a last dose."""
        times = Counter(part.drug for part in self.part_of.values()) if rule.resumes else {}
        for name in rule.drugs:
            if times.get(name, 1) > 1:
                yield ("drugs",), f"{name!r} stands in several doses: which was the last?"
        known = {one.id: one for one in self.modifications if one.table and not one.resumes}
        for n, name in enumerate(rule.resumes):
            if name not in known or not {*rule.drugs} <= {*known[name].drugs}:
                yield ("resumes", n), f"no table that may hold these drugs is named {name!r}"

    def _rules(self) -> Iterator[tuple[Key, Stop | DoseWarning | Modification]]:
        yield from ((("stops", n), rule) for n, rule in enumerate(self.stops))
        yield from ((("warnings", n), rule) for n, rule in enumerate(self.warnings))
        yield from ((("modifications", n), rule) for n, rule in enumerate(self.modifications))

    def _of_part(self, at: Key, regimen: Regimen, part: DosePart) -> Iterator[tuple[Key, str]]:
        yield from self._drugs((*at, "drug"), [part.drug])
        drug = self.drug_of.get(part.drug)
        if part.round and drug:
            yield from amount_flaws((*at, "round", "to"), part.round.to, drug.unit)
        for name, unit in (("over", "h"), ("volume", "mL"), ("stable", "h")):
            if text := getattr(part, name):
                yield from amount_flaws((*at, name), text, unit)
        yield from (((*at, *key), because) for key, because in additives.strangers(part.additives))
        last = max(part.days, default=0) + part.in_a_row - 1
        if not part.days or min(part.days) < 1 or last > regimen.every:
            yield (*at, "days"), f"the days lie within the cycle, 1 to {regimen.every}"

    def _drugs(self, at: Key, names: Iterable[str]) -> Iterator[tuple[Key, str]]:
        for name in names:
            if name not in self.drug_of:
                yield at, f"no drug named {name!r}"


def _levels(table: Table | None) -> set[Decimal]:
    """The percentages that a table may give; what cannot be read is told of the table itself."""
    texts = [row.gives.strip() for row in table.rows] if table else []
    found = (text.removesuffix("%").strip() for text in texts if text.endswith("%"))
    return {Decimal(text) for text in found if re.fullmatch(r"\d+(\.\d+)?", text)}


def _arms(study: Study, at: Key, arms: Iterable[str]) -> Iterator[tuple[Key, str]]:
    for arm in arms:
        if arm not in study.arm_of:
            yield (*at, "arms"), f"no arm named {arm!r}"


def _into(study: Study, at: Key, part: DosePart) -> Iterator[tuple[Key, str]]:
    """What goes into the pump instead of a vein is a drug of the pump, by the same name."""
    if part.into is None:
        return
    substance = study.pump.substance(part.drug) if study.pump else None
    if part.into != PUMP:
        yield (*at, "into"), f"{part.into!r} is no place for a dose; `pump` would be one"
    elif substance is None or not substance.drug:
        yield (*at, "into"), f"the pump knows no drug named {part.drug!r}"


def _twice(block: str, ids: list[str]) -> Iterator[tuple[Key, str]]:
    for n, name in enumerate(ids):
        if name in ids[:n]:
            yield (block, n, "id"), f"{name!r} stands twice"

"""The pump: which models there are, what may go into them and by which port, and what is watched.

Everything numeric of a pump stands in the study file. What may pass which port is a table: it
decides every substance at every port of every model, so that nothing is allowed by oversight.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from equipoise.study.parts import Code, Number, Part, Source, Text, Whole, YesNo

if TYPE_CHECKING:
    from equipoise.study.model import Study
    from equipoise.study.places import Key

__all__ = [
    "Limits",
    "Named",
    "NextStep",
    "Passage",
    "Port",
    "Pump",
    "PumpModel",
    "ScanAfter",
    "Substance",
]


class Named(Part):
    """Something with a name: a port, a needle, an artery."""

    id: Code
    label: Text


class Port(Named):
    """Where a needle goes in."""

    fills: YesNo = Field(
        default=True,
        description="whether what goes in here fills the reservoir; else it goes straight into the "
        "artery, and leaves the reservoir as it was",
    )


class PumpModel(Part):
    """One model of pump. The flow is each pump's own and stands on its card."""

    id: Code
    label: Text
    reservoir: Number = Field(gt=0, description="volume of the reservoir, in mL")
    slowest: Number = Field(gt=0, description="the lowest flow that a card may say, in mL a day")
    fastest: Number = Field(gt=0, description="the highest flow that a card may say, in mL a day")
    ports: tuple[Port, ...] = Field(min_length=1)
    needles: tuple[Named, ...] = Field(min_length=1)
    unaccounted: Number = Field(
        gt=0,
        description="volume, in mL, above which what was drawn up and neither went in nor came "
        "back may lie in the pocket around the pump",
    )
    source: Source

    def fills(self, port: str) -> bool:
        """Whether what goes in through a port fills the reservoir."""
        return all(one.fills for one in self.ports if one.id == port)


class Substance(Part):
    """What may be brought into a pump: a drug, a solution, what a scan is made with."""

    id: Code
    label: Text
    drug: YesNo = Field(default=False, description="whether it is dosed, in mg")
    stays: Number | None = Field(
        default=None,
        gt=0,
        description="days that it may stay in the reservoir; left out: it never fills it",
    )
    flow: Number = Field(
        default=Decimal(1), gt=0, le=1, description="share of the pump's flow at which it runs"
    )
    source: Source


class Passage(Part):
    """Whether a substance may go through a port, and with which needles."""

    substance: Code
    port: Code
    allowed: YesNo
    models: tuple[Code, ...] = Field(default=(), description="empty: every model with this port")
    needles: tuple[Code, ...] = Field(default=(), description="empty: any needle of the model")
    source: Source


class NextStep(Part):
    """What is done next where the flow deviates so far."""

    level: Literal["note", "query", "hold"]
    text: Text
    source: Source


class Limits(Part):
    """From which deviation of the flow on something follows, in percent of the calibrated flow."""

    note: Number = Field(gt=0)
    query: Number = Field(gt=0)
    hold: Number = Field(gt=0)
    agree: Number = Field(
        gt=0, description="percent by which two measurements may differ and verify each other"
    )
    accuracy: Number = Field(
        default=Decimal(0),
        ge=0,
        description="how exactly the volumes of one filling are read, in mL: a flow that this "
        "alone may move by more than a note is not measured",
    )
    nearly_empty: Number = Field(
        ge=0, description="residual volume, in mL, below which a drug ran in too fast"
    )
    more_out: Number = Field(
        default=Decimal(0),
        ge=0,
        description="volume, in mL, by which more may be taken out than went in before it is asked",
    )
    steps: tuple[NextStep, ...] = Field(
        default=(), description="what is done next at each of these levels"
    )
    source: Source

    def step(self, level: str) -> NextStep | None:
        """What is done next at a level."""
        return next((one for one in self.steps if one.level == level), None)


class ScanAfter(Part):
    """A scan through the pump that is due after the operation, in days from it."""

    what: Literal["perfusion", "angiography"]
    since: Whole = Field(ge=0, description="days after the operation from which it is due")
    until: Whole = Field(ge=0, description="days after the operation until which it is on time")
    source: Source


class Pump(Part):
    """The pumps of a study, and what is watched of them."""

    arms: tuple[Code, ...] = Field(default=(), description="who gets one; empty: all arms")
    models: tuple[PumpModel, ...] = Field(min_length=1)
    substances: tuple[Substance, ...] = Field(min_length=1)
    passes: tuple[Passage, ...] = Field(min_length=1)
    arteries: tuple[Named, ...] = Field(min_length=1)
    limits: Limits
    reserve: Number = Field(
        ge=0, description="days before it runs dry at which it must be emptied at the latest"
    )
    ahead: Number = Field(
        default=Decimal(3), ge=0, description="days before that from which it is told as due"
    )
    release: YesNo = Field(
        default=False,
        description="whether no drug goes in before a perfusion scan was read by one person and "
        "the pump released by another",
    )
    scans: tuple[ScanAfter, ...] = Field(
        default=(), description="which scans are due after the operation"
    )
    instead: Code = Field(description="what goes in where a drug is held")
    rest: Code | None = Field(default=None, description="what goes in for a long rest")
    source: Source

    def model(self, code: str) -> PumpModel | None:
        """A model by its code."""
        return next((one for one in self.models if one.id == code), None)

    def substance(self, code: str) -> Substance | None:
        """A substance by its code."""
        return next((one for one in self.substances if one.id == code), None)

    def passage(self, model: str, substance: str, port: str) -> Passage | None:
        """What the table says of a substance at a port of a model."""
        return next((p for p in self.passes if _is_of(p, model, substance, port)), None)

    def strangers(self, study: Study) -> Iterator[tuple[Key, str]]:
        """Names that are not there or twice; limits out of order; gaps, overlaps of `passes`."""
        yield from self._twice()
        for arm in self.arms:
            if arm not in study.arm_of:
                yield ("arms",), f"no arm named {arm!r}"
        for name in ("instead", "rest"):
            code = getattr(self, name)
            known = self.substance(code) if code else None
            if code and (known is None or known.stays is None or known.drug):
                yield (name,), f"{code!r} is no solution that may stay in the reservoir"
        if not self.limits.note < self.limits.query < self.limits.hold:
            yield ("limits",), "a note comes before a query, and a query before a hold"
        levels = [one.level for one in self.limits.steps]
        for n, level in enumerate(levels):
            if level in levels[:n]:
                yield ("limits", "steps", n), f"the next step at {level!r} stands twice"
        for n, model in enumerate(self.models):
            if model.slowest > model.fastest:
                yield ("models", n, "slowest"), "the lowest flow is above the highest"
        yield from self._of_scans()
        yield from self._passages()

    def _of_scans(self) -> Iterator[tuple[Key, str]]:
        for n, scan in enumerate(self.scans):
            if scan.since > scan.until:
                yield ("scans", n, "since"), "it is due after it is too late"
            if scan.what in [one.what for one in self.scans[:n]]:
                yield ("scans", n, "what"), f"{scan.what!r} stands twice"

    def _twice(self) -> Iterator[tuple[Key, str]]:
        for name in ("models", "substances", "arteries"):
            ids = [one.id for one in getattr(self, name)]
            for n, code in enumerate(ids):
                if code in ids[:n]:
                    yield (name, n, "id"), f"{code!r} stands twice"

    def _passages(self) -> Iterator[tuple[Key, str]]:
        """Every substance is decided once at every port of every model."""
        for n, one in enumerate(self.passes):
            for because in self._unknown(one):
                yield ("passes", n), because
        for m, model in enumerate(self.models):
            for substance in self.substances:
                for port in model.ports:
                    told = [p for p in self.passes if _is_of(p, model.id, substance.id, port.id)]
                    place = f"{substance.id!r} through {port.id!r} of {model.id!r}"
                    if not told:
                        yield ("models", m), f"`passes` does not say whether {place} may go"
                    if len(told) > 1:
                        yield ("passes", self.passes.index(told[1])), f"{place} stands twice"

    def _unknown(self, one: Passage) -> Iterator[str]:
        models = [m for m in self.models if not one.models or m.id in one.models]
        if self.substance(one.substance) is None:
            yield f"no substance named {one.substance!r}"
        for code in one.models:
            if self.model(code) is None:
                yield f"no model named {code!r}"
        if models and not any(one.port in _ids(m.ports) for m in models):
            yield f"no port named {one.port!r}"
        needles = {code for m in models for code in _ids(m.needles)}
        yield from (f"no needle named {code!r}" for code in one.needles if code not in needles)


def _ids(named: Iterable[Named]) -> list[str]:
    return [one.id for one in named]


def _is_of(one: Passage, model: str, substance: str, port: str) -> bool:
    of_model = not one.models or model in one.models
    return of_model and one.substance == substance and one.port == port

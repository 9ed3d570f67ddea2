"""The pumps of a participant, and the facts that they leave."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import ClassVar

import msgspec

from equipoise.conduct.state.done import Done, FactQuery, Reader, State, on_days
from equipoise.conduct.state.pump_flow import Content, content_of, on_the_wall, verified
from equipoise.conduct.state.pump_record import Filling, Pump
from equipoise.logic.extremes import half_up
from equipoise.logic.facts import Observation
from equipoise.study.facts import Fact
from equipoise.study.model import Study
from equipoise.study.sections import pump_facts as section

__all__ = ["PumpState", "as_decimal"]

PLACES = 4


def as_decimal(number: Fraction, places: int = PLACES) -> Decimal:
    """A fraction as it is told and compared: to four places, which no pump is read to."""
    return Decimal(f"{half_up(number, places).normalize():f}")


def _implanted_on(state: "PumpState", _: FactQuery) -> Iterator[Observation]:
    return on_days(state.pumps[-1].implanted.on if state.pumps else None)


def _explanted_on(state: "PumpState", _: FactQuery) -> Iterator[Observation]:
    gone = state.pumps[-1].explanted if state.pumps else None
    return on_days(gone.on if gone else None)


def _model(state: "PumpState", _: FactQuery) -> Iterator[Observation]:
    for pump in state.pumps[-1:]:
        yield Observation(value=pump.implanted.model, on=pump.implanted.on)


def _reservoir(state: "PumpState", query: FactQuery) -> Iterator[Observation]:
    for pump in state.pumps[-1:]:
        known = query.study.pump.model(pump.implanted.model) if query.study.pump else None
        if known:
            yield Observation(value=known.reservoir, on=pump.implanted.on, unit="mL")


def _flow(state: "PumpState", query: FactQuery) -> Iterator[Observation]:
    """The verified flow, of the day on which it was last measured."""
    for pump, content in _last(state, query.study):
        if query.study.pump:
            flow = as_decimal(verified(pump, content, query.study.pump.limits))
            yield Observation(value=flow, on=_measured_on(pump, content), unit="mL/d")


def _flow_measured_on(state: "PumpState", query: FactQuery) -> Iterator[Observation]:
    for pump, content in _last(state, query.study):
        yield from on_days(_measured_on(pump, content))


def _flow_deviation(state: "PumpState", query: FactQuery) -> Iterator[Observation]:
    for _, content in _last(state, query.study):
        for one in [c for c in content if c.deviation is not None and c.until][-1:]:
            on = on_the_wall(one.until, query.study).date() if one.until else None
            yield Observation(value=as_decimal(one.deviation or Fraction(0)), on=on, unit="%")


def _fillings(state: "PumpState", query: FactQuery) -> Iterator[Mapping[str, Observation]]:
    """Every filling by the day, of each pump, in the order of recording."""
    delivered = {
        one.filling: one
        for pump in state.pumps
        for one in content_of(pump, query.study)
        if one.until and on_the_wall(one.until, query.study).date() <= query.on
    }
    for filling in (one for pump in state.pumps for one in pump.fillings):
        if not filling.substance or filling.on > query.on:
            continue
        row = {
            "substance": Observation(value=filling.substance, on=filling.on),
            "filled_on": Observation(value=filling.on, on=filling.on),
        }
        if filling.dose:
            row["dose"] = Observation(value=Decimal(filling.dose), on=filling.on, unit="mg")
        ended = delivered.get(filling)
        if ended and ended.delivered is not None:
            amount = as_decimal(ended.delivered)
            row["delivered"] = Observation(value=amount, on=filling.on, unit="mg")
        yield row


def _drug_from(state: "PumpState", query: FactQuery) -> Iterator[Observation]:
    filled = (one for pump in state.pumps for one in _of_drug(pump, query.study))
    return on_days(min((one.on for one in filled), default=None))


def _drug_last_on(state: "PumpState", query: FactQuery) -> Iterator[Observation]:
    """Before that day: what goes in on the day itself is compared with the dose before it."""
    filled = (one.on for pump in state.pumps for one in _of_drug(pump, query.study))
    return on_days(max((on for on in filled if on < query.on), default=None))


def _drug_emptied_on(state: "PumpState", query: FactQuery) -> Iterator[Observation]:
    emptied = []
    for pump in state.pumps:
        done = [*sorted(pump.fillings, key=_when), *filter(None, [pump.explanted])]
        drugs = _of_drug(pump, query.study)
        emptied += [then.on for one, then in pairwise(done) if one in drugs]
    return on_days(max((on for on in emptied if on <= query.on), default=None))


def _of_drug(pump: Pump, study: Study) -> list[Filling]:
    drugs = {one.id for one in study.pump.substances if one.drug} if study.pump else ()
    return [one for one in pump.fillings if one.substance in drugs]


def _when(filling: Filling) -> tuple[date, str, int]:
    return filling.on, filling.time, filling.order


def _released(state: "PumpState", query: FactQuery) -> Iterator[Observation]:
    if inside := state.inside:
        yield Observation(value=inside.released(query.on) is not None, on=query.on)


def _released_on(state: "PumpState", query: FactQuery) -> Iterator[Observation]:
    found = state.inside.released(query.on) if state.inside else None
    return on_days(found.on if found else None)


def _outside(state: "PumpState", _: FactQuery) -> Iterator[Observation]:
    """Whether any perfusion scan of any pump showed it; not known before there is one."""
    scans = [scan for pump in state.pumps for scan in pump.perfusions]
    if scans:
        outside = any(scan.extrahepatic == "yes" for scan in scans)
        yield Observation(value=outside, on=max(scan.on for scan in scans))


def _measured_on(pump: Pump, content: list[Content]) -> date:
    """The day of the last measurement; before there is one, that of the operation."""
    days = [
        following.filling.on
        for one, following in zip(content, content[1:], strict=False)
        if one.measured is not None
    ]
    if pump.explanted and content and content[-1].measured is not None:
        days.append(pump.explanted.on)
    return max(days, default=pump.implanted.on)


def _of_content(of: Callable[[Content, Study], date | str]) -> Reader:
    """How a fact of what is in the pump now is read."""

    def read(state: "PumpState", query: FactQuery) -> Iterator[Observation]:
        for pump, content in _last(state, query.study):
            if content and content[-1].fills and pump.explanted is None:
                value = of(content[-1], query.study)
                yield Observation(value=value, on=content[-1].filling.on)

    return read


def _last(state: "PumpState", study: Study) -> Iterator[tuple[Pump, list[Content]]]:
    for pump in state.pumps[-1:]:
        yield pump, content_of(pump, study)


class PumpState(State, kw_only=True):
    """Every pump, the last of which may still be in place."""

    facts: ClassVar[Mapping[Fact, Reader]] = {
        section.FILLINGS: _fillings,
        section.DRUG_FROM: _drug_from,
        section.DRUG_LAST_ON: _drug_last_on,
        section.DRUG_EMPTIED_ON: _drug_emptied_on,
        section.IMPLANTED_ON: _implanted_on,
        section.EXPLANTED_ON: _explanted_on,
        section.OUTSIDE: _outside,
        section.RELEASED: _released,
        section.RELEASED_ON: _released_on,
        section.MODEL: _model,
        section.RESERVOIR: _reservoir,
        section.FLOW: _flow,
        section.FLOW_MEASURED_ON: _flow_measured_on,
        section.FLOW_DEVIATION: _flow_deviation,
        section.SOLUTION: _of_content(lambda one, _: one.filling.substance),
        section.FILLED_ON: _of_content(lambda one, _: one.filling.on),
        section.RUNS_DRY_ON: _of_content(lambda one, study: on_the_wall(one.dry_at, study).date()),
        section.EMPTY_BY: _of_content(lambda one, study: on_the_wall(one.empty_by, study).date()),
    }
    alone: ClassVar[tuple[str, ...]] = (
        "pump.implant",
        "pump.refill",
        "pump.scan",
        "pump.release",
        "pump.explant",
        "pump.correct",
    )
    pumps: list[Pump] = []

    def before(self, seq: int) -> "PumpState":
        """As it was when the pump had been emptied, and what an entry tells of had not gone in."""
        for n, pump in enumerate(self.pumps):
            if emptied := pump.before(seq):
                return msgspec.structs.replace(self, pumps=[*self.pumps[:n], emptied])
        return self

    @property
    def inside(self) -> Pump | None:
        """The pump that is in place."""
        last = self.pumps[-1] if self.pumps else None
        return last if last and last.explanted is None else None

    def contacts(self, study: Study) -> Iterable[date]:
        """The days on which a pump was put in, filled and taken out."""
        for pump in self.pumps:
            unseen = ("pump.release", "pump.correct")
            seen = (one for kind, one in _of_pump(pump) if kind not in unseen)
            yield from (one.on for one in seen)

    def of_themselves(self) -> Iterable[tuple[str, Done]]:
        """Each operation and each filling."""
        for pump in self.pumps:
            yield from _of_pump(pump)


def _of_pump(pump: Pump) -> Iterator[tuple[str, Done]]:
    yield "pump.implant", pump.implanted
    # The first filling is told with the operation, by the same entry.
    yield from (
        ("pump.refill", one) for one in pump.fillings if one.seq != pump.number or not one.seq
    )
    yield from (("pump.scan", one) for one in pump.scans)
    yield from (("pump.release", one) for one in pump.releases)
    yield from (("pump.correct", one) for one in pump.corrections)
    if pump.explanted:
        yield "pump.explant", pump.explanted

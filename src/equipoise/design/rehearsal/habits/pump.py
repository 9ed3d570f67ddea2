"""How invented people fare with a pump: operation, release, cycles, now and then too late."""

import math
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field

from equipoise.conduct.pump import ExplantPump, ImplantPump, ReadScan, RefillPump, ReleasePump
from equipoise.design.rehearsal.chance import Chance
from equipoise.design.rehearsal.habits.habit import Habit, Stay, Step
from equipoise.study.model import Study
from equipoise.study.parts import Code, Number, Part, Source, Whole

__all__ = ["HABIT"]


class PumpPlan(Part):
    """Which pump, how it runs, and how often it is emptied too late."""

    model: Code
    drug: Code
    flow: Number = Field(gt=0, description="mL a day on the card")
    spread: Number = Field(ge=0, description="how far true flows lie apart, in percent")
    dose: Number = Field(gt=0, description="mg at first")
    visit: Code = Field(description="the visit that is the operation")
    placed: Number = Field(default=Decimal(1), description="the share of operations with a pump")
    angiography: Code | None = Field(
        default=None, description="what a CT-angiography is made with; left out: none is made"
    )
    first_drug: Whole = Field(description="days after the operation")
    cycles: Whole
    late: Number = Field(description="the share of emptyings that are some days late")
    missed: Number = Field(description="the share of scans that show perfusion outside the liver")
    source: Source


def _steps(stay: Stay) -> Iterator[Step]:
    """A pump for who gets one: filled at the operation, released, run in cycles, taken out."""
    section, plan = stay.study.pump, stay.plan
    if section is None or (section.arms and stay.subject().arm not in section.arms):
        return
    first = stay.visit(plan.visit)
    at = stay.moment(first) if first else None
    if first is None or at is None or stay.chance.of("placed").random() >= float(plan.placed):
        return
    # Before anybody fills in the form of that day.
    at, first = at.replace(hour=6, minute=50), at.date()
    yield Step(at=at, act=ImplantPump(**_operated(stay), **_filling(stay, at, "")))
    yield from _released(stay, first)
    inside = stay.subject().pump.inside
    if inside and inside.releases:
        yield from _filled(stay, first)
    else:
        yield from _out(stay, first, "perfusion outside the liver")


def _released(stay: Stay, first: date) -> Iterator[Step]:
    """The scan is read some days later, and the pump released by somebody else."""
    chance = stay.chance.of("scan")
    at = stay.moment(first + timedelta(days=chance.whole(3, 6)))
    if at is None or stay.study.pump is None:
        return
    tracer = next(one.id for one in stay.study.pump.substances if one.stays is None)
    outside = chance.of("outside").random() < float(stay.plan.missed)
    shows: dict[str, Any] = {
        "extrahepatic": "yes" if outside else "no",
        "because": "stomach" if outside else "",
    }
    if contrast := stay.plan.angiography:
        way = _way(stay.study, stay.plan.model, contrast)
        sound: dict[str, Any] = {"bilobar": "yes", "extrahepatic": "no"}
        act = ReadScan(what="angiography", substance=contrast, **way, **sound)
        yield Step(at=at - timedelta(minutes=30), act=act)
    way = _way(stay.study, stay.plan.model, tracer)
    yield Step(
        at=at, act=ReadScan(what="perfusion", substance=tracer, bilobar="yes", **way, **shows)
    )
    inside = stay.subject().pump.inside
    if not outside and inside and inside.perfusions:
        scan = inside.perfusions[-1].seq
        yield Step(at=at + timedelta(hours=1), act=ReleasePump(scan=scan))


def _filled(stay: Stay, first: date) -> Iterator[Step]:
    """Emptied and filled, until the last cycle is over: the drug and the solution by turns."""
    plan, day = stay.plan, first
    for number, (days, drug) in enumerate(_turns(plan)):
        chance = stay.chance.of("filling", number)
        late = chance.whole(1, 5) if chance.random() < float(plan.late) else 0
        at = stay.moment(day + timedelta(days=days + late))
        if at is None:
            return
        out = _withdrawn(stay, at)
        yield Step(at=at, act=RefillPump(withdrawn=out, **_filling(stay, at, drug)))
        day = at.date()
    yield from _out(stay, day, "the last cycle is over")


def _out(stay: Stay, day: date, because: str) -> Iterator[Step]:
    """Taken out before the next filling would be due."""
    if at := stay.moment(day + timedelta(days=14)):
        yield Step(at=at, act=ExplantPump(time=_clock(stay, at), because=because))


def _turns(plan: PumpPlan) -> Iterator[tuple[int, str]]:
    """After how many days what goes in: the drug, or empty for the solution."""
    before = plan.first_drug // 3
    yield from ((before, "") for _ in range(2))
    for _ in range(plan.cycles):
        yield before if before else 14, plan.drug
        yield 14, ""
        before = 14


def _operated(stay: Stay) -> dict[str, Any]:
    serial, artery = stay.chance.of("serial").whole(1000, 9999), "gastroduodenal"
    known = [one.id for one in stay.study.pump.arteries] if stay.study.pump else []
    seen = {"gallbladder": "yes", "stomach": "yes", "dye": "bilobar", "flow_seen": "yes"}
    where = artery if artery in known else known[0]
    return {
        "model": stay.plan.model,
        "serial": str(serial),
        "flow": f"{stay.plan.flow:f}",
        "artery": where,
        **seen,
    }


def _filling(stay: Stay, at: datetime, drug: str) -> dict[str, Any]:
    """What goes in: nearly all that was drawn up."""
    section = stay.study.pump
    model = section.model(stay.plan.model) if section else None
    if section is None or model is None:
        return {}
    substance, volume = drug or section.instead, f"{model.reservoir:f}"
    values: dict[str, Any] = {"substance": substance, "dose": f"{stay.plan.dose:f}" if drug else ""}
    volumes = {"drawn_up": volume, "accepted": volume, "returned": "0"}
    way = _way(stay.study, model.id, substance)
    return {"time": _clock(stay, at), **values, **volumes, **way}


def _withdrawn(stay: Stay, at: datetime) -> str:
    """What is left of the last filling, as this pump truly runs."""
    inside = stay.subject().pump.inside
    if inside is None:
        return "0"
    last = inside.fillings[-1]
    days = Decimal((at.date() - last.on).days)
    true = stay.plan.flow * Decimal(str(_flow(stay.chance.of("flow"), stay.plan.spread)))
    left = max(Decimal(last.accepted) - true * days, Decimal(0))
    return f"{left.quantize(Decimal('0.1'), ROUND_HALF_UP):f}"


def _flow(chance: Chance, spread: Decimal) -> float:
    return round(math.exp(chance.normal() * float(spread) / 100), 4)


def _way(study: Study, model: str, substance: str) -> dict[str, Any]:
    """The first port and needle that are allowed."""
    found = study.pump.model(model) if study.pump else None
    for port in found.ports if found and study.pump else ():
        passage = study.pump.passage(model, substance, port.id) if study.pump else None
        if found and passage and passage.allowed:
            return {"port": port.id, "needle": (*passage.needles, found.needles[0].id)[0]}
    return {}


def _clock(stay: Stay, at: datetime) -> str:
    """The time of the day, some minutes before it is recorded."""
    local = (at - timedelta(minutes=20)).astimezone(ZoneInfo(stay.study.identity.timezone))
    return f"{local:%H:%M}"


HABIT = Habit(plan=PumpPlan, steps=_steps)

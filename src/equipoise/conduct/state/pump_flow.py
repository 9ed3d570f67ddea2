"""What follows from what went into a pump and what came out: until when, how fast, how much.

Moments are worked out in UTC from the clock on the study's wall, so that a day on which the clock
is put forward has 23 hours. Volumes and flows are exact fractions; nothing is rounded here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from typing import Literal
from zoneinfo import ZoneInfo

from equipoise.conduct.state.pump_record import Explanted, Filling, Pump
from equipoise.study.model import Study
from equipoise.study.sections.pump import Limits, PumpModel, Substance

__all__ = [
    "REFILLS",
    "Content",
    "Level",
    "Trend",
    "content_of",
    "moment_of",
    "on_the_wall",
    "trend",
    "verified",
]

Level = Literal["", "note", "query", "hold"]
Trend = Literal["", "rising", "falling", "steady"]
DAY = Fraction(24 * 3600)
REFILLS = 3
"""A trend is told over so many measurements."""
LONGEST = Fraction(3650)
"""In days: nothing is reckoned further ahead, however slowly a pump seems to run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What one filling left in the reservoir, and what became of it."""

    filling: Filling
    substance: Substance | None
    since: datetime
    flow: Fraction
    """By which it is told when it runs dry, in mL a day: the faster of verified and last flow."""
    loaded: Fraction
    """What the pump accepted of the dose, in mg; 0 where it is no drug."""
    dry_at: datetime
    empty_by: datetime
    until: datetime | None = None
    expected: Fraction | None = None
    """The residual volume that the calibrated flow would have left."""
    fills: bool = True
    """Whether it went into the reservoir, and not straight into the artery."""
    residual: Fraction | None = None
    measured: Fraction | None = None
    """The flow that is measured; not known where nothing was left, for it may have run dry."""
    deviation: Fraction | None = None
    """In percent of the calibrated flow; where nothing was left, at least so much."""
    level: Level = ""
    too_fast: bool = False
    """Whether a drug was nearly gone before it was to be emptied."""

    @property
    def unaccounted(self) -> Fraction | None:
        """What was drawn up and neither went in nor came back; what is not told came not back."""
        if not self.filling.substance:
            return None
        values = self.filling
        return _number(values.drawn_up) - _number(values.accepted) - _number(values.returned)

    @property
    def delivered(self) -> Fraction | None:
        """How much of the dose was given, in mg, from what was left of it."""
        if not self.loaded or self.residual is None:
            return None
        accepted = _number(self.filling.accepted)
        return self.loaded * max(accepted - self.residual, Fraction(0)) / accepted

    @property
    def a_day(self) -> Fraction:
        """How much of a drug runs in, in mg a day."""
        return (
            self.loaded / _number(self.filling.accepted) * self.flow if self.loaded else Fraction(0)
        )


def moment_of(done: Filling | Explanted, study: Study) -> datetime:
    """The moment of an emptying, in UTC."""
    local = datetime.combine(done.on, time.fromisoformat(done.time))
    return local.replace(tzinfo=ZoneInfo(study.identity.timezone)).astimezone(UTC)


def on_the_wall(at: datetime, study: Study) -> datetime:
    """A moment by the clock where the trial is run."""
    return at.astimezone(ZoneInfo(study.identity.timezone))


def content_of(pump: Pump, study: Study) -> list[Content]:
    """Everything that was in a pump, one after another; nothing of a model that is not known."""
    section = study.pump
    model = section.model(pump.implanted.model) if section else None
    if section is None or model is None:
        return []
    fillings = sorted(pump.fillings, key=lambda one: (moment_of(one, study), one.order))
    found: list[Content] = []
    flows = _Flows(_number(pump.implanted.flow), section.limits)
    for n, filling in enumerate(fillings):
        following = fillings[n + 1] if n + 1 < len(fillings) else pump.explanted
        begun = _begun(filling, study, model, flows.fastest)
        found.append(_ended(begun, following, study, model, pump) if following else begun)
        for measured in _measured(found[-1:]):
            flows.add(measured)
    return found


def verified(pump: Pump, content: list[Content], limits: Limits) -> Fraction:
    """The flow by which a dose is worked out, in mL a day.

    It is the calibrated one until two measurements after each other agree with each other, and both
    differ from it by more than is noted; then it is the later of the two.
    """
    flows = _Flows(_number(pump.implanted.flow), limits)
    for measured in _measured(content):
        flows.add(measured)
    return flows.verified


class _Flows:
    """What follows from one measured flow after another."""

    def __init__(self, calibrated: Fraction, limits: Limits) -> None:
        self.verified, self._limits = calibrated, limits
        self._last: Fraction | None = None

    def add(self, measured: Fraction) -> None:
        """The next that was measured."""
        before, limits = self._last, self._limits
        agree = before is not None and _apart(before, measured) <= limits.agree
        if (
            before
            and agree
            and all(_apart(one, self.verified) > limits.note for one in (before, measured))
        ):
            self.verified = measured
        self._last = measured

    @property
    def fastest(self) -> Fraction:
        """The faster of the verified flow and the last that was measured."""
        return max(self.verified, self._last or self.verified)


def trend(pump: Pump, content: list[Content], limits: Limits) -> Trend:
    """Whether the flow rose or fell over the last three measurements; empty before there are."""
    last = list(_measured(content))[-REFILLS:]
    if len(last) < REFILLS:
        return ""
    if _apart(last[-1], last[0], _number(pump.implanted.flow)) <= limits.note:
        return "steady"
    if last == sorted(last):
        return "rising"
    return "falling" if last == sorted(last, reverse=True) else "steady"


def _begun(filling: Filling, study: Study, model: PumpModel, flow: Fraction) -> Content:
    """What a filling left, while it runs."""
    section, since = study.pump, moment_of(filling, study)
    substance = section.substance(filling.substance) if section else None
    fills = bool(filling.substance) and model.fills(filling.port)
    accepted = _number(filling.accepted) if fills else Fraction(0)
    own = flow * Fraction(substance.flow) if substance else flow
    dry_at = since + _days(accepted / own)
    stays = Fraction(substance.stays or 0) if substance else Fraction(0)
    reserve = Fraction(section.reserve) if section else Fraction(0)
    before_dry = max(since, dry_at - _days(reserve))
    drawn_up = _number(filling.drawn_up)
    return Content(
        filling=filling,
        substance=substance,
        since=since,
        flow=own,
        fills=fills,
        loaded=_number(filling.dose) * accepted / drawn_up if drawn_up else Fraction(0),
        dry_at=dry_at,
        empty_by=min(since + _days(stays), before_dry),
    )


def _ended(
    begun: Content, following: Filling | Explanted, study: Study, model: PumpModel, pump: Pump
) -> Content:
    """The same once it was taken out, with what that measures."""
    until = moment_of(following, study)
    days = Fraction(int((until - begun.since).total_seconds())) / DAY
    filled = begun.substance if begun.fills else None
    if not (following.withdrawn and filled and days > 0 and study.pump):
        return replace(begun, until=until)
    calibrated = _number(pump.implanted.flow) * Fraction(filled.flow)
    residual, accepted = _number(following.withdrawn), _number(begun.filling.accepted)
    rate = (accepted - residual) / days
    off = (rate - calibrated) / calibrated * 100
    untold = residual == 0 and off <= 0  # it may have run dry at any time
    untold = untold or _too_short(calibrated * days, off, study.pump.limits)
    early = until < begun.empty_by and residual < study.pump.limits.nearly_empty
    return replace(
        begun,
        until=until,
        expected=max(accepted - calibrated * days, Fraction(0)),
        residual=residual,
        measured=rate if residual and not untold else None,
        deviation=None if untold else off,
        level="" if untold else _level(off, study.pump.limits),
        too_fast=filled.drug and early,
    )


def _too_short(expected: Fraction, off: Fraction, limits: Limits) -> bool:
    """Whether the volumes are not read so exactly that they tell the flow of so short a time.

    A deviation that is beyond a hold, however the volumes were misread, tells all the same.
    """
    misread = Fraction(limits.accuracy) / expected * 100
    return misread > limits.note and abs(off) - misread <= limits.hold


def _level(off: Fraction, limits: Limits) -> Level:
    if abs(off) > limits.hold:
        return "hold"
    if abs(off) > limits.query:
        return "query"
    return "note" if abs(off) > limits.note else ""


def _measured(content: list[Content]) -> Iterator[Fraction]:
    """Each flow that was measured, as the pump's own; of one that did not run there is none."""
    for one in content:
        if one.measured and one.measured > 0 and one.substance:
            yield one.measured / Fraction(one.substance.flow)


def _apart(one: Fraction, other: Fraction, of: Fraction | None = None) -> Fraction:
    """How far two flows are apart, in percent of the second."""
    return abs(one - other) / (of or other) * 100


def _days(days: Fraction) -> timedelta:
    """A length of time to the second."""
    return timedelta(seconds=int(min(days, LONGEST) * DAY))


def _number(text: str) -> Fraction:
    return Fraction(text or 0)

"""The flow of the pump that is in place, or was last: by its card, as measured, and its trend."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from equipoise.conduct.state.pump import as_decimal
from equipoise.conduct.state.pump_flow import (
    REFILLS,
    Content,
    Level,
    Trend,
    content_of,
    on_the_wall,
    trend,
    verified,
)
from equipoise.conduct.subject import Subject
from equipoise.study.model import Study

__all__ = ["Flow", "Measurement", "flow_of"]


Infused = Literal["", "over", "under"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What one emptying measured of the flow since the filling before."""

    on: date
    out: Decimal
    expected: Decimal
    flow: Decimal
    deviation: Decimal
    level: Level

    @property
    def difference(self) -> Decimal:
        """What came out less what was expected, in mL: below nought where too much ran in."""
        return self.out - self.expected

    @property
    def infused(self) -> Infused:
        """Whether more or less ran in than the card says, by more than is noted."""
        if not self.level:
            return ""
        return "over" if self.deviation > 0 else "under"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The flow of a pump in mL a day; by the verified one doses are worked out."""

    calibrated: Decimal
    verified: Decimal
    trend: Trend
    measured: tuple[Measurement, ...]


def flow_of(study: Study, subject: Subject) -> Flow | None:
    """The flow of the pump that runs, or did last, once an emptying has measured it."""
    pump = subject.pump.pumps[-1] if subject.pump.pumps else None
    if pump is None or study.pump is None:
        return None
    content, limits = content_of(pump, study), study.pump.limits
    measured = [found for one in content if (found := _measurement(study, one))]
    if not measured:
        return None
    return Flow(
        calibrated=Decimal(pump.implanted.flow),
        verified=as_decimal(verified(pump, content, limits), 2),
        trend=trend(pump, content, limits),
        measured=tuple(measured[-REFILLS:]),
    )


def _measurement(study: Study, one: Content) -> Measurement | None:
    """What was measured once it was taken out; nothing where the pump was found dry."""
    if one.until is None or one.measured is None:
        return None
    return Measurement(
        on=on_the_wall(one.until, study).date(),
        out=_places(one.residual),
        expected=_places(one.expected),
        flow=_places(one.measured),
        deviation=_places(one.deviation, 1),
        level=one.level,
    )


def _places(number: Fraction | None, places: int = 2) -> Decimal:
    return as_decimal(number or Fraction(0), places)

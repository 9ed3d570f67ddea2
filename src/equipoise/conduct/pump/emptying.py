"""What comes out of a pump: no more than went in, unless somebody says why."""

from datetime import date, datetime
from decimal import Decimal

from equipoise.conduct.pump.filling import PLAUSIBLE, plain_number
from equipoise.conduct.state.pump_flow import moment_of
from equipoise.conduct.state.pump_record import Pump
from equipoise.study.model import Study
from equipoise.study.reason import Amount, Reason, Refusal

__all__ = ["MORE_OUT", "more_out", "more_refusals"]

MORE_OUT = Reason(
    "pump.more-out",
    "withdrawn",
    "{out} was taken out, and {went_in} had gone in on {day}: look at the number, and at what was "
    "recorded that day; if it is right, say that it was so all the same, and why",
)


def more_out(
    study: Study, pump: Pump, out: str, at: datetime | None
) -> tuple[Amount, Amount, date] | None:
    """What was taken out, and the less that had gone in before it, on which day."""
    before = [one for one in pump.fillings if at is None or moment_of(one, study) < at]
    last = max(before, key=lambda one: moment_of(one, study), default=None)
    section = study.pump
    model = section.model(pump.implanted.model) if section else None
    if section is None or model is None or last is None or not plain_number(out):
        return None
    if not model.fills(last.port) or Decimal(out) > PLAUSIBLE * model.reservoir:
        return None  # what was in the reservoir was not recorded, or it is refused anyway
    went_in = Decimal(last.accepted or 0)
    if Decimal(out) <= went_in + section.limits.more_out:
        return None
    return Amount(Decimal(out), "mL"), Amount(went_in, "mL"), last.on


def more_refusals(study: Study, pump: Pump, out: str, at: datetime | None) -> list[Refusal]:
    """That more was taken out than had gone in, where it was."""
    more = more_out(study, pump, out, at)
    return [MORE_OUT(out=more[0], went_in=more[1], day=more[2])] if more else []

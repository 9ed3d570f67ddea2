"""The scans through a pump that are due: after the operation, once more, and to be released by."""

from collections.abc import Iterator
from datetime import date, timedelta

from equipoise.conduct.chapter import Due, Turn
from equipoise.conduct.pump.scans import ReadScan, ReleasePump, last_scan
from equipoise.conduct.state.pump_record import Pump
from equipoise.study.reason import Phrase
from equipoise.study.sections.pump import Pump as Section
from equipoise.study.sections.pump import ScanAfter

__all__ = ["scans_due"]

MADE = {
    "perfusion": Phrase("Perfusion scan through the pump, from {first} to {last}"),
    "angiography": Phrase("CT-angiography through the pump, from {first} to {last}"),
}
SCAN_OUTSIDE = Phrase(
    "The scan of {day} shows perfusion outside the liver: correct it, and scan again"
)
SCAN_PART = Phrase("The scan of {day} shows part of the liver only: scan again")


def scans_due(section: Section, pump: Pump, today: date) -> Iterator[Due]:
    """Those after the operation, and the perfusion scan that is to be made again or released by."""
    read = {scan.what for scan in pump.scans}
    for after in section.scans:
        if after.what not in read:
            yield _after(after, pump.implanted.on)
    if not section.release or pump.released(today):
        return
    scan = last_scan(pump)
    if scan is None:
        if all(after.what != "perfusion" for after in section.scans):
            yield Due(urgency="due", what=ReadScan, where=ReadScan)
    elif scan.perfused:
        yield Due(urgency="due", what=ReleasePump, where=ReleasePump)
    else:
        what = SCAN_OUTSIDE if scan.extrahepatic == "yes" else SCAN_PART
        yield Due(urgency="due", what=what(day=scan.on), where=ReadScan)


def _after(after: ScanAfter, operated: date) -> Due:
    """Coming until its first day, and overdue once its last has passed."""
    first, last = (operated + timedelta(days=days) for days in (after.since, after.until))
    later = (Turn(first, "due", last), Turn(last + timedelta(days=1), "overdue", last))
    return Due(
        urgency="coming",
        what=MADE[after.what](first=first, last=last),
        when=first,
        where=ReadScan,
        filled=(("what", after.what),),
        later=later,
    )

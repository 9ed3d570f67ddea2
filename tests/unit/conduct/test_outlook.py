"""What comes next, told to a reader for whom some visits are left out."""

from datetime import date, timedelta

from equipoise.conduct.chapter import Due, FormAt
from equipoise.conduct.chapters import ACTS
from equipoise.conduct.outlook import Outlook
from equipoise.logic.watched import Watch
from equipoise.study.reason import Phrase

DAY = date(2026, 11, 23)
VISIT = Phrase("a visit")


def coming(visit: str, days: int) -> Due:
    return Due(
        urgency="coming",
        what=VISIT(),
        when=DAY + timedelta(days=days),
        where=FormAt("form", visit),
        one_of="visit",
    )


def told(dues, closed):
    kept = Outlook.of(dues, Watch(DAY), DAY)
    return [due.where.visit for due in kept.agenda(DAY, ACTS, closed)]


def test_the_visit_after_one_that_is_left_out_is_told_as_if_there_were_no_other():
    """Else that nothing is coming would tell of whom something is left out."""
    dues = (coming("pump", 1), coming("scan", 9), coming("pump.2", 3))
    assert told(dues, ()) == ["pump"]
    assert told(dues, {"pump"}) == ["pump.2"]
    assert told(dues, {"pump", "pump.2"}) == ["scan"] == told(dues[1:2], ())
    assert told(dues, {"pump", "pump.2", "scan"}) == []

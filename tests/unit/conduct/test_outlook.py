"""What comes next, told to a reader for whom some visits are left out."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from equipoise.conduct.chapter import Due, FormAt
from equipoise.conduct.chapters import ACTS
from equipoise.conduct.moments import after_hours, day_of, moment_of, turn_at
from equipoise.conduct.outlook import Outlook, agenda_on
from equipoise.logic.watched import Watch
from equipoise.study.reason import Phrase
from tests.support import a_study

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


REPORT = Phrase("Report it")
CLOCKS = """
    known (clocks there) | hours | until (UTC)      | day
    2026-11-27 18:40     |    24 | 2026-11-28 17:40 | 2026-11-28
    2026-11-27 00:30     |    23 | 2026-11-27 22:30 | 2026-11-27
    2026-11-27 23:30     |    24 | 2026-11-28 22:30 | 2026-11-28
    2026-12-31 23:59     |     1 | 2026-12-31 23:59 | 2027-01-01
    2028-02-28 12:00     |    24 | 2028-02-29 11:00 | 2028-02-29
    2028-02-29 12:00     |    24 | 2028-03-01 11:00 | 2028-03-01
    2027-03-27 12:00     |    24 | 2027-03-28 11:00 | 2027-03-28
    2027-03-28 02:30     |     1 | 2027-03-28 02:30 | 2027-03-28
    2026-10-24 12:00     |    24 | 2026-10-25 10:00 | 2026-10-25
    2026-10-25 02:30     |    24 | 2026-10-26 00:30 | 2026-10-26
"""
"""In Amsterdam; the last four where summer time begins (02:30 is not) and ends (02:30 is twice)."""


def test_hours_pass_whatever_the_clocks_do_and_turn_what_presses_at_their_moment_alone():
    """Across midnight, the turn of the year, a leap day and summer time; kept and read again."""
    study = a_study()
    assert study.identity.timezone == "Europe/Amsterdam"
    for line in CLOCKS.strip().splitlines()[1:]:
        known, hours, until, day = (part.strip() for part in line.split("|"))
        on, clock = known.split()
        at = moment_of(study, date.fromisoformat(on), time.fromisoformat(clock))
        ends = after_hours(at, int(hours))
        assert f"{ends:%Y-%m-%d %H:%M}" == until, line
        last = day_of(study, ends)
        assert last.isoformat() == day, line
        turns_as_told(study, at, ends, last)


def turns_as_told(study, at, ends, last):
    """To the second, and where the hour is not known with the end of the day."""
    due = Due(
        urgency="due", what=REPORT(), when=last, at=ends, later=(turn_at(study, ends, "overdue"),)
    )
    on = day_of(study, at)
    outlook = Outlook.of([due], Watch(on), on)
    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(outlook), type=Outlook)
    assert kept == outlook and kept.next_moment(at) == ends == kept.next_moment()
    assert kept.next_moment(ends) is None
    second = timedelta(seconds=1)
    for moment, urgency in ((at, "due"), (ends - second, "due"), (ends, "overdue")):
        (told,) = kept.agenda(day_of(study, moment), ACTS, (), moment)
        assert (told.urgency, told.at) == (urgency, ends)
        assert [told] == agenda_on([due], day_of(study, moment), moment)
    found = [kept.agenda(day, ACTS)[0].urgency for day in (on, last, last + timedelta(days=1))]
    assert found == ["due", "due", "overdue"]
    assert kept.first("overdue") == last + timedelta(days=1) and kept.first("due") == on
    assert kept.first("overdue", now=ends) == last


def test_what_is_a_matter_of_hours_stands_before_what_has_the_day_and_the_earliest_first():
    noon = datetime(2026, 11, 23, 11, tzinfo=UTC)
    hours = [replace(coming("a", 0), at=noon + timedelta(hours=n), one_of="") for n in (9, 2)]
    dues = (coming("scan", 0), *hours)
    assert [due.at for due in agenda_on(dues, DAY)] == [hours[1].at, hours[0].at, None]

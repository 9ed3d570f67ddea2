"""Nothing is recorded before what was recorded already; a clock that ran ahead stops no trial."""

from datetime import UTC, datetime, timedelta

import pytest

from equipoise.conduct import trial
from equipoise.conduct.act import Refused
from equipoise.conduct.clock import SLACK, RanAhead, recorded_at
from tests.support import DAY, a_trial, noon

NEWEST = datetime(2026, 3, 2, 12, tzinfo=UTC)
TOLD = trial.moment(NEWEST)
EARLIER = trial.moment(NEWEST - timedelta(hours=3))


def test_a_clock_that_is_not_behind_is_taken_as_it_stands():
    later = NEWEST + timedelta(microseconds=1)
    assert recorded_at(NEWEST, "", "", "") == NEWEST
    assert recorded_at(NEWEST, TOLD, TOLD, "") == NEWEST
    assert recorded_at(later, TOLD, TOLD, "") == later


def test_a_clock_behind_the_newest_entry_records_nothing_and_says_both_moments():
    clock = NEWEST - SLACK - timedelta(seconds=1)
    with pytest.raises(Refused) as refused:
        recorded_at(clock, TOLD, EARLIER, "")
    (refusal,) = refused.value.refusals
    assert refusal.code == "clock.behind"
    assert "2 Mar 2026, 11:59:54 UTC" in refusal.because
    assert "2 Mar 2026, 12:00:00 UTC" in refusal.because
    assert refusal.values == {"clock": clock, "newest": NEWEST}


def test_two_clocks_that_differ_by_little_still_leave_each_stream_in_the_order_of_time():
    clock = NEWEST - SLACK
    assert recorded_at(clock, TOLD, EARLIER, "") == clock
    assert recorded_at(clock, TOLD, TOLD, "") == NEWEST


def test_after_the_statement_a_stream_repeats_its_last_moment_until_the_clock_passes_it():
    clock = NEWEST - timedelta(days=1800)
    assert recorded_at(clock, TOLD, TOLD, TOLD) == NEWEST
    assert recorded_at(clock, TOLD, "", TOLD) == clock
    assert recorded_at(NEWEST + timedelta(days=1), TOLD, TOLD, TOLD) > NEWEST
    with pytest.raises(Refused):  # it ran ahead once more, later than was stated
        recorded_at(clock, trial.moment(NEWEST + timedelta(days=9)), TOLD, TOLD)


def test_the_office_alone_states_it_with_a_reason_and_only_while_the_clock_is_behind():
    made = a_trial()
    ahead = trial.moment(noon(DAY) + timedelta(days=1800))
    told = RanAhead(because="the battery of the clock had failed", until=ahead)
    assert "role.may-not" in made.codes(told, by="doctor-01")
    assert made.codes(RanAhead(because=" ", until=ahead)) == ["clock.no-reason"]
    late = RanAhead(because="too late", until=trial.moment(noon(DAY) - timedelta(days=1)))
    assert made.codes(late) == ["clock.not-behind"]
    made.do(told)
    assert made.folds.trial_state().clock.ahead == ahead

"""Whatever is done with a pump, in whichever order: what is in it is watched until it is out."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.conduct.act import Refused
from equipoise.conduct.chapters import agenda, outlook
from equipoise.conduct.follow_up import RecordProgression
from equipoise.conduct.pump.messages import ALARM
from equipoise.conduct.state.pump_flow import content_of
from equipoise.conduct.trial import ACTS
from equipoise.conduct.voiding import VoidEntry
from equipoise.ledger import MemoryLedger
from tests.sampled import examples
from tests.spec.conduct.pump.pumps import a_text, explant, implant, made_with, nothing, refill, scan
from tests.support import Trial

MADE, SOMEONE = made_with()
BEGUN, STUDY = list(MADE.ledger.everything()), MADE.study
STEPS = st.tuples(
    st.sampled_from(
        ["implant", "drug", "saline", "syrup", "wrong way", "nothing", "scan", "explant"]
        + ["void", "progression"]
    ),
    st.integers(0, 30),
    st.sampled_from(["00:00", "02:30", "09:05", "11:59"]),
)
WRONG = {"port": "bolus", "needle": "bolus", "all_the_same": "yes", "because": "mistaken"}


def act_of(what: str, at: str, last: int):
    """What a step does."""
    drug = {"substance": "drug", "dose": "195"}
    return {
        "implant": implant(time=at),
        "drug": refill("9", time=at, **drug),
        "saline": refill("12.5", time=at),
        "syrup": refill("0", time=at, substance="syrup"),
        "wrong way": refill("3", time=at, **drug, **WRONG),
        "nothing": nothing("1", time=at),
        "scan": scan(),
        "explant": explant(time=at),
        "void": VoidEntry(entry=last, reason="not so"),
        "progression": RecordProgression(place="liver", basis="scan"),
    }[what]


@settings(max_examples=examples(40), deadline=None)
@given(st.lists(STEPS, min_size=2, max_size=10))
def test_no_sequence_of_acts_leads_to_a_filling_that_is_not_watched(steps):
    made = Trial(STUDY, MemoryLedger.of(BEGUN))
    on, last = date(2026, 3, 2), len(BEGUN)
    for what, days, at in steps:
        on += timedelta(days=days)
        try:
            last = made.do(act_of(what, at, last), SOMEONE, on=on).seq
        except Refused:
            continue
        watched(made, on)


def watched(made: Trial, on: date) -> None:
    """Before its moment nothing alarms; from then on it does, and is mailed."""
    subject = made.subject(SOMEONE)
    inside = subject.pump.inside
    now = content_of(inside, STUDY)[-1] if inside else None
    late = datetime.combine(on + timedelta(days=400), time(12), UTC)
    found = [d for d in agenda(STUDY, subject, late.date(), late) if is_alarm(d)]
    assert bool(found) is (now is not None)
    if now is None or not now.fills:
        return
    assert now.since <= now.empty_by <= now.dry_at
    zone = ZoneInfo(STUDY.identity.timezone)
    kept = outlook(STUDY, subject, on)
    for moment, alarms in ((now.empty_by, True), (now.empty_by - timedelta(minutes=1), False)):
        day = moment.astimezone(zone).date()
        if day < on:  # as it stands today tells nothing of days before
            continue
        for dues in (agenda(STUDY, subject, day, moment), kept.agenda(day, ACTS, (), moment)):
            by = [d for d in dues if is_alarm(d) and d.at == now.empty_by]
            assert bool(by) is alarms, (moment, by)
            assert all(ALARM.holds(STUDY, subject, d.name, day) for d in by)


def is_alarm(due) -> bool:
    return due.urgency == "alarm"


def test_moments_are_those_of_the_clock_on_the_wall():
    """Across midnight, the clock put forward and back, a leap day, and in other zones."""
    for zone, first, at, empty, dry in (
        # 14 days and 30 / 1.3 days, an hour of which the clock jumps over on 29 March.
        ("Europe/Amsterdam", date(2026, 3, 20), "10:00", "04-03 11:00", "04-12 12:50"),
        ("Europe/Amsterdam", date(2026, 10, 20), "10:00", "11-03 09:00", "11-12 10:50"),
        ("Europe/Amsterdam", date(2028, 2, 20), "23:50", "03-05 23:50", "03-15 01:40"),
        ("Europe/Amsterdam", date(2027, 12, 25), "00:05", "01-08 00:05", "01-17 01:55"),
        ("America/New_York", date(2026, 3, 2), "23:30", "03-17 00:30", "03-26 02:20"),
        ("Asia/Kolkata", date(2026, 3, 20), "10:00", "04-03 10:00", "04-12 11:50"),
    ):
        text = a_text(zone=zone)
        made = Trial(text, MemoryLedger())
        pump = implanted(made, first, at)
        (one,) = content_of(pump, text)
        wall = [m.astimezone(ZoneInfo(zone)) for m in (one.empty_by, one.dry_at)]
        assert [f"{m:%m-%d %H:%M}" for m in wall] == [empty, dry], zone
        assert one.empty_by - one.since == timedelta(days=14)


def implanted(made: Trial, on: date, at: str):
    """The pump as an act leaves it."""
    from equipoise.conduct.act import Stamp
    from equipoise.conduct.state.pump import PumpState

    state = PumpState()
    moment = datetime.combine(on, time(12), UTC)
    implant(time=at).apply(state, Stamp(by="x", at=moment, happened=on, seq=1))
    return state.pumps[-1]

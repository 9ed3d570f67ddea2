"""Two clocks in one calendar: a day that is put right moves what comes after it, on its clock."""

from datetime import date, timedelta
from functools import lru_cache

from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.conduct.cycle_calendar import cycles_of
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.folding import FreshFolds
from equipoise.conduct.schedule import visits
from equipoise.conduct.treatment import DelayCycle, GiveDose, OmitCycle
from equipoise.conduct.voiding import VoidEntry
from equipoise.ledger import MemoryLedger
from tests.sampled import examples
from tests.spec.conduct.treatment.test_calendar_rules import DOSE, HAIP, WEEKLY, a_calendar
from tests.spec.conduct.treatment.test_into_pump_rules import IN_PUMP, with_pump
from tests.support import DAY, Trial

Days = dict[tuple[str, int], date | None]
steps = st.tuples(
    st.sampled_from([WEEKLY, WEEKLY, HAIP]),
    st.sampled_from(["give", "give", "give", "delay", "omit"]),
    st.integers(0, 9),
)


@lru_cache
def someone(*, moved: bool) -> tuple[Trial, str]:
    """Made once; every history goes on from a copy."""
    # Without a pump: what is given with a filling has its day from there.
    beside = {name: text for name, text in IN_PUMP.items() if name != "into"}
    made = a_calendar(weekly={"moved_by": [HAIP]} if moved else {}, pump={"parts": [beside]})
    return made, with_pump(made)


def calendar(made: Trial, subject_id: str) -> Days:
    subject = made.subject(subject_id)
    found = cycles_of(made.study, subject, SubjectFacts(made.study, subject, DAY))
    return {(one.regimen.id, one.number): one.day for own in found.values() for one in own}


def fixed(made: Trial, subject_id: str) -> list[date | None]:
    planned = visits(made.study, made.subject(subject_id), DAY)
    return [one.on for one in planned if not one.visit.cycles]


def lived(made: Trial, subject_id: str, history: list[tuple[str, str, int]]) -> None:
    """What was given, put off and left out, each so many days after its cycle stood before."""
    number = {WEEKLY: 1, HAIP: 1}
    for regimen, what, away in history:
        cycle = number[regimen]
        day = calendar(made, subject_id).get((regimen, cycle))
        if day is None or cycle > 5:
            continue
        on = day + timedelta(days=away - 2)
        named = {"regimen": regimen, "cycle": cycle}
        act = GiveDose(**named, doses=DOSE[regimen])
        if what == "delay":
            act = DelayCycle(**named, until=on + timedelta(days=7), why="blood")
        elif what == "omit":
            act = OmitCycle(**named, why="blood")
        number[regimen] += what != "delay"
        made.do(act, subject_id, by="doctor-01", on=max(on, DAY))


@settings(max_examples=examples(25), deadline=None)
@given(
    st.lists(steps, min_size=2, max_size=9),
    st.integers(0, 20),
    st.integers(-9, 9).filter(bool),
    st.booleans(),
)
def test_a_day_that_is_put_right_moves_later_days_alone_and_on_its_clock_alone(
    history, which, by, moved
):
    """Plus those that the study moves by rule; what was given of another cycle never moves."""
    base, subject_id = someone(moved=moved)
    made = Trial(base.study, MemoryLedger.of(base.ledger.everything()))
    made.folds = FreshFolds(made.ledger)
    lived(made, subject_id, history)
    doses = made.subject(subject_id).treatment.given
    if not doses:
        return
    dose = doses[which % len(doses)]
    on = max(dose.on + timedelta(days=by), DAY)
    before, visits_before = calendar(made, subject_id), fixed(made, subject_id)
    settled = {one.of: one.on for one in doses if one is not dose}
    made.do(VoidEntry(entry=dose.seq, reason="of another day"), subject_id, by="doctor-01")
    again = GiveDose(regimen=dose.regimen, cycle=dose.cycle, doses=dose.doses)
    made.do(again, subject_id, by="doctor-01", on=on)
    after = calendar(made, subject_id)
    changed = {of for of in before.keys() | after.keys() if before.get(of) != after.get(of)}
    assert fixed(made, subject_id) == visits_before
    assert not changed & settled.keys()
    assert not changed or on != dose.on
    earliest = min(on, dose.on)
    for of in changed:
        assert of[0] == dose.regimen or (moved and dose.regimen == HAIP)
        assert all(day >= earliest for day in (before.get(of), after.get(of)) if day)

"""Whatever is planned, filled, left out and voided: each filling of the drug is one dose."""

from datetime import timedelta
from functools import lru_cache

from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.conduct.act import Act, Refused
from equipoise.conduct.chapters import agenda
from equipoise.conduct.deviations import deviations
from equipoise.conduct.folding import FreshFolds
from equipoise.conduct.treatment import GiveDose, OmitCycle, hard_stops
from equipoise.conduct.voiding import VoidEntry
from equipoise.ledger import MemoryLedger
from tests.sampled import examples
from tests.spec.conduct.pump.pumps import explant, refill, scan
from tests.spec.conduct.treatment.test_into_pump_rules import HAIP, PART, a_text, with_pump
from tests.support import DAY, Trial
from tests.treated import check_of, plan_of, two_schedules

STEPS = st.tuples(
    st.sampled_from(
        ["plan", "plan", "check", "check", "drug", "drug", "other dose", "saline", "give", "omit"]
        + ["void", "outside", "explant"]
    ),
    st.integers(1, 4),
    st.sampled_from([0, 0, 1, 14]),
)


@lru_cache
def someone() -> tuple[Trial, str]:
    """Made once; every history goes on from a copy."""
    made = two_schedules(**a_text())
    return made, with_pump(made)


def act_of(made: Trial, subject_id: str, what: str, number: int, on) -> Act:
    """What a step does."""
    state = made.subject(subject_id).treatment
    drug = {"substance": "drug", "dose": "159" if what == "other dose" else "195"}
    outside = {"extrahepatic": "yes", "because": "stomach"}
    acts = {
        "plan": lambda: plan_of(made, subject_id, HAIP, number, on, doses={PART: "195"}),
        "check": lambda: check_of(made, subject_id, state.plans[-1].seq if state.plans else 1),
        "drug": lambda: refill("11", time=f"1{number}:00", **drug),
        "other dose": lambda: refill("11", time=f"1{number}:30", **drug),
        "saline": lambda: refill("11", time=f"1{number}:45"),
        "give": lambda: GiveDose(regimen=HAIP, cycle=number, doses={PART: "195"}),
        "omit": lambda: OmitCycle(regimen=HAIP, cycle=number, why="wish"),
        "outside": lambda: scan(**outside),
        "explant": lambda: explant(time="20:00"),
    }
    back = VoidEntry(entry=max(made.subject(subject_id).seq - number, 1), reason="not so")
    return acts[what]() if what in acts else back


@settings(max_examples=examples(40), deadline=None)
@given(st.lists(STEPS, min_size=2, max_size=14))
def test_each_filling_of_the_drug_is_one_dose_and_alarms_where_anything_forbade_it(steps):
    base, subject_id = someone()
    made, on = Trial(base.study, MemoryLedger.of(base.ledger.everything())), DAY
    made.folds = FreshFolds(made.ledger)
    for what, number, days in steps:
        on += timedelta(days=days)
        act = act_of(made, subject_id, what, number, on)
        by = "pharmacist-01" if what == "check" else "doctor-01"
        against = _against(made, subject_id, what, on)
        try:
            made.do(act, subject_id, by=by, on=on)
        except Refused:
            continue
        assert what != "give" and not against, what
        one_dose_each(made, subject_id, on)


def _against(made: Trial, subject_id: str, what: str, on) -> bool:
    """Whether a stop stands against the dose that is planned or checked."""
    subject, day = made.subject(subject_id), on
    if what == "check" and subject.treatment.plans:
        day = subject.treatment.plans[-1].day
    doses = {PART: "195"}
    stops = hard_stops(made.study, subject, day, doses, doses, {})
    return what in ("plan", "check") and any(True for _ in stops)


def one_dose_each(made: Trial, subject_id: str, on) -> None:
    """As many doses as fillings, each of another cycle; what is amiss alarms while it is inside."""
    subject = made.subject(subject_id)
    pumps, found = subject.pump.pumps, subject.treatment.given
    filled = [one for pump in pumps for one in pump.fillings if one.substance == "drug"]
    assert [(one.on, one.doses) for one in found] == [(f.on, {PART: f.dose}) for f in filled]
    assert len({one.cycle for one in found}) == len(found)
    inside = subject.pump.inside
    last = max(inside.fillings, key=lambda one: (one.on, one.time)) if inside else None
    told = {str(d.what) for d in deviations(made.study, subject, on) if d.kind == "dose"}
    alarms = {str(d.what) for d in agenda(made.study, subject, on) if d.urgency == "alarm"}
    if last and last.substance == "drug":
        own = [one for one in found if one.seq == last.seq]
        assert own
        plan = subject.treatment.plan_of(own[0].of)
        right = plan and plan.doses[PART] == last.dose
        assert bool(told & alarms) or right, (told, alarms)
    else:
        assert not told & alarms

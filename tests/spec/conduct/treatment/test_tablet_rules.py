"""Tablets that are taken home: counted by staff, in the drug's unit over all strengths."""

from decimal import Decimal

import pytest

from equipoise.analysis.frames import frame, tables
from equipoise.conduct.chapters import agenda
from equipoise.conduct.sight import Sight
from equipoise.conduct.treatment import CountTablets, taken
from equipoise.conduct.trial import ACTS
from equipoise.conduct.voiding import VoidEntry
from equipoise.study.check import consistency
from equipoise.study.places import Places
from tests.support import DAY, a_study, days
from tests.treated import before, in_arm, planned, two_schedules

LATER = DAY + days(28)


@pytest.fixture
def made():
    return two_schedules()


@pytest.fixture
def someone(made) -> str:
    return in_arm(made, "tablet")


def count(what: str, number: int, mg: int = 200, **fields) -> CountTablets:
    plain = {"regimen": "daily", "cycle": 1, "product": f"oralutin-{mg}"}
    return CountTablets(**plain | fields, what=what, number=number)


def record(made, someone, *counts: CountTablets, on=DAY) -> int:
    return [made.do(one, someone, by="assistant-01", on=on).seq for one in counts][-1]


def test_what_was_taken_is_what_was_dispensed_less_what_came_back(made, someone):
    """28 days of 200 mg are 5,600 mg; 25 × 200 and 10 × 50 less 2 × 50 are 5,400: 96.4 %."""
    planned(made, someone, "daily")
    record(made, someone, count("dispensed", 25), count("dispensed", 10, mg=50))
    (one,) = taken(made.study, made.subject(someone))
    assert (one.planned, one.dispensed, one.taken, one.share) == (5600, 5500, None, None)
    record(made, someone, count("returned", 2, mg=50), on=LATER)
    (one,) = taken(made.study, made.subject(someone))
    assert (one.taken, one.share) == (5400, Decimal("96.4"))
    record(made, someone, count("dispensed", 4), on=LATER)
    (one,) = taken(made.study, made.subject(someone))
    assert one.share == Decimal("110.7")  # more than was planned is told too


def test_a_dose_that_was_lowered_is_what_tablets_are_held_against(made, someone):
    made.do(before(2, rash="yes"), someone)
    planned(made, someone, "daily")
    record(made, someone, count("dispensed", 60, mg=50), count("returned", 4, mg=50))
    (one,) = taken(made.study, made.subject(someone))
    assert (one.planned, one.taken, one.share) == (2800, 2800, 100)


def test_without_a_plan_tablets_are_counted_all_the_same(made, someone):
    record(made, someone, count("dispensed", 30), count("returned", 0))
    (one,) = taken(made.study, made.subject(someone))
    assert (one.planned, one.taken, one.share) == (None, 6000, None)


def test_what_cannot_be_is_refused(made, someone):
    for wrong, code in (
        (count("dispensed", 0), "treatment.no-number"),
        (count("returned", -1), "treatment.no-number"),
        (count("returned", 1), "treatment.not-out"),
        (count("dispensed", 1, product="tea"), "treatment.no-tablet"),
        (count("dispensed", 1, regimen="weekly"), "treatment.no-tablet"),
        (count("dispensed", 1, cycle=7), "treatment.no-cycle"),
    ):
        assert made.codes(wrong, someone, by="assistant-01") == [code], wrong
    record(made, someone, count("dispensed", 30))
    other = count("returned", 1, cycle=2)  # those are of another cycle
    assert made.codes(other, someone, by="assistant-01") == ["treatment.not-out"]
    infused = made.subject(in_arm(made, "infusion"))
    assert not CountTablets.offered(made.study, infused)


def test_what_is_counted_is_voided_from_the_end(made, someone):
    out = record(made, someone, count("dispensed", 30))
    back = record(made, someone, count("returned", 3))
    void = [VoidEntry(entry=seq, reason="of another") for seq in (out, back)]
    assert made.codes(void[0], someone, by="assistant-01") == ["void.tablets-returned"]
    made.do(void[1], someone, by="assistant-01")
    made.do(void[0], someone, by="assistant-01")
    assert list(taken(made.study, made.subject(someone))) == []


def test_tablets_that_are_out_are_counted_when_the_next_cycle_would_begin(made, someone):
    def to_count(after: int) -> list[tuple[str, dict[str, str]]]:
        return [
            (due.urgency, dict(due.filled))
            for due in agenda(made.study, made.subject(someone), DAY + days(after))
            if due.where is CountTablets
        ]

    record(made, someone, count("dispensed", 30))
    fields = {"regimen": "daily", "cycle": "1", "what": "returned"}
    assert [to_count(n) for n in (27, 28, 29)] == [
        [("coming", fields)],
        [("due", fields)],
        [("overdue", fields)],
    ]
    record(made, someone, count("returned", 0), on=LATER)
    assert to_count(29) == []


def test_the_frame_has_a_row_for_each_cycle_and_drug(made, someone):
    planned(made, someone, "daily")
    record(made, someone, count("dispensed", 30), count("returned", 3))
    subjects = [made.subject(someone)]
    table = tables()["tablets"]
    (row,) = frame(table, subjects, made.study).to_dicts()
    assert row == {
        "subject_id": someone,
        "regimen": "daily",
        "cycle": 1,
        "drug": "oralutin",
        "unit": "mg",
        "planned": "5600",
        "dispensed": "6000",
        "returned": "600",
        "taken": "5400",
        "adherence": "96.4",
    }
    (closed,) = frame(table, subjects, made.study, sight=Sight()).to_dicts()
    assert not {"oralutin", "daily", "5400", "96.4"} & set(closed.values())


def test_a_tablet_stands_once_and_its_amount_is_one_of_the_drug():
    treatment = a_study("two-schedules").treatment.model_dump()
    tablet = {"id": "oralutin-50", "amount": "5 mL"}
    treatment["drugs"][1]["tablets"] = [tablet, {**tablet, "amount": "50 mg"}]
    found = consistency(a_study("two-schedules", treatment=treatment), Places(), ACTS)
    told = [one.message for one in found]
    assert sorted(told) == ["'5 mL' is no amount in mg", *["'oralutin-50' stands twice"] * 2]

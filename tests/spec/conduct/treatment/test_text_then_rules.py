"""What was done is judged by the study text that held on its day, at whatever time it is told."""

from datetime import date
from typing import Any

import pytest

from equipoise.conduct.administration import AdoptAmendment
from equipoise.conduct.chapters import agenda
from equipoise.conduct.deviations import deviations
from equipoise.conduct.treatment import GiveDose
from equipoise.study.model import Study
from tests.spec.conduct.treatment.test_resume_rules import proposal, with_rule
from tests.spec.conduct.treatment.test_treatment_rules import PART, WEEKLY
from tests.support import DAY, OPENED, Trial, a_study, days, noon
from tests.treated import before, in_arm, two_schedules

NEXT = DAY + days(7)


def amended(**treatment: Any) -> Study:
    """The next text, in which treatment is another."""
    own = a_study("two-schedules").treatment.model_dump()
    return a_study("two-schedules", version="1.1", treatment=own | treatment)


def stricter() -> Study:
    """The next text: platelets of 220 stop a dose."""
    stops = [*a_study("two-schedules").treatment.model_dump()["stops"]]
    stops[0]["when"] = stops[0]["when"].replace("100 10", "250 10")
    return amended(stops=stops)


def of_regimen(**other: Any) -> Study:
    """The next text: the weekly regimen is otherwise."""
    regimens = a_study("two-schedules").treatment.model_dump()["regimens"]
    return amended(regimens=[regimens[0] | other, *regimens[1:]])


def adopt(made: Trial, new: Study, on: date, *, dated: bool = True) -> None:
    """The trial runs under the new text from a day on; whether the day is known to it."""
    old = made.study
    days_of = {old.digest: OPENED, new.digest: on} if dated else None
    made.study = new.knowing({old.digest: old}.get, days_of)
    act = AdoptAmendment(version=new.version, digest=new.digest, because="so it is")
    made.do(act, by="office-1", on=on)


def give(made: Trial, someone: str, cycle: int, on: date, **how: Any) -> None:
    act = GiveDose(regimen=WEEKLY, cycle=cycle, doses={PART: "145"})
    made.do(act, someone, by="assistant-01", on=on, **how)


def found(made: Trial, someone: str, words: str) -> list[date]:
    """The days of the deviations that are told in these words."""
    told = deviations(made.study, made.subject(someone), NEXT + days(20))
    return [one.on for one in told if words in one.what.phrase.sentence]


@pytest.fixture
def made() -> Trial:
    return two_schedules()


@pytest.mark.parametrize("dated", [True, False])
def test_a_dose_that_was_right_when_it_was_given_stays_right(made, dated: bool):
    someone = in_arm(made, "infusion")
    give(made, someone, 1, DAY)
    adopt(made, stricter(), DAY + days(3), dated=dated)
    made.do(before(2), someone, on=NEXT)
    assert found(made, someone, "against a stop") == []
    give(made, someone, 2, NEXT)
    assert found(made, someone, "against a stop") == [NEXT]


def test_a_dose_that_is_told_after_the_amendment_is_of_its_own_day(made):
    someone = in_arm(made, "infusion")
    adopt(made, stricter(), DAY + days(3))
    give(made, someone, 1, DAY, at=noon(DAY + days(4)))
    assert found(made, someone, "against a stop") == []


def test_a_cycle_that_was_in_its_window_stays_in_it(made):
    someone = in_arm(made, "infusion")
    give(made, someone, 1, DAY)
    give(made, someone, 2, NEXT + days(3))
    adopt(made, of_regimen(early=1, late=1), NEXT + days(4))
    give(made, someone, 3, NEXT + days(13))
    assert found(made, someone, "its window") == [NEXT + days(13)]


def test_what_comes_next_is_by_the_text_that_holds_now(made):
    someone = in_arm(made, "infusion")
    give(made, someone, 1, DAY)
    adopt(made, of_regimen(every=14), DAY + days(1))
    told = agenda(made.study, made.subject(someone), DAY + days(2))
    assert DAY + days(14) in [one.when for one in told if "Plan" in one.what.phrase.sentence]


def test_a_drug_that_was_held_by_the_text_of_the_day_was_held(made):
    """Otherwise an amendment that holds less would let the dose rise by itself."""
    made = two_schedules(treatment=with_rule())
    someone = in_arm(made, "infusion")
    give(made, someone, 1, DAY)
    made.do(before(2, neuropathy="3"), someone, on=DAY + days(3))
    made.do(before(3), someone, on=NEXT)
    assert proposal(made, someone, NEXT).text == "70"
    (table,) = a_study("two-schedules").model_dump()["tables"]
    first, second, _ = table["rows"]
    rows = [first, second | {"grade": "'2', '3', '4'"}]
    plain = {"version": "1.1", "treatment": with_rule(), "tables": [table | {"rows": rows}]}
    adopt(made, a_study("two-schedules", **plain), DAY + days(5))
    assert proposal(made, someone, NEXT).text == "70"

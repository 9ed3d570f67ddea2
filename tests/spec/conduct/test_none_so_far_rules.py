"""None so far: a dated answer of a form that repeats, which is not the same as nothing recorded."""

import pytest

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.forms import SaveForm
from equipoise.logic.truth import Truth
from equipoise.study.check import consistency
from equipoise.study.places import Places
from tests.support import DAY, Trial, a_study, a_trial, days


def forms(**more):
    made = [form.model_dump() for form in a_study().forms]
    made[1] |= {"none": {"en": "No measurement so far"}, **more}
    made[1]["items"][0]["required"] = True
    return made


@pytest.fixture
def asking() -> Trial:
    return a_trial(a_study(forms=forms()))


def said(number: int = 1, reason: str = "", **values: str) -> SaveForm:
    return SaveForm(form="pressure", visit="screening", number=number, values=values, reason=reason)


def test_none_so_far_is_all_that_its_copy_says(asking: Trial) -> None:
    someone = asking.enter()
    assert asking.codes(said(none="yes", systolic="120"), someone) == ["item.none"]
    assert asking.codes(said(none="no"), someone) == ["item.none", "item.required"]
    asking.do(said(none="yes"), someone)
    assert asking.codes(said(systolic="120"), someone) == ["item.none"]
    form = SaveForm(form="person", visit="screening", values={"none": "yes"})
    assert asking.codes(form, someone) == ["item.none"]


def test_what_happens_later_has_a_copy_of_its_own_and_counts_alone(asking: Trial) -> None:
    someone = asking.enter()
    asking.do(said(none="yes"), someone)
    facts = SubjectFacts(asking.study, asking.subject(someone), DAY)
    assert facts.holds("pressure_done is known") is Truth.FALSE
    later = DAY + days(3)
    asking.do(said(2, systolic="120"), someone, on=later)
    facts = SubjectFacts(asking.study, asking.subject(someone), later)
    assert facts.holds("pressure_done is known") is Truth.TRUE
    assert asking.codes(said(3, none="yes"), someone, on=later) == ["item.none"]
    asking.do(said(3, none="yes"), someone, on=DAY + days(1))


def test_only_a_form_that_repeats_can_have_none_so_far() -> None:
    study = a_study(forms=forms(repeats=False))
    found = [problem.message for problem in consistency(study, Places(), set())]
    assert "only of a form that `repeats` there can be none so far" in found

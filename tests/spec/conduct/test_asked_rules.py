"""Which questions are asked: judged on one copy of a form; what is not asked decides nothing."""

from functools import cache

import pytest

from equipoise.analysis.frames import frame, subjects_as_of
from equipoise.conduct import eligibility
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.form_values import VALUES
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.trial import ACTS
from equipoise.logic.evaluate import truth_of
from equipoise.logic.language import parse
from equipoise.logic.truth import Truth
from equipoise.study.catalogue import spoken
from equipoise.study.check import consistency
from equipoise.study.model import Study
from equipoise.study.places import Places
from tests.support import DAY, Trial, a_study, a_trial


@cache
def smokers(when: str = "not (cigarettes > 30)", shown_when: str = "smoker == true") -> Study:
    """First steps, which also asks smokers how many cigarettes they smoke."""
    study = a_study()
    forms = [form.model_dump() for form in study.forms]
    smoker = {"id": "smoker", "label": "Smoker", "kind": "yes-no"}
    many = {
        "id": "cigarettes",
        "label": "Cigarettes a day",
        "kind": "number",
        "shown_when": shown_when,
        "required": True,
    }
    forms[0]["items"] = (*forms[0]["items"], smoker, many)
    criteria = study.criteria.model_dump()
    few = {**criteria["inclusion"][0], "id": "I9", "when": when, "text": "Few cigarettes"}
    criteria["inclusion"] = (*criteria["inclusion"], few)
    return a_study(forms=forms, criteria=criteria)


def saved(visit: str = "screening", reason: str = "", **values: str) -> SaveForm:
    return SaveForm(form="person", visit=visit, values=values, reason=reason)


@pytest.fixture
def made() -> Trial:
    return a_trial(smokers())


def line(made: Trial, subject_id: str) -> eligibility.Line:
    lines = eligibility.checklist(made.study, made.subject(subject_id), DAY, registering=DAY)
    return next(one for one in lines if one.criterion.id == "I9")


def known(made: Trial, subject_id: str, text: str) -> Truth:
    facts = SubjectFacts(made.study, made.subject(subject_id), DAY)
    return truth_of(parse(text), made.study.vocabulary, facts, DAY)


def test_an_answer_that_is_not_asked_is_refused_whatever_door_it_comes_by(made):
    someone = made.enter()
    refused = made.refusals(saved(smoker="no", cigarettes="40"), someone)
    assert [(one.code, one.where) for one in refused] == [("item.not-asked", "cigarettes")]
    assert made.codes(saved(cigarettes="40"), someone) == ["item.not-asked"]
    made.do(saved(smoker="yes", cigarettes="40"), someone)


def test_what_is_no_longer_asked_stays_recorded_and_decides_nothing(made):
    someone = made.enter()
    made.do(saved(smoker="yes", cigarettes="40"), someone)
    assert line(made, someone).satisfied is Truth.FALSE
    made.do(saved(smoker="no", reason="asked again"), someone)
    assert made.subject(someone).forms.records["person@screening#1"].now("cigarettes") == "40"
    assert known(made, someone, "cigarettes > 0") is Truth.UNKNOWN
    made.do(saved(smoker="yes", reason="it was true"), someone)
    assert known(made, someone, "cigarettes == 40") is Truth.TRUE


@pytest.mark.parametrize("soft", [False, True])
def test_a_check_of_what_is_no_longer_asked_stops_nobody(soft: bool):
    forms = [form.model_dump() for form in smokers().forms]
    rule = {"that": "birth_date < 2000-01-01", "because": "Too young to smoke", "soft": soft}
    (item,) = (one for one in forms[0]["items"] if one["id"] == "cigarettes")
    item["checks"] = [rule]
    made = a_trial(a_study(forms=forms))
    someone = made.enter()
    made.do(saved(birth_date="1970", smoker="yes", cigarettes="5"), someone)
    young = saved(birth_date="2005", reason="misread")
    assert made.codes(young, someone) == ["item.soft-check" if soft else "item.check"]
    made.do(saved(birth_date="2005", smoker="no", reason="misread"), someone)


def test_a_frame_marks_what_is_no_longer_asked_on_each_copy(made):
    """The values stay in the table as recorded; asked again, all is as it was before."""
    someone = made.enter()

    def marks() -> dict[tuple[str, str], bool | None]:
        table = frame(VALUES, subjects_as_of(made.ledger), made.study, DAY).to_dicts()
        return {(row["item"], row["value"]): row["asked"] for row in table}

    made.do(saved(smoker="yes", cigarettes="40"), someone)
    before = marks()
    assert set(before.values()) == {True}
    made.do(saved(smoker="no", reason="asked again"), someone)
    assert marks()["cigarettes", "40"] is False and marks()["smoker", "no"] is True
    made.do(saved(smoker="", reason="not known after all"), someone)
    assert marks()["cigarettes", "40"] is None
    made.do(saved(smoker="yes", reason="it was true"), someone)
    assert before.items() <= marks().items() and set(marks().values()) == {True}


def test_a_criterion_that_waits_only_for_what_is_not_asked_does_not_apply(made):
    someone = made.enter()
    before = line(made, someone)
    assert (before.satisfied, before.applies) == (Truth.UNKNOWN, True)
    made.do(saved(smoker="no"), someone)
    after = line(made, someone)
    assert (after.satisfied, after.applies, after.sentence) == (Truth.TRUE, False, "")


def test_a_criterion_that_also_waits_for_something_asked_is_not_known():
    made = a_trial(smokers(when="not (cigarettes > 30) and systolic < 200"))
    someone = made.enter()
    made.do(saved(smoker="no"), someone)
    assert line(made, someone).satisfied is Truth.UNKNOWN


def test_a_condition_is_judged_on_its_own_copy_of_the_form():
    """Two visits ask the same form: each copy's answers decide what that copy asks."""
    study = smokers()
    visits = [visit.model_dump() for visit in study.visits]
    visits[-1]["forms"] = (*visits[-1]["forms"], "person")
    made = a_trial(a_study(**study.model_dump(include={"forms", "criteria"}), visits=visits))
    later = made.study.visits[-1]
    key = f"{later.id}.1" if later.times > 1 else later.id
    someone = made.enter()
    made.do(saved(smoker="yes", cigarettes="20"), someone)
    made.do(saved(visit=key, smoker="no"), someone)
    made.do(saved(smoker="yes", cigarettes="25", reason="counted again"), someone)
    assert known(made, someone, "cigarettes == 25") is Truth.TRUE
    assert made.codes(saved(visit=key, cigarettes="1"), someone) == ["item.not-asked"]


def test_a_condition_may_not_rest_on_its_own_answer():
    study = smokers(shown_when="cigarettes > 0")
    told = [one.message for one in consistency(study, Places(), ACTS)]
    assert "'cigarettes' is asked only once it is answered itself" in told


def test_what_keeps_a_participant_out_is_told_as_the_checklist_tells_it_in_every_language(made):
    someone = made.enter()
    made.do(saved(smoker="yes", cigarettes="40"), someone)
    study, subject = made.study, made.subject(someone)
    told = {one.where: one.values for one in eligibility.open_points(study, subject, DAY, DAY)}
    for language in spoken():
        lines = eligibility.checklist(study, subject, DAY, language, DAY)
        why = {li.criterion.id: li.sentence for li in lines if li.satisfied is not Truth.TRUE}
        assert {name: told[name]["why"][language] for name in why} == why


def test_a_fact_is_worked_out_once_for_one_judgement(made):
    someone = made.enter()
    made.do(saved(smoker="yes", cigarettes="40"), someone)
    facts = SubjectFacts(made.study, made.subject(someone), DAY)
    assert facts.observations("cigarettes") is facts.observations("cigarettes")

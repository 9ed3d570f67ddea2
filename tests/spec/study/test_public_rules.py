"""What a study says to the public: questions that can be answered, and texts that have a place."""

from datetime import date

import pytest

from equipoise.conduct.trial import ACTS
from equipoise.study.check import consistency
from equipoise.study.expected import course
from equipoise.study.places import Places
from equipoise.study.sections.questions import YearsAgo
from tests.support import a_study

YES = {"id": "yes", "facts": {"tea_unwise": True}}
NO = {"id": "no", "facts": {"tea_unwise": False}}


def problems(**blocks):
    return [problem.message for problem in consistency(a_study(**blocks), Places(), ACTS)]


def asking(*answers, **more):
    """The small study, with a question to one of its exclusion criteria."""
    criteria = a_study().criteria.model_dump()
    told = {"ask": {"en": "Is tea unwise?", "nl": "Is thee onverstandig?"}, "answers": answers}
    exclusion = list(criteria["exclusion"])
    exclusion[1] = {**exclusion[1], **told, **more}
    criteria["exclusion"] = exclusion
    return problems(criteria=criteria)


def test_a_question_whose_answers_speak_of_what_its_criterion_rests_on_holds():
    assert asking(YES, NO) == []


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ((YES, YES), "offers two answers or more"),
        ((YES, {"id": "perhaps"}), "no words for 'perhaps'"),
        ((YES, {"id": "no", "facts": {"tea_unwize": False}}), "no form asks an item named"),
        ((YES, {"id": "no", "facts": {"tea_unwise": "never"}}), "must be"),
        (
            (YES, {"id": "no", "facts": {"medicines": True}}),
            "of the list 'medicines' rows are said",
        ),
        ((YES, {"id": "no", "facts": {"medicines": [{"tea": "x"}]}}), "no column named 'tea'"),
        ((YES, {"id": "no", "facts": {"tea_unwise": {"at_least_years": 3}}}), "is no date"),
        (
            ({"id": "yes", "facts": {"birth_date": {"at_least_years": 3}}}, {"id": "no"}),
            "speaks of nothing that its condition rests on",
        ),
    ],
)
def test_an_answer_that_could_decide_nothing_is_named(answers, says):
    assert any(says in message for message in asking(*answers)), asking(*answers)


def test_no_two_questions_speak_of_one_fact():
    ask = {"en": "Really?", "nl": "Echt?"}
    found = asking(YES, NO, also_ask=[{"ask": ask, "answers": [YES, NO]}])
    assert any("another question speaks of 'tea_unwise'" in message for message in found)


def test_answers_have_a_question():
    found = asking(YES, NO, ask={})
    assert any("these answers have no question" in message for message in found)


@pytest.mark.parametrize(
    ("public", "says"),
    [
        ({"procedures": [{"text": "Tea", "arms": ["coffee"], "source": "assumed: x"}]}, "no arm"),
        ({"contacts": [{"id": "a", "label": "A", "source": "assumed: x"}]}, "neither a phone nor"),
        (
            {
                "contacts": [
                    {"id": "a", "label": "A", "phone": "1", "source": "assumed: x"},
                    {"id": "a", "label": "B", "phone": "2", "source": "assumed: x"},
                ]
            },
            "'a' stands twice",
        ),
        ({"for_doctors": [{"text": "Tea", "source": "assumed: x"}]}, "under a heading"),
    ],
)
def test_what_the_public_page_could_not_show_is_named(public, says):
    assert any(says in message for message in problems(public=public))


def test_years_ago_end_on_the_birthday():
    on = date(2026, 3, 2)
    assert YearsAgo(at_least_years=18).days(on)[1] == date(2008, 3, 2)
    assert YearsAgo(less_than_years=18).days(on) == (date(2008, 3, 3), on)


def test_a_visit_is_expected_after_what_it_is_counted_from_in_each_arm():
    """By hand from the visits of PUMP-IT: the operation in week 3, its treatment 4 weeks later."""
    study = a_study("pump-it")
    first = {
        arm: {one.visit.id: one.days[:2] for one in course(study, arm) if one.days}
        for arm in ("A", "B")
    }
    assert first["A"]["start"] == (14,) and first["A"]["systemic"] == (14, 28)
    assert first["B"]["surgery"] == (21,) and first["B"]["start-pump"] == (49,)
    assert first["B"]["systemic"] == (49, 63) and first["B"]["haip"] == (49, 77)
    assert "surgery" not in first["A"] and "haip" not in first["A"]
    assert {one.visit.id for one in course(study, "A") if not one.days} == {"screening", "baseline"}


def test_the_digest_of_the_criteria_changes_with_what_decides_and_with_nothing_else():
    study = a_study()
    before, criteria = study.criteria.digest, study.criteria.model_dump()
    criteria["inclusion"][0]["plain"] = {"en": "Other words."}
    assert a_study(criteria=criteria).criteria.digest == before
    criteria["inclusion"][0]["when"] = "years(birth_date, consent_on) >= 21 years"
    assert a_study(criteria=criteria).criteria.digest != before

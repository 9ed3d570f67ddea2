"""Rules that read well and mean nothing are refused before any subject is asked."""

import pytest

from equipoise.logic.facts import FactType, Kind
from equipoise.logic.language import parse
from equipoise.logic.needed import circular, facts_needed
from equipoise.logic.typing_check import problems
from tests.unit.logic.a_subject import ANCHORS, VOCABULARY


def found(text, **options):
    return [(p.column, p.suggestion) for p in problems(parse(text), VOCABULARY, ANCHORS, **options)]


@pytest.mark.parametrize(
    ("text", "column", "suggestion"),
    [
        ("hbb > 5.5 mmol/L", 1, "hb"),
        ("HB > 5.5 mmol/L", 1, "hb"),
        ("hb > 5.5", 4, "… mmol/L"),
        ("hb > 5 mm", 4, "mmol/L"),
        ("hb within 15 days before registraton > 5 g/dL", 4, "registration"),
        ("ct within 15 days before sex", 4, ""),
        ("sex == 'femal'", 8, "'female'"),
        ("sex > 'male'", 5, "=="),
        ("sex > 3", 5, ""),
        ("ecog in ['a', 1]", 10, ""),
        ("not hb", 5, ""),
        ("lesions and pregnant", 1, "any lesions"),
        ("any lesion where clear", 1, "lesions"),
        ("any hb", 1, ""),
        ("any lesions where sise > 3 mm", 19, "size"),
        ("age <= 1.5 ULN", 5, ""),
        ("ecog <= 1 ULN", 6, ""),
        ("egfr >= 45 mL/min", 6, "mL/min/{1.73_m2}"),
        ("age within 3 days before consent > 3 years", 5, ""),
        ("birth_date + 3 < registration", 14, "28 days"),
        ("hb + sex > 2", 6, ""),
        ("hb + crea + 1 mm > 3 mmol/L", 11, ""),
        ("-sex == 3", 1, ""),
        ("prefer(hb, sex) == 3", 1, ""),
        ("years(sex, consent) > 18", 7, ""),
        ("days(ct, today) > 3 years", 17, ""),
        ("registration since consent > 2026-01-01", 1, ""),
        ("crea / crea < 50 %", 13, "50 %, or 0.5 {ratio}"),
        ("ecog > 1 %", 6, "50 %, or 0.5 {ratio}"),
        ("(count of lesions where clear) > 50 %", 32, "50 %, or 0.5 {ratio}"),
        ("crea / crea + 5 % > 1", 13, "50 %, or 0.5 {ratio}"),
        ("registration + 0.5 months > consent", 16, "15 days"),
        ("consent - 1.5 days < registration", 11, "15 days"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(text, column, suggestion):
    assert (column, suggestion) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "hb within 15 days before registration >= 8.9 g/dL",
        "bili <= 1.5 ULN and 5 ULN >= alt",
        "years(birth_date, consent) >= 18 years",
        "age >= 18",
        "mdrd >= 45 and mdrd >= 45 mL/min/{1.73_m2}",
        "inr < 1.5",
        "prefer(inr, pt) < 1.5 ULN",
        "ct within 28 days before registration",
        "ct within 28 days after diagnosed_on",
        "days(ct, registration) <= 28 days and days(ct, registration) <= 4 weeks",
        "ct + 28 days >= registration",
        "any lesions where seen_on within 4 weeks before registration",
        "count of lesions where site == 'lung' and size > 1 cm <= 3",
        "lesions is known and ras is unknown",
        "(0.742 if sex == 'female' else 1) * crea > 100 umol/L",
        "coumarin == true",
    ],
)
def test_a_rule_that_means_something_has_no_problems(text):
    assert found(text, expected="yes or no") == []


def test_all_problems_are_found_at_once():
    assert len(found("hbb > 3 and sex > 3 and any nodes where x")) == 3


def test_a_criterion_must_be_a_yes_or_no():
    assert found("hb", expected="yes or no") == [(1, "")]
    assert found("hb") == []


def test_a_rule_names_the_facts_it_needs():
    rule = parse("mdrd >= 45 or any lesions where size > 3 mm and pregnant")
    assert facts_needed(rule, VOCABULARY) == {
        "mdrd", "crea", "age", "sex", "birth_date", "lesions", "pregnant",
    }  # fmt: skip
    assert facts_needed(parse("hb within 1 days before consent > 3 or x")) == {"hb", "x"}


def test_an_item_derived_from_itself_is_found():
    looped = {
        name: FactType(name=name, kind=Kind.DERIVED, formula=parse(formula))
        for name, formula in (("a", "b + 1"), ("b", "a * 2"), ("c", "3"))
    }
    assert circular(looped) == ["a", "b"]

"""Reading rules: the trees they give, and refusals that say where and what would do."""

from decimal import Decimal

import pytest

from equipoise.logic.language import Unreadable, parse, parse_window
from equipoise.logic.tree import Among, And, Compare, Name, Not, Number, Or, Quantity, Rows, Window
from equipoise.logic.unparse import unparse

HB = Name("hb")
LIMIT = Quantity(Decimal("5.5"), "mmol/L")


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("hb >= 5.5 mmol/L", Compare(">=", HB, LIMIT)),
        ("hb>=5.5mmol/L", Compare(">=", HB, LIMIT)),
        ("not a and b or c", Or((And((Not(Name("a")), Name("b"))), Name("c")))),
        ("x in [0, 1]", Among(Name("x"), (Number(Decimal(0)), Number(Decimal(1))))),
        ("x not in [0]", Not(Among(Name("x"), (Number(Decimal(0)),)))),
        ("lab.hb since consent", Name("lab.hb", Window("since", "consent"))),
        ("any lesions", Rows("any", "lesions")),
        ("none of lesions where a or b", Rows("none", "lesions", Or((Name("a"), Name("b"))))),
    ],
)  # fmt: skip
def test_a_rule_is_read_as_this_tree(text, node):
    assert parse(text) == node


def test_the_comparison_after_a_count_is_of_the_count():
    counted = parse("(count of lesions where size > 10 mm and (a or b)) <= 3")
    assert parse("count of lesions where size > 10 mm and (a or b) <= 3") == counted
    assert parse("count of lesions where size > 10 mm <= 3") == parse(
        "(count of lesions where size > 10 mm) <= 3"
    )


def test_a_list_without_a_condition_may_stand_before_not_in():
    assert parse("count of lesions not in [0, 1]") == parse("not (count of lesions in [0, 1])")


def test_a_window_can_be_read_alone():
    assert parse_window("within 2 weeks after surgery") == Window("after", "surgery", 2, "wk")
    with pytest.raises(Unreadable):
        parse_window("hb within 2 weeks after surgery")


@pytest.mark.parametrize(
    ("text", "column", "suggestion"),
    [
        ("a = 3", 3, "=="),
        ("a && b", 3, "and"),
        ("a || b", 3, "or"),
        ("!a", 1, "not"),
        ("a =< 3", 3, "<="),
        ("a ≥ 3", 3, ">="),
        ("hb > 5.5 mmol/l", 10, "mmol/L"),
        ("hb > 5.5 µmol/L", 10, "umol/L"),
        ("hb > 5.5 g/Dl", 10, "g/dL"),
        ("alt > 5 IU/L", 9, "[IU]/L"),
        ("alt > 5 uln", 9, "ULN"),
        ("alt > ULN", 7, "1 ULN"),
        ("hb > 5,5 mmol/L", 7, "5.5"),
        ("any lesions size > 3 mm", 13, "any … where"),
        ("none_of lesions", 1, "none of"),
        ("(a and b", 1, ")"),
        ("a and b)", 8, ""),
        ("x in [1, 2", 6, "]"),
        ("x in []", 6, ""),
        ("prefer(a, b", 7, ")"),
        ("1 < a < 3", 7, "a < b and b < c"),
        ("a And b", 3, "and"),
        ("hb within 15 before registration", 11, "15 days"),
        ("hb within 15 days registration", 19, "before registration"),
        ("hb within 15 days before", 25, "registration"),
        ("hb within 1.5 days before registration", 11, ""),
        ("(hb) within 15 days before registration", 6, "hb within 15 days before registration"),
        ("year(birth_date, consent) > 3", 1, "years"),
        ("years(birth_date) > 3", 1, "years(birth_date, consent)"),
        ("d > 2026-02-30", 5, "2026-11-12"),
        ("sex == 'female", 8, ""),
        ("a is not known", 6, "== or !="),
        ("a if b", 7, ""),
        ("", 1, ""),
        ("a >", 4, ""),
        ("age at consent >= 18", 5, ""),
        ("a ; b", 3, ""),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place_and_what_would_do(text, column, suggestion):
    with pytest.raises(Unreadable) as refused:
        parse(text)
    assert (refused.value.column, refused.value.suggestion) == (column, suggestion), refused.value
    assert refused.value.message


@pytest.mark.parametrize("text", ["(" * 500, "not " * 500, "-" * 500 + "1", "1" + "+1" * 500])
def test_a_rule_nested_beyond_understanding_is_refused(text):
    with pytest.raises(Unreadable, match="nested too deeply"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("((a)) and (b)", "a and b"),
        ("(a or b) and c", "(a or b) and c"),
        ("not (a and b)", "not (a and b)"),
        ("a - (b - c)", "a - (b - c)"),
        ("(a - b) - c", "a - b - c"),
        ("-x ** 2", "-x ** 2"),
        ("(-x) ** 2", "(-x) ** 2"),
        ("hb>=5.50 mmol/L", "hb >= 5.50 mmol/L"),
        ("ct within 1 day before consent", "ct within 1 days before consent"),
        ("age>=18 years", "age >= 18 years"),
        ("count of x where a > 1 <= 3", "(count of x where a > 1) <= 3"),
        ("count of x where ((not a) == b)", "count of x where ((not a) == b)"),
        ("count of x where (a or b) in [1]", "(count of x where a or b) in [1]"),
        ("count of x where (c and (a < b) is known)", "count of x where (c and (a < b) is known)"),
        ("any x where (not a) == b", "any x where (not a) == b"),
        ("not x in [1]", "x not in [1]"),
        ("1 if a else 2 if b else 3", "1 if a else 2 if b else 3"),
    ],
)
def test_a_rule_has_one_canonical_text(text, canonical):
    assert unparse(parse(text)) == canonical
    assert parse(canonical) == parse(text)

"""What counts as an answer: bounds, windows, limits of normal, lists, gaps, and judgements."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest

from equipoise.logic.evaluate import evaluate, value_of
from equipoise.logic.facts import FactType, Kind
from equipoise.logic.language import parse
from equipoise.logic.truth import Truth
from tests.unit.logic.a_subject import ON, VOCABULARY, Known, asked, number, said

T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
HOLDS = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def codes(outcome) -> list[str]:
    return [missing.code for missing in outcome.missing]


@pytest.mark.parametrize("op", HOLDS)
@pytest.mark.parametrize("value", ["5.49", "5.5", "5.51"])
@pytest.mark.parametrize("comparator", ["", "<", "<=", ">", ">="])
def test_a_comparison_is_decided_when_every_value_it_may_stand_for_agrees(op, value, comparator):
    """Against a fine grid of the values that `<5.5` and the like may stand for."""
    bound = Decimal(value)
    grid = [Decimal(step) / 1000 for step in range(5400, 5601)]
    meant = [bound] if not comparator else [x for x in grid if HOLDS[comparator](x, bound)]
    answers = {HOLDS[op](x, Decimal("5.5")) for x in meant}
    expected = U if len(answers) > 1 else Truth.of(answers.pop())
    outcome = asked(f"hb {op} 5.5 mmol/L", hb=number(f"{comparator}{value}", "mmol/L"))
    assert outcome.truth is expected
    assert codes(outcome) == (["censored"] if expected is U else [])
    turned = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(op, op)
    assert asked(f"5.5 mmol/L {turned} hb", hb=number(f"{comparator}{value}", "mmol/L")).truth is (
        expected
    )


@pytest.mark.parametrize("ago", range(-1, 17))
def test_within_15_days_before_counts_calendar_days_from_0_to_15(ago):
    outcome = asked(
        "hb within 15 days before registration >= 5.5 mmol/L", hb=number("7", "mmol/L", ago=ago)
    )
    assert outcome.truth is (T if 0 <= ago <= 15 else U)
    assert codes(outcome) == ([] if 0 <= ago <= 15 else ["not-yet-valid" if ago < 0 else "too-old"])
    ages_out, counts_from = ON + timedelta(days=16 - ago), ON + timedelta(days=1)
    changes = None if ago > 15 else ages_out if ago >= 0 else counts_from
    assert outcome.changes_on == changes


@pytest.mark.parametrize("later", range(-1, 5))
@pytest.mark.parametrize(
    ("window", "inside"),
    [
        ("within 3 days after registration", range(4)),
        ("after registration", range(1, 9)),
        ("since registration", range(9)),
        ("before registration", range(-9, 0)),
        ("until registration", range(-9, 1)),
    ],
)
def test_other_windows_have_these_edges(window, inside, later):
    outcome = asked(f"ct {window}", ct=said(True, ago=-later))
    assert outcome.truth is (T if later in inside else U)


@pytest.mark.parametrize(
    ("unit", "first"),
    [
        ("4 weeks", date(2026, 10, 26)),
        ("3 months", date(2026, 8, 23)),
        ("2 years", date(2024, 11, 23)),
    ],
)
def test_weeks_months_and_years_count_back_by_the_calendar(unit, first):
    for day, truth in ((first, T), (first - timedelta(days=1), U)):
        rule = f"ct within {unit} before registration"
        assert asked(rule, ct=said(True, ago=(ON - day).days)).truth is truth


def test_the_latest_value_counts_and_on_one_day_what_was_recorded_later():
    values = [
        number("7", "mmol/L", ago=1, order=2),
        number("5", "mmol/L", ago=1, order=3),
        number("8", "mmol/L", ago=9, order=9),
    ]
    for each in (values, values[::-1]):
        assert asked("hb == 5 mmol/L", hb=each).truth is T


def test_a_value_from_before_the_window_does_not_stand_in_for_one_inside():
    values = [number("5", "mmol/L", ago=3), number("7", "mmol/L", ago=30)]
    assert asked("hb within 15 days before registration > 6 mmol/L", hb=values).truth is F


@pytest.mark.parametrize(
    ("value", "strict", "loose"), [("1.64", T, T), ("1.65", F, T), ("1.66", F, F)]
)
def test_a_multiple_of_the_upper_limit_is_exact_at_the_bound(value, strict, loose):
    inr = number(value, "1", uln=Decimal("1.1"))
    assert asked("inr < 1.5 ULN", inr=inr).truth is strict
    assert asked("inr <= 1.5 ULN", inr=inr).truth is loose
    crea = number(value, "mg/dL", uln=Decimal("1.1"))  # recorded in another unit than declared
    assert asked("crea < 1.5 ULN", crea=crea).truth is strict
    assert asked("1.5 ULN >= crea", crea=crea).truth is loose


def test_without_the_laboratorys_own_limit_nothing_is_decided():
    assert codes(asked("alt <= 5 ULN", alt=number("20", "U/L"))) == ["uln"]
    assert codes(asked("alt >= 1 LLN", alt=number("20", "U/L", uln=Decimal(40)))) == ["uln"]
    assert asked("alt >= 1 LLN", alt=number("20", "U/L", lln=Decimal(10))).truth is T


@pytest.mark.parametrize(
    ("crea", "age", "sex", "egfr"),
    [
        # Levey 2006 (175 x ... IDMS), worked out apart from this program
        (80, 60, "male", "85.53"),
        (80, 60, "female", "63.46"),
        (110, 60, "male", "59.23"),
        (140, 60, "male", "44.84"),
        (110, 70, "female", "42.59"),
        (125, 55, "male", "52.01"),
    ],
)
def test_the_kidney_formula_gives_the_published_values(crea, age, sex, egfr):
    facts = Known(
        {
            "crea": [number(crea, "umol/L")],
            "sex": [said(sex)],
            "birth_date": [said(date(2026 - age, 11, 23))],
        }
    )
    value = value_of(parse("mdrd"), VOCABULARY, facts, ON)
    assert isinstance(value, Decimal)
    assert value.quantize(Decimal("0.01")) == Decimal(egfr)
    assert asked("mdrd >= 45", facts).truth is Truth.of(Decimal(egfr) >= 45)


def test_a_formula_is_decided_for_both_sexes_before_the_sex_is_known():
    facts = {"birth_date": said(date(1966, 11, 23))}
    assert asked("mdrd >= 45", crea=number(80, "umol/L"), **facts).truth is T
    outcome = asked("mdrd >= 45", crea=number(110, "umol/L"), **facts)
    assert [missing.name for missing in outcome.missing] == ["sex"]


def test_a_clearance_per_body_surface_is_not_silently_a_plain_one():
    egfr = number(50, "mL/min")
    assert codes(asked("egfr >= 45 mL/min/{1.73_m2}", egfr=egfr)) == ["unit"]
    declared = FactType(
        name="egfr", kind=Kind.QUANTITY, unit="mL/min/{1.73_m2}", equivalents=("mL/min",)
    )
    for rule in ("egfr >= 45 mL/min/{1.73_m2}", "egfr >= 45 mL/min"):
        value = value_of(parse(rule), {"egfr": declared}, Known({"egfr": [egfr]}), ON)
        assert value is True


def test_a_value_without_a_unit_is_not_guessed_at():
    assert codes(asked("hb >= 5.5 mmol/L", hb=number("7"))) == ["unit"]
    assert asked("inr < 1.5", inr=number("1.2")).truth is T


@pytest.mark.parametrize("day", [date(2008, 11, 22), date(2008, 11, 23), date(2008, 11, 24)])
def test_someone_is_of_age_on_the_birthday_itself(day):
    outcome = asked("years(birth_date, registration) >= 18 years", birth_date=said(day))
    assert outcome.truth is Truth.of(day <= date(2008, 11, 23))
    assert outcome.changes_on == (None if day <= date(2008, 11, 23) else date(2026, 11, 24))


@pytest.mark.parametrize("year", range(2005, 2011))
def test_a_birth_year_decides_when_every_day_of_it_agrees(year):
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    answers = {(ON.year - d.year - ((ON.month, ON.day) < (d.month, d.day))) >= 18 for d in days}
    expected = U if len(answers) > 1 else Truth.of(answers.pop())
    outcome = asked("age >= 18", birth_date=said((date(year, 1, 1), date(year, 12, 31))))
    assert outcome.truth is expected
    assert codes(outcome) == (["incomplete"] if expected is U else [])


LESIONS = [
    # any, none of and count of `size > 10 mm and not clear`
    (None, U, U, U),
    ([], F, T, T),
    ([("8", None)], F, T, T),
    ([("12", False)], T, F, T),
    ([("12", None)], U, U, T),
    ([("12", None), ("12", False)], T, F, U),
    ([(None, True)], F, T, T),
    ([("12", False), ("12", False)], T, F, F),
]


@pytest.mark.parametrize(("rows", "some", "none", "at_most_one"), LESIONS)
def test_a_list_is_unknown_until_asked_and_its_blanks_count_neither_way(
    rows, some, none, at_most_one
):
    lesions = rows if rows is None else [
        {
            **({"size": number(size, "mm")} if size else {}),
            **({"clear": said(clear)} if clear is not None else {}),
        }
        for size, clear in rows
    ]  # fmt: skip
    where = "lesions where size > 10 mm and not clear"
    assert asked(f"any {where}", lesions=lesions).truth is some
    assert asked(f"none of {where}", lesions=lesions).truth is none
    assert asked(f"(count of {where}) <= 1", lesions=lesions).truth is at_most_one
    assert asked("lesions is known", lesions=lesions).truth is Truth.of(rows is not None)


def test_inside_a_where_a_name_is_a_column_first_then_a_fact():
    rows = [{"size": number(12, "mm"), "clear": said(False)}]
    assert asked("any lesions where size > 10 mm and pregnant", lesions=rows).truth is U
    outcome = asked(
        "any lesions where size > 10 mm and pregnant", lesions=rows, pregnant=said(True)
    )
    assert outcome.truth is T


def test_a_date_in_a_row_can_have_a_window():
    rows = [{"seen_on": said(ON - timedelta(days=5))}]
    assert (
        asked("any lesions where seen_on within 5 days before registration", lesions=rows).truth
        is T
    )
    assert (
        asked("any lesions where seen_on within 4 days before registration", lesions=rows).truth
        is F
    )


@pytest.mark.parametrize(("inr", "pt"), list(product(("1.2", "1.9", None), repeat=2)))
def test_prefer_takes_the_first_answer_that_is_known(inr, pt):
    values = {
        name: number(value, unit, uln=Decimal(1))
        for name, value, unit in (("inr", inr, "1"), ("pt", pt, "s"))
        if value
    }
    first = inr or pt
    expected = U if first is None else Truth.of(first == "1.2")
    assert asked("prefer(inr < 1.5 ULN, pt < 1.5 ULN)", **values).truth is expected
    assert asked("prefer(inr, pt) < 1.5 ULN", **values).truth is expected


def test_is_known_asks_only_whether_there_is_an_answer():
    assert asked("ras is known").truth is F
    assert asked("ras is unknown").truth is T
    assert asked("ras is known", ras=said("mutant")).truth is T
    assert asked("registration is known").truth is T
    assert asked("surgery is known").truth is F


@pytest.mark.parametrize(
    ("value", "truth", "code"), [(None, U, ["judgement"]), (True, T, []), (False, F, [])]
)
def test_a_judgement_is_unknown_until_someone_gives_it(value, truth, code):
    outcome = asked("fit", **({} if value is None else {"fit": said(value)}))
    assert (outcome.truth, codes(outcome), outcome.judged) == (truth, code, True)
    assert not asked("pregnant", pregnant=said(True)).judged


def test_an_answer_does_not_rest_on_a_judgement_that_did_not_decide_it():
    outcome = asked("pregnant or fit", pregnant=said(True), fit=said(True))
    assert (outcome.truth, outcome.judged) == (T, False)
    assert asked("pregnant and fit", pregnant=said(True), fit=said(True)).judged


def test_only_gaps_that_matter_to_the_answer_are_missing():
    assert asked("fit or ras == 'x' or pregnant", pregnant=said(True)).missing == ()
    assert asked("fit and pregnant", pregnant=said(False)).missing == ()
    outcome = asked("(fit or pregnant) and coumarin", pregnant=said(True))
    assert [missing.name for missing in outcome.missing] == ["coumarin"]


def test_all_values_that_were_looked_at_are_used():
    hb = number("8.862975", "g/dL", ago=2, source="Laboratory, screening visit")
    used = asked("hb >= 5.5 mmol/L and not pregnant", hb=hb, pregnant=said(False, ago=None)).used
    assert [(u.name, u.label, u.value, u.on, u.source) for u in used] == [
        ("hb", "Haemoglobin", "5.5 mmol/L", ON - timedelta(days=2), "Laboratory, screening visit"),
        ("pregnant", "Pregnant", "no", None, ""),
    ]


@pytest.mark.parametrize(
    ("rule", "values", "code"),
    [
        ("hb > 5 mmol/L", {}, "none"),
        ("hb since surgery > 5 mmol/L", {"hb": number(7, "mmol/L")}, "anchor"),
        ("days(surgery, registration) > 3", {}, "anchor"),
        ("hb since registration > 5 mmol/L", {"hb": number(7, "mmol/L", ago=None)}, "incomplete"),
        ("hb > 5 mmol/L", {"hb": number("NaN", "mmol/L")}, "incomplete"),
        ("ecog / 0 > 1", {"ecog": number(1)}, "incomplete"),
        ("(0 - ecog) ** 0.5 > 1", {"ecog": number(1)}, "incomplete"),
        ("coumarin", {"coumarin": said("yes")}, "incomplete"),
        ("sex == 'male'", {"sex": said(True)}, "incomplete"),
    ],
)  # fmt: skip
def test_every_unknown_says_what_is_missing(rule, values, code):
    outcome = asked(rule, **values)
    assert outcome.truth is U
    assert codes(outcome) == [code]
    assert outcome.sentence == outcome.missing[0].because


def test_an_answer_does_not_change_by_itself_when_its_anchor_has_come():
    facts = Known(anchors={"registration": ON - timedelta(days=1)})
    hb = number(7, "mmol/L", ago=5)
    outcome = asked("hb within 15 days before registration > 5 mmol/L", facts, hb=hb)
    assert (outcome.truth, outcome.changes_on) == (T, None)


@pytest.mark.parametrize(
    "rule",
    [
        "hb within 15 days before registration > 5 mmol/L or ct within 28 days before registration",
        "hb within 15 days before registration > 5 mmol/L and ct within 4 weeks before today",
        "days(ct, registration) < 20",
        "days(ct, today) >= 12 and not days(ct, today) > 40",
        "months(diagnosed_on, registration) >= 6",
        "years(diagnosed_on, registration) < 1",
        "ct + 3 months >= registration",
        "registration - 2 months <= ct",
        "diagnosed_on within 6 months before registration",
        "registration < 2026-12-24",
        "registration == 2026-12-24",
        "ct within 3 days after registration",
        "any lesions where seen_on within 5 weeks before registration",
        "age >= 18 years",
        "prefer(hb within 3 days before today, hb within 20 days before registration) > 5 mmol/L",
    ],
)
def test_the_day_an_answer_changes_is_the_first_day_it_differs(rule):
    """Against asking again on each of the next 400 days."""
    values = {
        "hb": [number(7, "mmol/L", ago=3), number(4, "mmol/L", ago=9)],
        "ct": [said(True, ago=8), said(True, ago=-2)],
        "diagnosed_on": [said(date(2026, 7, 31))],
        "birth_date": [said(date(2009, 3, 1))],
    }
    lists = {"lesions": [{"seen_on": said(date(2026, 11, 20))}]}

    def on(day: date):
        facts = Known(values, lists, {"registration": day})
        return evaluate(parse(rule), VOCABULARY, facts, day)

    now = on(ON)
    later = (ON + timedelta(days=n) for n in range(1, 401))
    assert now.changes_on == next((day for day in later if on(day).truth is not now.truth), None)


@pytest.mark.parametrize(
    ("coumarin", "fit", "truth"),
    [(True, False, T), (False, False, F), (None, False, U), (None, True, T), (None, None, U)],
)
def test_a_choice_is_open_until_its_condition_is_known_or_both_sides_agree(coumarin, fit, truth):
    """`pregnant` is yes throughout."""
    values = {"coumarin": coumarin, "fit": fit}
    known = {name: said(value) for name, value in values.items() if value is not None}
    outcome = asked("pregnant if coumarin else fit", pregnant=said(True), **known)
    assert outcome.truth is truth
    assert ("coumarin" in [m.name for m in outcome.missing]) is (truth is U)

"""What holds of every rule, every subject, and any text at all."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import floor
from operator import ge, gt, le, lt

from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.logic import tree
from equipoise.logic.bare import truth_at, value_at
from equipoise.logic.evaluate import evaluate, truth_of, value_of
from equipoise.logic.extremes import to_step
from equipoise.logic.facts import Kind, Observation
from equipoise.logic.interpret import judge, read
from equipoise.logic.interval import Interval
from equipoise.logic.language import Unreadable, parse
from equipoise.logic.lookup import Here
from equipoise.logic.truth import Truth
from equipoise.logic.typing_check import problems
from equipoise.logic.unparse import unparse
from equipoise.study.catalogue import translator
from tests.sampled import examples
from tests.unit.logic.a_subject import ANCHORS, ON, VOCABULARY, Known

UNITS = ("mmol/L", "g/dL", "10*9/L", "mL/min/{1.73_m2}", "/uL", "%", "d", "wk", "a", "ULN")
NAMES = ("hb", "crea", "sex", "pregnant", "birth_date", "lesions", "size", "consent", "lab.x")
NAMES += ("ct", "fit", "clear", "age", "mdrd", "registration")

WHICH = ("latest", "latest", "lowest", "highest")

# Any tree that can be written at all

decimals = st.decimals(min_value=0, max_value=10**6, places=2)
names = st.sampled_from(NAMES)
windows = st.builds(
    tree.Window,
    st.sampled_from(("before", "after")),
    names,
    st.integers(0, 999),
    st.sampled_from(("d", "wk", "mo", "a")),
) | st.builds(tree.Window, st.sampled_from(("before", "after", "since", "until")), names)
leaves = st.one_of(
    st.builds(tree.Number, decimals),
    st.builds(tree.Quantity, decimals, st.sampled_from(UNITS)),
    st.builds(tree.Text, st.text("abc é(", max_size=4)),
    st.builds(tree.YesNo, st.booleans()),
    st.builds(tree.Day, st.dates(date(1900, 1, 1), date(2100, 1, 1))),
    st.builds(tree.Name, names, st.none() | windows, st.sampled_from(WHICH)),
    st.builds(tree.Rows, st.sampled_from(("any", "none", "count")), names),
)


def _branches(nodes):
    several = st.lists(nodes, min_size=2, max_size=3).map(tuple)
    some = st.lists(nodes, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(tree.Not, nodes),
        st.builds(tree.And, several),
        st.builds(tree.Or, several),
        st.builds(tree.Compare, st.sampled_from(("==", "!=", "<", "<=", ">", ">=")), nodes, nodes),
        st.builds(tree.Among, nodes, some),
        st.builds(tree.Known, nodes, st.booleans()),
        st.builds(tree.Rows, st.sampled_from(("any", "none", "count")), names, nodes),
        st.builds(tree.Prefer, some),
        st.builds(tree.Choice, nodes, nodes, nodes),
        st.builds(tree.Minus, nodes),
        st.builds(tree.Arithmetic, st.sampled_from(("+", "-", "*", "/", "**")), nodes, nodes),
        st.builds(tree.Elapsed, st.sampled_from(("days", "months", "years")), nodes, nodes),
        st.builds(tree.Rounded, st.sampled_from(("round", "round_down", "round_up")), nodes, nodes),
        st.builds(
            tree.Gathered,
            st.sampled_from(("sum", "lowest", "highest")),
            st.sampled_from(("lesions", "lab")),
            st.sampled_from(("size", "clear", "x")),
            st.none() | nodes,
        ),
        st.builds(tree.Extreme, st.sampled_from(("min", "max")), several),
    )


trees = st.recursive(leaves, _branches, max_leaves=12)

# Rules that mean something, and subjects to ask them of

RULES = [
    "hb within 15 days before registration >= 5.5 mmol/L",
    "hb < 9 g/dL",
    "crea <= 1.5 ULN",
    "mdrd >= 45",
    "age >= 18",
    "pregnant",
    "fit",
    "sex == 'female'",
    "ecog in [0, 1]",
    "ct within 28 days before registration",
    "any lesions where size > 10 mm and not clear",
    "none of lesions where clear or size > 2 cm",
    "(count of lesions where clear) <= 1",
    "hb - 2 mmol/L > 5 mmol/L if sex == 'male' else hb > 6 mmol/L",
    "(2 * hb if pregnant else hb) > 8 mmol/L",
]
rules = st.recursive(
    st.sampled_from([f"({rule})" for rule in RULES]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"({two[0]} and {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} or {two[1]})"),
        inner.map(lambda one: f"not ({one})"),
    ),
    max_leaves=5,
)
signs = st.sampled_from(("", "", "", "<", "<=", ">", ">="))
amounts = st.sampled_from([Decimal(n) / 2 for n in range(2, 30)])
days_ago = st.integers(-2, 40)


def _number(unit, scale=1):
    return st.builds(
        lambda value, sign, ago, uln: Observation(
            value=value * scale,
            unit=unit,
            comparator=sign,
            on=ON - timedelta(days=ago),
            uln=uln,
        ),
        amounts,
        signs,
        days_ago,
        st.none() | st.just(Decimal(110)),
    )


def _said(values):
    return st.builds(lambda value: Observation(value=value, on=ON - timedelta(days=3)), values)


births = st.dates(date(2000, 1, 1), date(2012, 1, 1))
cells = {
    "size": _number("mm", 2),
    "clear": _said(st.booleans()),
}
values = {
    "hb": _number("mmol/L"),
    "crea": _number("umol/L", 20),
    "pregnant": _said(st.booleans()),
    "fit": _said(st.booleans()),
    "sex": _said(st.sampled_from(["male", "female"])),
    "ecog": _said(st.integers(0, 3).map(Decimal)),
    "ct": _said(st.just(True)),
    "birth_date": _said(births | births.map(lambda d: (date(d.year, 1, 1), date(d.year, 12, 31)))),
}
subjects = st.builds(
    lambda some, rows: Known({n: [o] for n, o in some.items()}, {"lesions": rows}),
    st.fixed_dictionaries({}, optional=values),
    st.none() | st.lists(st.fixed_dictionaries({}, optional=cells), max_size=3),
)
FEW = settings(max_examples=examples(150))


@given(trees)
def test_a_tree_written_down_and_read_again_is_the_same_tree(node):
    assert parse(unparse(node)) == node
    assert unparse(parse(unparse(node))) == unparse(node)


@FEW
@given(trees, subjects)
def test_any_tree_can_be_checked_and_asked_of_anyone(node, facts):
    problems(node, VOCABULARY, ANCHORS)
    outcome = evaluate(node, VOCABULARY, facts, ON, translator("nl"))
    assert outcome.sentence
    assert bool(outcome.missing) is (outcome.truth is Truth.UNKNOWN)
    value_of(node, VOCABULARY, facts, ON)


@settings(max_examples=examples(600))
@given(trees | rules.map(parse), subjects)
def test_the_bare_answer_is_the_one_that_is_explained(node, facts):
    """Whatever is asked of whomever: the same truth, and the same value to the last digit."""
    here = Here(VOCABULARY, facts, ON)
    assert truth_at(node, here) is judge(node, here).truth
    assert repr(value_at(node, here)) == repr(read(node, here).value)


@settings(max_examples=examples(300))
@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(
            [*"()[],-+*/<>=!'\"&. ", "and", "or", "not", "5 mmol/L", "any", "where", "hb", "is"]
            + [
                "1",
                "2026-11-12",
                "none",
                "of",
                "count",
                "if",
                "else",
                "within",
                "in",
                "days",
                "ULN",
            ]
        ),
        max_size=20,
    ).map(" ".join)
)
def test_any_text_is_read_or_refused(text):
    try:
        node = parse(text)
    except Unreadable as refused:
        assert refused.message
        assert 1 <= refused.column <= len(text) + 1
    else:
        assert parse(unparse(node)) == node


@FEW
@given(rules, subjects, st.booleans())
def test_every_unknown_names_a_gap_and_every_answer_a_reason(rule, facts, wanted):
    outcome = evaluate(parse(rule), VOCABULARY, facts, ON, wanted=wanted)
    assert bool(outcome.missing) is (outcome.truth is Truth.UNKNOWN)
    assert outcome.sentence and not outcome.sentence.startswith("The rule")


@FEW
@given(subjects, st.data())
def test_more_data_never_turns_an_answer(facts, data):
    """Values added where there was nothing; a blank made exact; nothing recorded is changed."""
    rule = parse(data.draw(rules))
    before = evaluate(rule, VOCABULARY, facts, ON).truth
    fuller = Known(dict(facts.values), dict(facts.lists))
    for name, strategy in values.items():
        if name not in fuller.values:
            fuller.values[name] = [data.draw(strategy)]
    if fuller.lists["lesions"] is None:
        fuller.lists["lesions"] = [data.draw(st.fixed_dictionaries(cells))]
    fuller.lists["lesions"] = [
        {name: row.get(name) or data.draw(strategy) for name, strategy in cells.items()}
        for row in fuller.lists["lesions"]
    ]
    after = evaluate(rule, VOCABULARY, fuller, ON).truth
    assert before is Truth.UNKNOWN or after is before


@FEW
@given(rules, rules, subjects)
def test_de_morgan_holds_for_rules(one, other, facts):
    def truth(text):
        return evaluate(parse(text), VOCABULARY, facts, ON).truth

    assert truth(f"not ({one} and {other})") is truth(f"not ({one}) or not ({other})")
    assert truth(f"not ({one} or {other})") is truth(f"not ({one}) and not ({other})")
    assert truth(f"not not ({one})") is truth(one)


FORMULAS = (
    "hb + crea > {k}",
    "hb * crea > {k}",
    "hb - crea <= {k}",
    "crea / hb < {k}",
    "3 - hb == {k}",
    "hb ** 2 >= {k}",
    "hb ** -1 >= {k}",
    "-hb * 2 + crea != {k}",
    "round(hb - crea, 2) <= {k}",
    "round_down(hb * 0.5, 1.5) < {k}",
    "round_up(crea - 3.5, 2) == {k}",
    "min(hb, crea) < {k}",
    "max(hb, crea, 3) > {k}",
    "lowest crea - hb >= {k}",
)
WIDE = {"<": (-6, -1), "<=": (-6, 0), ">": (1, 6), ">=": (0, 6), "": (0, 0)}
BARE = {name: replace(VOCABULARY[name], kind=Kind.NUMBER, unit="") for name in ("hb", "crea")}


@FEW
@given(
    st.sampled_from(FORMULAS),
    st.integers(-20, 60),
    st.tuples(st.integers(1, 9), signs),
    st.tuples(st.integers(1, 9), signs),
)
def test_a_calculation_agrees_with_every_value_it_may_stand_for(formula, k, first, second):
    """A decided answer must be the answer for each concrete pair of values tried."""
    rule = parse(formula.format(k=Decimal(k) / 2))

    def truth(hb, crea, signs=("", "")):
        observed = {
            name: [Observation(value=Decimal(value), comparator=sign)]
            for name, value, sign in (("hb", hb, signs[0]), ("crea", crea, signs[1]))
        }
        return evaluate(rule, BARE, Known(observed), ON).truth

    decided = truth(first[0], second[0], (first[1], second[1]))
    if decided is Truth.UNKNOWN:
        return
    for a in _meant(*first):
        for b in _meant(*second):
            assert truth(a, b) in (decided, Truth.UNKNOWN), (a, b)


def _meant(value, sign):
    low, high = WIDE[sign]
    near = {"<": Decimal("-0.01"), ">": Decimal("0.01")}.get(sign, Decimal(0))
    return [
        value + near,
        *(Decimal(value + step) for step in range(low, high + 1) if step or not sign),
    ]


_SPANS = st.dates(date(2019, 1, 1), date(2021, 12, 31)).flatmap(
    lambda day: st.sampled_from(["day", "month", "year"]).map(lambda known: _left_open(day, known))
)


def _left_open(day: date, known: str) -> tuple[date, date]:
    """The days that are possible when the day, or the month as well, is not known."""
    if known == "day":
        return day, day
    if known == "month":
        last = monthrange(day.year, day.month)[1]
        return day.replace(day=1), day.replace(day=last)
    return date(day.year, 1, 1), date(day.year, 12, 31)


def _days(span: tuple[date, date]) -> list[date]:
    return [span[0] + timedelta(days=n) for n in range((span[1] - span[0]).days + 1)]


def _later(day: date, months: int) -> date:
    """So many months later; the last day of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@FEW
@given(_SPANS, _SPANS, st.sampled_from(["<", "<=", ">", ">="]), st.integers(0, 7))
def test_dates_of_which_a_part_is_known_are_compared_as_all_that_they_may_be(
    first, second, sign, months
):
    """True where every completion says so, false where none does, and not known otherwise."""
    compare = {"<": lt, "<=": le, ">": gt, ">=": ge}[sign]
    both = product([_later(day, months) for day in _days(first)], _days(second))
    answers = {compare(*pair) for pair in both}
    facts = Known(
        {
            name: [Observation(value=span if span[0] != span[1] else span[0], on=ON)]
            for name, span in (("birth_date", first), ("diagnosed_on", second))
        }
    )
    asked = parse(f"birth_date + {months} months {sign} diagnosed_on")
    right = {(True,): Truth.TRUE, (False,): Truth.FALSE}.get(tuple(answers), Truth.UNKNOWN)
    assert truth_of(asked, VOCABULARY, facts, ON) is right


@FEW
@given(
    st.lists(st.tuples(st.integers(0, 6), signs, st.integers(0, 12)), min_size=1, max_size=3),
    st.sampled_from(("lowest", "highest")),
    st.integers(0, 12),
    st.integers(0, 12),
)
def test_the_lowest_and_highest_in_a_window_are_so_of_all_that_the_values_may_be(
    recorded, which, days, k
):
    """Against every reading of every value in the window, one at a time."""
    facts = Known(
        {
            "anc": [
                Observation(value=Decimal(n), comparator=sign, unit="10*9/L", on=_ago(ago))
                for n, sign, ago in recorded
            ]
        }
    )
    rule = parse(f"{which} anc within {days} days before today < {k} 10*9/L")
    found = truth_of(rule, VOCABULARY, facts, ON)
    inside = [_meant(Decimal(n), sign) for n, sign, ago in recorded if ago <= days]
    pick = min if which == "lowest" else max
    answers = {pick(one) < k for one in product(*inside)} if inside else set()
    right = {(True,): Truth.TRUE, (False,): Truth.FALSE}.get(tuple(answers), Truth.UNKNOWN)
    assert found is right or (found is Truth.UNKNOWN and any(sign for _, sign, _ in recorded))


@FEW
@given(
    st.none()
    | st.lists(st.fixed_dictionaries({}, optional={**cells, "size": _number("mm")}), max_size=3),
    st.sampled_from(("sum", "lowest", "highest")),
    st.sampled_from(("", " where clear", " where not clear")),
    st.integers(0, 30),
)
def test_what_a_column_comes_to_is_so_of_all_that_its_rows_may_be(rows, how, where, k):
    """Against every reading of every row: of its number, and of whether it is meant."""
    facts = Known({}, {"lesions": rows})
    rule = parse(f"({how} of lesions.size{where}) < {k} mm")
    found = truth_of(rule, VOCABULARY, facts, ON)
    assert evaluate(rule, VOCABULARY, facts, ON).truth is found
    whole = [_readings(row, where) for row in rows or ()]
    if rows is None or any(None in one for one in whole):
        return
    answers = {_come_to(how, [n for n in one if n != "left out"], k) for one in product(*whole)}
    if found is not Truth.UNKNOWN:
        assert answers == {found}
    elif not any(row["size"].comparator for row in rows if "size" in row):
        assert len(answers) > 1 or Truth.UNKNOWN in answers


def _readings(row, where):
    """What a row may add: each number it may mean, nothing, or `None` where that is not known."""
    meant = [True]
    if where:
        meant = [row["clear"].value] if "clear" in row else [True, False]
        meant = [one is ("not" not in where) for one in meant]
    size = row.get("size")
    numbers = [None] if size is None else _meant(size.value, size.comparator)
    return [n for one in meant for n in (numbers if one else ["left out"])]


def _come_to(how, numbers, k):
    if how == "sum":
        return Truth.of(sum(numbers) < k)
    pick = min if how == "lowest" else max
    return Truth.of(pick(numbers) < k) if numbers else Truth.UNKNOWN


def _ago(days):
    return ON - timedelta(days=days)


@FEW
@given(
    st.decimals(-40, 40, places=2),
    st.decimals(-40, 40, places=2),
    st.sampled_from([Decimal("0.25"), Decimal(1), Decimal("2.5"), Decimal(5)]),
)
def test_rounding_is_to_the_nearest_step_half_up_and_never_turns_two_numbers_round(a, b, step):
    def rounded(way, value):
        found = to_step(way, Interval.at(value), Interval.at(step))
        assert found is not None and found.exact
        return found.lo

    near, down, up = (rounded(way, a) for way in ("round", "round_down", "round_up"))
    assert near == floor(Fraction(a) / Fraction(step) + Fraction(1, 2)) * step
    assert a - step < down <= a <= up < a + step
    for way in ("round", "round_down", "round_up"):
        low, high = sorted((a, b))
        assert rounded(way, low) <= rounded(way, high)
        _reaches_exactly_what_it_may(way, low, high, step)


def _reaches_exactly_what_it_may(way, low, high, step):
    """The bounds of an open interval are those of the numbers in it, and no wider."""
    if high - low < 1:
        return
    tiny = Decimal("1e-9")
    found = to_step(way, Interval(low, high, True, True), Interval.at(step))
    ends = [to_step(way, Interval.at(x), Interval.at(step)) for x in (low + tiny, high - tiny)]
    assert found is not None and [found.lo, found.hi] == [end.lo for end in ends if end]

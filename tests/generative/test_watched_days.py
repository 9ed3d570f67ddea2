"""What is answered on a watched day stands on every later day before the one that was noted."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.logic.days import shifted, whole
from equipoise.logic.evaluate import truth_of
from equipoise.logic.language import parse
from equipoise.logic.watched import Watch
from tests.generative.test_logic_properties import rules, subjects, trees
from tests.sampled import examples
from tests.unit.logic.a_subject import ON, VOCABULARY, Known

DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))
AHEAD = (1, 2, 5, 13, 14, 15, 16, 27, 28, 29, 31, 60, 365, 366, 1500)


def asked_on(facts: Known, on: date) -> Known:
    """The same subject, to be registered on the day that is asked about."""
    return Known(facts.values, facts.lists, {**facts.anchors, "registration": on})


def stands(node, facts):
    watch = Watch(ON)
    then = truth_of(node, VOCABULARY, asked_on(facts, watch.day), watch.day)
    assert then is truth_of(node, VOCABULARY, asked_on(facts, ON), ON)
    last = watch.until - timedelta(days=1)
    for day in {last, *(ON + timedelta(days=days) for days in AHEAD)}:
        if ON <= day <= last:
            assert truth_of(node, VOCABULARY, asked_on(facts, day), day) is then, (day, watch.until)


@settings(max_examples=examples(200))
@given(rules, subjects)
def test_an_answer_to_a_rule_stands_until_the_day_that_is_noted(rule, facts):
    stands(parse(rule), facts)


@settings(max_examples=examples(300))
@given(trees, subjects)
def test_an_answer_to_anything_that_can_be_asked_stands_until_the_day_that_is_noted(node, facts):
    stands(node, facts)


@given(DAYS, DAYS, st.sampled_from(("days", "months", "years")), st.integers(-40, 40))
def test_what_is_made_of_a_watched_day_comes_out_the_same_until_the_day_that_is_noted(
    on, other, unit, count
):
    short = {"days": "d", "months": "mo", "years": "a"}[unit]
    makings = (
        lambda day: whole(unit, other, day),
        lambda day: whole(unit, day, other),
        lambda day: shifted(day, count, short) < other,
        lambda day: other <= shifted(day, count, short),
        lambda day: day + timedelta(days=count) == other,
        lambda day: other > day - timedelta(days=count),
        lambda day: (day.year, day.month),
        lambda day: max(day, other) == other,
        lambda day: (day - other).days,
        lambda day: f"{day:%d}",
        lambda day: day in {other},
    )
    for made in makings:
        watch = Watch(on)
        now = made(watch.day)
        assert now == made(on)
        for ahead in (1, 2, 7, 28, 31, 366, (watch.until - on).days - 1):
            day = on + timedelta(days=ahead)
            if day < watch.until:
                assert made(day) == now

"""Months and years have one rule, whichever way it is spelled, and an answer expires by it."""

from datetime import date, timedelta

import pytest

from equipoise.logic.days import DateSpan, reach, whole
from equipoise.logic.evaluate import evaluate, truth_of
from equipoise.logic.facts import FactType, Kind, Observation
from equipoise.logic.language import parse
from equipoise.logic.tree import Window
from equipoise.logic.truth import Truth
from tests.unit.logic.a_subject import Known

DAY = timedelta(days=1)
WORDS = {
    "ct": FactType(name="ct", kind=Kind.DATED),
    "hb": FactType(name="hb", kind=Kind.NUMBER),
    "born": FactType(name="born", kind=Kind.DATE),
}


def days(first: date, last: date) -> list[date]:
    return [first + n * DAY for n in range((last - first).days + 1)]


def nominal(day: date, months: int) -> tuple[int, int]:
    """The month and the day of the month so many months on, whether or not there is such a day."""
    return day.year * 12 + day.month - 1 + months, day.day


def anchored(day: date) -> Known:
    observed = Observation(value=True, unit="", on=day)
    number = Observation(value=7, unit="", on=day)
    born = Observation(value=day, unit="", on=day)
    return Known({"ct": [observed], "hb": [number], "born": [born]}, anchors={"consent": day})


LENGTHS = [(1, "mo", 1), (13, "mo", 13), (3, "a", 36)]


@pytest.mark.parametrize(("number", "unit", "months"), LENGTHS)
def test_every_spelling_of_a_length_agrees_for_every_two_days_around_it(number, unit, months):
    """Two years with a leap day; for each day, the ten days around where the length ends."""
    counted = "months" if unit == "mo" else "years"
    for start in days(date(2023, 3, 1), date(2025, 2, 28)):
        one, meant = DateSpan(start, start), nominal(start, months)
        middle = one.moved(number, unit).first
        for end in days(middle - 5 * DAY, middle + 5 * DAY):
            other, said = DateSpan(end, end), nominal(end, 0)
            moved, back = one.moved(number, unit), other.moved(-number, unit)
            before = reach(Window("before", "consent", number, unit), end)
            after = reach(Window("after", "consent", number, unit), start)
            passed = {
                whole(counted, start, end) >= number,
                moved.compared("<=", other) is Truth.TRUE,
                back.compared(">=", one) is Truth.TRUE,
                said >= meant,
            }
            within = {
                before.first <= start,
                end <= after.last,
                moved.compared(">=", other) is Truth.TRUE,
                back.compared("<=", one) is Truth.TRUE,
                said <= meant,
            }
            assert (len(passed), len(within)) == (1, 1), (start, end)


def test_a_length_that_ends_on_no_day_has_passed_on_the_first_of_the_next_month():
    facts = anchored(date(2024, 2, 29))
    for rule in ("born + 3 years <= today", "years(born, today) >= 3", "today - 3 years >= born"):
        asked = [truth_of(parse(rule), WORDS, facts, date(2027, 2, 28) + n * DAY) for n in (0, 1)]
        assert asked == [Truth.FALSE, Truth.TRUE], rule
    for rule in ("born + 3 years >= today", "born + 3 years == today"):
        assert truth_of(parse(rule), WORDS, facts, date(2027, 3, 1)) is Truth.FALSE


EXPIRING = [
    "ct within 1 month before today",
    "hb within 3 months before today >= 5",
    "born within 1 month before today",
    "born + 1 month >= today",
    "months(born, today) < 3",
    "months(born, today) + 1 < 3",
    "today - 2 months <= born",
    "born + 3 months <= today",
]
YEARLY = ["ct within 1 year before today", "years(born, today) < 1", "born + 1 year <= today"]
SHORT = days(date(2023, 12, 27), date(2024, 3, 2)) + [
    date(2023, 1, 29), date(2023, 1, 30), date(2023, 1, 31), date(2023, 3, 31), date(2023, 4, 30),
    date(2023, 5, 31), date(2023, 8, 31), date(2023, 11, 30), date(2023, 10, 31),
]  # fmt: skip


@pytest.mark.parametrize("rule", EXPIRING)
def test_an_answer_expires_on_the_very_first_day_it_is_another(rule: str):
    for day in SHORT:
        expires_as_found_by_asking_each_day(rule, day, 110)


@pytest.mark.parametrize("rule", YEARLY)
def test_so_do_answers_that_count_in_years(rule: str):
    for day in (date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2023, 2, 28)):
        expires_as_found_by_asking_each_day(rule, day, 370)


def expires_as_found_by_asking_each_day(rule: str, day: date, ahead: int) -> None:
    node, facts = parse(rule), anchored(day)
    today = truth_of(node, WORDS, facts, day)
    later = days(day + DAY, day + ahead * DAY)
    first = next((on for on in later if truth_of(node, WORDS, facts, on) is not today), None)
    assert first is not None
    assert evaluate(node, WORDS, facts, day).changes_on == first, day

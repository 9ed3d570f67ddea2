"""What is known of a date in part: how it is kept, and what comparing it tells."""

from calendar import monthrange
from datetime import date, timedelta

import pytest

from equipoise.conduct.answers import answer_refusals, canonical_answers
from equipoise.conduct.safety.acts import RecordEvent
from equipoise.logic.days import DateSpan, elapsed
from equipoise.logic.interval import Interval, compare
from equipoise.logic.tree import Comparator
from equipoise.logic.truth import Truth
from equipoise.study.forms import Form
from equipoise.study.kinds.day import PartialDate
from tests.support import DAY, carried_study

KIND = PartialDate()
ORDERS: tuple[Comparator, ...] = ("<", "<=", ">", ">=")
GIVEN = ["2025", "2024-02", "2025-11", "2025-UN-14", "2025-UN-31", "2024-UN-29", "2025-11-20"]


def form() -> Form:
    item = {"id": "since", "label": "Since", "kind": "partial-date"}
    source = {"tag": "assumed", "where": "a test"}
    return Form.model_validate({"id": "f", "title": "F", "items": [item], "source": source})


def completions(text: str) -> list[date]:
    """Every day that may be meant, found the long way."""
    year, month, day = (*text.split("-"), "", "")[:3]
    months = [int(month)] if month not in ("", "UN") else range(1, 13)
    every = [
        date(int(year), m, d) for m in months for d in range(1, monthrange(int(year), m)[1] + 1)
    ]
    return [each for each in every if not day or each.day == int(day)]


def span(text: str) -> DateSpan:
    days = KIND.days(text)
    assert days
    return DateSpan(*days)


def brute(answers: set[bool]) -> Truth:
    return Truth.UNKNOWN if len(answers) > 1 else Truth.of(answers.pop())


@pytest.mark.parametrize("text", GIVEN)
def test_a_partial_date_compares_as_all_days_that_it_may_be_agree(text: str) -> None:
    mine = completions(text)
    others = [
        *GIVEN,
        *(day.isoformat() for day in (mine[0], mine[-1], mine[0] - timedelta(days=1))),
    ]
    holds = {
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
        ">": lambda a, b: a > b,
        ">=": lambda a, b: a >= b,
    }
    for other in others:
        for order in ORDERS:
            expected = brute({holds[order](a, b) for a in mine for b in completions(other)})
            assert span(text).compared(order, span(other)) is expected, (text, order, other)


def test_within_six_months_is_true_only_where_each_completion_agrees() -> None:
    table = {
        ("2024", "2025-06-30"): Truth.UNKNOWN,
        ("2025-03", "2025-06-30"): Truth.TRUE,
        ("2024-UN-14", "2025-06-30"): Truth.UNKNOWN,
        ("2023-UN-14", "2025-06-30"): Truth.FALSE,
    }
    for (diagnosis, consent), truth in table.items():
        months = elapsed("months", span(diagnosis), span(consent))
        assert compare("<=", months, Interval.at(6)) is truth, diagnosis


def test_what_is_not_known_is_written_un_and_kept_in_one_way() -> None:
    table = {
        "2019-UN-UN": "2019",
        "2019-11-UN": "2019-11",
        "2019-unk-unk": "2019",
        "2019-UNK-14": "2019-UN-14",
        "2019-UN-14": "2019-UN-14",
        "2019-11-20": "2019-11-20",
        "2019-UN": "2019",
    }
    for given, kept in table.items():
        assert canonical_answers(form(), {"since": given}) == {"since": kept}, given


@pytest.mark.parametrize(
    "text",
    ["31-02-2026", "2026-02-31", "2025-02-29", "2020-02-60", "2020-UN-32", "2020-UN-00", "0026",
     "20260", "UN", "UN-UN-UN", "UN-11-20", "2026-1-5", "2026-UN-1", "2026-13", "2026-00",
     "\u0662\u0660\u0662\u0666", "2026-UN-14-UN", "=2026", "9999-UN-31", "2199-UN-15"],
)  # fmt: skip
def test_an_impossible_date_is_refused_and_never_cut_back_to_a_possible_one(text: str) -> None:
    given = canonical_answers(form(), {"since": text})
    assert [one.where for one in answer_refusals(form(), given, {}, DAY)] == ["since"]


def test_an_adverse_event_begins_on_a_day_of_which_the_month_is_not_known_too() -> None:
    told = RecordEvent(
        term="Nausea", grade="1", serious="no", related="no", begin="2026-UN-UN", end="2026-unk-03",
        outcome="recovered",
    )  # fmt: skip
    kept = told.canonical(carried_study("pump-it"))
    assert (kept.begin, kept.end) == ("2026", "2026-UN-03")

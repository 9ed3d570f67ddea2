"""A date is read as people type it; what is no date, or might be two, is not read."""

from datetime import date

import pytest

from equipoise.logic.day_read import day_text_of, two_days
from equipoise.study.catalogue import translator

TODAY = date(2026, 11, 29)
LANGUAGES = [translator("en"), translator("nl")]
READ = {
    "3-4-26": "2026 4 3", "03/04/2026": "2026 04 03", "3 4 2026": "2026 4 3",
    "3.4.60": "1960 4 3", "2026-04-03": "2026 04 03", "3 apr 2026": "2026 4 3",
    "3 april 2026": "2026 4 3", "3 mei 2026": "2026 5 3", "3 Okt. 2025": "2025 10 3",
    "today": "2026 11 29", "Vandaag": "2026 11 29", "gisteren": "2026 11 28",
    "2019": "2019  ", "11 2019": "2019 11 ", "nov 2019": "2019 11 ", "2019-11": "2019 11 ",
    "un-un-2019": "2019 UN UN", "UN 11 2019": "2019 11 UN", "14 UNK 2019": "2019 UN 14",
    "31-2-2026": "2026 2 31", "apr 3 2026": "2026 4 3", "April 3rd, 2026": "2026 4 3",
    "sep 3 2026": "2026 9 3", "mei 3 26": "2026 5 3", "3 apr. 2026": "2026 4 3",
    "april 2026": "2026 4 ", "2026 apr": "2026 4 ", "2026-3-apr": "2026 4 3",
    "03APR2026": "2026 4 03", "3e mei 2026": "2026 5 3", "apr UN 2026": "2026 4 UN",
}  # fmt: skip
NOT_READ = [
    "", "-", "3", "3 4", "3-4-026", "3-4-20260", "03042026", "3 ma 2026", "3 j 2026", "1 2 3 4",
    "13 x 2026", "tomorrow", "UN UN UN", "3 4 2O26", "\u0663 4 2026", "3 4", "26",
    "26-04-03", "apr 26", "3 26 apr", "apr mei 2026", "apr 3", "3 apr mei",
]  # fmt: skip


@pytest.mark.parametrize("text", READ)
def test_a_date_is_read_in_every_way_in_which_people_type_it(text: str) -> None:
    found = day_text_of(text, TODAY, LANGUAGES)
    assert found is not None and " ".join(found) == READ[text]


@pytest.mark.parametrize("text", NOT_READ)
def test_what_is_no_date_or_might_be_two_is_not_read(text: str) -> None:
    assert day_text_of(text, TODAY, LANGUAGES) is None


def test_a_year_of_two_digits_is_the_last_that_may_have_been_meant() -> None:
    for typed, year in (("1-1-36", "2036"), ("1-1-37", "1937"), ("1-1-00", "2000")):
        found = day_text_of(typed, TODAY, LANGUAGES)
        assert found is not None and found.year == year


def test_three_short_numbers_that_may_be_two_days_are_both_told() -> None:
    told = {text: two_days(text, TODAY) for text in ("26-04-03", "26-04-26", "3-4-26", "3.4.60")}
    assert told.pop("26-04-03") == (date(2003, 4, 26), date(2026, 4, 3))
    assert not any(told.values()), "the last number is the year where nothing later begins with it"

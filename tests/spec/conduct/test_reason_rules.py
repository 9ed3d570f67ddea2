"""Refusals: a sentence with named places, and the values that stand in them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from equipoise.conduct.answers import answer_refusals
from equipoise.study.reason import ENGLISH, Amount, OneOf, Phrase, Reader, Reason, Refusal, Unit
from tests.support import carried_study

DAY = date(2026, 3, 2)
SIGNED = Reason("tea.signed", "happened", "version {version} may be signed from {day}")
COLOUR = {"en": "Blue", "nl": "Blauw"}


class Dutch(Reader):
    """A reader of another language, as the doors know them."""

    @property
    def language(self) -> str:
        return "nl"

    def sentence(self, said: Phrase | Reason, count: int = 1) -> str:
        known = {"{first} and {last}": "{first} en {last}"}
        return known.get(said.sentence, "vanaf {day} mag versie {version} worden getekend")

    def number(self, number: Decimal) -> str:
        return super().number(number).replace(".", ",")


def test_a_reason_called_with_its_values_is_a_refusal_that_carries_them():
    refusal = SIGNED(version="2", day=DAY)
    assert (refusal.code, refusal.where) == ("tea.signed", "happened")
    assert refusal.because == "version 2 may be signed from 2 Mar 2026"
    assert refusal.values == {"version": "2", "day": DAY}
    assert SIGNED("here", version="2", day=DAY).where == "here"


def test_a_place_that_is_not_given_or_given_and_not_used_is_an_error():
    with pytest.raises(TypeError, match=r"not given: \['day'\]"):
        SIGNED(version="2")
    with pytest.raises(TypeError, match=r"without a place: \['colour'\]"):
        SIGNED(version="2", day=DAY, colour="blue")


@pytest.mark.parametrize("sentence", ["at {}", "at {0}", "at {day:%Y}", "at {day!r}", "at {a.b}"])
def test_a_place_is_a_plain_name(sentence: str):
    with pytest.raises(ValueError, match="plain name"):
        Reason("tea.time", "", sentence)
    with pytest.raises(ValueError, match="plain name"):
        Phrase(sentence)


@pytest.mark.parametrize("code", ["", "tea", "Tea.time", "tea time", "tea.time.again"])
def test_a_code_names_the_chapter_and_the_reason(code: str):
    with pytest.raises(ValueError, match="no code"):
        Reason(code, "", "it is not time for tea")


@pytest.mark.parametrize(
    ("value", "english", "dutch"),
    [
        ("{day} 1 and 2", "{day} 1 and 2", "{day} 1 and 2"),
        (12, "12", "12"),
        (Decimal("12.50"), "12.50", "12,50"),
        (DAY, "2 Mar 2026", "2 Mar 2026"),
        (
            datetime(2026, 3, 2, 14, 5, 9, tzinfo=UTC),
            "2 Mar 2026, 14:05:09 UTC",
            "2 Mar 2026, 14:05:09 UTC",
        ),
        (COLOUR, "Blue", "Blauw"),
        ((COLOUR,), "Blue", "Blauw"),
        ((COLOUR, "4", "5"), "Blue, 4 and 5", "Blauw, 4 en 5"),
        (OneOf((COLOUR, "4")), "Blue, 4", "Blauw, 4"),
        (Amount(Decimal("1.5"), "g/L"), "1.5 g/L", "1,5 g/L"),
        (Amount(Decimal(16), "1"), "16", "16"),
        (Unit("g/L"), "g/L", "g/L"),
    ],
)
def test_a_value_is_written_as_its_reader_writes_it(value, english: str, dutch: str):
    refusal = SIGNED(version=value, day=DAY)
    assert refusal.because == f"version {english} may be signed from 2 Mar 2026"
    assert refusal.wording(Dutch()) == f"vanaf 2 Mar 2026 mag versie {dutch} worden getekend"


def test_a_value_beyond_its_range_is_told_with_its_own_digits():
    """An INR has no unit: `1` stands for it in the study file, and in nothing that is said."""
    told = [refusal.because for refusal in _laboratory(inr="16", hb="0.5")]
    assert told[0].startswith("INR 16 is above 15: ")
    assert told[1].startswith("Haemoglobin 0.5 mmol/L is below 1 mmol/L: ")


def _laboratory(**values: str) -> list[Refusal]:
    form = carried_study("pump-it").form_of["laboratory"]
    return list(answer_refusals(form, dict(values), {}, DAY))


def test_what_counts_something_says_one_and_several():
    missing = Reason("tea.missing", "", "a cup is missing", several="{cups} cups are missing")
    assert missing(cups=1).because == "a cup is missing"
    assert [missing(cups=n).because for n in (0, 2)] == ["0 cups are missing", "2 cups are missing"]
    with pytest.raises(TypeError, match=r"not given: \['cups'\]"):
        missing()
    spoons = Phrase("{spoons} spoon", several="{spoons} spoons")
    assert ENGLISH.written((spoons(spoons=1), spoons(spoons=3))) == "1 spoon and 3 spoons"

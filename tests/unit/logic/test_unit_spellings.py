"""Units as laboratories print them: the code proposed is the same measure and the same size."""

import re
from pathlib import Path

import pytest

from equipoise.logic.units import factor, is_unit, nearest_unit

PAGE = (Path(__file__).parents[3] / "docs/reference/units.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([^`]+)` \| (.*?) \|", PAGE, re.MULTILINE)
SPELLINGS = [(spelt, code) for code, cell in ROWS for spelt in re.findall(r"`([^`]+)`", cell)]


@pytest.mark.parametrize(("spelt", "code"), SPELLINGS)
def test_a_spelling_of_the_page_is_known_or_gets_the_code_of_the_page(spelt: str, code: str):
    assert is_unit(code)
    assert spelt == code or nearest_unit(spelt) == code
    assert not is_unit(spelt) or factor(spelt, code) == 1


def test_the_page_has_what_a_dutch_cancer_laboratory_prints():
    assert len(SPELLINGS) >= 90
    assert len(dict(ROWS)) == len(ROWS) >= 50


UNCLEAR = (
    "MU/L", "MG/L", "Mg/L", "MMOL/L", "mMol/L", "G/L", "PG/ML", "NG/ML", "Mmol/L", "T/L", "M/L",
    "mval/L", "gl", "mmoll", "mmol", "furlong", "mg/dL/x", "10*9", "/", " ", "", "Hg", "mmol/L/",
    "u", "g/x", "umol/K", "P/L", "KATL", "UL/min/x", "ULN",
)  # fmt: skip


@pytest.mark.parametrize("spelt", UNCLEAR)
def test_nothing_is_proposed_where_measure_or_size_would_be_guessed(spelt: str):
    assert nearest_unit(spelt) in ("", spelt)


def test_proposals_that_were_a_thousand_million_off_are_right():
    right = {"GI/L": "10*9/L", "fl": "fL", "msec": "ms", "mEq/L": "meq/L"}
    assert {spelt: nearest_unit(spelt) for spelt in right} == right
    assert factor("fL", "L") is not None and factor("ms", "s") is not None
    assert factor("meq/L", "mmol/L") is None
    assert factor("/nL", "10*9/L") == 1 and factor("/pL", "10*12/L") == 1

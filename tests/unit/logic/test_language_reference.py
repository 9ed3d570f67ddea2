"""Every example in docs/reference/language.md is true, false, unknown or refused as it says."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from equipoise.logic.evaluate import evaluate
from equipoise.logic.language import Unreadable, parse
from equipoise.logic.typing_check import problems
from tests.unit.logic.a_subject import ANCHORS, ON, VOCABULARY, Known, number, said

PAGE = Path(__file__).parents[3] / "docs/reference/language.md"
EXAMPLE = re.compile(r"^    (.+?)\s+# (true|false|unknown|refused:) ?(.*)$", re.MULTILINE)
EXAMPLES = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))

SUBJECT = Known(
    {
        "hb": [number("7.5", "mmol/L", ago=11)],
        "crea": [number(80, "umol/L", ago=3, uln=Decimal(110))],
        "inr": [number("1.65", "{INR}", ago=3, uln=Decimal("1.1"))],
        "egfr": [number(">90", "mL/min/{1.73_m2}", ago=3)],
        "anc": [
            number("1.8", "10*9/L", ago=22),
            number("0.9", "10*9/L", ago=11),
            number("2.4", "10*9/L", ago=3),
        ],
        "weight": [number(70, "kg", ago=3)],
        "ecog": [number(1)],
        "sex": [said("female")],
        "coumarin": [said(False)],
        "birth_date": [said((date(1960, 1, 1), date(1960, 12, 31)))],
        "ct": [said(True, ago=22)],
    },
    {"lesions": [{"size": number(12, "mm"), "clear": said(False)}, {"size": number(8, "mm")}]},
    {"registration": ON, "consent": date(2026, 11, 20)},
)


@pytest.mark.parametrize(("rule", "answer", "hint"), EXAMPLES)
def test_an_example_in_the_reference_is_as_it_says(rule, answer, hint):
    if answer == "refused:":
        assert hint in _suggestions(rule)
        return
    node = parse(rule)
    assert problems(node, VOCABULARY, ANCHORS, expected="yes or no") == []
    assert evaluate(node, VOCABULARY, SUBJECT, ON).truth.value == answer


def _suggestions(rule: str) -> list[str]:
    try:
        return [problem.suggestion for problem in problems(parse(rule), VOCABULARY, ANCHORS)]
    except Unreadable as refused:
        return [refused.suggestion]


def test_the_reference_has_an_example_of_every_construct():
    rules = " ".join(rule for rule, answer, _ in EXAMPLES if answer != "refused:")
    for word in [
        "and",
        "or",
        "not",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "in",
        "ULN",
        "LLN",
        "within",
        "before",
        "after",
        "since",
        "today",
        "days(",
        "months(",
        "years(",
        "any",
        "none",
        "count",
        "where",
        "prefer(",
        "sum of",
        "lowest of",
        "highest of",
        "lowest",
        "highest",
        "round(",
        "round_down(",
        "round_up(",
        "min(",
        "max(",
        "known",
        "unknown",
        "if",
        "else",
        "+",
        "*",
        "/",
        "**",
    ]:
        assert word in rules or word in ("!=", "<"), word
    assert len(EXAMPLES) > 60

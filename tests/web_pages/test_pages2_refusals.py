"""Refusals in the reader's language: every sentence of the trial is known to the pages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from equipoise.conduct.act import Refusal
from equipoise.web import home
from equipoise.web.views.refusal_words import PATTERNS, matching, sentence_said

CONDUCT = Path("src/equipoise/conduct")
# Said to the trial office or to programs, which speak English: no page leads to these.
OFFICE = ("office.py", "bounds.py")
PROGRAMS = {
    *("form.unknown", "form.no-visit", "item.unknown", "item.not-a-list", "item.a-list"),
    *("item.no-limits", "panel.none", "panel.drawn-given", "panel.reason", "time.no-zone"),
    *("randomisation.arm-given", "screening.number", "screening.no-criterion"),
}
# Put together anew from the checklist, in the reader's language.
CRITERIA = {"criterion.not-met", "criterion.unknown"}
# A part of these brings words of its own; they are tried whole below.
WHOLE = {
    *("part still missing", "your role does not allow thispart", "there is no factor part"),
}
SAID_WHOLE = (
    "one vote is still missing",
    "2 votes are still missing",
    "your role does not allow this",
    "your role does not allow this at Demonstration hospital Noord",
)


def sentences() -> Iterator[tuple[str, str]]:
    """Every sentence with which conduct refuses, a word in the place of each part."""
    for module in sorted(CONDUCT.glob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and getattr(node.func, "id", "") == Refusal.__name__
            if not called or len(node.args) < 2 or _plain(node.args[0]) in PROGRAMS | CRITERIA:
                continue
            if said := _plain(node.args[1]):
                yield module.name, said


def _plain(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return ""
    return "".join(_piece(piece) for piece in node.values)


def _piece(piece: ast.expr) -> str:
    if isinstance(piece, ast.Constant):
        return str(piece.value)
    quoted = isinstance(piece, ast.FormattedValue) and piece.conversion == ord("r")
    return "'part'" if quoted else "part"


def test_every_sentence_of_the_trial_that_a_page_can_show_is_translated():
    unknown = [
        f"{module}: {said}"
        for module, said in sentences()
        if module not in OFFICE and said not in WHOLE and not matching(said)
    ]
    assert not unknown
    assert not [said for said in SAID_WHOLE if not matching(said)]


def test_every_pattern_has_its_dutch():
    with translation.override("nl"):
        assert not [pattern for pattern in PATTERNS if translation.gettext(pattern) == pattern]


@pytest.mark.parametrize(
    ("english", "dutch"),
    [
        ("the death was recorded before", "het overlijden is al vastgelegd"),
        (
            "the participant was randomised on 3 March 2026",
            "voor de deelnemer is geloot op 3 maart 2026",
        ),
        (
            "the National Liver Panel has not concluded",
            "Nationaal Leverpanel heeft nog geen conclusie",
        ),
    ],
)
def test_days_and_texts_of_the_study_are_put_over_too(english: str, dutch: str):
    with translation.override("nl"):
        assert sentence_said(home.study(), english) == dutch
    with translation.override("en"):
        assert sentence_said(home.study(), english) == english


def test_a_sentence_that_nobody_knows_stays_as_it_is():
    with translation.override("nl"):
        assert (
            sentence_said(home.study(), "something else went wrong") == "something else went wrong"
        )

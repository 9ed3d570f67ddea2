"""Every reason that is declared, in every language of the pages."""

import ast
import inspect
import pkgutil
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib import import_module
from types import ModuleType

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

import equipoise.conduct
import equipoise.study
import equipoise.web
from equipoise.study.reason import Amount, Given, Phrase, Reason, Unit, places
from equipoise.web.reader import HERE

LANGUAGES = ("en", "nl")


def modules() -> list[ModuleType]:
    found = []
    for package in (equipoise.study, equipoise.conduct, equipoise.web):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name and not module.name.endswith(".wsgi"):
                found.append(import_module(module.name))
    return found


MODULES = modules()


def declared() -> Iterator[tuple[str, Reason | Phrase]]:
    """Every reason, and every part of one, with the module that declares it."""
    for module in MODULES:
        source = inspect.getsource(module)
        if "Reason(" not in source and "Phrase(" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            for sentence in _sentences(node):
                yield module.__name__, sentence


def _sentences(node: ast.AST) -> Iterator[Reason | Phrase]:
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    # A phrase made of an act's own choices stands in the catalogue by those.
    literal = called and all(isinstance(one, ast.Constant) for one in node.args)
    if literal and node.func.id in ("Reason", "Phrase"):
        words = [ast.literal_eval(argument) for argument in node.args]
        yield Reason(*words) if node.func.id == "Reason" else Phrase(*words)


DECLARED = list(declared())
# The same words in both languages.
ALIKE = {
    "Adverse events",
    "Criteria",
    "Event",
    "Factor",
    "Model",
    "Panel",
    "Scan",
    "Tablet",
    "Trend",
    "arm '{id}'",
    "factor '{id}'",
}
REASONS = [(module, one) for module, one in DECLARED if isinstance(one, Reason)]
TEXT = st.text("abcXYZ{}% 0123456789", min_size=1, max_size=12)
VALUES: st.SearchStrategy[Given] = st.one_of(
    TEXT,
    st.integers(-9999, 9999),
    st.decimals(-9999, 9999, places=3),
    st.dates(date(1880, 1, 1), date(2199, 12, 31)),
    st.fixed_dictionaries({"en": TEXT, "nl": TEXT}),
    st.builds(Amount, st.decimals(0, 9999, places=2), st.sampled_from(["1", "%", "mm[Hg]", "mo"])),
    st.sampled_from(["1", "10*9/L", "umol/L"]).map(Unit),
    st.tuples(TEXT, st.integers(0, 99), TEXT),
)


def test_reasons_are_declared():
    assert len(REASONS) > 20


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=20)
@given(drawn=st.lists(VALUES, min_size=8, max_size=8))
def test_no_value_is_lost_in_any_sentence(language: str, drawn: list[Given]):
    with translation.override(language):
        for _, one in DECLARED:
            values = dict(zip(sorted(_places(one)), drawn, strict=False))
            said = HERE.filled(one, values)
            for name in places(HERE.open(one, values)):
                assert HERE.written(values[name]) in said


@pytest.mark.parametrize("language", LANGUAGES)
@given(
    number=st.decimals(-(10**12), 10**12, places=6),
    unit=st.sampled_from(["", "1", "%", "mmol/L", "10*9/L", "a"]),
)
def test_no_digit_of_a_number_is_lost(language: str, number: Decimal, unit: str):
    with translation.override(language):
        sign = "," if language == "nl" else "."
        assert HERE.written(Amount(number, unit)).startswith(f"{number:f}".replace(".", sign))


def test_every_reason_has_a_dutch_sentence_with_the_same_places():
    with translation.override("nl"):
        for module, one in DECLARED:
            dutch = HERE.sentence(one)
            told_alike = one.sentence in ALIKE or not re.search(
                r"[a-z]", re.sub(r"{\w+}", "", one.sentence)
            )
            assert dutch != one.sentence or told_alike, (module, one)
            assert set(places(dutch)) == set(places(one.sentence)), (module, one)
            several = HERE.sentence(one, 2)
            assert set(places(several)) == set(places(one.several or one.sentence)), (module, one)


def _places(one: Reason | Phrase) -> set[str]:
    return {*places(one.sentence), *places(one.several)}


def test_a_code_means_one_thing():
    """All sentences of one code stand side by side, in one module."""
    homes: dict[str, set[str]] = {}
    for module, one in REASONS:
        homes.setdefault(one.code, set()).add(module)
    assert not {code: sorted(found) for code, found in homes.items() if len(found) > 1}


def test_every_reason_is_called_with_exactly_its_places():
    calls = [(module, *call) for module in MODULES for call in _calls(module)]
    assert len(calls) > 20
    for module, one, given_ in calls:
        assert given_ == _places(one), (module.__name__, one)


def _calls(module: ModuleType) -> Iterator[tuple[Reason | Phrase, set[str]]]:
    known = vars(module)
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        one = known.get(node.func.id)
        told_apart = all(word.arg for word in node.keywords)  # not handed over as a whole
        if isinstance(one, Reason | Phrase) and told_apart:
            yield one, {word.arg for word in node.keywords if word.arg}

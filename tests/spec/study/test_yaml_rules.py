"""A word of YAML means what YAML 1.2 says, in every file that is read; nothing is guessed at."""

import shutil
import typing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from equipoise.design.rehearsal import plan
from equipoise.design.sweep.question import BadSweep
from equipoise.design.sweep.question_text import read
from equipoise.design.sweep.question_text import read_yaml as read_sweep
from equipoise.design.sweep.words import one
from equipoise.study import cases, parts
from equipoise.study.cases import load_cases
from equipoise.study.load import Invalid, load
from equipoise.study.model import Study
from equipoise.study.places import Places, Unparsable, read_text
from tests.support import STUDIES

# YAML 1.2.2, section 10.3.2 (the core schema), its examples and the words that YAML 1.1 reads
# otherwise; the last lines are what people write.
MEANT = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None, "nULL": "nULL",
    "true": True, "True": True, "TRUE": True, "tRUE": "tRUE",
    "false": False, "False": False, "FALSE": False,
    "yes": "yes", "no": "no", "on": "on", "Off": "Off", "y": "y", "n": "n", "Yes": "Yes",
    "0": 0, "-19": -19, "+12": 12, "007": 7, "010": 10, "-0": 0,
    "0o7": 7, "0o17": 15, "0x3A": 58, "0xff": 255,
    "0b101": "0b101", "-0x1": "-0x1", "+0o7": "+0o7", "0x": "0x", "0o8": "0o8", "017o": "017o",
    "0.": Decimal("0"), "-0.0": Decimal("0.0"), ".5": Decimal("0.5"), "+12e03": Decimal("12000"),
    "-2E+05": Decimal("-200000"), "1e3": Decimal("1000"), "1e-3": Decimal("0.001"),
    "0.80": Decimal("0.80"), "12.e1": Decimal("120"),
    ".": ".", "e3": "e3", "1e": "1e", "1.5.2": "1.5.2", 
    "2:1": "2:1", "1:1": "1:1", "1:30": "1:30", "190:20:30.15": "190:20:30.15",
    "1_0": "1_0", "1_000.5": "1_000.5", "0b1_0": "0b1_0", "685_230": "685_230",
    "1,000": "1,000", "5,5": "5,5", "٣": "٣", "１２": "１２", "1 000": "1 000", "½": "½",
    "2026-11-23": date(2026, 11, 23), "2026-1-5": "2026-1-5", "20261123": 20261123,
    "2026-11-23T10:00:00Z": "2026-11-23T10:00:00Z", "2026-11-23 10:00": "2026-11-23 10:00",
    "=": "=", "<<": "<<", "'010'": "010", '"true"': "true", "!!str 12": "12", "!!int 010": 10,
}  # fmt: skip
DIGITS = {"0.80": "0.80", "5.50": "5.50", "1.": "1", "0.100": "0.100"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STUDIES / "first-steps", tmp_path / "tea"))


def spoil(path: Path, right: str, wrong: str) -> str:
    """Replace one text by another; the place of the line where it stands."""
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    line = text[: text.index(right)].count("\n") + 1
    return f"{path}:{line}: "


def test_a_word_means_what_the_core_schema_of_yaml_1_2_says():
    for word, meant in MEANT.items():
        found = typing.cast("dict[str, object]", read_text(f"a: {word}", "it", Places()))["a"]
        assert (type(found), found) == (type(meant), meant), word


def test_a_number_keeps_its_digits():
    for word, digits in DIGITS.items():
        assert str(read_text(word, "it", Places())) == digits


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: .inf", "'.inf' is not a number"),
        ("a: -.Inf", "'-.Inf' is not a number"),
        ("a: .NaN", "'.NaN' is not a number"),
        ("a: !!int 2:1", "'2:1' is not a whole number"),
        ("a: !!float 1_0", "'1_0' is not a number"),
        ("a: !!bool yes", "'yes' is not a yes or no"),
        ("a: 2026-02-30", "'2026-02-30' is not a date"),
        ("a: !!set {b, c}", "tag:yaml.org,2002:set"),
        ("a: !!binary aGk=", "tag:yaml.org,2002:binary"),
        ("a: !!python/name:os.system x", "could not determine a constructor"),
        ("b: &b {c: 1}\na: {<<: *b}", "write the fields out"),
        ("b: 1\nb: 2", "'b' stands here twice"),
        ("1: a\n01: b", "'1' stands here twice"),
        ("16: a\n0x10: b", "'16' stands here twice"),
        ("b: 1\n'b': 2", "'b' stands here twice"),
        ("? [a, b]\n: c", "unhashable"),
        ("a: *nobody", "undefined alias"),
    ],
)
def test_what_has_no_meaning_there_is_refused_with_its_line(text: str, says: str):
    with pytest.raises(Unparsable) as refused:
        read_text(text, "it", Places())
    assert str(refused.value).startswith("it:")
    assert says in str(refused.value)


def test_an_anchor_stands_for_what_it_names_also_twice():
    assert read_text("a: &x {b: 1}\nc: *x", "it", Places()) == {"a": {"b": 1}, "c": {"b": 1}}


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("ratio: 2", "ratio: 2:1", "found the text '2:1'; a whole number such as 2"),
        ("ratio: 2", "ratio: 1:30", "found the text '1:30'; a whole number"),
        ("ratio: 2", "ratio: 1_0", "found the text '1_0'; a whole number"),
        ("ratio: 2", "ratio: '2'", "found the text '2'; a whole number such as 2, without quotes"),
        ("ratio: 2", "ratio: true", "found true; a whole number"),
        ("ratio: 2", "ratio: 1.5", "found 1.5"),
        ("ratio: 2", "ratio:", "found nothing; a whole number"),
        ("from_on: 2026-01-05", "from_on: 20260105", "found 20260105; a day such as"),
        ("from_on: 2026-01-05", "from_on: 2026-1-5", "found the text '2026-1-5'; a day such as"),
        ("primary: true", "primary: yes", "found the text 'yes'; true or false"),
        ("primary: true", "primary: 1", "found 1; true or false"),
        ("prefix: TEA", "prefix: 010", "put it in quotes"),
    ],
)
def test_a_text_where_a_number_is_meant_is_refused_with_its_line(folder, right, wrong, says):
    place = spoil(folder / "study.yaml", right, wrong)
    with pytest.raises(Invalid) as refused:
        load(folder)
    assert place in str(refused.value)
    assert says in str(refused.value)


def test_a_whole_number_with_a_zero_before_it_is_counted_in_tens(folder):
    spoil(folder / "study.yaml", "ratio: 2", "ratio: 010")
    assert load(folder).arms[0].ratio == 10


def test_forms_cases_and_plans_are_read_by_the_same_rules(folder):
    place = spoil(folder / "forms" / "3-cups.yaml", "lowest: ", "lowest: 1_0 #")
    with pytest.raises(Invalid, match="'1_0'") as refused:
        load(folder)
    assert str(refused.value).startswith(place)
    shutil.copytree(STUDIES / "first-steps", folder, dirs_exist_ok=True)
    place = spoil(folder / "cases" / "eligibility.yaml", "on: 2026-", "on: 2026-1-1 #")
    with pytest.raises(Invalid, match="'2026-1-1'; a day such as") as refused:
        load_cases(folder)
    assert str(refused.value).startswith(place)
    place = spoil(folder / "rehearsal.yaml", "follow_up_months: ", "follow_up_months: 1:3 #")
    with pytest.raises(Invalid, match="'1:3'; a whole number") as refused:
        plan.load_plan(folder)
    assert str(refused.value).startswith(place)


def test_a_sweep_is_read_by_the_same_rules():
    def ask(text: str):
        return read(read_sweep(text, "sweep.yaml"))

    assert ask("fixed: {ratio: 2:1, scheme: simple}").fixed.ratio == "2:1"
    assert ask("error: 1e-2").error == 0.01
    for text, says in (
        ("fixed: {events: 1_0}", "not '1_0'"),
        ("fixed: {ratio: 121}", "it is a word, not 121"),
        ("fixed: {hazard_ratio: 0:7}", "not '0:7'"),
        ("fixed: {looks: [0_5, 1]}", "not '0_5'"),
        ("fixed: {events: 1}\nfixed: {events: 2}", "sweep.yaml:2: 'fixed' stands here twice"),
    ):
        with pytest.raises(BadSweep) as refused:
            ask(text)
        assert says in str(refused.value)
    assert one("1_0") == "1_0"


def test_no_field_of_any_file_guesses_at_a_text():
    """A field that is a number, a day or a yes or no is one of the four that take no text."""
    guessing = {int, float, Decimal, date, bool}
    models = [
        model
        for module in (cases, parts, plan)
        for model in vars(module).values()
        if isinstance(model, type) and issubclass(model, parts.Part)
    ]
    for model in {*models, *parts.made_of(Study)} - {parts.Figure}:
        for name, kind in typing.get_type_hints(model, include_extras=True).items():
            assert not guessing & set(_bare(kind)), f"{model.__name__}.{name}"


def _bare(kind: object) -> typing.Iterator[object]:
    """The plain types that a field takes, those that check what was written left out."""
    if isinstance(kind, list):  # the arguments of a function
        return
    if kind in (parts.Whole, parts.Number, parts.YesNo, parts.Day):
        return
    yield kind
    for part in typing.get_args(kind):
        yield from _bare(part)


def test_a_figure_is_a_number_a_yes_or_no_or_a_text_as_it_was_written():
    for value, kept in ((1, Decimal(1)), (0, Decimal(0)), (True, True), ("2:1", "2:1")):
        found = parts.Figure.model_validate({"value": value, "source": "assumed: x"}).value
        assert (type(found), found) == (type(kept), kept)

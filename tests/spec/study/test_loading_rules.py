"""A study is loaded whole, or every error is named with its file and line."""

import re
import shutil
from pathlib import Path

import pytest

from equipoise.conduct.fitness import examined
from equipoise.study.load import Invalid, digest_of, load
from equipoise.study.unread import left_over, not_read
from tests.support import STUDIES, a_study


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STUDIES / "first-steps", tmp_path / "tea"))


def spoilt(folder: Path, right: str, wrong: str, file: str = "study.yaml") -> list[str]:
    """The errors once one text is replaced by another."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(Invalid) as invalid:
        load(folder)
    return [str(problem) for problem in invalid.value.problems]


def line_of(folder: Path, text: str, file: str = "study.yaml") -> int:
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(lines, start=1) if text in line)


MISTAKES = [
    ("from_on: 2026-01-05", "from_on: 2026-13-45", "'2026-13-45' is not a date"),
    ("ratio: 2", "ratio: .inf", "'.inf' is not a number"),
    ("ratio: 2", "ratio: 0", "greater than or equal to 1"),
    ("timezone: Europe/Amsterdam", "timezone: Europe/Amsterdm", "no such time zone"),
    ("timezone: Europe/Amsterdam", "timezone: ../../etc/passwd", "no such time zone"),
    ("prefix: TEA", "prefix: T A", "must match"),
    ("sponsor: The", "sponsor: \x07The", "U+0007 cannot stand in YAML"),
    ("method: blocks", "method: block", "'blocks'"),
    ("sponsor: The", "<<: *nobody\n  sponsor: The", "not YAML"),
    ("sponsor: The", "? [a, b]\n  : c\n  sponsor: The", "not YAML"),
]


@pytest.mark.parametrize(("right", "wrong", "says"), MISTAKES, ids=lambda text: text[:24])
def test_a_mistake_is_named_with_its_line_and_what_was_found(folder, right, wrong, says):
    found = spoilt(folder, right, wrong)
    assert len(found) == 1
    assert says in found[0]
    expected = line_of(folder, wrong.splitlines()[0])
    assert found[0].startswith(f"{folder / 'study.yaml'}:{expected}:")


SHAPES = [
    ("arms: [3]", "found 3; a mapping of its fields would do"),
    ("arms: []", "found 0; a list of at least 2 would do"),
    ("arms: tea", "found the text 'tea'; a list would do"),
    ("points: {a: b}", "found a mapping; a list would do"),
    ("visits: [[]]", "found a list; a mapping of its fields would do"),
    ("identity: [a]", "found a list; a mapping of its fields would do"),
]


@pytest.mark.parametrize(("line", "says"), SHAPES, ids=lambda text: text[:24])
def test_what_is_wrong_with_a_list_is_said_once_and_in_no_words_of_our_code(folder, line, says):
    """A list with something wrong in it is not said to be too short as well."""
    path, name = folder / "study.yaml", line.partition(":")[0]
    blocks = re.split(r"^(?=[a-z])", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    kept = [block for block in blocks if not block.startswith(f"{name}:")]
    path.write_text("".join([line, "\n", *kept]), encoding="utf-8")
    with pytest.raises(Invalid) as invalid:
        load(folder)
    said = [problem.message for problem in invalid.value.problems if problem.place.line == 1]
    assert said == [says]


def test_a_figure_that_is_a_list_is_one_mistake_whatever_it_might_have_been(folder):
    found = spoilt(folder, "enrolment: {value: 48,", "enrolment: {value: [48],")
    assert [error.partition("value: ")[2] for error in found] == [
        "found a list; a number, a text, true or false would do"
    ]


def test_all_mistakes_are_named_at_once_in_the_order_of_the_file(folder):
    path = folder / "study.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("ratio: 2", "ratio: none").replace("method: blocks", "method: luck")
    path.write_text(text.replace("phase: not applicable", "fase: none"), encoding="utf-8")
    with pytest.raises(Invalid) as invalid:
        load(folder)
    lines = [problem.place.line for problem in invalid.value.problems]
    assert len(lines) == 4  # a field that is unknown and one that is missing are two
    assert lines == sorted(lines)


def test_a_mistake_in_a_form_is_named_with_the_file_of_the_form(folder):
    found = spoilt(folder, "kind: number", "kind: numbers", "forms/3-cups.yaml")
    assert found[0].startswith(f"{folder / 'forms' / '3-cups.yaml'}:")


def test_a_folder_without_a_study_or_with_an_empty_one_says_so(folder, tmp_path):
    with pytest.raises(Invalid, match="there is no such file"):
        load(tmp_path)
    for text, says in (
        ("", "empty"),
        ("- a list\n", "mapping"),
        ("&a [*a]\n", "within itself"),
        ("forms: 3\n", "forms are a list"),
    ):
        (folder / "study.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(Invalid, match=says):
            load(folder)


def test_a_file_that_is_not_text_says_so(folder):
    (folder / "study.yaml").write_bytes(b"version: \xff\xfe")
    with pytest.raises(Invalid, match="not UTF-8"):
        load(folder)


def test_the_digest_names_what_is_said_and_not_how_it_is_laid_out(folder):
    path = folder / "study.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text("# a remark\n\n" + text.replace("ratio: 2", "ratio:   2"), encoding="utf-8")
    assert load(folder).digest == a_study().digest
    path.write_text(text.replace("ratio: 2", "ratio: 3"), encoding="utf-8")
    assert load(folder).digest != a_study().digest


def test_the_digest_does_not_change_when_a_default_is_written_out(folder):
    """A later version of Equipoise that knows more fields still knows the text."""
    path = folder / "study.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("kind: experimental", "kind: experimental\n    interventions: []"))
    assert load(folder).digest == a_study().digest


def test_a_study_is_frozen():
    with pytest.raises(ValueError, match="frozen"):
        a_study().version = "2"
    assert digest_of(a_study()) == a_study().digest


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ("forms/2-pressure.yaml", "forms/2-pressure.yml", "call it 'forms/2-pressure.yaml'"),
        ("forms/2-pressure.yaml", "forms/2-pressure.YAML", "call it 'forms/2-pressure.yaml'"),
        ("forms/2-pressure.yaml", "Forms/2-pressure.yaml", "call it 'forms/2-pressure.yaml'"),
        ("forms/2-pressure.yaml", "forms/old/2-pressure.yaml", "move it to 'forms/2-pressure.y"),
        ("study.yaml", "Study.yml", "its name must be 'study.yaml'"),
        ("rehearsal.yaml", "rehearsal.yml", "its name must be 'rehearsal.yaml'"),
    ],
)
def test_a_part_of_a_study_that_is_not_read_is_named_with_what_would_do(folder, was, now, says):
    (folder / now).parent.mkdir(exist_ok=True)
    (folder / was).rename(folder / now)
    try:
        found = examined(folder).problems
    except Invalid as error:
        found = error.problems
    told = {str(one.place): one.message for one in found}
    assert says in told[f"{folder / now}:1"]


def test_an_act_that_leaves_nothing_to_verify_is_told_with_its_line(folder):
    """It was taken, and nobody was ever asked to verify it."""
    file = folder / "study.yaml"
    before = file.read_text(encoding="utf-8")
    plan = "verification:\n  acts:\n  - consent.give\n  - query.ask\n  source: 'assumed: x'\n"
    file.write_text(before + plan, encoding="utf-8")
    at = before.count("\n") + 4
    told = [one for one in examined(folder).problems if one.place.line == at]
    assert ["'query.ask' is verified by nobody" in one.message for one in told] == [True]


def test_what_may_have_been_meant_as_a_part_is_told_and_a_readme_or_a_sweep_is_not(folder):
    left = ("forms/2-pressure.yaml~", "forms/.3-cups.yaml.swp", "cases/a.yaml.bak", "extra.yaml")
    fine = ("README.md", "sweep-late.yaml", "forms/README.md", "notes/plan.pdf")
    (folder / "notes").mkdir()
    for name in (*left, *fine):
        (folder / name).write_text("id: x\n", encoding="utf-8")
    assert not_read(folder) == []
    told = {Path(file).relative_to(folder).as_posix() for file, _ in left_over(folder)}
    assert told == {*left}

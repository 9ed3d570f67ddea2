"""The examples in the documentation of the study file are read as a study file would be."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from equipoise.study.cases import Case
from equipoise.study.forms import Form
from equipoise.study.model import Study
from equipoise.study.places import Places, read_yaml
from tests.studies.carried import STUDIES

DOCS = Path(__file__).parents[2] / "docs"
FENCE = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples(page: str) -> list[str]:
    return FENCE.findall((DOCS / page).read_text(encoding="utf-8"))


def read(text: str, tmp_path: Path) -> Any:
    path = tmp_path / "example.yaml"
    path.write_text(text, encoding="utf-8")
    return read_yaml(path, "example", Places())


@pytest.mark.parametrize("text", examples("reference/study-file.md"), ids=lambda t: t.split()[0])
def test_every_example_of_the_reference_is_what_the_model_takes(text: str, tmp_path: Path):
    data = read(text, tmp_path)
    if isinstance(data, list):
        TypeAdapter(list[Case]).validate_python(data)
    elif "items" in data:
        Form.model_validate(data)
    else:
        for block, value in data.items():
            TypeAdapter(Study.model_fields[block].annotation).validate_python(value)


def test_every_block_of_a_study_has_an_example(tmp_path: Path):
    shown = [read(text, tmp_path) for text in examples("reference/study-file.md")]
    blocks = {name for data in shown if isinstance(data, dict) for name in data}
    assert set(Study.model_fields) - {"version", "digest", "forms"} <= blocks


@pytest.mark.parametrize("text", examples("how-to/write-a-study.md"))
def test_every_piece_of_the_how_to_stands_in_the_study_it_builds(text: str):
    files = (STUDIES / "first-steps").rglob("*.yaml")
    assert any(text in path.read_text(encoding="utf-8") for path in files)


def test_the_how_to_tells_what_the_check_prints(capsys: pytest.CaptureFixture[str]):
    from equipoise.cli import check

    assert check.run([str(STUDIES / "first-steps")]) == 0
    printed = capsys.readouterr().out.splitlines()
    page = (DOCS / "how-to/write-a-study.md").read_text(encoding="utf-8")
    for line in printed[1:5]:
        assert f"    {line}\n" in page, line

"""No door opens a trial, or adopts a text, that does not hold together or fails a worked case."""

import ast
import os
from pathlib import Path

import pytest

from equipoise.conduct.act import Refused
from equipoise.web import adopted, bootstrap, home, write_service
from equipoise.web.store import DatabaseLedger
from tests import before
from tests.before import edited

SOURCES = Path(__file__).parents[2] / "src" / "equipoise"
IN_MEMORY = {
    "design/rehearsal/synthetic_trial.py": "invented people, in a ledger of their own",
    "conduct/cases.py": "runs the worked cases themselves",
    "web/adopted.py": "records the text of what was adopted",
}


def calls(module, name):
    """The calls of `….name(…)` in a module."""
    return [
        node
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if (getattr(node.func.value, "id", ""), node.func.attr) == name
    ]


def test_the_write_service_is_the_only_caller_that_records_acts_of_an_installation():
    callers = {
        str(module.relative_to(SOURCES))
        for module in SOURCES.rglob("*.py")
        if calls(module, ("trial", "perform"))
    }
    assert callers == {"web/write_service.py", *IN_MEMORY}


def test_the_write_service_examines_every_text_that_it_adopts_and_nothing_else_does_it_otherwise():
    text = (SOURCES / "web/write_service.py").read_text(encoding="utf-8")
    assert "study = adopted.fit(adopted.proposal(proposed))" in text
    asking = {
        str(module.relative_to(SOURCES))
        for module in SOURCES.rglob("*.py")
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "equipoise.conduct.fitness"
    }
    assert asking == {"cli/check.py", "web/adopted.py"}


@pytest.mark.database
def test_a_trial_does_not_open_under_a_text_whose_worked_case_fails(
    db, fresh_home, tmp_path, monkeypatch
):
    folder = before.copied(tmp_path / "study")
    edited(folder, "cases/laboratory.yaml", "haematocrit: 31", "haematocrit: 29")
    monkeypatch.setitem(os.environ, "EQUIPOISE_STUDY", str(folder))
    home._secret.cache_clear()
    with pytest.raises(Refused) as refused:
        bootstrap.open_trial(adopted.study(), "office-1")
    assert "E3 is not met, not met" in str(refused.value)
    assert (
        DatabaseLedger().head("study") is None
        and write_service.folds().trial_state().opened_on is None
    )

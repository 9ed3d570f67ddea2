"""A home of before is migrated, served, verified, amended and used; its export on any database."""

import json
import os
import subprocess
import sys

import pytest

from equipoise.web import adopted, read_model, write_service
from equipoise.web.store import DatabaseLedger
from tests import before
from tests.patience import HANG
from tests.web import upgraded
from tests.web.test_study_text import NOW, stand

__all__ = ["stand"]


def test_a_home_of_before_is_migrated_served_verified_amended_and_used(tmp_path):
    kept = before.unpacked("home", tmp_path)
    passed_on = {k: v for k, v in os.environ.items() if k not in ("EQUIPOISE_DEMO", "DATABASE_URL")}
    run = subprocess.run(
        [sys.executable, "-m", "tests.web.upgraded"],
        env={
            **passed_on,
            "EQUIPOISE_HOME": str(kept),
            "EQUIPOISE_STUDY": str(tmp_path / "study"),
            "PYTHONPATH": "src:.",
        },
        capture_output=True,
        text=True,
        timeout=HANG,
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout.splitlines()[-1]) == {"obstacles": [], **upgraded.EXPECTED}
    assert "3 allocations drawn again from the revealed seed: 0 differ" in run.stdout


@pytest.mark.database
def test_the_export_of_before_is_served_verified_amended_and_used_on_any_database(stand, tmp_path):
    folder = stand("home")
    assert adopted.make_known(NOW) == []
    read_model.rebuild(adopted.study(), DatabaseLedger(), write_service.today())
    found = upgraded.walk(folder, tmp_path / "out.jsonl", tmp_path / "secrets" / "seed")
    assert found == upgraded.EXPECTED

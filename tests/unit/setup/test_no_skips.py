"""A test that did not run has not passed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SKIPS = {
    "a skipped test": "import pytest\ndef test_it():\n    pytest.skip('no browser here')\n",
    "a marked test": "import pytest\n@pytest.mark.skip(reason='later')\ndef test_it():\n    pass\n",
    "a skipped module": "import pytest\npytest.importorskip('no_such_module')\n",
}


@pytest.mark.parametrize("text", SKIPS.values(), ids=SKIPS.keys())
@pytest.mark.parametrize(("ci", "fails"), [("true", True), ("", False)], ids=["in CI", "here"])
def test_in_ci_a_skip_is_a_failure(tmp_path: Path, text: str, ci: str, fails: bool):
    (tmp_path / "test_skipping.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:django"]
    run = subprocess.run(
        [*command, "-p", "no:cacheprovider", "-c", os.devnull, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "CI": ci},
        capture_output=True,
        text=True,
    )
    reported = "in CI every test must run" in run.stdout
    assert reported == fails, run.stdout + run.stderr

"""A test that did not run has not passed.

The skips that stand here are texts: they become tests in a folder of their own, and are run there.
Nothing of this suite skips itself (`tests/test_architecture.py`).
"""

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SKIPS = {
    "a skipped test": "import pytest\ndef test_it():\n    pytest.skip('no browser here')\n",
    "a marked test": "import pytest\n@pytest.mark.skip(reason='later')\ndef test_it():\n    pass\n",
    "a skipped module": "import pytest\npytest.importorskip('no_such_module')\n",
}


@pytest.mark.parametrize("kind", SKIPS)
@pytest.mark.parametrize(("ci", "fails"), [("true", True), ("", False)], ids=["in CI", "here"])
def test_in_ci_a_skip_is_a_failure(
    tmp_path_factory: pytest.TempPathFactory, kind: str, ci: str, fails: bool
):
    told = ran(tmp_path_factory, ci)
    file = f"test_{kind.replace(' ', '_')}.py"
    assert (re.search(rf"^(FAILED|ERROR) \S*{file}", told, re.M) is not None) == fails, told
    assert ("in CI every test must run" in told) == fails, told


def ran(folders: pytest.TempPathFactory, ci: str) -> str:
    """What a run over a skip of each kind says."""
    return _ran(folders.getbasetemp(), ci)


@cache
def _ran(base: Path, ci: str) -> str:
    folder = base / f"skips-{ci or 'here'}"
    folder.mkdir()
    for kind, text in SKIPS.items():
        (folder / f"test_{kind.replace(' ', '_')}.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:django"]
    command += ["--continue-on-collection-errors"]
    run = subprocess.run(
        [*command, "-p", "no:cacheprovider", "-c", os.devnull, str(folder)],
        cwd=ROOT,
        env={**os.environ, "CI": ci},
        capture_output=True,
        text=True,
    )
    return run.stdout + run.stderr

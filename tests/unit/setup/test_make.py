"""`make` says the true cause when it can not set up, and what it starts hears its signals."""

import subprocess

from tests.patience import HANG


def make(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["make", *words], capture_output=True, text=True, timeout=HANG)


def test_a_folder_that_may_not_be_written_is_told_as_that():
    """Once every failure was taken for a missing package."""
    nowhere = "/proc/none/.venv"
    done = make(f"V={nowhere}", f"RUN={nowhere}/.run", f"{nowhere}/.run")
    assert done.returncode != 0 and "may not write there" in done.stdout
    assert "python3-venv" not in done.stdout + done.stderr


def test_the_server_takes_the_place_of_the_shell_that_starts_it():
    """A signal to make then reaches the server itself."""
    assert "exec .venv/bin/equipoise demo" in make("--dry-run", "run").stdout

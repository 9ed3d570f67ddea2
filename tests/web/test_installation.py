"""An installation from the command line: a demonstration, and a real trial, each in its home."""

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.patience import HANG
from tests.ports import Port
from tests.verbs import Done, verb

SECRET = "nine quiet herons"


class Installation:
    """A home of its own, and `equipoise` run in it."""

    def __init__(self, home: Path, study: Path) -> None:
        script = "import sys; from equipoise.cli import main; sys.exit(main())"
        self.home, self.command = home, [sys.executable, "-c", script]
        self.environment = {
            **{k: v for k, v in os.environ.items() if k not in ("EQUIPOISE_DEMO", "DATABASE_URL")},
            "EQUIPOISE_HOME": str(home),
            "EQUIPOISE_STUDY": str(study),
            "PYTHONPATH": "src:.",
            "PYTHONUNBUFFERED": "1",
        }

    def run(self, *words: str, typed: str = "") -> Done:
        return verb(*words, environment=self.environment, typed=typed)

    def served(self, verb: str) -> tuple[str, int]:
        """Start the server, ask for one page and stop it: what it said, the answer."""
        held = Port()
        port = held.number
        process = subprocess.Popen(
            [*self.command, verb, "--port", str(port)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            said = ""
            while f":{port}/" not in said and (line := process.stdout.readline()):
                said += line
            status = _asked(port)
        finally:
            process.send_signal(signal.SIGTERM)
            # Not communicate: it would not see the lines that were read ahead.
            rest = process.stdout.read()
            process.wait(timeout=HANG)
            held.give_back()
        return said + rest, status


def _asked(port: int) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=HANG)
    line.request("GET", "/accounts/login/")
    return line.getresponse().status


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """The small study, with a copy of its file that a test may change."""
    study = Path(shutil.copytree("studies/first-steps", tmp_path / "study"))
    rehearsed = study / "rehearsal.yaml"
    begun = datetime.now(UTC).date() - timedelta(days=60)  # a demonstration goes up to yesterday
    text = re.sub(r"(?m)^start: .*$", f"start: {begun}", rehearsed.read_text(encoding="utf-8"))
    rehearsed.write_text(text, encoding="utf-8")
    return Installation(tmp_path / "home", tmp_path / "study")


def test_a_demonstration_rehearses_once_and_starts_anew_when_its_study_changes(installation):
    said, status = installation.served("demo")
    assert status == 200
    assert "rehearsing" in said and "doctor-01-1" in said and "rehearsed-trial" in said
    said, status = installation.served("demo")
    assert status == 200 and "rehearsing" not in said
    refused = installation.run("serve")
    assert refused.returncode == 1 and "passwords are public" in refused.stderr
    text = installation.home.parent / "study" / "study.yaml"
    text.write_text(text.read_text(encoding="utf-8").replace("Leaf", "Twig"), encoding="utf-8")
    said, status = installation.served("demo")
    assert status == 200 and "rehearsing" in said
    assert (installation.home / "before-equipoise.sqlite3").exists()


def test_a_real_trial_is_opened_staffed_served_and_verified(installation):
    early = installation.run("serve")
    assert early.returncode == 1 and "--migrate" in early.stderr
    assert installation.run("serve", "--migrate").returncode == 0
    opened = installation.run("open", "office-1", "--name", "Olga Oeverloper", typed=f"{SECRET}\n")
    assert opened.returncode == 0, opened.stderr
    giving = ["--role", "doctor", "--site", "01", "--by", "office-1", "--name", "Daan Duindoorn"]
    assert installation.run("person", "doctor-1", *giving, typed=f"{SECRET}\n").returncode == 0
    again = installation.run("person", "doctor-2", *giving[:-3], "doctor-1", typed=f"{SECRET}\n")
    assert again.returncode == 1 and "role.may-not" in again.stderr
    key = installation.run("token", "doctor-1")
    assert key.stdout.startswith("eqp_")
    assert installation.run("demo").returncode == 1
    said, status = installation.served("serve")
    assert status == 200 and "serving on" in said
    assert "0 faults" in installation.run("verify").stdout


def test_verify_tells_a_damaged_database_in_words(installation):
    """SQLite's own check of the file is part of the proof; what it finds is no traceback."""
    assert installation.run("serve", "--migrate").returncode == 0
    assert "0 entries in 0 streams: 0 faults" in installation.run("verify").stdout
    file = installation.home / "equipoise.sqlite3"
    data = bytearray(file.read_bytes())
    for page in range(4096, len(data), 4096):
        data[page : page + 64] = b"\xff" * 64
    file.write_bytes(data)
    told = installation.run("verify")
    assert told.returncode == 1 and ": damaged: " in told.stderr
    assert "Traceback" not in told.stderr


def test_a_person_whose_password_is_refused_gets_no_role_and_the_next_try_holds(installation):
    """All or nothing: once the role alone was recorded, and the second try was refused."""
    assert installation.run("serve", "--migrate").returncode == 0
    opened = installation.run("open", "office-1", "--name", "Olga", "--site", "01", typed="short\n")
    assert opened.returncode == 1
    assert "0 entries in 0 streams: 0 faults" in installation.run("verify").stdout
    opened = installation.run("open", "office-1", "--name", "Olga", typed=f"{SECRET}\n")
    assert opened.returncode == 0, opened.stderr
    before = installation.run("verify").stdout
    giving = ["person", "doctor-1", "--role", "doctor", "--site", "01", "--by", "office-1"]
    assert installation.run(*giving).returncode == 1
    assert installation.run("verify").stdout == before
    assert installation.run(*giving, typed=f"{SECRET}\n").returncode == 0
    again = installation.run(*giving, typed=f"{SECRET}\n")
    assert "refused: this person holds this role already" in again.stderr
    assert installation.run("token", "doctor-1").returncode == 0


def test_an_installation_that_can_not_be_used_says_why(installation, tmp_path):
    """A home that is a file, a wrong address of a database, one that is away, no tables, a port."""
    early = installation.run("person", "somebody", typed=f"{SECRET}\n")
    assert early.returncode == 1 and "serve --migrate" in early.stderr
    told = {}
    for name, value in (
        ("EQUIPOISE_HOME", str(tmp_path / "study" / "study.yaml")),
        ("EQUIPOISE_STUDY", str(tmp_path / "nowhere")),
        ("DATABASE_URL", "mysql://host/name"),
        ("DATABASE_URL", "postgresql://host:port/name"),
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing"),
    ):
        before = dict(installation.environment)
        installation.environment[name] = value
        found = installation.run("serve")
        installation.environment = before
        told[value] = found.stderr
        assert found.returncode == 1 and found.stderr.startswith("equipoise serve: "), found
        assert "Traceback" not in found.stderr, found.stderr
    assert "no address of a PostgreSQL database" in told["mysql://host/name"]


def test_a_real_trial_opens_with_what_is_recalled_once_a_file_names_the_document(installation):
    study, told = installation.home.parent / "study", installation.home.parent / "confirmed.yaml"
    text = (study / "study.yaml").read_text(encoding="utf-8")
    real = re.sub(r"(?m)^  demonstration:\n(    .*\n)+", "", text)
    recalling = real.replace('"assumed: invented for the tutorial"', '"recalled: a lecture"', 1)
    (study / "study.yaml").write_text(recalling, encoding="utf-8")
    assert installation.run("serve", "--migrate").returncode == 0
    opening = ("open", "office-1", "--name", "Olga Oeverloper")
    refused = installation.run(*opening, typed=f"{SECRET}\n")
    assert refused.returncode == 1 and "assumption.unconfirmed" in refused.stderr
    listed = installation.run("assumptions", str(study), "--to-confirm").stdout
    told.write_text(listed.replace('document: ""', 'document: "Protocol"'), encoding="utf-8")
    opened = installation.run(*opening, "--confirmed", str(told), typed=f"{SECRET}\n")
    assert opened.returncode == 0, opened.stderr
    after = installation.run("assumptions", str(study), "--tag", "recalled", "--installed").stdout
    assert "confirmed by office-1 on" in after and ": Protocol" in after

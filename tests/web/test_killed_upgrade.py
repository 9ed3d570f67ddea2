"""A first start or an upgrade that is killed half way: the next one finds all as it was."""

import json
import os
import sys
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from equipoise.web.backup.in_place import DATABASE
from equipoise.web.backup.of_sqlite import damage_of, rows_of
from tests.before import unpacked
from tests.verbs import program
from tests.web.copied import Home

KILLED_AND_TRIED_AGAIN = """
import json, os, signal, sys
from equipoise.cli.start import django; django()
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from equipoise.web.hosting import server, upgrade

def die(*told, **named):
    os.kill(os.getpid(), signal.SIGKILL)

def killed_at(moment):
    noted, note = [], MigrationRecorder.record_applied
    def record(self, app, name):
        noted.append(name)
        die() if len(noted) == abs(moment) else note(self, app, name)
    MigrationRecorder.record_applied = record
    command = upgrade.call_command
    upgrade.call_command = lambda name, **how: (
        die() if moment == 0 and name == "createcachetable" else command(name, **how)
    )
    if moment < 0:  # as an earlier version did it
        command("migrate", verbosity=0, interactive=False)
    server.make_ready()

def in_a_child(do, *told):
    child = os.fork()
    if not child:
        do(*told)
        os._exit(0)
    return os.waitpid(child, 0)[1]

ends = [in_a_child(killed_at, moment) for moment in json.loads(sys.argv[1])]
again = in_a_child(server.make_ready)
from equipoise.ledger import verify
from equipoise.web.store import DatabaseLedger
entries = list(DatabaseLedger().everything())
print(json.dumps({
    "ends": ends,
    "again": again,
    "obstacles": server.obstacles(demonstration=True),
    "entries": len(entries),
    "faults": len(verify(entries)),
}))
"""


def tried(home: Path, study: str, url: str, moments: list[int]) -> dict[str, object]:
    """What is found after being killed at those moments and started once more."""
    there = Home(home, url, study).environment
    run = program(KILLED_AND_TRIED_AGAIN, json.dumps(moments), environment=there)
    return json.loads(run.stdout)


@pytest.mark.database
def test_a_first_start_that_is_killed_half_way_can_be_made_again(
    tmp_path: Path, request: pytest.FixtureRequest
):
    """Killed before the first migration is noted, before a later one, and after the last."""
    in_postgres = os.environ.get("EQUIPOISE_TEST_DATABASE") == "postgres"
    url = request.getfixturevalue("postgres_url") if in_postgres else ""
    found = tried(tmp_path / "home", "studies/first-steps", url, [1, 5, 0])
    assert found == {"ends": [9] * 3, "again": 0, "obstacles": [], "entries": 0, "faults": 0}


def test_a_first_start_that_an_earlier_version_left_half_done_is_finished(tmp_path: Path):
    """Its tables stand there, and nothing says so."""
    found = tried(tmp_path / "home", "studies/first-steps", "", [-1])
    assert found == {"ends": [9], "again": 0, "obstacles": [], "entries": 0, "faults": 0}


def test_the_upgrade_of_an_older_home_that_is_killed_half_way_loses_nothing(tmp_path: Path):
    home = unpacked("home", tmp_path)
    found = tried(home, str(tmp_path / "study"), "", [1, 0])
    assert found["ends"] == [9] * 2 and found["again"] == 0
    assert found["obstacles"] == [] and found["faults"] == 0
    assert found["entries"] >= BEFORE


def test_an_upgrade_leaves_a_copy_of_what_was_and_waits_for_no_server(tmp_path: Path):
    """A server that uses the home keeps it from being changed; the copy is the way back."""
    path = unpacked("home", tmp_path)
    home = Home(path, study=str(tmp_path / "study"))
    before = rows_of(path / DATABASE)
    held = Popen([sys.executable, "-c", HOLDS, path], stdin=PIPE, stdout=PIPE, env=home.environment)
    assert held.stdout.readline() == b"holds\n"
    assert "stop it first" in home.refused("serve", "--migrate")
    assert rows_of(path / DATABASE) == before
    held.communicate(b"")
    home.told("serve", "--migrate")
    (copy,) = (path / "before-upgrade").iterdir()
    assert rows_of(copy) == before and damage_of(copy) == []
    assert copy.stat().st_mode & 0o777 == 0o600
    assert rows_of(path / DATABASE) != before


@pytest.mark.database
def test_a_home_that_a_later_version_has_used_is_refused_in_words(
    tmp_path: Path, request: pytest.FixtureRequest
):
    in_postgres = os.environ.get("EQUIPOISE_TEST_DATABASE") == "postgres"
    url = request.getfixturevalue("postgres_url") if in_postgres else ""
    home = Home(tmp_path / "home", url)
    home.told("serve", "--migrate")
    later = (
        "from equipoise.cli.start import django; django(); from django.db import connection; "
        "from django.db.migrations.recorder import MigrationRecorder as R; "
        "R(connection).record_applied('web', '9999_not_yet')"
    )
    program(later, environment=home.environment)
    for words in (["serve"], ["serve", "--migrate"]):
        assert "was used with a later version of Equipoise" in home.refused(*words)


HOLDS = (
    "import sys; from pathlib import Path; from equipoise.web.hosting.in_use import share; "
    "share(Path(sys.argv[1])); print('holds', flush=True); sys.stdin.read()"
)
BEFORE = sum(1 for _ in (Path(__file__).parents[1] / "fixtures/before/ledger.jsonl").open())
